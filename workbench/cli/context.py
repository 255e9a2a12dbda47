"""``workbench context``: the segments of a conversation, what users say of them, and where their texts are."""

import json
from typing import Annotated

import typer

context = typer.Typer(
    name="context", help="Segments of conversations: priorities, marks, archive.", no_args_is_help=True
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]
Tenant = Annotated[str, typer.Option(help="Whose conversation; default the settings' tenant.")]
Conversation = Annotated[str, typer.Argument(help="The conversation's id.")]
Segment = Annotated[int, typer.Option(min=1, help="Number of the segment.")]
AnySegment = Annotated[int, typer.Option(min=0, help="Number of the segment; 0 when a turn is named.")]
TurnId = Annotated[str, typer.Option(help="Event id of a turn instead of a segment.")]


@context.command()
def segments(conversation: Conversation, tenant: Tenant = "", as_json: Json = False) -> None:
    """The segments of a conversation in priority order, and what each priority is made of."""
    from workbench.context.scoring import SHARES, Score, explained
    from workbench.database.frames import segments as stored_segments
    from workbench.errors import NotFoundError
    from workbench.settings import load_settings

    settings = load_settings()
    found = stored_segments(settings, conversation_id=conversation, tenant_id=tenant or settings.api.tenant)
    if found.is_empty():
        raise NotFoundError(f"no conversation {conversation!r}; the longest ones: workbench report 04_infinite_context")
    parts = ("priority", "importance", "recency", "asked_ratio", *SHARES, "feedback", "pinned")
    rows = [
        {**row, "why": explained(Score(**{name: row[name] for name in parts}))} for row in found.iter_rows(named=True)
    ]
    if as_json:
        print(json.dumps(rows, default=str, ensure_ascii=False))
        return
    for row in rows:
        closed = f", closed by {row['closed_by']}" if row["closed_by"] else ""
        print(
            f"{row['rank']:>4}  segment {row['segment']}: {row['status']}{closed}, {row['turn_count']:,} turns,"
            f" {row['token_count']:,} tokens{''.join(f', {name}' for name in row['names'])}"
        )
        print(f"      {row['why']}")


def _mark(
    conversation: str, tenant: str, segment: int, turn: str, *, pinned: bool | None = None, feedback: int | None = None
) -> None:
    from workbench.database.marks import mark_segment, mark_turn
    from workbench.database.pool import open_pool
    from workbench.errors import UsageError
    from workbench.settings import load_settings

    if bool(segment) == bool(turn):
        raise UsageError("name a segment or a turn: --segment 3, or --turn with an event id")
    settings = load_settings()
    tenant_id = tenant or settings.api.tenant
    with open_pool(settings, size=1, autocommit=True) as pool, pool.connection("keep a mark") as connection:
        if turn:
            marks = [
                mark_turn(
                    connection, tenant_id, conversation_id=conversation, turn_id=turn, pinned=pinned, feedback=feedback
                )
            ]
        else:
            marks = mark_segment(
                connection, tenant_id, conversation_id=conversation, segment=segment, pinned=pinned, feedback=feedback
            )
    for one in marks:
        print(f"turn {one.turn_id[:12]}: {'pinned' if one.pinned else 'not pinned'}, feedback {one.feedback:+d}")


@context.command()
def pin(conversation: Conversation, segment: AnySegment = 0, turn: TurnId = "", tenant: Tenant = "") -> None:
    """Keep a segment, or the segment of a turn, before all others."""
    _mark(conversation, tenant, segment, turn, pinned=True)


@context.command()
def unpin(conversation: Conversation, segment: AnySegment = 0, turn: TurnId = "", tenant: Tenant = "") -> None:
    """Undo ``pin``."""
    _mark(conversation, tenant, segment, turn, pinned=False)


@context.command()
def feedback(
    conversation: Conversation,
    value: Annotated[int, typer.Option(min=-1, max=1, help="1 useful, -1 not, 0 takes it back.")],
    segment: AnySegment = 0,
    turn: TurnId = "",
    tenant: Tenant = "",
) -> None:
    """Say that a segment or a turn was useful, or was not: its priority rises or falls by one."""
    _mark(conversation, tenant, segment, turn, feedback=value)


def _move(conversation: str, tenant: str, segment: int, *, out: bool) -> None:
    from workbench.database.lifecycle import SegmentKey
    from workbench.database.pool import open_pool
    from workbench.pipelines.archive import LakeTexts, archive_segment, recall_segment
    from workbench.settings import load_settings

    settings = load_settings()
    key = SegmentKey(tenant or settings.api.tenant, conversation, segment)
    with open_pool(settings, size=1) as pool, LakeTexts(settings) as lake:
        moved = archive_segment(pool, lake, key) if out else recall_segment(pool, lake, key)
    where = "are in the lake only" if out else "are back in PostgreSQL"
    print(f"segment {segment}: {moved.messages} messages, {moved.text_bytes:,} bytes {where}")


@context.command()
def archive(conversation: Conversation, segment: Segment, tenant: Tenant = "") -> None:
    """Take a closed segment's texts out of PostgreSQL, after they were found in the lake."""
    _move(conversation, tenant, segment, out=True)


@context.command()
def recall(conversation: Conversation, segment: Segment, tenant: Tenant = "") -> None:
    """Bring an archived segment's texts back, byte for byte."""
    _move(conversation, tenant, segment, out=False)


@context.command()
def upkeep(tenant: Tenant = "", as_json: Json = False) -> None:
    """Describe closed segments, compress and archive what is over the budgets of the settings."""
    from workbench.database.pool import open_pool
    from workbench.pipelines.upkeep import upkeep as keep_up
    from workbench.settings import load_settings

    settings = load_settings()
    with open_pool(settings, size=1) as pool:
        done = keep_up(settings, pool, tenant_id=tenant or settings.api.tenant)
    told = {
        "described": done.described,
        "compressed": done.compressed,
        "archived": len(done.archived),
        "left": len(done.left),
        "hot_bytes": done.hot_bytes,
        "hot_bytes_after": done.hot_bytes_after,
    }
    if as_json:
        print(json.dumps(told))
        return
    print(", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in told.items()))
    for (conversation_id, number), reason in done.left.items():
        print(f"left {conversation_id} {number}: {reason}")


def register(app: typer.Typer) -> None:
    """Add the command group."""
    app.add_typer(context)
