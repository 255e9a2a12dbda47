"""Run ClickHouse until told to stop: ``python -m workbench.stack.clickhouse_process DATA_FOLDER``.

The wheel's ``clickhouse-local`` can open a real HTTP port. Its engine runs once per process and as long
as its foreground statement, so that statement sleeps; to stop, logs are flushed and it is killed, which
ends the engine in order. The entry point is not documented: the wheel's version is pinned, and the
integration tests create, insert, restart and read again.
"""

import importlib
import json
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from workbench.queries import load_query
from workbench.stack.clickhouse import request

STOP_PATIENCE_S = 20.0
"""For the engine to end in order; the supervisor kills the process later than that."""


def run(data: Path) -> int:
    """Run the engine.

    Returns
    -------
    int
        0 after a stop that was asked for, 1 when the engine ended by itself.
    """
    launch = json.loads((data / "server" / "launch.json").read_text(encoding="utf-8"))
    ended, stopping, failed = threading.Event(), threading.Event(), threading.Event()

    def stop(signal_number: int, frame: FrameType | None) -> None:
        stopping.set()

    # imported before the change of folder: the import opens an engine that would read config.xml, too
    _chdb: Any = importlib.import_module("chdb._chdb")

    os.chdir(data / "server")
    _chdb.set_signal_handlers_enabled(0)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)

    def engine() -> None:
        statement = load_query("warehouse", "server/listen").text
        try:
            result = _chdb.query(statement, "TSV", path=str(data / "database"))
            message = result.error_message() if result.has_error() else "its statement ended"
        except RuntimeError as error:
            message = str(error)
        finally:
            ended.set()
        if not stopping.is_set():
            failed.set()
            print(f"clickhouse: the engine stopped: {message}", file=sys.stderr, flush=True)  # noqa: T201

    threading.Thread(target=engine, name="engine", daemon=True).start()
    while not ended.wait(0.1) and not stopping.is_set():
        pass
    if not ended.is_set():
        for name in ("server/flush_logs", "server/stop_listening"):
            try:
                status, body = request(launch["port"], launch["basic"], text=load_query("warehouse", name).text)
            except OSError as error:
                status, body = 0, str(error)
            if status != 200:
                print(f"clickhouse: {name}: {body.strip()}", file=sys.stderr, flush=True)  # noqa: T201
        ended.wait(STOP_PATIENCE_S)
    return 1 if failed.is_set() else 0


if __name__ == "__main__":
    code = run(Path(sys.argv[1]))
    sys.stderr.flush()
    os._exit(code)  # the engine's threads outlive the interpreter's orderly end
