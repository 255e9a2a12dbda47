"""LLMPerf's ``llmperf_individual.csv``: one measured request a row.

Code 429 is a refusal: no latency, whatever the row says (the tool writes 0.0). Code −100 is an answer
that came out shorter than the benchmark asked for: the call was answered and its times are real. There is
no time per request: rows of one run are placed one after another from ``run_timestamp`` on.
"""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import BinaryIO

from workbench.clock import from_epoch_s
from workbench.errors import EventError, SourceError
from workbench.events.codec import make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import CallStatus, LlmCall, RawBody
from workbench.sources.rows import BadRow, Imported, Row, read_rows

NAME = "llmperf"
DESCRIPTION = "LLMPerf's per-request CSV"
SOURCE_ROW = "text/csv"

COLUMNS = (
    "provider", "size", "model", "seq", "run_timestamp", "error_code", "error_msg", "inter_token_latency_s",
    "ttft_s", "end_to_end_latency_s", "number_output_tokens", "number_input_tokens",
)  # fmt: skip
_TOO_SHORT = "-100"
_RATE_LIMITED = "429"


def _number(cells: dict[str, str], column: str) -> float | None:
    text = cells[column].strip()
    if not text:
        return None
    value = float(text)
    if not 0 <= value < float("inf"):
        raise ValueError(f"{column} is {text}, not a finite number from 0 up")
    return value


def _tokens(cells: dict[str, str], column: str) -> int | None:
    value = _number(cells, column)
    return None if value is None else int(value)


def _call(cells: dict[str, str], row: Row, clock: dict[str, timedelta], tenant_id: str) -> Event:
    code = cells["error_code"].strip() or None
    answered = code in {None, _TOO_SHORT}
    status: CallStatus = "ok" if answered else "refused" if code == _RATE_LIMITED else "error"
    latency_s, ttft_s = _number(cells, "end_to_end_latency_s"), _number(cells, "ttft_s")
    run = f"{cells['provider']}/{cells['size']}/{cells['run_timestamp']}"
    started_at = from_epoch_s(float(cells["run_timestamp"])) + clock.get(run, timedelta())
    clock[run] = clock.get(run, timedelta()) + timedelta(seconds=latency_s or 0.001)
    event_id = event_id_of(NAME, row.content, row.ordinal)
    call = LlmCall(
        call_id=event_id[:32],
        provider=cells["provider"],
        model=cells["model"],
        started_at=started_at,
        operation="stream",
        latency_ms=latency_s * 1000 if answered and latency_s else None,
        ttft_ms=ttft_s * 1000 if answered and ttft_s else None,
        tokens_input=_tokens(cells, "number_input_tokens"),
        tokens_output=_tokens(cells, "number_output_tokens") if answered else None,
        status=status,
        error_code=code,
        http_status=429 if code == _RATE_LIMITED else None,
        response=RawBody.of(row.content, media_type=SOURCE_ROW),
        source=NAME,
        time_assumed=True,
    )
    return make_event(
        "llm.call.completed",
        call,
        event_id=event_id,
        occurred_at=started_at,
        conversation_id=f"call:{call.call_id}",
        session_id=f"{NAME}:{run}",
        user_id=NAME,
        tenant_id=tenant_id,
    )


def _cells(row: Row, header: list[str]) -> dict[str, str]:
    found = next(csv.reader(io.StringIO(row.content.decode())), [])
    if len(found) != len(header):
        raise ValueError(f"{len(found)} cells where the header has {len(header)}")
    return dict(zip(header, found, strict=True))


def read(stream: BinaryIO, *, as_of: datetime | None = None, tenant_id: str = "default") -> Iterator[Imported]:
    """Events of an LLMPerf file, in its order; a bad row becomes `BadRow`, never an exception.

    Raises
    ------
    SourceError
        When the header lacks a column that is needed.
    """
    header: list[str] = []
    clock: dict[str, timedelta] = {}
    for row in read_rows(stream):
        if isinstance(row, BadRow):
            yield row
        elif not header:
            header = next(csv.reader(io.StringIO(row.content.decode(errors="replace"))), [])
            missing = [name for name in COLUMNS if name not in header]
            if missing:
                raise SourceError(f"not an LLMPerf file: its header lacks {', '.join(missing)}")
        else:
            try:
                yield _call(_cells(row, header), row, clock, tenant_id)
            except (ValueError, OverflowError, csv.Error, EventError) as error:
                yield BadRow(row.line, row.content, f"not an LLMPerf row: {error}")
