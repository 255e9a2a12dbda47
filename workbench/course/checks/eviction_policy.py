"""Module 4: an eviction policy that beats LRU, judged by how many questions find what they need still in the store."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from workbench.course.checks.verdict import Verdict
from workbench.course.environment import kernel_environment
from workbench.course.library import exercises_folder
from workbench.settings import Settings

RUN_S = 60.0
"""Seconds for the learner's process; it takes about one."""

_SHOWN = 300


def own_data() -> Path:
    """The folder of the labelled conversations."""
    return exercises_folder() / "04_infinite_context" / "eviction_policy" / "data"


def check(settings: Settings, folder: Path) -> Verdict:
    """Check ``eviction_policy.py`` in `folder`; no server is needed."""
    path = folder / "eviction_policy.py"
    command = [sys.executable, "-m", "workbench.course.checks.learner_evict", str(path), str(own_data())]
    environment = kernel_environment(settings, elsewhere=True)
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=RUN_S, check=False)
    except subprocess.TimeoutExpired:
        return Verdict(False, f"eviction_policy.py did not end within {RUN_S:.0f} s.")
    try:
        found = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        return Verdict(False, "eviction_policy.py cannot be run.", (last[:_SHOWN],))
    return judge(found)


def judge(found: dict[str, Any]) -> Verdict:
    """The verdict on what `workbench.course.checks.learner_evict` says."""
    if "error" in found:
        return Verdict(False, found["error"], tuple(found["details"]))
    given, another = found["talks"]["given"], found["talks"]["another"]
    for one, where in ((given, "On the given conversation"), (another, "On another conversation")):
        said = f"{where} your policy keeps what {one['kept']} of {one['asked']} questions need"
        if one["kept"] < one["lru"]:
            return Verdict(False, f"{said}; LRU keeps it for {one['lru']}.", tuple(one["lost"]))
        if one["kept"] == one["lru"]:
            return Verdict(False, f"{said}, as many as LRU: look at more than the last use.", tuple(one["lost"]))
    return Verdict(
        True,
        f"Your policy beats LRU: what {given['kept']} of {given['asked']} questions need is still there, LRU keeps it"
        f" for {given['lru']}; on another conversation {another['kept']} of {another['asked']}, LRU {another['lru']}.",
    )
