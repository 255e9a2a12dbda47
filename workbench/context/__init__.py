"""Segments, windows and retrieval over a conversation. Pure over rows."""
