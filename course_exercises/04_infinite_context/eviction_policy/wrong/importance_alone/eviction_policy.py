"""What is important stays for ever, and what was just said does not."""


def evict(segments, budget_tokens):
    evicted = []
    for one in sorted(segments, key=lambda one: (not one.pinned, -one.importance, one.age_tokens)):
        if one.tokens <= budget_tokens:
            budget_tokens -= one.tokens
        else:
            evicted.append(one.number)
    return evicted
