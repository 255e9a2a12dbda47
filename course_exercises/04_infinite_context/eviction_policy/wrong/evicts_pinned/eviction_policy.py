"""Forgets that some are pinned."""

import math


def evict(segments, budget_tokens):
    evicted = []
    for one in sorted(segments, key=lambda one: one.unused_tokens / 300 - math.log2(one.importance)):
        if one.tokens <= budget_tokens:
            budget_tokens -= one.tokens
        else:
            evicted.append(one.number)
    return evicted
