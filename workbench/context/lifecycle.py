"""What becomes of segments: open, active, compressed, archived, and recalled. Pure.

::

    open ──> active ──> compressed ──> archived
              ^  └───────────────────────^ │
              └────────── recalled ────────┘

*open* still grows; *active* is closed and has its texts in PostgreSQL; *compressed* has a summary beside its texts,
which windows do not read yet; *archived* has its texts only in the lake. A recall makes it active again. Compression
goes by a conversation's token budget, archiving by a budget of bytes over all conversations.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.context.eviction import Evictable, Policy, evict, in_order
from workbench.errors import SegmentStateError

Status = Literal["open", "active", "compressed", "archived"]

MOVES: dict[Status, tuple[Status, ...]] = {
    "open": ("active",),
    "active": ("compressed", "archived"),
    "compressed": ("active", "archived"),
    "archived": ("active",),
}
"""Status -> what a segment may become next."""


@dataclass(frozen=True, slots=True)
class Held:
    """A segment as the lifecycle sees it.

    Parameters
    ----------
    conversation_id : str
    status : {"open", "active", "compressed", "archived"}
    hot_bytes : int
        Bytes of its texts that are in PostgreSQL.
    evictable : Evictable
    last : bool
        Whether it is its conversation's last segment and the conversation is not closed: such a one stays.
    """

    conversation_id: str
    status: Status
    hot_bytes: int
    evictable: Evictable
    last: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is due; pairs of conversation and segment number, in the order in which it should be done.

    Parameters
    ----------
    compress, archive : tuple of (str, int)
    hot_bytes : int
        Bytes of texts in PostgreSQL before.
    hot_bytes_after : int
        And after everything is archived that the plan names.
    """

    compress: tuple[tuple[str, int], ...]
    archive: tuple[tuple[str, int], ...]
    hot_bytes: int
    hot_bytes_after: int


def check_move(status: Status, to: Status, *, segment: int) -> None:
    """Nothing when a segment may become that.

    Raises
    ------
    SegmentStateError
        When it may not: somebody else moved it meanwhile, or it is the wrong one.
    """
    if to not in MOVES[status]:
        raise SegmentStateError(
            f"segment {segment} is {status} and cannot become {to}; look again: workbench context segments"
        )


def plan(
    held: Iterable[Held], *, active_tokens: int = 0, storage_bytes: int = 0, policy: str | Policy = "heat"
) -> Plan:
    """What to compress and what to archive.

    Parameters
    ----------
    held : iterable of Held
        Segments of all conversations of a tenant.
    active_tokens : int
        Tokens of open and active segments of one conversation; beyond, the lowest by the policy are compressed. 0 is
        no bound.
    storage_bytes : int
        Bytes of texts in PostgreSQL over all conversations; beyond, compressed segments are archived first, then active
        ones, the lowest by the policy first. 0 is no bound. Pinned and last segments stay.
    policy : str or callable
        See `workbench.context.eviction`. Priorities of different conversations are compared as they are.
    """
    all_held = list(held)
    compress: list[tuple[str, int]] = []
    if active_tokens:
        for conversation_id in dict.fromkeys(one.conversation_id for one in all_held):
            compress += _over_budget(
                [one for one in all_held if one.conversation_id == conversation_id], active_tokens, policy
            )
    hot = sum(one.hot_bytes for one in all_held)
    archive, after = (
        _over_storage(all_held, hot, storage_bytes, policy, frozenset(compress)) if storage_bytes else ([], hot)
    )
    return Plan(tuple(compress), tuple(archive), hot, after)


def _over_budget(held: Sequence[Held], active_tokens: int, policy: str | Policy) -> list[tuple[str, int]]:
    shown = [one for one in held if one.status in ("open", "active")]
    fixed = {one.evictable.number for one in shown if one.last or one.status == "open" or one.evictable.pinned}
    reserved = sum(one.evictable.token_count for one in shown if one.evictable.number in fixed)
    movable = [one.evictable for one in shown if one.evictable.number not in fixed]
    found = evict(movable, budget_tokens=max(0, active_tokens - reserved), policy=policy)
    return [(held[0].conversation_id, number) for number in found.evicted]


def _over_storage(
    held: Sequence[Held], hot: int, storage_bytes: int, policy: str | Policy, due: frozenset[tuple[str, int]]
) -> tuple[list[tuple[str, int]], int]:
    by_evictable = {
        id(one.evictable): one
        for one in held
        if one.status in ("active", "compressed") and not one.last and not one.evictable.pinned and one.hot_bytes
    }
    ordered = [by_evictable[id(one)] for one in in_order((x.evictable for x in by_evictable.values()), policy)]
    ordered.sort(key=lambda one: one.status != "compressed" and (one.conversation_id, one.evictable.number) not in due)
    archive: list[tuple[str, int]] = []
    for one in ordered:
        if hot <= storage_bytes:
            break
        archive.append((one.conversation_id, one.evictable.number))
        hot -= one.hot_bytes
    return archive, hot
