"""A learner's file, made from the solution: what stands between the marks is replaced by a task.

In the solution::

    # BEGIN SOLUTION: what is to be done
    ...
    # END SOLUTION

and in the stub, at the same indentation, ``# TODO: what is to be done``. A line ``# STUB: text`` inside the block
stays, without its mark: code that the stub needs to be read at all.
"""

import re
import shutil
from pathlib import Path

from workbench.course.exercises import Exercise
from workbench.errors import UsageError

_BEGIN = re.compile(r"^(\s*)(#|//|--)\s*BEGIN SOLUTION:\s*(.+?)\s*$")
_END = re.compile(r"^\s*(#|//|--)\s*END SOLUTION\s*$")
_STUB = re.compile(r"^(\s*)(#|//|--)\s*STUB:\s?(.*)$")


def stub_of(solution: str, *, name: str = "solution") -> str:
    """The learner's text.

    Raises
    ------
    UsageError
        When there is no marked block, or one does not end.

    Examples
    --------
    >>> print(stub_of("a\\n// BEGIN SOLUTION: match it\\nb\\n// END SOLUTION\\nc\\n"), end="")
    a
    // TODO: match it
    c
    """
    lines: list[str] = []
    inside = False
    blocks = 0
    for line in solution.splitlines():
        if begin := _BEGIN.match(line):
            indent, mark, task = begin.groups()
            lines.append(f"{indent}{mark} TODO: {task}")
            inside = True
            blocks += 1
        elif _END.match(line):
            inside = False
        elif kept := _STUB.match(line):
            lines.append(f"{kept.group(1)}{kept.group(3)}" if kept.group(3) else "")
        elif not inside:
            lines.append(line)
    if inside or not blocks:
        raise UsageError(f"{name} has no complete block between BEGIN SOLUTION and END SOLUTION")
    return "\n".join(lines) + "\n"


def write_stubs(exercise: Exercise, target: Path) -> list[Path]:
    """Write the learner's files anew; what is there is kept beside them as ``<name>.mine``.

    Raises
    ------
    UsageError
        When a solution has no marked block.
    """
    written: list[Path] = []
    target.mkdir(parents=True, exist_ok=True)
    for name in exercise.files:
        text = stub_of((exercise.solution / name).read_text(encoding="utf-8"), name=f"{exercise.name}/{name}")
        path = target / name
        if path.is_file() and path.read_text(encoding="utf-8") != text:
            shutil.copyfile(path, path.with_name(f"{name}.mine"))
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written
