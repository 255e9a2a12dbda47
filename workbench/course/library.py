"""Find the course's notebooks and exercises on disk."""

import difflib
from pathlib import Path

from workbench.errors import UsageError


def _beside_package(name: str) -> Path:
    folder = Path(__file__).resolve().parents[2] / name
    if not folder.is_dir():
        raise UsageError(f"no folder {folder}; notebooks and exercises come with a checkout, run this from one")
    return folder


def notebooks_folder() -> Path:
    """The folder of the seven notebooks.

    Raises
    ------
    UsageError
        When this is not a checkout.
    """
    return _beside_package("notebooks")


def exercises_folder() -> Path:
    """The folder of the exercises and their registry.

    Raises
    ------
    UsageError
        When this is not a checkout.
    """
    return _beside_package("course_exercises")


def notebook_paths(folder: Path | None = None) -> list[Path]:
    """Every notebook of the course, in order of its number."""
    return sorted((folder or notebooks_folder()).glob("[0-9][0-9]_*.ipynb"))


def find_notebook(name: str, folder: Path | None = None) -> Path:
    """A notebook by its name, its number or its topic: ``03_knowledge_graph``, ``3``, ``knowledge_graph``.

    Raises
    ------
    UsageError
        When there is none, with the nearest name.
    """
    paths = {path.stem: path for path in notebook_paths(folder)}
    wanted = Path(name).stem if name.endswith((".ipynb", ".py")) else name
    for stem, path in paths.items():
        number, _, topic = stem.partition("_")
        if wanted in {stem, topic} or (wanted.isdecimal() and int(wanted) == int(number)):
            return path
    near = difflib.get_close_matches(wanted, [*paths, *(stem[3:] for stem in paths)], n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(paths)}"
    raise UsageError(f"no notebook {name!r}; {hint}")
