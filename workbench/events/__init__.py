"""What travels: the envelope, its payloads, the topics, and their bytes. Pure."""
