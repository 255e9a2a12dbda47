"""scripts/container-runtime.sh, with programs that only pretend."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.conftest import ROOT

SCRIPT = ROOT / "scripts" / "container-runtime.sh"
WORKS = 'case "$*" in --version) echo "{name} version 1.2.3";; esac; exit 0'
NO_ENGINE = 'case "$1" in info) exit 1;; esac; exit 0'
NO_COMPOSE = 'case "$1" in compose) exit 125;; esac; exit 0'
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the script with a PATH of exactly these programs."""

    def _run(*arguments: str, **programs: str) -> subprocess.CompletedProcess[str]:
        head = shutil.which("head")
        assert head is not None
        (tmp_path / "head").symlink_to(head)
        for name, body in programs.items():
            program = tmp_path / name.replace("_", "-")
            program.write_text(f"#!/bin/sh\n{body.format(name=name)}\n")
            program.chmod(0o755)
        return subprocess.run(
            ["/bin/sh", str(SCRIPT), *arguments],
            capture_output=True,
            check=False,
            text=True,
            env={"PATH": str(tmp_path)},
            timeout=20,
        )

    return _run


def test_docker_with_compose_is_found(run: Run) -> None:
    result = run(docker=WORKS)
    assert result.returncode == 0
    assert result.stdout == "runtime\tdocker\ncompose\tdocker compose\nversion\tdocker version 1.2.3\n"


def test_docker_comes_before_podman(run: Run) -> None:
    assert "runtime\tdocker" in run(docker=WORKS, podman=WORKS).stdout


def test_podman_is_taken_when_asked_for(run: Run) -> None:
    assert "runtime\tpodman" in run("podman", docker=WORKS, podman=WORKS).stdout


def test_podman_is_taken_when_dockers_engine_is_silent(run: Run) -> None:
    assert "runtime\tpodman" in run(docker=NO_ENGINE, podman=WORKS).stdout


def test_the_standalone_compose_program_is_found(run: Run) -> None:
    result = run(podman=NO_COMPOSE, podman_compose="exit 0")
    assert result.returncode == 0
    assert "compose\tpodman-compose\n" in result.stdout


def test_no_runtime_is_exit_code_1(run: Run) -> None:
    result = run()
    assert (result.returncode, result.stdout) == (1, "")
    assert "workbench up" in result.stderr


def test_the_one_asked_for_being_absent_is_exit_code_1(run: Run) -> None:
    assert run("podman", docker=WORKS).returncode == 1


def test_an_unknown_word_is_exit_code_2(run: Run) -> None:
    result = run("lxc")
    assert result.returncode == 2
    assert "'lxc'" in result.stderr


def test_a_silent_engine_is_exit_code_3(run: Run) -> None:
    result = run(docker=NO_ENGINE)
    assert result.returncode == 3
    assert "docker info" in result.stderr


def test_a_missing_compose_is_exit_code_4(run: Run) -> None:
    result = run(docker=NO_COMPOSE)
    assert result.returncode == 4
    assert "docker compose" in result.stderr
