"""Where an audit may write: never into what it reads, however that is named."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from orderlint.cli.output_places import make_folder


@pytest.mark.parametrize("begin", ["", "file://", "local://", "FILE://"])
def test_results_never_go_into_the_export(tmp_path: Path, begin: str) -> None:
    export = tmp_path / "an export"
    export.mkdir()
    with pytest.raises(click.UsageError, match="lies in the export"):
        make_folder(export / "out", [f"{begin}{export}"])
    assert not (export / "out").exists()


def test_a_url_with_escapes_names_the_same_folder(tmp_path: Path) -> None:
    export = tmp_path / "an export"
    export.mkdir()
    with pytest.raises(click.UsageError, match="lies in the export"):
        make_folder(export, [export.as_uri()])


@pytest.mark.parametrize("elsewhere", ["https://h/fhir", "file://another/machine", "zip://a::file:///b.zip"])
def test_beside_it_they_may_go(tmp_path: Path, elsewhere: str) -> None:
    make_folder(tmp_path / "out", [str(tmp_path / "export"), elsewhere])
    assert (tmp_path / "out").is_dir()
