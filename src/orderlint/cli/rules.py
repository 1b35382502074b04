"""``orderlint rules``: the list of rules, and the page of one."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from orderlint.cli.exit_status import UNUSABLE
from orderlint.cli.options import audience_option


@click.command(name="rules", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("rule", required=False)
@click.option("--format", "form", type=click.Choice(["text", "markdown"]), default="text", show_default=True)
@audience_option
@click.option(
    "--protocols",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A protocol file of your own, or a folder of them, beside the built-in ones.",
)
@click.option("--no-config", is_flag=True, help="Read no configuration file.")
def command(
    rule: str | None, form: str, audience: str | None, files: tuple[Path, ...], no_config: bool
) -> None:
    """List the rules; with RULE: what it says and why, its sources and limits, an order that fires and one
    that is clear, how to satisfy it, and when to suppress it.
    """
    from orderlint.cli.streams import complain, print_report  # noqa: PLC0415
    from orderlint.config import ConfigError, load_config, no_configuration  # noqa: PLC0415
    from orderlint.protocols.errors import ProtocolError  # noqa: PLC0415

    try:
        settings = no_configuration() if no_config else load_config(None)
        text = _text(rule, form, audience, (*map(Path, settings.protocols), *files))
    except (ConfigError, ProtocolError) as error:
        complain(str(error))
        sys.exit(UNUSABLE)
    print_report(text, False)


def _text(rule: str | None, form: str, audience: str | None, files: tuple[Path, ...]) -> str:
    from orderlint.protocols.guide import text  # noqa: PLC0415
    from orderlint.protocols.loader import load  # noqa: PLC0415

    if rule is None and form == "text":
        return text.listing(load(files))
    known = load(files).rules
    if rule is not None and rule not in known:
        from difflib import get_close_matches  # noqa: PLC0415

        near = get_close_matches(rule, known, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise click.UsageError(f"no rule is called {rule}{hint}; `orderlint rules` lists them")
    from orderlint.protocols.guide import markdown  # noqa: PLC0415
    from orderlint.protocols.guide.page import pages  # noqa: PLC0415

    found = pages(files, rule)
    if rule is None:
        return markdown.index(found)
    if form == "markdown":
        return markdown.render(found[0], audience)
    import os  # noqa: PLC0415

    from orderlint.report.terminal import width  # noqa: PLC0415

    return text.render(found[0], audience, width(sys.stdout, os.environ))
