"""Modules are small, and their names say what they are."""

import statistics
from pathlib import Path

import pytest

from tests.house.conftest import ROOT, python_files, short

MOST = 400
LONG = 250
MEDIAN = 120

BANNED = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc", "data", "process"}

OWN_WORDS = {"workbench/stack/process.py": "a process of the operating system is called so"}
"""Modules whose banned name is the field's own word. A verb of the command line is the product's."""

REASONS: dict[str, str] = {}
"""Modules above 250 lines, each with the reason why it is one module."""


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def report() -> str:
    """Median, and the modules above 250 lines with their reasons."""
    sizes = {short(path): lines(path) for path in python_files("workbench")}
    found = [f"{len(sizes)} modules, median {statistics.median(sizes.values()):.0f} lines"]
    for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
        if size > LONG:
            found.append(f"{size:4d} {name}: {REASONS.get(name, 'no reason stated')}")
    return "\n".join(found)


@pytest.mark.parametrize("path", python_files("workbench"), ids=short)
def test_a_module_is_small(path: Path) -> None:
    assert lines(path) <= MOST, "400 lines never: split it"


@pytest.mark.parametrize("path", python_files("workbench"), ids=short)
def test_a_long_module_states_its_reason(path: Path) -> None:
    assert lines(path) <= LONG or REASONS.get(short(path)), "split it, or state the reason in REASONS of this test"


def test_half_of_the_modules_are_smaller_than_the_median_allowed() -> None:
    assert statistics.median(lines(path) for path in python_files("workbench")) <= MEDIAN, report()


def test_no_reason_outlives_its_module() -> None:
    assert {name for name in REASONS if not (ROOT / name).is_file() or lines(ROOT / name) <= LONG} == set()


@pytest.mark.parametrize("path", python_files("workbench"), ids=short)
def test_a_module_has_a_name_that_says_what_it_is(path: Path) -> None:
    verb = path.parent.name == "cli"
    assert verb or short(path) in OWN_WORDS or BANNED.isdisjoint(path.relative_to(ROOT).with_suffix("").parts)


if __name__ == "__main__":
    print(report())
