"""What all tests share: an environment of their own, the shared data sets, the real stack."""

import os
import tempfile
from pathlib import Path

import pytest

_KEPT = {"WORKBENCH_SHARED_DATA", "WORKBENCH_JARS_URL", "WORKBENCH_TEST_FULL"}

# Tests write, kill and empty: never what the user's own settings point at.
for _name in list(os.environ):
    if _name.startswith(("BIGDATA_", "SVC_", "WORKBENCH_")) and _name not in _KEPT:
        del os.environ[_name]
os.environ["WORKBENCH_HOME"] = str(Path(tempfile.gettempdir()) / f"workbench-no-home-{os.getpid()}")

from tests.stack_fixtures import (  # noqa: E402 - the environment first
    empty_graph,
    empty_topics,
    fresh,
    pytest_collection_modifyitems,
    servers,
    stack,
)
from tests.stack_waits import skip_or_fail  # noqa: E402

__all__ = ["empty_graph", "empty_topics", "fresh", "pytest_collection_modifyitems", "servers", "shared_data", "stack"]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of shared data sets: WORKBENCH_SHARED_DATA, else beside the checkout."""
    root = Path(__file__).parent.parent
    folder = Path(os.environ.get("WORKBENCH_SHARED_DATA") or root.parent / "shared" / "data").absolute()
    if not folder.is_dir():
        skip_or_fail(f"no shared data at {folder}; set WORKBENCH_SHARED_DATA")
    return folder
