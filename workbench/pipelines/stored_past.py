"""One conversation's past in PostgreSQL, as `workbench.context.assembly` reads it."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

from workbench.catalogue.tokens import MESSAGE_OVERHEAD_TOKENS
from workbench.context.blocks import past_block
from workbench.context.layout import NO_BLOCK, Block
from workbench.context.sources import Ask, Hit, Newest
from workbench.context.turns import Turn
from workbench.context.window import SegmentChoice, turn_cost
from workbench.database.connection import BoundedConnection
from workbench.database.turns import recent_turns, segments_by_priority
from workbench.database.window import Totals, pinned_turns, totals, turns_before, turns_by_sequence

SAMPLE_TURNS = 400
"""Most turns that a shortened past is made of. Finding what matters in them takes a quarter of a millisecond each the
first time, which a chat request waits for once in some dozen turns."""

SAMPLE_RATIO = 4
"""Tokens that are read for each token of the shortened past."""

BEFORE_RECENT_TURNS = 60
"""Turns right before the recent ones that are always among them: their segment may not have ended."""

MOST_READ = 2_000
"""Turns of heavy segments that are read at once, by their numbers: each is one look at the index."""

ANY_SIZE = 2**40
"""A segment may be larger than the room for it: then its first turns are taken."""

Finder = Callable[[str, int], Sequence[Hit]]
"""Query and number of turns -> the best turns."""


class BlockCache:
    """Shortened pasts by what they were made of; for many threads.

    Parameters
    ----------
    size : int
        Most blocks; 0 keeps none.
    ttl_s : float
        Seconds that a block is kept.
    """

    def __init__(self, *, size: int, ttl_s: float) -> None:
        self._size = size
        self._ttl_s = ttl_s
        self._lock = threading.Lock()
        self._blocks: OrderedDict[tuple[object, ...], tuple[float, Block]] = OrderedDict()

    def get(self, key: tuple[object, ...], make: Callable[[], Block]) -> Block:
        """The block of a key, made when it is not there."""
        now = time.monotonic()
        with self._lock:
            found = self._blocks.get(key)
            if found is not None and now - found[0] < self._ttl_s:
                self._blocks.move_to_end(key)
                return found[1]
        block = make()
        with self._lock:
            self._blocks[key] = (now, block)
            while len(self._blocks) > self._size:
                self._blocks.popitem(last=False)
        return block


class StoredPast:
    """The past of one conversation; see `workbench.context.sources.Past`.

    Parameters
    ----------
    connection : BoundedConnection
    key : tuple of str
        Tenant and conversation: another tenant's conversation of the same id is never read.
    find : callable
    cache : BlockCache
    """

    def __init__(self, connection: BoundedConnection, key: tuple[str, str], *, find: Finder, cache: BlockCache) -> None:
        self._connection = connection
        self._tenant_id, self._conversation_id = key
        self._find = find
        self._cache = cache
        self._totals: Totals | None = None

    def _size(self) -> Totals:
        if self._totals is None:
            self._totals = totals(self._connection, self._tenant_id, conversation_id=self._conversation_id)
        return self._totals

    def newest(self, budget_tokens: int) -> Newest:
        """The newest turns that fit."""
        found = recent_turns(
            self._connection, self._tenant_id, conversation_id=self._conversation_id, budget_tokens=budget_tokens
        )
        size = self._size()
        tokens = size.token_count + size.message_count * MESSAGE_OVERHEAD_TOKENS
        return Newest(found.turns, found.system, found.message_count, tokens, found.complete)

    def pinned(self) -> Sequence[Turn]:
        """Turns that the user pinned, in order."""
        return pinned_turns(self._connection, self._tenant_id, conversation_id=self._conversation_id)

    def shortened(self, before_sequence: int, *, budget_tokens: int, ask: Ask) -> Block:
        """What was said before a place, shortened."""
        if budget_tokens <= 0:
            return NO_BLOCK
        key = (
            *(self._tenant_id, self._conversation_id, self._size().revision_count),
            *(before_sequence, budget_tokens, ask.strategy, ask.tokenizer),
        )
        return self._cache.get(
            key,
            lambda: past_block(
                self._sample(before_sequence, budget_tokens * SAMPLE_RATIO),
                budget_tokens=budget_tokens,
                strategy=ask.strategy,
                count=ask.count,
            ),
        )

    def _sample(self, before_sequence: int, budget_tokens: int) -> list[Turn]:
        """The turns before a place that weigh most, in order, and the last ones before it."""
        near = turns_before(
            self._connection,
            self._tenant_id,
            conversation_id=self._conversation_id,
            before_sequence=before_sequence,
            turn_limit=BEFORE_RECENT_TURNS,
        )
        weighty = self._by_priority(before_sequence, budget_tokens)[: SAMPLE_TURNS - len(near)]
        turns = {turn.sequence: turn for turn in (*near, *weighty) if turn.role != "system"}
        return [turns[sequence] for sequence in sorted(turns)]

    def _by_priority(self, before_sequence: int, budget_tokens: int) -> list[Turn]:
        """Whole segments, highest priority first, the turns of each in order."""
        candidates = segments_by_priority(
            self._connection,
            self._tenant_id,
            conversation_id=self._conversation_id,
            before_sequence=before_sequence,
            budget_tokens=ANY_SIZE,
        )
        chosen: list[SegmentChoice] = []
        for one in candidates:  # the last one may be larger than what is left: its first turns are taken
            if budget_tokens <= 0:
                break
            chosen.append(one)
            budget_tokens -= one.cost_tokens
        if not chosen:
            return []
        wanted = [number for one in chosen for number in range(one.first_sequence, one.last_sequence + 1)]
        rank = {number: at for at, number in enumerate(wanted[:MOST_READ])}
        return sorted(self.turns(list(rank)), key=lambda turn: rank[turn.sequence])

    def turns(self, sequences: Sequence[int]) -> Sequence[Turn]:
        """The turns with these numbers, in order."""
        return turns_by_sequence(
            self._connection, self._tenant_id, conversation_id=self._conversation_id, sequences=sequences
        )

    def find(self, query: str, k: int) -> Sequence[Hit]:
        """The best turns for a question, best first."""
        return self._find(query, k)

    def weightiest(self, before_sequence: int, budget_tokens: int) -> Sequence[Turn]:
        """Turns before a place by the priority of their segments, highest first, as many as fit."""
        found: list[Turn] = []
        used = 0
        for turn in self._by_priority(before_sequence, budget_tokens):
            used += turn_cost(turn)
            if used > budget_tokens:
                break
            found.append(turn)
        return found
