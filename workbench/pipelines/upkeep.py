"""Keep segments within their budgets: describe what was closed, compress what is over, archive what takes room."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from workbench.catalogue.tokenizers import STORE_TOKENIZER, TOKENIZERS
from workbench.catalogue.tokens import count_tokens
from workbench.context.compression.extractive import compress
from workbench.context.lifecycle import Plan, plan
from workbench.context.turns import Turn
from workbench.database.lifecycle import (
    SegmentKey,
    describe_segment,
    held_segments,
    save_summary,
    undescribed_segments,
)
from workbench.database.pool import ConnectionPool
from workbench.database.turns import turns_of_segments
from workbench.errors import ReconciliationError, SegmentStateError
from workbench.extraction import extract
from workbench.pipelines.archive import LakeTexts, Moved, archive_segment
from workbench.settings import Settings

DESCRIBED_AT_ONCE = 500
"""Segments that one upkeep describes: 20 turns each at a third of a millisecond, some three seconds."""

ENTITIES_KEPT = 12
"""Entities of a segment, those of most turns first: what a window can name, not all that was ever said."""

SUMMARY_RATIO = 0.2
"""Tokens of a summary beside those of its segment."""


@dataclass(slots=True)
class Upkeep:
    """What one run did; conversations and segments that could not be moved stand in `left` with the reason."""

    described: int = 0
    compressed: int = 0
    archived: list[Moved] = field(default_factory=list)
    left: dict[tuple[str, int], str] = field(default_factory=dict)
    hot_bytes: int = 0
    hot_bytes_after: int = 0


def described(turns: Sequence[Turn]) -> tuple[dict[str, int], list[str]]:
    """Tokens for each tokenizer, and the entities that most turns name.

    Entities come from the rules of `workbench.extraction`, which take some sixty times as long as the signals that are
    found while events are written: closed segments are described when there is time.
    """
    tokens = {name: sum(count_tokens(turn.text, name) for turn in turns) for name in TOKENIZERS}
    named: Counter[str] = Counter()
    for turn in turns:
        named.update({one.entity_id for one in extract(turn.text)})
    ranked = sorted(named.items(), key=lambda one: (-one[1], one[0]))
    return tokens, [entity_id for entity_id, _ in ranked[:ENTITIES_KEPT]]


def _describe(pool: ConnectionPool, tenant_id: str, done: Upkeep, tick: Callable[[], None]) -> None:
    with pool.connection("list segments") as connection:
        keys = undescribed_segments(connection, tenant_id, limit=DESCRIBED_AT_ONCE)
        connection.rollback()
    for key in keys:
        tokens_by, entity_ids = described(_turns(pool, key))
        with pool.connection("describe a segment") as connection, connection.transaction():
            describe_segment(connection, key, tokens_by=tokens_by, entity_ids=entity_ids)
        done.described += 1
        tick()


def _turns(pool: ConnectionPool, key: SegmentKey) -> list[Turn]:
    with pool.connection("read a segment") as connection, connection.transaction():
        return turns_of_segments(connection, key.tenant_id, conversation_id=key.conversation_id, segments=[key.segment])


def planned(settings: Settings, pool: ConnectionPool, tenant_id: str) -> Plan:
    """What is due by the settings' budgets and policy."""
    with pool.connection("list segments") as connection, connection.transaction():
        held = held_segments(connection, tenant_id)
    context = settings.context
    return plan(
        held,
        active_tokens=context.active_tokens,
        storage_bytes=context.storage_bytes,
        policy=context.eviction_policy,
    )


def upkeep(
    settings: Settings, pool: ConnectionPool, *, tenant_id: str, tick: Callable[[], None] = lambda: None
) -> Upkeep:
    """Describe closed segments, then compress and archive what the budgets leave no room for.

    A segment that somebody changes meanwhile, or that the lake does not have yet, is left for the next time.

    Parameters
    ----------
    settings : Settings
    pool : ConnectionPool
    tenant_id : str
    tick : callable
        Called after each segment.

    Raises
    ------
    StoreUnavailableError
        When PostgreSQL or the object store does not answer.
    """
    done = Upkeep()
    _describe(pool, tenant_id, done, tick)
    due = planned(settings, pool, tenant_id)
    done.hot_bytes = done.hot_bytes_after = due.hot_bytes
    for conversation_id, number in due.compress:
        key = SegmentKey(tenant_id, conversation_id, number)
        try:
            _compress(settings, pool, key)
            done.compressed += 1
        except SegmentStateError as error:
            done.left[conversation_id, number] = str(error)
        tick()
    if due.archive:
        with LakeTexts(settings) as lake:
            for conversation_id, number in due.archive:
                try:
                    moved = archive_segment(pool, lake, SegmentKey(tenant_id, conversation_id, number))
                    done.archived.append(moved)
                    done.hot_bytes_after -= moved.text_bytes
                except (SegmentStateError, ReconciliationError) as error:
                    done.left[conversation_id, number] = str(error)
                tick()
    return done


def _compress(settings: Settings, pool: ConnectionPool, key: SegmentKey) -> None:
    turns = _turns(pool, key)
    budget = max(1, int(SUMMARY_RATIO * sum(turn.tokens for turn in turns)))
    made = compress(turns, budget_tokens=budget, strategy=settings.context.compression_type, tokenizer=STORE_TOKENIZER)
    with pool.connection("keep a summary") as connection, connection.transaction():
        save_summary(connection, key, summary=made.text, tokens=made.token_count)
