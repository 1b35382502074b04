"""A property that is worked out when it is first asked for, and then an attribute.

``functools.cached_property`` takes a lock each time, which costs more than what most of ours work out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class once(Generic[Value]):
    """Decorates a method without arguments."""

    def __init__(self, work_out: Callable[[Any], Value]) -> None:
        self.work_out = work_out
        self.name = work_out.__name__
        self.__doc__ = work_out.__doc__

    def __get__(self, instance: Any, owner: type) -> Value:
        found = self.work_out(instance)
        instance.__dict__[self.name] = found
        return found
