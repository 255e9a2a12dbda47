"""What a learner has done: hints seen, tries, passes. One JSON file in the workbench's home."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from workbench.clock import rfc3339, utc_now
from workbench.errors import UsageError
from workbench.settings import Settings


@dataclass(frozen=True, slots=True)
class Done:
    """One exercise's progress.

    Parameters
    ----------
    hints : int
        Hints seen.
    tries : int
        Checks made.
    passed_at : str or None
        RFC 3339 time of the first pass.
    """

    hints: int = 0
    tries: int = 0
    passed_at: str | None = None


class Progress:
    """Progress of one installation.

    Parameters
    ----------
    settings : Settings
    """

    def __init__(self, settings: Settings) -> None:
        self._path: Path = settings.home / "course" / "progress.json"

    def all(self) -> Mapping[str, Done]:
        """By exercise's name; what was never tried is missing.

        Raises
        ------
        UsageError
            When the file is damaged.
        """
        try:
            return {name: Done(**one) for name, one in json.loads(self._path.read_text(encoding="utf-8")).items()}
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, AttributeError) as error:
            raise UsageError(f"{self._path} is damaged ({error}); remove it to begin anew") from error

    def of(self, name: str) -> Done:
        """One exercise's progress."""
        return self.all().get(name, Done())

    def _save(self, name: str, done: Done) -> Done:
        every = {**self.all(), name: done}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(f".{os.getpid()}.part")
        part.write_text(json.dumps({key: asdict(one) for key, one in every.items()}, indent=1), encoding="utf-8")
        part.replace(self._path)
        return done

    def next_hint(self, name: str, count: int) -> int:
        """Number of the hint to show, from 1 to `count`; the last one stays the last."""
        before = self.of(name)
        return self._save(name, replace(before, hints=min(before.hints + 1, count))).hints

    def tried(self, name: str, *, passed: bool) -> Done:
        """Note a check; the first pass keeps its time."""
        before = self.of(name)
        passed_at = before.passed_at or (rfc3339(utc_now()) if passed else None)
        return self._save(name, replace(before, tries=before.tries + 1, passed_at=passed_at))
