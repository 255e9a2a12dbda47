"""Run a learner's ``send_conversation`` in a process of its own: ``python -m … FILE`` with JSON on stdin.

In: address, token, conversation_id, questions. Out: one JSON line, ``{"answers": …}`` or ``{"error": …}``.
"""

import importlib.util
import json
import sys
import traceback
from pathlib import Path

import httpx


def _said(error: Exception, path: Path) -> str:
    """One line: where in the learner's file, and what."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename == str(path)]
    where = f"line {frames[-1].lineno}" if frames else "a line"
    first = (str(error).splitlines() or [""])[0]
    return f"{where}: {type(error).__name__}: {first}"


def main(path: Path) -> None:
    """Load the file, call its function, say what it gave."""
    given = json.loads(sys.stdin.read())
    spec = importlib.util.spec_from_file_location("answer", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python file")
    headers = {"Authorization": f"Bearer {given['token']}"}
    with httpx.Client(base_url=given["address"], headers=headers, timeout=30.0, trust_env=False) as client:
        try:
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            said = {"answers": module.send_conversation(client, given["conversation_id"], given["questions"])}
            text = json.dumps(said)
        except Exception as error:  # noqa: BLE001  whatever a learner's code raises is told to the learner
            text = json.dumps({"error": _said(error, path)})
    print(f"\n{text}")  # noqa: T201  the answer to the check, on a line of its own


if __name__ == "__main__":
    main(Path(sys.argv[1]))
