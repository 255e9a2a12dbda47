"""Dated facts: token estimates, context windows, prices. Pure."""
