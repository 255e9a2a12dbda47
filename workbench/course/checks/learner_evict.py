"""Run a learner's ``evict`` in a process of its own: ``python -m … FILE FOLDER`` with the folder of the conversations.

Out: one JSON line; ``error`` (what the learner is told, with lines that show it) or for each conversation how many
questions were answered by the learner's policy and by LRU, and what was asked for in vain.
"""

import json
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from importlib import util
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from workbench.course.checks.evicting import Talk, answered, lru, read_talk
from workbench.course.checks.verdict import NotYetError

TALKS = ("given", "another")
_SHOWN = 4


def _load(path: Path) -> ModuleType:
    spec = util.spec_from_file_location("answer", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python file")
    module = util.module_from_spec(spec)
    sys.modules["answer"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def _checked(evict: Callable[[Sequence[Any], int], Iterable[int]]) -> Callable[[Sequence[Any], int], list[int]]:
    """The learner's policy, with what every answer must keep to."""

    def policy(segments: Sequence[Any], budget_tokens: int) -> list[int]:
        found = evict(list(segments), budget_tokens)
        numbers = {one.number: one for one in segments}
        if not isinstance(found, list | tuple | set) or not all(isinstance(one, int) for one in found):
            raise NotYetError(
                "evict must return a list of numbers: those of the segments that leave.", [repr(found)[:90]]
            )
        gone = set(found)
        if strange := sorted(gone - numbers.keys()):
            raise NotYetError("evict must return numbers of segments that are in the store.", [f"not there: {strange}"])
        total = sum(one.tokens for one in segments)
        stay = total - sum(numbers[one].tokens for one in gone)
        if stay > budget_tokens:
            raise NotYetError(f"What stays has {stay} tokens, and the budget is {budget_tokens}: more must leave.")
        if pinned := sorted(one for one in gone if numbers[one].pinned):
            raise NotYetError(
                "A pinned segment was evicted: its user wants it in every window.", [f"segment {pinned[0]}"]
            )
        if gone and total <= budget_tokens:
            said = f"Nothing had to leave: all {total} tokens fit the budget of {budget_tokens}."
            raise NotYetError(said, [f"evicted: {sorted(gone)}"])
        return sorted(gone)

    return policy


def _probe(policy: Callable[[Sequence[Any], int], list[int]], shown: Callable[..., Any]) -> None:
    """What must hold on any segments: pinned ones stay, and the order of the list means nothing."""
    few = [
        shown(number=number, tokens=20, age_tokens=20 * (6 - number), unused_tokens=20 * (6 - number), uses=uses,
              importance=importance, pinned=number == 1)
        for number, uses, importance in ((1, 0, 1.0), (2, 3, 1.5), (3, 0, 4.0), (4, 1, 1.2), (5, 0, 3.0), (6, 0, 1.1))
    ]  # fmt: skip
    policy(few, 200)
    here, there = policy(few, 60), policy(few[::-1], 60)
    if here != there:
        said = "The same segments in another order: other ones leave. Let their values decide, not their place."
        raise NotYetError(said, [f"{here} and {there}"])


def _lost(talk: Talk, numbers: Iterable[int]) -> list[str]:
    return [f"asked in vain: {talk.texts[one - 1]}" for one in list(numbers)[:_SHOWN]]


def outcome(path: Path, folder: Path) -> dict[str, Any]:
    """What comes of a learner's policy."""
    try:
        module = _load(path)
        policy = _checked(module.evict)
        shown = getattr(module, "Segment", SimpleNamespace)  # an answer need not keep the stub's class
        _probe(policy, shown)
        found = {}
        for name in TALKS:
            talk = read_talk(folder / f"{name}.toml")
            good, bad = answered(talk, policy, shown)
            beat, _ = answered(talk, lru, shown)
            found[name] = {"kept": len(good), "lru": len(beat), "asked": len(good) + len(bad), "lost": _lost(talk, bad)}
        return {"talks": found}
    except NotYetError as error:
        return {"error": str(error), "details": error.details}
    except Exception as error:  # noqa: BLE001  whatever a learner's code raises is told to the learner
        frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename == str(path)]
        where = f"line {frames[-1].lineno}: " if frames else ""
        first = (str(error).splitlines() or [""])[0]
        return {"error": f"eviction_policy.py stopped in {where}{type(error).__name__}: {first}", "details": []}


if __name__ == "__main__":
    said = outcome(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
    print(f"\n{json.dumps(said)}")  # noqa: T201  the answer to the check, on a line of its own
