"""Our NamedTuple is typing's, but for the time it takes."""

import pickle
import typing
from fractions import Fraction

import pytest

from orderlint import namedtuple


class Ours(namedtuple.NamedTuple):
    """A dose."""

    value: Fraction
    unit: "str | None" = None
    whole: bool = False

    def doubled(self) -> "Ours":
        """Twice as much."""
        return self._replace(value=self.value * 2)

    @property
    def plain(self) -> str:
        """The unit, or nothing."""
        return self.unit or ""


class Theirs(typing.NamedTuple):
    """A dose."""

    value: Fraction
    unit: "str | None" = None
    whole: bool = False


def test_it_has_what_typings_has() -> None:
    same = ("_fields", "_field_defaults", "__match_args__", "__doc__", "__module__", "__slots__", "__bases__")
    for name in same:
        assert getattr(Ours, name) == getattr(Theirs, name), name
    assert typing.get_type_hints(Ours) == typing.get_type_hints(Theirs)
    assert tuple(Ours(Fraction(1), "mg")) == tuple(Theirs(Fraction(1), "mg"))


def test_methods_properties_and_equality() -> None:
    dose = Ours(Fraction(1, 2), unit="mg")
    assert dose.doubled() == Ours(Fraction(1), "mg", False)
    assert dose.plain == "mg"
    assert repr(dose) == "Ours(value=Fraction(1, 2), unit='mg', whole=False)"
    assert {dose: 1}[Ours(Fraction(1, 2), "mg")] == 1


def test_it_can_be_pickled() -> None:
    dose = Ours(Fraction(1, 2), "mg")
    assert pickle.loads(pickle.dumps(dose)) == dose  # noqa: S301 -- what we wrote ourselves


def test_a_default_must_not_come_before_a_field_without_one() -> None:
    fields = {"a": "int", "b": "int"}
    body = {"__module__": __name__, "__qualname__": "Bad", "__annotations__": fields, "a": 1}
    with pytest.raises(TypeError):
        type(namedtuple.NamedTuple)("Bad", (namedtuple.NamedTuple,), body)
