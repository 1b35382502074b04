"""What an audit leaves behind: the outcome put together, its summary, its files."""
