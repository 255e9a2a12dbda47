"""Cross-session learning: patterns of completed conversations and what they say. Pure over rows."""
