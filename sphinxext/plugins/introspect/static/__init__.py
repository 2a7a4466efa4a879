"""Reading the source of plugins: nothing of theirs runs."""
