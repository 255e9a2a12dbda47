"""The files of an answer: of one folder over those of the one before."""

import shutil
from pathlib import Path

from workbench.course.checks.verdict import Verdict
from workbench.course.exercises import Exercise


def answer(exercise: Exercise, target: Path, *folders: Path) -> Path:
    """Copy the files that a learner edits, folder by folder, to `target`."""
    target.mkdir(parents=True, exist_ok=True)
    for folder in folders:
        for path in folder.iterdir():
            if path.name in exercise.files:
                shutil.copyfile(path, target / path.name)
    return target


def met(exercise: Exercise, verdicts: dict[str, Verdict]) -> dict[str, str]:
    """Wrong answer's folder -> the beginning of what it was told, as long as what it should be told."""
    said = {one.folder: one.says for one in exercise.wrong}
    return {
        folder: "passed" if verdict.passed else verdict.says[: len(said[folder])]
        for folder, verdict in verdicts.items()
    }


def expected(exercise: Exercise) -> dict[str, str]:
    """Wrong answer's folder -> what it should be told."""
    return {one.folder: one.says for one in exercise.wrong}
