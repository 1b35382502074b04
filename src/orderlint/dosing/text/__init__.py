"""A grammar for prescription sigs. What it isn't sure of is None: "not read", never a guess.

Text → :mod:`tokens` → :mod:`lexicon` (the words, ``data/words.csv``) → :mod:`steps`, which walks over
the lexemes with one small file for each kind of phrase → :mod:`build`, which makes ``Instruction`` values.
Every lexeme must find its place, so a number, unit or frequency left over makes the whole text unread.
"""

from orderlint.dosing.text.sig import Sig, read, unread

__all__ = ["Sig", "read", "unread"]
