"""One conversation while a batch is appended: numbers, completion, gaps."""

from datetime import UTC, datetime, timedelta

from workbench.context.segments import SegmentRules
from workbench.database.conversations import Conversation, SourceGap
from workbench.database.rows import stored_message
from workbench.events.codec import make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import ConversationCompleted, Message

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def conversation(**known: object) -> Conversation:
    fields: dict[str, object] = dict.fromkeys(
        ("first_at", "last_at", "closed_at", "closed_reason", "closed_event_id", "source_last")
    )
    fields |= {"next_sequence": 1, "segment_count": 0, "message_count": 0, "token_count": 0, **known}
    return Conversation(tenant_id="t", conversation_id="c", **fields)  # type: ignore[arg-type]


def message_event(text: str, *, at_s: float = 0, source_sequence: int | None = None) -> tuple[Event, Message]:
    message = Message(role="user", text=text)
    event = make_event(
        "message.added",
        message,
        event_id=event_id_of("test", text.encode()),
        occurred_at=NOON + timedelta(seconds=at_s),
        conversation_id="c",
        session_id="s",
        user_id="u",
        tenant_id="t",
        source_sequence=source_sequence,
    )
    return event, message


def completion(reason: str, at_s: float) -> tuple[Event, ConversationCompleted]:
    completed = ConversationCompleted(reason=reason, message_count=1)  # type: ignore[arg-type]
    event = make_event(
        "conversation.completed",
        completed,
        event_id=event_id_of("test", reason.encode()),
        occurred_at=NOON + timedelta(seconds=at_s),
        conversation_id="c",
        session_id="s",
        user_id="u",
        tenant_id="t",
    )
    return event, completed


def add(to: Conversation, event: Event, message: Message) -> None:
    to.say(event, to.place(event), stored_message(message))


def test_numbers_go_on_from_where_the_conversation_stands() -> None:
    found = conversation(next_sequence=7)
    assert [found.place(message_event(text)[0]) for text in "ab"] == [7, 8]
    assert found.next_sequence == 9


def test_the_earliest_completion_counts_in_whatever_order_they_come() -> None:
    early, late = completion("idle", 5), completion("closed", 9)
    for order in ([early, late], [late, early]):
        found = conversation()
        for one in order:
            found.complete(*one)
        assert (found.closed_reason, found.closed_at) == ("idle", NOON + timedelta(seconds=5))


def test_a_completed_conversation_closes_its_last_segment_also_when_the_turn_comes_later() -> None:
    found = conversation()
    found.complete(*completion("closed", 9))
    add(found, *message_event("late"))
    (row,) = found.segment_rows(SegmentRules(100, gap_s=60))
    assert row["closed_by"] == "completed"


def test_gaps_of_the_source_are_named_and_numbers_out_of_order_within_a_batch_are_none() -> None:
    found = conversation(source_last=2)
    for number in (4, 3, 9):
        add(found, *message_event(str(number), source_sequence=number))
    assert found.source_gaps() == [SourceGap("t", "c", 4, 9)]
    assert found.source_last == 9


def test_the_first_number_seen_is_no_gap() -> None:
    found = conversation()
    add(found, *message_event("first", source_sequence=40))
    assert found.source_gaps() == []
