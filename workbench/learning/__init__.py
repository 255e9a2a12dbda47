"""Patterns across conversations, and which of them are more than chance. Pure over rows."""
