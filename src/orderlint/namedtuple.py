"""``NamedTuple`` as ``typing`` has it, made in a third of the time.

``typing.NamedTuple`` checks and converts every annotation when a class is made, half a millisecond a
class. A run makes more than a hundred such classes before it looks at the first order, which is more
than it then takes over the order (docs/decisions/0002-start-up.md). Here annotations stay as they were
written. Type checkers see ``typing``'s own.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

__all__ = ["NamedTuple"]

if TYPE_CHECKING or sys.version_info >= (3, 14):  # where annotations are made late anyway
    from typing import NamedTuple
else:
    from collections import namedtuple

    _OF_THE_CLASS = frozenset({"__module__", "__qualname__", "__annotations__"})

    class _Maker(type):
        """Turns the body of a class into a named tuple: annotations are fields, the rest is kept."""

        def __new__(mcs, name, bases, body):
            if not bases:
                return super().__new__(mcs, name, bases, body)
            fields = body.get("__annotations__", {})
            defaults = [body[field] for field in fields if field in body]
            if any(field in body for field in list(fields)[: len(fields) - len(defaults)]):
                raise TypeError(f"{name}: a field without a default follows one that has one")
            made = namedtuple(name, fields, defaults=defaults, module=body["__module__"])
            made.__qualname__ = body["__qualname__"]
            made.__annotations__ = made.__new__.__annotations__ = fields
            for key, value in body.items():
                if key not in fields and key not in _OF_THE_CLASS:
                    setattr(made, key, value)
            return made

    class NamedTuple(metaclass=_Maker):
        """What classes name as their base; they become tuples that have no trace of it."""
