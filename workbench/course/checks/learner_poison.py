"""Run a learner's ``write_batch`` in a process of its own: ``python -m … FILE`` with JSON on stdin.

In: run_id, queries, batches (name -> notes), away (name of the batch for which Neo4j is not there). Out: one JSON line;
batch -> stored, dead (list of note id and reason), writes, raised (kind of error, message, line).
"""

import importlib.util
import json
import sys
import traceback
from pathlib import Path
from typing import Any

from workbench.course.checks.note_sink import NoteSink
from workbench.errors import CheckFailedError
from workbench.settings import Settings, load_settings

AWAY: Any = {"BIGDATA_NEO4J_URI": "bolt://127.0.0.1:1", "WORKBENCH_NEO4J_TIMEOUT_S": "1"}
"""Nobody listens on port 1."""


def _line(error: Exception, path: Path) -> int | None:
    frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename == str(path)]
    return frames[-1].lineno if frames else None


def _try(function: Any, sink: NoteSink, notes: list[dict[str, Any]], path: Path) -> dict[str, Any]:
    dead: list[tuple[str, str]] = []
    raised = None
    try:
        function(sink, notes, lambda note, reason: dead.append((note["note_id"], str(reason))))
    except Exception as error:  # noqa: BLE001  whatever a learner's code raises is told to the learner
        kind = "gave up" if isinstance(error, CheckFailedError) else type(error).__name__
        raised = {"kind": kind, "message": (str(error).splitlines() or [""])[0], "line": _line(error, path)}
    return {"dead": dead, "writes": sink.writes, "raised": raised}


def outcomes(path: Path, given: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Load the file, call its function with each batch; batch -> what came of it."""
    queries = Path(given["queries"])
    spec = importlib.util.spec_from_file_location("answer", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = {}
    for name, notes in given["batches"].items():
        away = name == given["away"]
        sink = NoteSink(load_settings(**AWAY) if away else settings, queries, run_id=f"{given['run_id']}-{name}")
        found[name] = _try(module.write_batch, sink, notes, path)
        if not away:
            found[name]["stored"] = sink.stored()
            sink.remove()
        sink.close()
    return found


if __name__ == "__main__":
    said = outcomes(Path(sys.argv[1]), json.loads(sys.stdin.read()), load_settings())
    print(f"\n{json.dumps(said)}")  # noqa: T201  the answer to the check, on a line of its own
