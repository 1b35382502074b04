"""``orderlint sweep``: a definition against every age and kidney function."""

import sys
from datetime import date
from pathlib import Path

import click

from orderlint.cli.exit_status import FINDINGS, OK, UNUSABLE
from orderlint.cli.options import as_of_option, protocol_options


def _numbers(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, ...]:
    if value is None:
        return ()
    try:
        found = tuple(int(x) for x in value.split(","))
    except ValueError:
        raise click.BadParameter(f"'{value}' is not a list of whole numbers like 20,65,80") from None
    if not all(0 < x < 200 for x in found):
        raise click.BadParameter("each number has to lie between 1 and 199")
    return found


@click.command(name="sweep", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=str))
@click.option("--ages", callback=_numbers, metavar="LIST", help="Ages in years, 20,64,65,80.")
@click.option("--kidney", callback=_numbers, metavar="LIST", help="Kidney functions in mL/min, 15,30,60,90.")
@click.option("--html", type=click.Path(path_type=Path), default=None, help="Write the grids as a page, too.")
@click.option("--color/--no-color", default=None, help="Colour, whatever the terminal says.")
@as_of_option
@protocol_options
def command(
    paths: tuple[str, ...],
    ages: tuple[int, ...],
    kidney: tuple[int, ...],
    html: Path | None,
    color: bool | None,
    as_of: date | None,
    protocols: tuple[str, ...],
    protocol_files: tuple[str, ...],
) -> None:
    """Judge each definition for a grid of ages and kidney functions.

    Prints the verdict of each cell and the first that fails. Exit status 1 where a cell has an error, 2
    where something could not be read or no definition orders a drug that a protocol names.
    """
    import os  # noqa: PLC0415

    from orderlint.cli.streams import complain, print_report, standard_input  # noqa: PLC0415
    from orderlint.engine import read_all  # noqa: PLC0415
    from orderlint.fhir.build.records import build  # noqa: PLC0415
    from orderlint.fhir.reference import Index  # noqa: PLC0415
    from orderlint.fhir.source.files import find_inputs  # noqa: PLC0415
    from orderlint.protocols.errors import ProtocolError  # noqa: PLC0415
    from orderlint.protocols.info import info_of  # noqa: PLC0415
    from orderlint.protocols.loader import load  # noqa: PLC0415
    from orderlint.report import sweep_text  # noqa: PLC0415
    from orderlint.report.sanitize import visible  # noqa: PLC0415
    from orderlint.report.summary import protocol_words  # noqa: PLC0415
    from orderlint.report.terminal import use_color  # noqa: PLC0415
    from orderlint.sweep import sweep  # noqa: PLC0415

    try:
        loaded = load(protocol_files, protocols)
    except ProtocolError as error:
        complain(str(error))
        sys.exit(UNUSABLE)
    day = as_of or date.today()
    stdin = standard_input(paths)
    read = read_all(find_inputs(paths, stdin.read() if stdin is not None else None))
    index = Index.of(read.resources)
    built = build(read.resources, index, loaded.names_drug, day)
    templates = [r for r in built.records if r.mode == "template"]
    sweeps = tuple(
        sweep(r, r.definition or r.orders[0].resource, loaded, day, ages, kidney) for r in templates
    )
    vouchers = tuple(protocol_words(info_of(p)) for p in loaded.protocols)
    colored = use_color(sys.stdout, os.environ) if color is None else color
    if sweeps:
        shown = sweep_text.render(
            sweeps, lambda text, name: click.style(text, fg=name) if colored and name else text
        )
        print_report(shown + "".join(f"protocol: {visible(words)}\n" for words in vouchers), colored)
    for fault in read.faults:
        if fault.rule == "invalid-json":
            complain(f"{fault.place.file}: {fault.message}")
    if not sweeps:
        complain("no definition orders a drug that a protocol names; nothing was swept")
    if html is not None and sweeps:
        from orderlint.report import sweep_html  # noqa: PLC0415
        from orderlint.report.atomic import write  # noqa: PLC0415

        try:
            write(str(html), sweep_html.render(sweeps, vouchers).encode())
        except OSError as error:
            complain(f"cannot write {html}: {error.strerror or error}")
            sys.exit(UNUSABLE)
    if read.unreadable or not sweeps:
        sys.exit(UNUSABLE)
    failing = any(c.state == "error" for s in sweeps for c in s.cells.values())
    sys.exit(FINDINGS if failing else OK)
