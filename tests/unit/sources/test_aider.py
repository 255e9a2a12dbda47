import io
import json
from datetime import UTC, datetime
from typing import Any

from workbench.events.codec import decode_payload
from workbench.events.envelope import Event
from workbench.events.payloads import LlmCall
from workbench.sources import aider
from workbench.sources.rows import BadRow, Imported, Skipped


def line(event: str, time: float | None, user: str | None = "ann", **properties: Any) -> bytes:
    return json.dumps({"event": event, "properties": properties, "user_id": user, "time": time}).encode() + b"\n"


def read(*lines: bytes, as_of: datetime | None = None) -> list[Imported]:
    return list(aider.read(io.BytesIO(b"".join(lines)), as_of=as_of))


def call_of(found: Imported) -> LlmCall:
    assert isinstance(found, Event)
    payload = decode_payload(found)
    assert isinstance(payload, LlmCall)
    return payload


SEND = {"main_model": "gpt-4o-mini", "prompt_tokens": 638, "completion_tokens": 25, "cost": 0.0001107}


def test_latency_is_the_time_since_the_users_own_start() -> None:
    rows = read(
        line("message_send_starting", 100),
        line("message_send_starting", 103, user="bob"),
        line("message_send", 107, **SEND),
    )
    # 107 - 100 = 7 s, whatever bob did
    assert call_of(rows[2]).latency_ms == 7000
    assert call_of(rows[2]).started_at == datetime(1970, 1, 1, 0, 1, 40, tzinfo=UTC)


def test_a_call_without_a_start_has_no_latency() -> None:
    call = call_of(read(line("message_send", 107, **SEND))[0])
    assert call.latency_ms is None
    assert (call.provider, call.tokens_input, call.cost_usd) == ("openai", 638, 0.0001107)


def test_a_start_is_used_once() -> None:
    rows = read(
        line("message_send_starting", 100), line("message_send", 101, **SEND), line("message_send", 150, **SEND)
    )
    assert call_of(rows[2]).latency_ms is None


def test_an_exception_is_a_failed_call_to_the_sessions_model() -> None:
    rows = read(
        line("cli session", 1, main_model="o3-mini"),
        line("message_send_starting", 2),
        line("message_send_exception", 3, exception="[Errno 61] Connection refused"),
    )
    call = call_of(rows[2])
    assert (call.status, call.model, call.latency_ms, call.cost_usd) == ("error", "o3-mini", None, None)
    assert isinstance(rows[0], Skipped)


def test_reading_twice_gives_the_same_identities_and_two_equal_rows_stay_two() -> None:
    lines = [line("message_send", 107, **SEND)] * 2
    first, second = read(*lines), read(*lines)
    assert [row.event_id for row in first if isinstance(row, Event)] == [
        row.event_id for row in second if isinstance(row, Event)
    ]
    assert len({row.event_id for row in first if isinstance(row, Event)}) == 2


def test_a_row_without_time_needs_as_of_and_says_so_in_the_call() -> None:
    as_of = datetime(2026, 1, 31, tzinfo=UTC)
    assert isinstance(read(line("message_send", None, **SEND))[0], BadRow)
    call = call_of(read(line("message_send", None, **SEND), as_of=as_of)[0])
    assert call.time_assumed
    assert call.started_at == as_of


def test_bad_rows_are_reported_with_their_line_and_the_rest_is_read() -> None:
    rows = read(
        b"{not json\n",
        b'{"event": "message_send", "time": 1e400}\n',
        b"\xff\xfe\n",
        line("message_send", -1, **SEND),
        line("message_send", 1e300, **SEND),
        line("message_send", 5, main_model="m", prompt_tokens=-3),
        line("message_send", 5, **SEND),
    )
    assert [type(row) for row in rows] == [BadRow] * 6 + [Event]
    assert [row.line for row in rows if isinstance(row, BadRow)] == [1, 2, 3, 4, 5, 6]


def test_the_source_row_is_kept_byte_for_byte() -> None:
    raw = line("message_send", 107, **SEND)
    body = call_of(read(raw)[0]).response
    assert body is not None
    assert body.content() == raw.rstrip(b"\n")


def test_sessions_break_after_thirty_minutes() -> None:
    rows = read(*(line("message_send", t, **SEND) for t in (0, 1800, 3601)))
    sessions = [row.session_id for row in rows if isinstance(row, Event)]
    # 1800 - 0 is no more than 30 minutes, 3601 - 1800 is
    assert sessions[0] == sessions[1] != sessions[2]
