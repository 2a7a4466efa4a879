"""Loading plugins, in a process of its own."""
