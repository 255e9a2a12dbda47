"""The registry of exercises: order, title, goal, hints, what each needs, its files and recorded wrong answers."""

import difflib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.course.library import exercises_folder
from workbench.errors import UsageError

REGISTRY = "exercises.toml"
SOLUTION = "solution"
HINTS = 3


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """A recorded wrong answer, and the sentence that it must meet.

    Parameters
    ----------
    folder : str
        Under the exercise's folder; holds the files that differ from the solution.
    says : str
        What the learner is told.
    """

    folder: str
    says: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise.

    Parameters
    ----------
    name : str
        Its folder, ``03_knowledge_graph``.
    order : int
    title, goal : str
    hints : tuple of str
        Three, from a nudge to nearly there.
    needs : tuple of str
        Servers that must run.
    files : tuple of str
        What the learner edits.
    check : str
        Module under `workbench.course.checks`.
    wrong : tuple of WrongAnswer
    folder : Path
    """

    name: str
    order: int
    title: str
    goal: str
    hints: tuple[str, ...]
    needs: tuple[str, ...]
    files: tuple[str, ...]
    check: str
    wrong: tuple[WrongAnswer, ...]
    folder: Path

    @property
    def solution(self) -> Path:
        """The folder of the solution."""
        return self.folder / SOLUTION


def _exercise(row: dict[str, Any], root: Path) -> Exercise:
    try:
        return Exercise(
            name=row["name"],
            order=int(row["order"]),
            title=row["title"],
            goal=row["goal"].strip(),
            hints=tuple(hint.strip() for hint in row["hints"]),
            needs=tuple(row["needs"]),
            files=tuple(row["files"]),
            check=row["check"],
            wrong=tuple(WrongAnswer(one["folder"], one["says"]) for one in row.get("wrong", ())),
            folder=root / row["name"],
        )
    except KeyError as error:
        raise UsageError(f"{root / REGISTRY}: exercise {row.get('name', '?')} has no {error}") from error


def load_exercises(root: Path | None = None) -> tuple[Exercise, ...]:
    """All registered exercises in order.

    Raises
    ------
    UsageError
        When the registry is missing or incomplete.
    """
    folder = root or exercises_folder()
    path = folder / REGISTRY
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["exercise"]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    return tuple(sorted((_exercise(row, folder) for row in rows), key=lambda one: one.order))


def find_exercise(name: str, root: Path | None = None) -> Exercise:
    """An exercise by its name, number or topic.

    Raises
    ------
    UsageError
        When there is none, with the nearest name.
    """
    exercises = {one.name: one for one in load_exercises(root)}
    for one in exercises.values():
        if name in {one.name, one.name[3:]} or (name.isdecimal() and int(name) == one.order):
            return one
    near = difflib.get_close_matches(name, [*exercises, *(one[3:] for one in exercises)], n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(exercises)}"
    raise UsageError(f"no exercise {name!r}; {hint}")
