"""Simple CQL and FHIRPath conditions on age and kidney function → who gets in.

A recursive descent parser of our own, for boolean combinations of comparisons:
``AgeInYears() < 65 and not (%egfr < 30 'mL/min')``. It reads each token once, so hostile input costs
linear time; what it can't read inside parentheses is an unknown part, elsewhere it makes the whole
expression unreadable.

An unknown part is taken at its word for the facts that it speaks of. Joined by ``and`` it can only keep
more people out, so what is known stays an upper bound; joined by ``or`` it may let anyone in. That a
fact is on record at all (``exists``, ``is null``) says nothing of its value: anyone may pass.
"""

from __future__ import annotations

from orderlint.exact import Fraction
from orderlint.fhir.read.expression_tokens import COMMENTS, Token, Unreadable, matching, tokenize
from orderlint.fhir.read.expression_values import (
    AGE,
    COMPARE,
    FALSE,
    ON_RECORD,
    RENAL,
    TRUE,
    Fact,
    Moment,
    Number,
    Truth,
    Value,
    Words,
    add,
    compare,
    conjoin,
    disjoin,
    negate,
    subtract,
    unknown,
)
from orderlint.fhir.read.guard_words import facts_spoken_of, name_of, names_birth, speaks_of
from orderlint.interval_sets import ANYTHING, NOTHING, Set
from orderlint.namedtuple import NamedTuple

__all__ = ["Constraint", "Reach", "evaluate", "speaks_of", "spoken_facts", "without_comments"]

_LONGEST = 10_000  # characters
_MOST_DIGITS = 30
_DEEPEST = 40


class Reach(NamedTuple):
    """The values of one fact that get in: at most ``may``, and ``surely`` these plainly do."""

    may: Set
    surely: Set


class Constraint(NamedTuple):
    """Who gets in. Age in years, half-open where whole years are counted; kidney function in mL/min.

    ``spoken``: the facts that the expression speaks of, evaluated or not.
    """

    age: Reach
    renal: Reach
    spoken: frozenset[str]

    def reach(self, fact: str) -> Reach:
        """Who gets in as to ``fact``; a fact that isn't evaluated is taken at its word."""
        if fact == AGE:
            return self.age
        return self.renal if fact == RENAL else Reach(ANYTHING, NOTHING)


def evaluate(text: str, language: str | None) -> Constraint | None:
    """Who a condition lets in; None where nothing of it can be evaluated. Never raises.

    ``language`` is the expression's media type: CQL, FHIRPath or not stated; any other isn't read.
    """
    read = _read(text, language)
    if read is None or read[0].yes.unread:
        return None
    truth, spoken = read
    return Constraint(Reach(*truth.yes.reach(AGE)), Reach(*truth.yes.reach(RENAL)), spoken)


def spoken_facts(text: str, language: str | None) -> frozenset[str]:
    """The facts that an expression speaks of, in any of its parts; comments don't count."""
    read = _read(text, language)
    return (read[1] if read else frozenset()) | facts_spoken_of(without_comments(text, language))


def without_comments(text: str, language: str | None) -> str:
    """A CQL or FHIRPath text without its comments: they guard nothing. Other languages stay as they are."""
    if not _readable(language) or "/" not in text:
        return text
    return COMMENTS.sub(lambda found: found[0] if found["kept"] is not None else " ", text)


def _readable(language: str | None) -> bool:
    said = (language or "").strip().lower()
    return not said or "cql" in said or "fhirpath" in said


def _read(text: str, language: str | None) -> tuple[Truth, frozenset[str]] | None:
    if len(text) > _LONGEST or not _readable(language):
        return None
    try:
        parser = _Parser(tokenize(text))
        return parser.whole(), frozenset(parser.spoken)
    except Unreadable:
        return None


_CALENDAR = frozenset(
    f"{unit}{s}" for unit in ("year", "month", "week", "day", "hour", "minute", "second") for s in ("", "s")
)
# Functions and elements that leave a number what it is; of the second, whatever their argument.
_TRANSPARENT_WORDS = (
    "value valuequantity first last single toquantity tointeger todecimal todate todatetime trace"
)
_TRANSPARENT = frozenset(_TRANSPARENT_WORDS.split())
_CASTS = frozenset({"as", "oftype"})
_PRESENCE = frozenset({"exists", "empty", "hasvalue"})
# Words that begin or join what is not read here: after them everything means something else.
_RESERVED_WORDS = (
    "where from such that return sort with without let aggregate case when then else end if and or "
    "xor implies not exists between in contains during before after same starts ends start is as div "
    "mod union intersect except flatten distinct properly included includes within overlaps meets "
    "null interval"
)
_RESERVED = frozenset(_RESERVED_WORDS.split())
_NOTHING_WITHIN, _SOMETHING_WITHIN, _DATE_WITHIN = "nothing", "something", "date"  # a call's arguments


