"""Lets nothing go."""


def evict(segments, budget_tokens):
    return []
