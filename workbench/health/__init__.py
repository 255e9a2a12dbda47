"""Component states and probes."""
