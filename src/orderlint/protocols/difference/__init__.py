"""What changed between two versions of protocol files: in meaning, and for orders."""
