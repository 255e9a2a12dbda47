"""Data-only cases over LLM calls: a folder per case with given.json, params.json and expect.json."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from workbench.events.codec import decode_event, decode_payload, encode_event, make_event, stamped
from workbench.events.envelope import event_id_of
from workbench.events.payloads import LlmCall, RawBody
from workbench.events.topics import LLM_RESPONSES
from workbench.stream.sink import Delivery, TopicPartition

CASES = Path(__file__).parent


def cases(store: str) -> list[Any]:
    """Every case of a store; its id is ``query/case``."""
    found = sorted(path.parent for path in (CASES / store).glob("*/*/given.json"))
    return [pytest.param(path, id=f"{path.parent.name}/{path.name}") for path in found]


def read(case: Path, name: str) -> Any:
    return json.loads((case / f"{name}.json").read_text(encoding="utf-8"))


def parameters(case: Path) -> dict[str, Any]:
    """Text that ends in Z is a time."""
    return {
        name: datetime.fromisoformat(value) if isinstance(value, str) and value.endswith("Z") else value
        for name, value in read(case, "params").items()
    }


def deliveries(given: list[dict[str, Any]]) -> list[Delivery]:
    """The given calls as they would come from Kafka; an equal row is the same event again."""
    found = []
    for offset, row in enumerate(given):
        fields = {"provider": "alpha", "model": "m", "latency_ms": 1.0, **row}
        user = fields.pop("user", "u1")
        for body in ("request", "response"):
            if body in fields:
                fields[body] = RawBody.of(fields[body].encode())
        started_at = datetime.fromisoformat(fields.pop("started_at"))
        call = LlmCall(started_at=started_at, **fields)
        made = make_event(
            "llm.call.completed",
            call,
            event_id=event_id_of("case", json.dumps(row, sort_keys=True).encode()),
            occurred_at=started_at,
            conversation_id=f"call:{call.call_id}",
            session_id="s1",
            user_id=user,
        )
        value = encode_event(stamped(made, datetime(2026, 4, 1, tzinfo=UTC) + timedelta(microseconds=offset)))
        event = decode_event(value)
        found.append(Delivery(event, decode_payload(event), TopicPartition(LLM_RESPONSES, 0), offset, value))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        when = value if value.tzinfo else value.replace(tzinfo=UTC)
        return when.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def check(frame: pl.DataFrame, case: Path) -> None:
    """The frame's rows are the expected ones, in order; columns that a case does not name are not compared."""
    expected = read(case, "expect")["rows"]
    found = [{name: _plain(value) for name, value in row.items()} for row in frame.iter_rows(named=True)]
    named = [{name: row[name] for name in want} for row, want in zip(found, expected, strict=False)]
    assert len(found) == len(expected), found
    for row, want in zip(named, expected, strict=True):
        assert row == {
            name: pytest.approx(value, rel=1e-9) if isinstance(value, float) else value for name, value in want.items()
        }
