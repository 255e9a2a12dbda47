"""Module 3: a sink that survives a note that Neo4j refuses, judged by what is in Neo4j and what was put aside.

Three batches: one with two poisoned notes, one with none, and one while Neo4j is not there.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from uuid import uuid4

from workbench.course.checks.verdict import Verdict
from workbench.course.environment import kernel_environment
from workbench.course.library import exercises_folder
from workbench.settings import Settings

RUN_S = 60.0
"""Seconds for the learner's process; it takes about two."""

_SHOWN = 300


def _data() -> Path:
    return exercises_folder() / "03_knowledge_graph" / "poison_message" / "data"


def own_batches() -> dict[str, Any]:
    """What `workbench.course.checks.learner_poison` is given."""
    batch = tomllib.loads((_data() / "notes.toml").read_text(encoding="utf-8"))
    notes, poison = batch["note"], set(batch["poison"])
    good = [one for one in notes if one["note_id"] not in poison]
    batches = {"poisoned": notes, "clean": good, "away": good}
    return {"run_id": uuid4().hex, "queries": str(_data()), "batches": batches, "away": "away"}


def check(settings: Settings, folder: Path) -> Verdict:
    """Check ``poison_message.py`` in `folder`; Neo4j must run, nothing else."""
    given = own_batches()
    command = [sys.executable, "-m", "workbench.course.checks.learner_poison", str(folder / "poison_message.py")]
    environment = kernel_environment(settings, elsewhere=True)
    try:
        done = subprocess.run(
            command,
            input=json.dumps(given),
            env=environment,
            capture_output=True,
            text=True,
            timeout=RUN_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Verdict(False, f"poison_message.py did not end within {RUN_S:.0f} s.")
    try:
        found = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        return Verdict(False, "poison_message.py cannot be run.", (last[:_SHOWN],))
    return judge(found, given["batches"])


def judge(found: dict[str, Any], batches: dict[str, list[dict[str, Any]]]) -> Verdict:
    """The verdict on what came of the three batches.

    Parameters
    ----------
    found : dict
        Batch -> what `workbench.course.checks.learner_poison` says of it.
    batches : dict
        Batch -> its notes; ``clean`` is ``poisoned`` without its poison.
    """
    good = batches["clean"]
    poison = {one["note_id"] for one in batches["poisoned"] if one not in good}
    poisoned, clean, away = (found[name] for name in ("poisoned", "clean", "away"))
    wanted = {one["about"]: one["note_id"] for one in good}  # the last one about each thing
    error = poisoned["raised"]
    if error and error["kind"] == "gave up":
        return Verdict(False, "It never ends: a note that Neo4j refuses now, it refuses for ever.", (error["message"],))
    if error and error["kind"] == "StoreRefusedError":
        said = (
            f"One refused note stopped the whole batch: {len(poisoned['stored'])} of {len(wanted)} things are stored."
        )
        return Verdict(False, said, (error["message"][:_SHOWN],))
    if error:
        where = f"line {error['line']}: " if error["line"] else ""
        return Verdict(False, f"poison_message.py stopped in {where}{error['kind']}: {error['message']}")
    dead = [note_id for note_id, _ in poisoned["dead"]]
    if buried := sorted(set(dead) - poison):
        return Verdict(False, "Notes that Neo4j takes are among the dead letters.", (", ".join(buried),))
    if missing := sorted(set(wanted) - set(poisoned["stored"])):
        return Verdict(False, "Notes that Neo4j takes are lost.", (f"nothing about {', '.join(missing)}",))
    if sorted(dead) != sorted(poison):
        lost = sorted(poison - set(dead)) or dead
        said = "Each refused note must reach dead_letter, once, with its reason: somebody has to look at it."
        return Verdict(False, said, (", ".join(lost),))
    if any(not reason.strip() for _, reason in poisoned["dead"]):
        return Verdict(False, "A dead letter needs its reason: pass on what Neo4j said.")
    if poisoned["stored"] != wanted:
        old = sorted(about for about, note_id in wanted.items() if poisoned["stored"][about] != note_id)
        return Verdict(False, "An older note replaced a newer one: keep the order when you split.", (", ".join(old),))
    if clean["writes"] > 1:
        said = (
            f"A batch without poison took {clean['writes']} transactions: write it whole, split only what is refused."
        )
        return Verdict(False, said)
    if away["dead"] or not away["raised"] or away["raised"]["kind"] != "StoreUnavailableError":
        said = "Neo4j was not there, and the batch was given up: only a refusal is for ever, let the worker try again."
        return Verdict(False, said)
    return Verdict(
        True, "The batch survives its poison: everything else is stored, and the refused notes were put aside."
    )
