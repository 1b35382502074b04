"""Reading a sig: the door of this package."""

from __future__ import annotations

from orderlint.dosing.model import Instruction
from orderlint.dosing.text.cursor import Cursor, Unread
from orderlint.dosing.text.lexicon import lexemes
from orderlint.dosing.text.steps import Reader
from orderlint.dosing.text.tokens import tokens
from orderlint.namedtuple import NamedTuple

LONGEST = 2000  # characters; a longer text is no sig, and stays unread
_STRANGE = ("unknown", "bar", "doubt", "mark", "percent")


class Sig(NamedTuple):
    """What a sig says.

    ``instructions`` run together where their ``sequence`` is None, one after another where it rises.
    ``sure``: False where "as directed" or a number without unit ("1 tid") stood in the text, or only an
    amount, which may be the supply: "20 tablets".
    ``stops``: the text says that the course ends ("x 7 days", "then stop", "stat").
    """

    instructions: tuple[Instruction, ...]
    sure: bool
    stops: bool


def read(text: str) -> Sig | None:
    """What ``text`` says, or None if any of it could mean something else ("not read"). Never raises."""
    if not isinstance(text, str) or len(text) > LONGEST:
        return None
    try:
        return Sig(*Reader(Cursor(lexemes(tokens(text)))).read())
    except Unread:
        return None


def unread(text: str) -> tuple[str, ...]:
    """The words, numbers and marks of ``text`` that the grammar has no meaning for, in their order.

    They are why a text may be left unread, but a text of known words can be unread as well. They are
    words of a clinical text: not for reports or logs.
    """
    if not isinstance(text, str) or len(text) > LONGEST:
        return ()
    found = (lexeme.text for lexeme in lexemes(tokens(text)) if lexeme.role in _STRANGE)
    return tuple(dict.fromkeys(found))
