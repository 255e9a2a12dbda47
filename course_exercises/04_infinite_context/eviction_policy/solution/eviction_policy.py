"""Choose which segments leave a store that is full."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Segment:
    """A part of the conversation that is in the store."""

    number: int  # its place in the conversation, from 1
    tokens: int  # what it takes of the budget
    age_tokens: int  # tokens said since it ended
    unused_tokens: int  # tokens said since a window last took it; since it ended, when none did
    uses: int  # how often a window took it
    importance: float  # 1 to 9: more for names, numbers, decisions, preferences, code and promises
    pinned: bool  # the user wants it in every window


def evict(segments: Sequence[Segment], budget_tokens: int) -> list[int]:
    """Give the numbers of the segments that leave, so that the others fit the budget.

    It is called whenever a segment was added. What leaves does not come back in this exercise; a question is answered
    when everything that it needs is still there. LRU, which evicts what was not used for longest, is the one to beat:
    on the conversation in ``data/given.toml``, and on another one.

    Parameters
    ----------
    segments : sequence of Segment
        What is in the store, in any order.
    budget_tokens : int
        Most tokens that may stay.
    """
    # BEGIN SOLUTION: this is LRU; rank by more than the last use, so that what will be asked for stays
    # STUB: ranked = sorted(segments, key=lambda one: (not one.pinned, one.unused_tokens, -one.number))
    half_life_tokens = 300  # what was not used for so long is worth half; the whole talk has some 700 tokens

    def worth(one: Segment) -> float:
        return one.importance * 0.5 ** (one.unused_tokens / half_life_tokens)

    ranked = sorted(segments, key=lambda one: (not one.pinned, -worth(one), -one.number))
    # END SOLUTION
    evicted = []
    for one in ranked:  # the best first, as long as they fit
        if one.tokens <= budget_tokens:
            budget_tokens -= one.tokens
        else:
            evicted.append(one.number)
    return evicted
