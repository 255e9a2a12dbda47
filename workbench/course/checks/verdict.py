"""What a check says."""

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from workbench.course.exercises import Exercise
from workbench.errors import CheckFailedError
from workbench.settings import Settings


@dataclass(frozen=True, slots=True)
class Verdict:
    """A check's answer.

    Parameters
    ----------
    passed : bool
    says : str
        One sentence for the learner: what is right, or what is missing.
    details : tuple of str
        Lines that show it, e.g. the rows that are missing.
    """

    passed: bool
    says: str
    details: tuple[str, ...] = ()


class NotYetError(CheckFailedError):
    """A check that is not passed yet: one sentence for the learner, and lines that show it."""

    def __init__(self, says: str, details: Iterable[str] = ()) -> None:
        super().__init__(says)
        self.details = tuple(details)


Check = Callable[[Settings, Path], Verdict]
"""Takes the settings and the folder of the learner's files."""


def run_check(exercise: Exercise, settings: Settings, folder: Path | None = None) -> Verdict:
    """Check a learner's answer.

    Parameters
    ----------
    exercise : Exercise
    settings : Settings
    folder : Path, optional
        Where the learner's files are; default the exercise's folder.

    Raises
    ------
    StoreError, StackError
        When a server that the exercise needs does not answer.
    """
    module = importlib.import_module(f"workbench.course.checks.{exercise.check}")
    where = folder or exercise.folder
    for name in exercise.files:
        if not (where / name).is_file():
            return Verdict(False, f"{name} is missing; workbench check {exercise.name} --reset writes it anew")
    check: Check = module.check
    return check(settings, where)
