"""What an export is: its files and URLs, its manifest, and its lines a window at a time."""
