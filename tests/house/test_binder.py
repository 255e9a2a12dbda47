"""Binder's folder: repo2docker reads it, the scripts do what they say."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.conftest import ROOT

BINDER = ROOT / "binder"


@pytest.fixture(scope="module")
def dockerfile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What repo2docker would build; from a small copy, so that no data of this checkout is walked."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in ("pyproject.toml", "requirements.lock", "README.md"):
        (copy / name).write_bytes((ROOT / name).read_bytes())
    (copy / "binder").mkdir()
    for path in BINDER.iterdir():
        target = copy / "binder" / path.name
        target.write_bytes(path.read_bytes())
        target.chmod(path.stat().st_mode)
    program = Path(sys.executable).parent / "jupyter-repo2docker"
    result = subprocess.run(
        [str(program), "--no-build", "--debug", "--user-id", "1000", "--user-name", "jovyan", "."],
        cwd=copy,
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout + result.stderr


def test_repo2docker_reads_the_folder(dockerfile: str) -> None:
    assert 'pip install --no-cache-dir -r "binder/requirements.txt"' in dockerfile
    assert "RUN ./binder/postBuild" in dockerfile
    assert "binder/start" in dockerfile


def test_the_lock_is_installed_after_the_whole_checkout_is_copied(dockerfile: str) -> None:
    # Before that, -r ../requirements.lock would point to nothing.
    assert dockerfile.index("COPY --chown=1000:1000 src/ ") < dockerfile.index("pip install --no-cache-dir -r")


def test_requirements_are_the_lock_and_nothing_else() -> None:
    lines = (BINDER / "requirements.txt").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["-r ../requirements.lock"]


def test_the_python_is_one_that_is_supported() -> None:
    assert (BINDER / "runtime.txt").read_text().strip() in {"python-3.11", "python-3.12", "python-3.13"}


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a script with programs that write down how they were called."""

    def _run(script: str, *arguments: str, up: int = 0) -> subprocess.CompletedProcess[str]:
        for name, body in {"workbench": f'case "$*" in *up) exit {up};; esac', "python": "exit 0"}.items():
            program = tmp_path / name
            program.write_text(f'#!/bin/sh\necho "{name} $*" >> "{tmp_path}/calls"\n{body}\n')
            program.chmod(0o755)
        return subprocess.run(
            [str(BINDER / script), *arguments],
            capture_output=True,
            check=False,
            text=True,
            env={"PATH": f"{tmp_path}:/usr/bin:/bin", "TMPDIR": str(tmp_path)},
            timeout=20,
        )

    return _run


def test_start_brings_the_stack_up_and_then_becomes_the_notebook_server(
    run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    result = run("start", "echo", "the notebook", "server")
    assert (result.returncode, result.stdout) == (0, "the notebook server\n")
    assert (tmp_path / "calls").read_text() == "workbench up\n"


def test_start_gives_the_notebooks_also_when_the_stack_is_incomplete(
    run: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    result = run("start", "echo", "ok", up=4)
    assert (result.returncode, result.stdout) == (0, "ok\n")
    assert "workbench doctor" in result.stderr


def test_post_build_leaves_no_password_in_the_image(
    run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    assert run("postBuild").returncode == 0
    install, up, down = (tmp_path / "calls").read_text().splitlines()
    assert install.endswith("--no-deps --no-build-isolation -e .")
    home = Path(up.removeprefix("workbench --home ").removesuffix(" up"))
    assert down == f"workbench --home {home} down"
    assert home.parent == tmp_path
    assert not home.exists()


def test_post_build_fails_when_the_stack_does_not_come_up(
    run: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    assert run("postBuild", up=4).returncode == 4
