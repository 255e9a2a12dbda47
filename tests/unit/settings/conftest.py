from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.settings import Settings, load_settings

Load = Callable[..., Settings]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


@pytest.fixture
def load(home: Path, here: Path) -> Load:
    """Settings from the given environment alone; nothing of this machine's."""

    def _load(environ: dict[str, str] | None = None, **explicit: object) -> Settings:
        return load_settings({"WORKBENCH_HOME": str(home), **(environ or {})}, directory=here, **explicit)

    return _load
