"""A message list in each provider's own shape. Pure."""