class _Parser:
    """One expression. Every method begins at ``at`` and leaves it behind what it read, or raises."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = [*tokens, Token("end", "")]
        self.at = 0
        self.depth = 0
        self.spoken: set[str] = set()
        self.closing = matching(tokens)

    def whole(self) -> Truth:
        """The expression as a condition."""
        value = self.condition()
        if self.tokens[self.at].kind != "end":
            raise Unreadable
        return self.truth(value, 0)

    # ------------------------------------------------------------ looking at tokens

    def peek(self, ahead: int = 0) -> str:
        """A token: a keyword or name in lower case, an operator; never a quoted text."""
        if self.at + ahead >= len(self.tokens):
            return ""
        token = self.tokens[self.at + ahead]
        return token.text.lower() if token.kind in ("name", "op") else ""

    def take(self, *words: str) -> str:
        """Step over the current token if it is one of ``words``."""
        word = self.peek()
        if word not in words:
            return ""
        self.at += 1
        return word

    def need(self, word: str) -> None:
        """Step over ``word``."""
        if not self.take(word):
            raise Unreadable

    def skip(self) -> None:
        """Step over a bracketed part without reading it."""
        self.at = self.closing[self.at] + 1

    def truth(self, value: Value, start: int) -> Truth:
        """What was just read, since ``start``, as a condition; anything but a condition is unknown."""
        if isinstance(value, Truth):
            return value
        spoken = facts_spoken_of(" ".join(token.text for token in self.tokens[start : self.at]))
        self.spoken |= spoken
        return unknown(spoken)

    # ------------------------------------------------------------ conditions, loosest first

    def condition(self) -> Value:
        """Joined by ``implies``. A lone value stays one, so that ``(AgeInYears()) < 65`` compares."""
        start = self.at
        left = self.disjunction()
        while self.peek() == "implies":
            left = negate(self.truth(left, start))
            self.at += 1
            start = self.at
            left = disjoin(left, self.truth(self.disjunction(), start))
        return left

    def disjunction(self) -> Value:
        """Joined by ``or``, ``xor``."""
        start = self.at
        left = self.conjunction()
        while (word := self.peek()) in ("or", "xor"):
            one = self.truth(left, start)
            self.at += 1
            start = self.at
            other = self.truth(self.conjunction(), start)
            if word == "or":
                left = disjoin(one, other)
            else:
                left = disjoin(conjoin(one, negate(other)), conjoin(negate(one), other))
        return left

    def conjunction(self) -> Value:
        """Joined by ``and``."""
        start = self.at
        left = self.negation()
        while self.peek() == "and":
            one = self.truth(left, start)
            self.at += 1
            start = self.at
            left = conjoin(one, self.truth(self.negation(), start))
        return left

    def negation(self) -> Value:
        """``not`` takes the whole comparison after it, which is the only reading that makes sense."""
        negative, any_not = False, False
        while self.take("not"):
            negative, any_not = not negative, True
        start = self.at
        value = self.comparison()
        if not any_not:
            return value
        truth = self.truth(value, start)
        return negate(truth) if negative else truth

    def comparison(self) -> Value:
        """A value, or a comparison of it; never two comparisons in a chain."""
        start = self.at
        value = self.presence(self.value()) if self.take("exists") else self.compared(self.value())
        while self.peek() == "is":
            truth = self.truth(value, start)
            self.at += 1
            negative = bool(self.take("not"))
            word = self.take("true", "false")
            if not word:
                raise Unreadable
            value = negate(truth) if negative != (word == "false") else truth
        if self.peek() in COMPARE:
            raise Unreadable
        return value

    def compared(self, left: Value) -> Value:
        """``left`` with what compares it; words where that can't be evaluated."""
        op = self.peek()
        if op in COMPARE:
            self.at += 1
            right = self.value()
            return self.known(compare(left, COMPARE[op], right), left, right)
        if op == "is":
            ahead = 2 if self.peek(1) == "not" else 1
            if self.peek(ahead) != "null":
                return left
            self.at += ahead + 1
            return self.presence(left)
        properly = bool(self.take("properly"))
        if self.take("between"):
            low = self.value()
            self.need("and")
            return self.within(left, low, not properly, self.value(), not properly)
        if properly:
            raise Unreadable
        if self.take("in", "during"):
            return self.in_interval(left)
        return left

    def in_interval(self, left: Value) -> Value:
        """``in Interval[18, 65)``; a list or a value set is words."""
        if not self.take("interval"):
            self.value()
            return Words()
        low_bracket = self.take("[", "(")
        if not low_bracket:
            raise Unreadable
        low = self.bound()
        self.need(",")
        high = self.bound()
        high_bracket = self.take("]", ")")
        if not high_bracket:
            raise Unreadable
        return self.within(left, low, low_bracket == "[", high, high_bracket == "]")

    def bound(self) -> Value | None:
        """One end of an interval; None where it is open."""
        return None if self.take("null") else self.value()

    def within(
        self, left: Value, low: Value | None, low_closed: bool, high: Value | None, high_closed: bool
    ) -> Value:
        """Between two ends; None is no end."""
        above = TRUE if low is None else compare(left, ">=" if low_closed else ">", low)
        below = TRUE if high is None else compare(left, "<=" if high_closed else "<", high)
        return self.known(None if above is None or below is None else conjoin(above, below), left)

    def presence(self, value: Value) -> Value:
        """Whether a value is on record, or is not."""
        return self.known(ON_RECORD, value) if isinstance(value, (Fact, Moment)) else Words()

    def known(self, truth: Truth | None, *values: Value) -> Value:
        """An evaluated comparison, and what it speaks of; words where it wasn't."""
        if truth is None:
            return Words()
        for value in values:
            if isinstance(value, Fact):
                self.spoken.add(value.fact)
            elif isinstance(value, Moment):
                self.spoken.add(AGE)
        return truth

    def choice(self) -> Value:
        """``if a then b else c`` of conditions."""
        if self.depth >= _DEEPEST:
            raise Unreadable
        self.depth += 1
        try:
            parts = []
            for word in ("if", "then", "else"):
                self.need(word)
                start = self.at
                parts.append(self.truth(self.condition(), start))
        finally:
            self.depth -= 1
        test, yes, no = parts
        return disjoin(conjoin(test, yes), conjoin(negate(test), no))

    # ------------------------------------------------------------ values

    def value(self) -> Value:
        """Sums and differences: of numbers, and of dates with spans of years."""
        left = self.product()
        while word := self.take("+", "-"):
            right = self.product()
            left = add(left, right) if word == "+" else subtract(left, right)
        return left

    def product(self) -> Value:
        """Products of plain numbers."""
        left = self.signed()
        while word := self.take("*", "/"):
            right = self.signed()
            if not isinstance(left, Number) or not isinstance(right, Number) or left.unit or right.unit:
                left = Words()
            elif word == "*":
                left = Number(left.value * right.value, None)
            else:
                left = Number(left.value / right.value, None) if right.value else Words()
            if isinstance(left, Number) and left.value.denominator.bit_length() > _LONGEST:
                raise Unreadable
        return left

    def signed(self) -> Value:
        """A value, negative or cast."""
        negative = bool(self.take("-"))
        value = self.primary()
        while self.peek() == "as" and self.tokens[self.at + 1].kind in ("name", "quoted"):
            self.at += 2
            while self.peek() == "." and self.tokens[self.at + 1].kind in ("name", "quoted"):
                self.at += 2
        if not negative:
            return value
        return Number(-value.value, value.unit) if isinstance(value, Number) else Words()

    def primary(self) -> Value:
        """A literal, a part in brackets, or a path."""
        token = self.tokens[self.at]
        word = self.peek()
        if token.kind == "quoted":
            return self.path()
        if token.kind == "number":
            return self.after(self.number())
        if token.kind in ("string", "date"):
            self.at += 1
            return self.after(Words())
        if word == "(":
            return self.after(self.group())
        if word in ("[", "{"):
            self.skip()
            return self.after(Words())
        if word in ("true", "false"):
            self.at += 1
            return self.after(TRUE if word == "true" else FALSE)
        if word == "if":
            return self.choice()
        if token.kind != "name" or word in _RESERVED:
            raise Unreadable
        if word in _CALENDAR and self.peek(1) == "between":
            return self.time_between()
        return self.path()

    def number(self) -> Number:
        """A number, with the unit after it if there is one."""
        text, unit = self.tokens[self.at].text, self.tokens[self.at + 1]
        if len(text) > _MOST_DIGITS:
            raise Unreadable
        self.at += 1
        if unit.kind == "string":
            self.at += 1
            return Number(Fraction(text), unit.text[1:-1])
        if unit.kind == "name" and unit.text.lower() in _CALENDAR:
            self.at += 1
            return Number(Fraction(text), unit.text.lower())
        return Number(Fraction(text), None)

    def group(self) -> Value:
        """A part in parentheses; one that can't be read is words, and reading goes on behind it."""
        start, closing = self.at, self.closing[self.at]
        if self.depth < _DEEPEST:
            self.depth += 1
            try:
                self.at = start + 1
                value = self.condition()
                if self.at == closing:
                    self.at += 1
                    return value
            except Unreadable:
                pass
            finally:
                self.depth -= 1
        self.at = closing + 1
        return Words()

    def time_between(self) -> Value:
        """``years between birthDate and Today()`` is the age in completed years."""
        unit = self.peek()
        self.at += 2
        first = self.value()
        self.need("and")
        born_till_now = (Moment(True, Fraction(0)), Moment(False, Fraction(0)))
        return Fact(AGE, unit, True) if (first, self.value()) == born_till_now else Words()

    def path(self) -> Value:
        """Names joined by dots, with calls and indexes: ``Patient.birthDate``, ``%egfr.value.first()``."""
        names: list[tuple[str, str | None]] = []  # the name, and what its call holds if it is one
        while True:
            token = self.tokens[self.at]
            if token.kind not in ("name", "quoted"):
                raise Unreadable
            self.at += 1
            call = self.arguments() if self.peek() == "(" else None
            names.append((token.text.strip('%$"`'), call))
            while self.peek() == "[":
                self.skip()
            if not self.take("."):
                return self.meaning(names)

    def arguments(self) -> str:
        """Step over a call's arguments, and say what kind there is."""
        start = self.at
        self.skip()
        between = self.tokens[start + 1 : self.at - 1]
        if any(token.kind == "date" for token in between):
            return _DATE_WITHIN
        return _SOMETHING_WITHIN if between else _NOTHING_WITHIN

    def meaning(self, names: list[tuple[str, str | None]]) -> Value:
        """What a path stands for: its last name counts, and functions that leave it what it is don't."""
        last = len(names) - 1
        while last > 0 and _function(*names[last]):
            last -= 1
        plain = all(call in (None, _NOTHING_WITHIN) for _, call in names[:last])
        value = self.named(names[last], plain)
        for name, call in names[last + 1 :]:
            value = self.applied(value, name.lower(), call)
        return value

    def named(self, step: tuple[str, str | None], plain: bool) -> Value:
        """What a name stands for. Not ``plain``: of something chosen by arguments, which may be anything."""
        name, call = step
        if not plain or call == _DATE_WITHIN:  # the age on a certain day is not the age on the order's day
            return Words()
        if call == _NOTHING_WITHIN and name.lower() in ("today", "now"):
            return Moment(False, Fraction(0))
        if call is None and names_birth(name):
            return Moment(True, Fraction(0))
        found = name_of(name)
        return Words() if found is None else Fact(found[0], found[1], found[0] == AGE)

    def applied(self, value: Value, function: str, call: str | None) -> Value:
        """``value.function(...)`` of a function that :func:`_function` knows."""
        if function == "not":
            return negate(value) if isinstance(value, Truth) else Words()
        if function in _PRESENCE:
            return self.presence(value)
        return value

    def after(self, value: Value) -> Value:
        """What follows a literal or a group after a dot or in brackets: ``(…).not()``, ``(…).value``."""
        while True:
            if self.peek() == "[":
                self.skip()
                value = Words()
            elif self.take("."):
                token = self.tokens[self.at]
                if token.kind not in ("name", "quoted"):
                    raise Unreadable
                self.at += 1
                call = self.arguments() if self.peek() == "(" else None
                known = _function(token.text, call)
                value = self.applied(value, token.text.lower(), call) if known else Words()
            else:
                return value


def _function(name: str, call: str | None) -> bool:
    """Whether a step of a path is one that this parser understands on whatever it is applied to."""
    name = name.lower()
    if name in _CASTS:
        return call is not None
    if call not in (None, _NOTHING_WITHIN):
        return False
    return name in _TRANSPARENT or (call is not None and (name in _PRESENCE or name == "not"))
