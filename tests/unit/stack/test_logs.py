"""Five log formats, one shape."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from workbench.stack.logs import LARGEST_LOG_BYTES, entries, last_lines, log_files, parse_line, read_log, rotate

LINES = {
    "kafka": "2026-01-31T12:00:00.250Z WARN Slow (kafka.server.Broker)",
    "neo4j": "2026-01-31 12:00:00.250+0000 WARN  Slow",
    "neo4j's debug log": '{"time":"2026-01-31 12:00:00.250+0000","level":"WARN","message":"Slow"}',
    "postgresql": "2026-01-31 12:00:00.250 UTC [77] WARNING:  slow",
    "s3": "W0131 12:00:00.250000 master.go:9] slow",
    "clickhouse": "2026.01.31 12:00:00.250000 [ 77 ] {} <Warning> Access: slow",
    "supervisor": '{"event": "slow", "level": "warning", "timestamp": "2026-01-31T12:00:00.250000Z"}',
}


@pytest.mark.parametrize("server", LINES)
def test_time_and_level_are_read(server: str) -> None:
    entry = parse_line(LINES[server], year=2026)
    assert entry is not None
    assert entry.time == datetime(2026, 1, 31, 12, 0, 0, 250_000, tzinfo=UTC)
    assert entry.level == "WARNING"


@pytest.mark.parametrize("word", ["LOG", "FATAL", "PANIC", "ERROR"])
def test_postgresqls_words_are_levels(word: str) -> None:
    entry = parse_line(f"2026-01-31 12:00:00.250 UTC [77] {word}:  x", year=2026)
    assert entry is not None
    assert entry.level == ("INFO" if word == "LOG" else "ERROR")


@pytest.mark.parametrize("line", ["\tat org.neo4j.Server.main", "", "Caused by: x", "2026-99-99 12:00:00 INFO x"])
def test_a_line_without_a_time_begins_nothing(line: str) -> None:
    assert parse_line(line, year=2026) is None


def test_a_stack_trace_belongs_to_its_message() -> None:
    found = list(entries([LINES["kafka"], "java.io.IOException", "\tat x.y", LINES["kafka"]], year=2026))
    assert [entry.text.count("\n") for entry in found] == [2, 0]


def test_filters_act_together(tmp_path: Path) -> None:
    log = tmp_path / "kafka.log"
    log.write_text(
        "begin\n"
        "2026-01-31T12:00:00.000Z ERROR too old disk\n"
        "2026-01-31T12:00:01.000Z INFO disk fine\n"
        "2026-01-31T12:00:01.000Z ERROR Disk full\n"
        "2026-01-31T12:00:02.000Z ERROR network\n"
    )
    since = datetime(2026, 1, 31, 12, 0, 1, tzinfo=UTC)
    found = list(read_log(log, since=since, level="WARNING", match="disk"))
    assert [entry.text[-9:] for entry in found] == ["Disk full"]
    assert len(list(read_log(log))) == 5


def test_no_file_has_no_entries_and_no_lines(tmp_path: Path) -> None:
    assert list(read_log(tmp_path / "none.log")) == []
    assert last_lines(tmp_path / "none.log", 3) == []


def test_the_last_lines_are_not_empty_ones(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    log.write_text("one\ntwo\n\n  \nthree\n\n")
    assert last_lines(log, 2) == ["two", "three"]


def test_all_files_of_a_server_are_found_and_none_of_another(tmp_path: Path) -> None:
    (tmp_path / "neo4j").mkdir()
    for name in ("neo4j.log", "neo4j/debug.log", "s3.log", "clickhouse-engine.log", "clickhouse.log"):
        (tmp_path / name).touch()
    assert {path.name for path in log_files(tmp_path, "neo4j")} == {"neo4j.log", "debug.log"}
    assert [path.name for path in log_files(tmp_path, "clickhouse")] == ["clickhouse-engine.log", "clickhouse.log"]


def test_a_large_log_is_set_aside_and_a_small_one_is_not(tmp_path: Path) -> None:
    small, large = tmp_path / "a.log", tmp_path / "b.log"
    small.write_text("x")
    with large.open("wb") as file:
        file.truncate(LARGEST_LOG_BYTES + 1)
    for log in (small, large, tmp_path / "none.log"):
        rotate(log)
    assert small.exists()
    assert not large.exists()
    assert (tmp_path / "b.log.1").exists()
