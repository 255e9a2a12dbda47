import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from pydantic import SecretStr

from workbench.settings import load_settings
from workbench.telemetry.logs import configure_logging, get_logger


@pytest.fixture
def lines() -> Iterator[Any]:
    stream = io.StringIO()
    root = logging.getLogger()
    level = root.level
    configure_logging(load_settings({"WORKBENCH_HOME": "/nowhere"}), stream=stream)

    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    yield read
    for handler in [one for one in root.handlers if getattr(one, "workbench", False)]:
        root.removeHandler(handler)
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_line_is_json_with_phrase_level_time_and_fields(lines: Any) -> None:
    get_logger("workbench.test").info("batch written", sink="graph", events=12)
    (line,) = lines()
    assert line["event"] == "batch written"
    assert (line["level"], line["sink"], line["events"]) == ("info", "graph", 12)
    assert line["timestamp"].endswith("Z")


def test_secrets_and_bodies_never_reach_a_line(lines: Any) -> None:
    secret = "sk-very-secret"
    get_logger("workbench.test").warning(
        "call failed", api_token=secret, password=SecretStr(secret), key=SecretStr(secret), body=secret, raw=b"\xff"
    )
    (line,) = lines()
    assert secret not in json.dumps(line)
    assert {line[name] for name in ("api_token", "password", "key", "body", "raw")} == {"[hidden]"}


def test_token_counts_are_not_hidden(lines: Any) -> None:
    get_logger("workbench.test").info("call done", tokens_input=7)
    assert lines()[0]["tokens_input"] == 7


def test_standard_library_records_come_out_in_the_same_shape(lines: Any) -> None:
    logging.getLogger("somebody.else").warning("disk is %d%% full", 97)
    (line,) = lines()
    assert (line["event"], line["level"]) == ("disk is 97% full", "warning")


def test_records_below_the_level_are_dropped_and_a_second_call_does_not_double_lines(lines: Any) -> None:
    get_logger("workbench.test").debug("too fine")
    assert lines() == []
    stream = io.StringIO()
    configure_logging(load_settings({"WORKBENCH_HOME": "/nowhere", "WORKBENCH_LOG_LEVEL": "DEBUG"}), stream=stream)
    get_logger("workbench.test").debug("fine")
    assert len(stream.getvalue().splitlines()) == 1
    assert lines() == []


def test_an_exception_is_written_into_its_line(lines: Any) -> None:
    try:
        raise ValueError("boom")
    except ValueError:
        get_logger("workbench.test").exception("loop failed")
    assert "ValueError: boom" in lines()[0]["exception"]
