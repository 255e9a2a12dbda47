"""Each finding has its verdict and, when something is wrong, its remedy."""

from pathlib import Path

import pytest

from workbench.stack.doctor import LEAST_DISK_BYTES, check_disk, check_memory, check_python, check_system, secret_files
from workbench.stack.layout import Layout


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_supported_pythons_are_fine(version: tuple[int, int]) -> None:
    assert check_python(version, "CPython").verdict == "ok"


@pytest.mark.parametrize(("version", "implementation"), [((3, 10), "CPython"), ((3, 14), "CPython"), ((3, 11), "PyPy")])
def test_other_pythons_are_a_problem_with_a_remedy(version: tuple[int, int], implementation: str) -> None:
    finding = check_python(version, implementation)
    assert finding.verdict == "problem"
    assert "3.11, 3.12 or 3.13" in finding.remedy


@pytest.mark.parametrize(
    ("system", "machine", "libc", "verdict"),
    [
        ("Linux", "x86_64", "glibc2.36", "ok"),
        ("Linux", "x86_64", "", "problem"),  # musl
        ("Linux", "aarch64", "glibc2.36", "problem"),
        ("Darwin", "x86_64", "", "problem"),
    ],
)
def test_the_system_is_linux_on_x86_with_glibc(system: str, machine: str, libc: str, verdict: str) -> None:
    assert check_system(system, machine, libc).verdict == verdict


def test_a_nearly_full_disk_is_a_problem_that_names_its_folder() -> None:
    assert check_disk(Path("/data"), LEAST_DISK_BYTES).verdict == "ok"
    finding = check_disk(Path("/data"), LEAST_DISK_BYTES - 1)
    assert (finding.verdict, "/data" in finding.text, bool(finding.remedy)) == ("problem", True, True)


def test_little_memory_is_a_problem_only_before_the_start() -> None:
    assert check_memory(2**28, running=False).verdict == "problem"
    assert check_memory(2**28, running=True).verdict == "ok"


def test_only_files_that_exist_are_checked_for_secrets(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert secret_files(layout) == []
    layout.connections_file.write_text("{}")
    assert secret_files(layout) == [layout.connections_file]
