"""Text to entities and relationships. Pure."""
