"""Run a learner's ``prove`` in a process of its own: ``python -m … FILE`` with JSON on stdin.

In: address, token, conversation_id, turns, question, window_tokens. Out: one JSON line, ``{"report": …}`` or
``{"error": …}``.
"""

import importlib.util
import json
import sys
import traceback
from pathlib import Path
from typing import Any

import httpx

from workbench.settings import Settings, load_settings

TIMEOUT_S = 30.0


def run(path: Path, given: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Load the file, call its function, say what it gave."""
    headers = {"Authorization": f"Bearer {given['token']}"}
    with httpx.Client(base_url=given["address"], headers=headers, timeout=TIMEOUT_S, trust_env=False) as client:
        try:
            spec = importlib.util.spec_from_file_location("answer", path)
            module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
            spec.loader.exec_module(module)  # type: ignore[union-attr]
            what = (given[name] for name in ("conversation_id", "turns", "question", "window_tokens"))
            return {"report": json.loads(json.dumps(module.prove(client, settings, *what)))}
        except Exception as error:  # noqa: BLE001  whatever a learner's code raises is told to the learner
            frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename == str(path)]
            where = f"line {frames[-1].lineno}: " if frames else ""
            return {"error": f"{where}{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"}


if __name__ == "__main__":
    said = json.dumps(run(Path(sys.argv[1]).resolve(), json.loads(sys.stdin.read()), load_settings()))
    print(f"\n{said}")  # noqa: T201  the answer to the check, on a line of its own
