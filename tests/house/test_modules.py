"""Modules are small, and their names say what they are."""

import statistics
from pathlib import Path

from tests.house.conftest import ROOT, python_files, short, source

MOST = 400
LONG = 250
MEDIAN = 120

BANNED = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc", "data", "process"}

OWN_WORDS = {"workbench/stack/process.py": "a process of the operating system is called so"}
"""Modules whose banned name is the field's own word. A verb of the command line is the product's."""

REASONS: dict[str, str] = {
    "workbench/stack/control.py": "starting and stopping share the supervisor's lock, the wanted list and the waiting",
    "workbench/stream/relay.py": "order, retry and hand-over of one loop are true together only, and are read together",
    "workbench/events/payloads.py": "what travels is declared in one place, and payloads share their parts",
}
"""Modules above 250 lines, each with the reason why it is one module."""


def lines(path: Path) -> int:
    return len(source(path).splitlines())


def report() -> str:
    """Median, and the modules above 250 lines with their reasons."""
    sizes = {short(path): lines(path) for path in python_files("workbench")}
    found = [f"{len(sizes)} modules, median {statistics.median(sizes.values()):.0f} lines"]
    for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
        if size > LONG:
            found.append(f"{size:4d} {name}: {REASONS.get(name, 'no reason stated')}")
    return "\n".join(found)


def test_no_module_is_large() -> None:
    assert {short(path) for path in python_files("workbench") if lines(path) > MOST} == set(), "split them"


def test_a_long_module_states_its_reason() -> None:
    long = {short(path) for path in python_files("workbench") if lines(path) > LONG}
    assert long - REASONS.keys() == set(), "split them, or state the reason in REASONS of this test"


def test_half_of_the_modules_are_smaller_than_the_median_allowed() -> None:
    assert statistics.median(lines(path) for path in python_files("workbench")) <= MEDIAN, report()


def test_a_module_has_a_name_that_says_what_it_is() -> None:
    found = {
        short(path)
        for path in python_files("workbench")
        if path.parent.name != "cli" and not BANNED.isdisjoint(path.relative_to(ROOT).with_suffix("").parts)
    }
    assert found - OWN_WORDS.keys() == set()


if __name__ == "__main__":
    print(report())
