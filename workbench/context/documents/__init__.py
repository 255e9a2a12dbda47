"""Documents beside conversations: read as text, cut into chunks, ranked by words. Pure."""
