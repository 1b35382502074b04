"""The linter of protocol files: everything that is wrong with them, each thing at its place."""
