import ast
import subprocess
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@lru_cache(maxsize=1)
def project_files() -> tuple[Path, ...]:
    """Every file of the project: committed, and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


@lru_cache(maxsize=16)
def python_files(folder: str) -> list[Path]:
    """Python files of the project under a folder."""
    return sorted(path for path in project_files() if path.suffix == ".py" and (ROOT / folder) in path.parents)


@lru_cache(maxsize=2048)
def source(path: Path) -> str:
    """A file's text, read once."""
    return path.read_text(encoding="utf-8", errors="replace")


@lru_cache(maxsize=2048)
def parsed(path: Path) -> ast.Module:
    """A Python file's tree, parsed once."""
    return ast.parse(source(path))


def short(path: Path) -> str:
    """A file's path inside the project, as a test's id."""
    return str(path.relative_to(ROOT))
