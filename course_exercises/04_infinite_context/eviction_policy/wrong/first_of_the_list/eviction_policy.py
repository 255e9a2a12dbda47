"""Takes the list as it comes."""


def evict(segments, budget_tokens):
    evicted, left = [], sum(one.tokens for one in segments)
    for one in segments:
        if left > budget_tokens and not one.pinned:
            evicted.append(one.number)
            left -= one.tokens
    return evicted
