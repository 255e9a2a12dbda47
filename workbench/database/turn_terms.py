"""Read turns for an index with the terms that are kept of them, and keep new ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.context.retrieval.analysis import VERSION, Analysed, analysed, unpacked
from workbench.database.connection import BoundedConnection
from workbench.database.statements import statement

PAGE_TURNS = 5_000
"""Turns a round trip: a few megabytes, a tenth of a second."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a stored conversation stands.

    Parameters
    ----------
    newest_sequence, revision_count : int
    newest_event_id : str or None
        At `newest_sequence`.
    indexed_event_id : str or None
        At the sequence that was asked for.
    """

    newest_sequence: int
    revision_count: int
    newest_event_id: str | None
    indexed_event_id: str | None


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A turn for an index.

    Parameters
    ----------
    text_event_id : str
        The event that its text is of: its own or its newest edit.
    text : str or None
        None when `kept` is there, or when the text is in the lake alone.
    kept : Analysed or None
    """

    conversation_id: str
    sequence: int
    turn_id: str
    session_id: str
    occurred_at: datetime
    speaker: str
    text_event_id: str
    text: str | None
    kept: Analysed | None


@dataclass(frozen=True, slots=True)
class Revision:
    """An edited or deleted turn."""

    turn_id: str
    sequence: int
    deleted: bool
    revised_by: str


def _stored_turn(row: tuple[Any, ...]) -> StoredTurn:
    name, sequence, turn_id, session_id, occurred_at, speaker, text_event_id, text, terms, *rest = row
    kept = None if terms is None else unpacked(terms, *rest)
    return StoredTurn(name, sequence, turn_id, session_id, occurred_at, speaker, text_event_id, text, kept)


def standings(connection: BoundedConnection, tenant_id: str, *, indexed: Mapping[str, int]) -> dict[str, Standing]:
    """Where conversations stand; those that are not stored are left out.

    Parameters
    ----------
    connection : BoundedConnection
    tenant_id : str
    indexed : mapping of str to int
        Conversation -> sequence up to which it is indexed, 0 for not at all.
    """
    wanted = {
        "tenant_id": tenant_id,
        "conversation_ids": list(indexed),
        "sequences": list(indexed.values()),
    }
    rows = connection.execute(statement("index/standings"), wanted)
    return {conversation_id: Standing(*rest) for conversation_id, *rest in rows}


def new_turns(
    connection: BoundedConnection, tenant_id: str, *, wanted: Mapping[str, tuple[int, int]]
) -> Iterator[StoredTurn]:
    """Turns of some conversations, in order within each, as they read now; without system turns.

    Parameters
    ----------
    connection : BoundedConnection
    tenant_id : str
    wanted : mapping of str to (int, int)
        Conversation -> sequence after which, and up to which.
    """
    for page in _pages(wanted):
        given = {
            "tenant_id": tenant_id,
            "conversation_ids": [name for name, _, _ in page],
            "afters": [after for _, after, _ in page],
            "untils": [until for _, _, until in page],
            "version": VERSION,
        }
        yield from map(_stored_turn, connection.execute(statement("index/new_turns"), given, binary=True).fetchall())


def _pages(wanted: Mapping[str, tuple[int, int]]) -> Iterator[list[tuple[str, int, int]]]:
    """Ranges of sequences, at most `PAGE_TURNS` together: a limit would have the server sort all that is left."""
    page, free = [], PAGE_TURNS
    for name, (first, until) in wanted.items():
        after = first
        while after < until:
            end = min(until, after + free)
            page.append((name, after, end))
            free -= end - after
            after = end
            if not free:
                yield page
                page, free = [], PAGE_TURNS
    if page:
        yield page


def revisions(
    connection: BoundedConnection, tenant_id: str, *, conversation_id: str, until_sequence: int
) -> list[Revision]:
    """Edited and deleted turns of a conversation up to a sequence."""
    given = {"tenant_id": tenant_id, "conversation_id": conversation_id, "until": until_sequence}
    return [
        Revision(turn_id, sequence, deleted, revised_by)
        for turn_id, sequence, deleted, revised_by in connection.execute(statement("index/revisions"), given)
    ]


def save_terms(connection: BoundedConnection, tenant_id: str, *, made: Sequence[tuple[StoredTurn, Analysed]]) -> None:
    """Keep the terms of some texts; those that are kept in this version stay as they are."""
    packed = [one.packed() for _, one in made]
    connection.execute(
        statement("index/save_terms"),
        {
            "tenant_id": tenant_id,
            "version": VERSION,
            "conversation_ids": [turn.conversation_id for turn, _ in made],
            "text_event_ids": [turn.text_event_id for turn, _ in made],
            **{
                name: [one[place] for one in packed]
                for place, name in enumerate(("terms", "counts", "lengths", "spans", "flags"))
            },
        },
    )


def keep_segment_terms(connection: BoundedConnection, tenant_id: str, *, conversation_id: str, segment: int) -> int:
    """Keep the terms of a segment's turns, so that they are found when their texts are in the lake alone.

    Returns
    -------
    int
        Texts that were analysed now; the terms of the others were kept already.
    """
    given = {"tenant_id": tenant_id, "conversation_id": conversation_id, "segment": segment}
    row = connection.execute(statement("index/segment_range"), given).fetchone()
    if row is None:
        return 0
    turns = new_turns(connection, tenant_id, wanted={conversation_id: (row[0] - 1, row[1])})
    made = [
        (turn, analysed(turn.text, said_on=turn.occurred_at.date()))
        for turn in turns
        if turn.kept is None and turn.text is not None
    ]
    save_terms(connection, tenant_id, made=made)
    return len(made)
