"""The registry of exercises: number, title, goal, hints, what each needs, its files and recorded wrong answers."""

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
        Its folder, ``03_knowledge_graph/entity_graph``: the module's, named like its notebook, and its own.
    order : int
        Within its module, from 1.
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
    def module(self) -> str:
        """The course module's folder and notebook, ``03_knowledge_graph``."""
        return self.name.partition("/")[0]

    @property
    def topic(self) -> str:
        """Its own word, ``entity_graph``."""
        return self.name.partition("/")[2]

    @property
    def number(self) -> str:
        """Module and order, ``3.1``."""
        return f"{int(self.module[:2])}.{self.order}"

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
    return tuple(sorted((_exercise(row, folder) for row in rows), key=lambda one: (one.module, one.order)))


def find_exercises(name: str, root: Path | None = None) -> tuple[Exercise, ...]:
    """The exercise of that name, number or topic; or those of the module of that name, number or topic.

    Raises
    ------
    UsageError
        When there is none, with the nearest name.
    """
    every = load_exercises(root)
    for one in every:
        if name in {one.name, one.number, one.topic}:
            return (one,)
    module = f"{int(name):02}_" if name.isdecimal() else ""
    found = tuple(one for one in every if name in {one.module, one.module[3:]} or one.module[:3] == module)
    if found:
        return found
    known = [word for one in every for word in (one.topic, one.name, one.module[3:])]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {_listed(every)}"
    raise UsageError(f"no exercise {name!r}; {hint}")


def find_exercise(name: str, root: Path | None = None) -> Exercise:
    """One exercise by its name, number or topic; the only one of a module by the module's, too.

    Raises
    ------
    UsageError
        When there is none, with the nearest name, or when a module has several.
    """
    found = find_exercises(name, root)
    if len(found) > 1:
        raise UsageError(f"{name} has {len(found)} exercises, name one of them: {_listed(found)}")
    return found[0]


def _listed(exercises: tuple[Exercise, ...]) -> str:
    return ", ".join(f"{one.number} {one.topic}" for one in exercises)
