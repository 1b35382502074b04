"""Small changes to protocol files, to see whether an example or fixture would notice."""
