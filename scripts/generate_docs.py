"""Write docs/rules/*.md and docs/traceability.md from the protocol files.

python scripts/generate_docs.py          write them, and remove pages of rules that are gone
python scripts/generate_docs.py --check  write nothing; exit 1 and name what is missing or stale
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from orderlint.protocols.examples.suite import suites
from orderlint.protocols.guide import markdown, trace
from orderlint.protocols.guide.page import pages

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "docs" / "rules"


def generated() -> dict[Path, str]:
    """Every file that is generated, and what belongs in it."""
    every = pages()
    files = {RULES / f"{page.rule.name}.md": markdown.render(page) for page in every}
    files[RULES / "README.md"] = markdown.index(every)
    files[ROOT / "docs" / "traceability.md"] = trace.render(suites([]), ROOT / "fixtures" / "rules")
    return files


def stale(files: dict[Path, str]) -> list[str]:
    """What is missing, differs, or should not be there."""
    found = []
    for path, text in sorted(files.items()):
        name = path.relative_to(ROOT).as_posix()
        if not path.exists():
            found.append(f"{name} is missing")
        elif path.read_text("utf-8") != text:
            found.append(f"{name} is stale")
    found += [
        f"{p.relative_to(ROOT).as_posix()} is of no rule"
        for p in sorted(RULES.glob("*.md"))
        if p not in files
    ]
    return found


def main() -> int:
    """Write, or compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true")
    wanted = parser.parse_args()
    files = generated()
    if wanted.check:
        faults = stale(files)
        for fault in faults:
            sys.stderr.write(f"{fault}; run scripts/generate_docs.py\n")
        return 1 if faults else 0
    RULES.mkdir(parents=True, exist_ok=True)
    for path in RULES.glob("*.md"):
        if path not in files:
            path.unlink()
    for path, text in files.items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
