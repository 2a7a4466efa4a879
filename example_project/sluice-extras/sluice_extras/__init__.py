"""More plugins for sluice."""
