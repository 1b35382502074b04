"""The examples beside the clauses of protocol files: orders in a few words, and what is said of them."""
