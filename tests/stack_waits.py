"""Wait for a condition; skip or fail where something is missing."""

import os
import time
from collections.abc import Callable
from typing import NoReturn

import pytest

IN_CI = os.environ.get("CI", "").lower() not in {"", "0", "false"}
"""Set by the pipeline: there a missing server or data set is a failure, on a laptop a visible skip."""


def skip_or_fail(reason: str) -> NoReturn:
    """Skip on a laptop, fail in CI."""
    if IN_CI:
        pytest.fail(f"{reason} (in CI this is a failure)")
    pytest.skip(reason)


def eventually(condition: Callable[[], object], what: str, *, timeout_s: float = 30.0) -> None:
    """Wait until a condition holds.

    Raises
    ------
    AssertionError
        When it does not within the time; with the last error that it raised, if any.
    """
    deadline, last = time.monotonic() + timeout_s, ""
    while True:
        try:
            if condition():
                return
            last = ""
        except Exception as error:  # noqa: BLE001 - whatever the condition meets while it waits
            last = f": {error!r}"
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout_s:.0f} s: {what}{last}")
        time.sleep(0.05)
