"""``python -m orderlint``."""

from orderlint.cli.main import main

main()
