"""What went wrong in Spark, in one line without a traceback and without anything of a patient."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from orderlint.audit.executor import ExecutorFailed

_MOST = 300  # characters
_OURS = re.compile(r"TaskFailed: (.+)")
_MISSING = re.compile(r"No module named '([\w.]+)'")
_PYTHON = "see spark.pyspark.python"
_ENDED = "Spark took the application away, or there is no such master; ORDERLINT_DEBUG=1 shows Spark's log"
_FILE = re.compile(r"while reading file (.+?)\.\s+SQLSTATE")

P = ParamSpec("P")
R = TypeVar("R")


class TaskFailed(Exception):
    """A task could not be done. What it says is fit for any log."""


def guarded(work: Callable[[Any], Iterator[Any]], given: Any) -> Iterator[Any]:
    """``work(given)``; of any other failure only its kind goes on, for its words may be a patient's."""
    try:
        yield from work(given)
    except TaskFailed:
        raise
    except ImportError as error:
        raise TaskFailed(f"the Python of the workers has no {error.name!r} ({_PYTHON})") from None
    except Exception as error:
        raise TaskFailed(f"a task ended with {type(error).__name__}") from None


def in_one_line(method: Callable[P, R]) -> Callable[P, R]:
    """The same; what Spark raises becomes ExecutorFailed."""

    @wraps(method)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(*args, **kwargs)
        except Exception as error:
            words = in_words(error)
            if words is None:
                raise
            raise ExecutorFailed(words) from None

    return called


def in_words(error: BaseException) -> str | None:
    """An exception of PySpark or of the JVM behind it, in words; None for any other."""
    home = type(error).__module__.partition(".")[0]
    if home not in ("pyspark", "py4j") and not isinstance(error, ConnectionError):
        return None
    if isinstance(error, ConnectionError) or type(error).__name__ == "Py4JNetworkError":
        return "Spark's driver process ended"
    said = _text(error)
    if found := _OURS.search(said):
        return f"Spark: {found[1].strip()[:_MOST]}"
    if found := _MISSING.search(said):
        return f"the Python of Spark's workers has no {found[1].partition('.')[0]!r} ({_PYTHON})"
    if "stopped SparkContext" in said:
        return _ENDED
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    words = re.sub(r"^(?:[a-z]\w*\.)+([A-Z]\w*)", r"\1", lines[0]) if lines else type(error).__name__
    return f"Spark: {words[:_MOST]}"


def file_of(error: BaseException) -> str | None:
    """The URI of the file that Spark could not read, where it failed over that."""
    found = _FILE.search(_text(error))
    return found[1] if found else None


def _text(error: BaseException) -> str:
    """What the exception says, and those that caused it."""
    try:
        java = getattr(error, "java_exception", None)
        if java is None:
            return str(error)
        said: list[str] = []
        while java is not None and len(said) < 10:
            said.append(str(java.toString()))
            java = java.getCause()
        return "\n".join(said)
    except Exception:  # the JVM is gone
        return type(error).__name__
