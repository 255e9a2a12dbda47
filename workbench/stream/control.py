"""Pause and resume a running worker: a file that it looks for in each round."""

from pathlib import Path

from workbench.settings import Settings


class PauseSwitch:
    """The switch of one kind of worker; all processes of that kind follow it, also later ones.

    Parameters
    ----------
    settings : Settings
    name : str
        The worker's name.
    """

    def __init__(self, settings: Settings, name: str) -> None:
        self._path: Path = settings.home / "run" / f"worker-{name}.paused"

    def paused(self) -> bool:
        """Whether it is set."""
        return self._path.exists()

    def pause(self) -> None:
        """Set it: workers stay members of their group and read nothing."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch()

    def resume(self) -> None:
        """Unset it."""
        self._path.unlink(missing_ok=True)
