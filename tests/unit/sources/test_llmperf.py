import io
from datetime import timedelta

import pytest

from workbench.errors import SourceError
from workbench.events.codec import decode_payload
from workbench.events.envelope import Event
from workbench.events.payloads import LlmCall
from workbench.sources import llmperf
from workbench.sources.rows import BadRow, Imported

HEADER = (
    "provider,size,model,seq,run_timestamp,error_code,error_msg,inter_token_latency_s,ttft_s,end_to_end_latency_s,"
    "request_output_throughput_token_per_s,number_total_tokens,number_output_tokens,number_input_tokens\n"
)


def read(*rows: str) -> list[Imported]:
    return list(llmperf.read(io.BytesIO((HEADER + "".join(rows)).encode())))


def call_of(found: Imported) -> LlmCall:
    assert isinstance(found, Event)
    payload = decode_payload(found)
    assert isinstance(payload, LlmCall)
    return payload


def test_an_answered_request_keeps_its_times_in_milliseconds() -> None:
    call = call_of(read("groq,70b,llama2,0,1703136016,,,0.005,0.25,1.5,100,701,151,550\n")[0])
    assert (call.latency_ms, call.ttft_ms, call.tokens_output, call.status) == (1500, 250, 151, "ok")


def test_a_refusal_has_no_latency_whatever_the_row_says() -> None:
    call = call_of(read("lepton,13b,llama2,10,1703638453,429,,0.0,0,0,0,551,1,550\n")[0])
    assert (call.status, call.http_status, call.latency_ms, call.ttft_ms, call.tokens_output) == (
        "refused", 429, None, None, None,
    )  # fmt: skip


def test_a_short_answer_is_an_answer() -> None:
    call = call_of(read("bedrock,13b,m,0,1703637308,-100,Output too few tokens 39,1.7,0.8,1.7,22,589,39,550\n")[0])
    assert (call.status, call.error_code, call.latency_ms) == ("ok", "-100", 1700)


def test_requests_of_one_run_follow_one_another() -> None:
    rows = read(
        "groq,70b,m,0,1703136016,,,0.005,0.25,1.5,100,701,151,550\n",
        "groq,70b,m,1,1703136016,,,0.005,0.25,2.5,100,701,151,550\n",
    )
    # the second starts when the first has ended: 1.5 s later
    assert call_of(rows[1]).started_at - call_of(rows[0]).started_at == timedelta(seconds=1.5)


def test_a_file_without_the_columns_is_refused_by_name() -> None:
    with pytest.raises(SourceError, match="lacks provider"):
        list(llmperf.read(io.BytesIO(b"a,b\n1,2\n")))


@pytest.mark.parametrize(
    "row",
    [
        "groq,70b,m,0,when,,,0.005,0.25,1.5,100,701,151,550\n",
        "groq,70b,m,0,1703136016,,,0.005,nan,1.5,100,701,151,550\n",
        "groq,70b,m,0,1703136016,,,0.005,0.25,inf,100,701,151,550\n",
        "groq,70b,m,0,1703136016,,,0.005,0.25,-1,100,701,151,550\n",
        "groq,70b,m,0,1e99,,,0.005,0.25,1,100,701,151,550\n",
        "too,few,cells\n",
    ],
)
def test_a_bad_row_is_reported_with_its_line(row: str) -> None:
    bad = read(row, "groq,70b,m,0,1703136016,,,0.005,0.25,1.5,100,701,151,550\n")
    assert isinstance(bad[0], BadRow)
    assert bad[0].line == 2
    assert isinstance(bad[1], Event)
