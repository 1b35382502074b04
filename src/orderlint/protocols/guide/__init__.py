"""Pages for readers: one a rule, the list of them, and the way from every statement to its tests."""
