"""Real logs and conversations to events: one module per format."""
