"""Asks for what is not there."""


def evict(segments, budget_tokens):
    return [one.number for one in segments if one.last_used < 1]
