"""The first stage: which lines anyone needs, told by decoding, searching or parsing them."""
