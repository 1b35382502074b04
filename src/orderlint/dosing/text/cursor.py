"""A place in the lexemes, and the way a rule gives up."""

from __future__ import annotations

from orderlint.dosing.text.lexicon import Lexeme

END = Lexeme("end", "", "")


class Unread(Exception):
    """The text can't be read with certainty. Its argument says why, for people who debug the grammar."""


class Cursor:
    """Walks over lexemes. Rules look ahead a fixed few, so reading takes linear time."""

    __slots__ = ("at", "lexemes")

    def __init__(self, lexemes: list[Lexeme]) -> None:
        self.lexemes = lexemes
        self.at = 0

    def peek(self, ahead: int = 0) -> Lexeme:
        """The lexeme ``ahead`` of here; one with the role ``end`` past the last."""
        place = self.at + ahead
        return self.lexemes[place] if 0 <= place < len(self.lexemes) else END

    def before(self) -> Lexeme:
        """The lexeme just taken."""
        return self.peek(-1)

    def accept(self, *roles: str) -> Lexeme | None:
        """Take the next lexeme if its role is one of ``roles``."""
        lexeme = self.peek()
        if lexeme.role in roles:
            self.at += 1
            return lexeme
        return None

    def expect(self, *roles: str) -> Lexeme:
        """Take the next lexeme, which must have one of ``roles``; :class:`Unread` otherwise."""
        lexeme = self.accept(*roles)
        if lexeme is None:
            raise Unread(f"{self.peek().text!r} where {' or '.join(roles)} should be")
        return lexeme

    def skip(self, *roles: str) -> None:
        """Take all that follows with one of ``roles``."""
        while self.accept(*roles):
            pass

    @property
    def done(self) -> bool:
        return self.at >= len(self.lexemes)
