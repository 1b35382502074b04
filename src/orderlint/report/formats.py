"""The catalogue of formats, the grammar of ``--format NAME[:FILE]``, and the writing of reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from orderlint.findings import Result
from orderlint.namedtuple import NamedTuple
from orderlint.report.context import Context


class FormatError(ValueError):
    """A ``--format`` that can't be meant; the text is for the user."""


class Output(NamedTuple):
    """One report to write. ``path`` None is standard output."""

    format: str
    path: str | None


class Format(NamedTuple):
    """A format and the one line that says whom it is for. ``render`` loads its module when called."""

    name: str
    summary: str
    render: Callable[[Result, Context], str]


def _text(result: Result, context: Context) -> str:
    from orderlint.report.text import render  # noqa: PLC0415 -- a run needs one or two formats

    return render(result, context)


def _json(result: Result, context: Context) -> str:
    from orderlint.report.json_report import render  # noqa: PLC0415

    return render(result, context)


def _sarif(result: Result, context: Context) -> str:
    from orderlint.report.sarif import render  # noqa: PLC0415

    return render(result, context)


FORMATS = {
    f.name: f
    for f in (
        Format("text", "for people: source lines, what was measured, on whose authority", _text),
        Format("json", "for programs: the object that report.schema.json describes", _json),
        Format("sarif", "for code scanning: SARIF 2.1.0", _sarif),
    )
}


def parse_format_option(value: str) -> Output:
    """``"json:out.json"`` → ``Output("json", "out.json")``; ``"json"`` and ``"json:-"`` go to stdout.

    Raises FormatError.
    """
    name, colon, path = value.partition(":")
    if name not in FORMATS:
        from difflib import get_close_matches  # noqa: PLC0415 -- only on the way out

        near = get_close_matches(name, FORMATS, 1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise FormatError(f"{name!r} is not a format{hint}; the formats are {', '.join(FORMATS)}")
    if colon and not path:
        raise FormatError(f"{value!r} names no file: write {name}:FILE, or {name} for standard output")
    return Output(name, None if not colon or path == "-" else path)


def parse_outputs(values: Sequence[str], default: str = "text") -> tuple[Output, ...]:
    """All ``--format`` options of a run; none given is ``default`` on standard output.

    Raises FormatError, also where two reports would go to standard output or to one file.
    """
    outputs = tuple(parse_format_option(value) for value in values) or (Output(default, None),)
    seen: dict[str | None, str] = {}
    for output in outputs:
        if output.path in seen:
            where = "standard output" if output.path is None else output.path
            names = f"{seen[output.path]} and {output.format}"
            raise FormatError(f"{names} would both go to {where}: give one of them another file (NAME:FILE)")
        seen[output.path] = output.format
    return outputs


def write(
    outputs: Sequence[Output], result: Result, context: Context, to_stdout: Callable[[str], None]
) -> list[str]:
    """Write every report; the sentences that come back say which could not be written.

    ``context.color`` and ``context.width`` are the terminal's: files get neither. ``to_stdout`` gets
    the one report that goes to standard output, files first, so that a closed pipe costs no file.
    """
    failed = []
    for output in sorted(outputs, key=lambda output: output.path is None):
        render = FORMATS[output.format].render
        if output.path is None:
            try:
                to_stdout(render(result, context))
            except OSError as error:
                failed.append(f"cannot write the {output.format} report: {error.strerror or error}")
            continue
        from orderlint.report.atomic import write as write_file  # noqa: PLC0415

        text = render(result, context._replace(color=False, width=Context().width))
        try:
            write_file(output.path, text.encode("utf-8", "backslashreplace"))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            failed.append(f"cannot write the {output.format} report to {output.path}: {reason}")
    return failed


def echo(text: str, color: bool) -> None:
    """Print a report on standard output, whatever its encoding can hold. Raises OSError.

    A reader that has seen enough (``| head``) is no error: the rest is dropped.
    """
    import sys  # noqa: PLC0415

    import click  # noqa: PLC0415

    if sys.stdout is None:
        raise OSError("standard output is closed")
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        click.echo(text.encode(encoding, "backslashreplace").decode(encoding), nl=False, color=color)
        sys.stdout.flush()
    except BrokenPipeError:
        _give_up_stdout()
    except OSError:
        _give_up_stdout()
        raise


def _give_up_stdout() -> None:
    """What is still in the buffer must not fail once more when Python ends, with a status of its own."""
    import os  # noqa: PLC0415
    import sys  # noqa: PLC0415

    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return  # standard output is no file at all (a test, an embedding program)
