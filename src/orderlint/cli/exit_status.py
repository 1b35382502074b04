"""Exit statuses, named once (contract, "The command")."""

OK = 0
FINDINGS = 1
UNUSABLE = 2  # an input, the usage, the configuration or a protocol can't be used, or nothing matched
INTERRUPTED = 130
