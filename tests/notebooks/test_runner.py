"""The runner, on small notebooks: no server is needed, kernels are real."""

import hashlib
import os
from pathlib import Path

import psutil
import pytest

from tests.notebooks.samples import GOOD, WRONG_CLAIM, write_notebook
from workbench.course.execute import run_notebook
from workbench.course.kernels import KernelPool
from workbench.course.runner import run_all
from workbench.errors import UsageError
from workbench.reports.index import Section
from workbench.settings import Settings, load_settings

DIES = ("import os", "os._exit(3)")
HANGS = ("import time", "time.sleep(600)")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(environ={}, directory=tmp_path, WORKBENCH_HOME=tmp_path / "home")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def kernels() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def test_a_notebook_that_fails_hangs_or_dies_does_not_stop_the_others(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    for name, cells in {
        "01_good": GOOD,
        "02_wrong": WRONG_CLAIM,
        "03_hangs": HANGS,
        "04_dies": DIES,
        "05_good": GOOD,
    }.items():
        write_notebook(folder, name, *cells)
    before, running = {path: digest(path) for path in folder.iterdir()}, kernels()
    told: list[str] = []
    result = run_all(
        settings,
        folder=folder,
        reports_dir=tmp_path / "build" / "reports",
        cell_timeout_s=5.0,
        summary=[Section("Counts", [{"hop": "graph", "produced": 5, "ok": True}])],
        on_outcome=lambda done: told.append(done.name),
    )
    assert not result.ok
    assert told == ["01_good", "02_wrong", "03_hangs", "04_dies", "05_good"]
    assert [done.ok for done in result.outcomes] == [True, False, False, False, True]
    good, wrong, hangs, dies, _ = result.outcomes
    assert good.claims == ("The limit is positive.",)
    assert good.headline is not None
    assert good.title == "What does 01_good show?"
    assert 0 < good.cells_s <= good.wall_s
    assert wrong.failure is not None
    assert wrong.failure.line == "cell 3: CheckFailedError: this claim does not hold: Sum is right. (sum 4)"
    assert hangs.failure is not None
    assert "longer than 5 s" in hangs.failure.message
    assert dies.failure is not None
    assert "died" in dies.failure.message
    assert {path: digest(path) for path in folder.iterdir()} == before
    assert sorted(path.name for path in (tmp_path / "build" / "notebooks").iterdir()) == [
        path.name for path in sorted(before)
    ]
    page = result.index_path.read_text()
    assert "3 of 5 notebooks failed" in page
    assert "Sum is right. (sum 4)" in page
    assert kernels() == running


def test_wrong_parameters_fail_their_notebook_before_a_kernel_runs_it(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    write_notebook(folder, "01_good", *GOOD)
    write_notebook(folder, "02_none", "1", parameters=None)
    write_notebook(folder, "03_good", *GOOD)
    given = {"01_good": {"limt": 5}, "02_none": {"limit": 5}, "03_good": {"limit": "7"}}
    result = run_all(settings, folder=folder, reports_dir=tmp_path / "reports", parameters=given)
    first, second, third = result.outcomes
    assert first.failure is not None
    assert "did you mean 'limit'?" in first.failure.message
    assert second.failure is not None
    assert "no cell tagged 'parameters'" in second.failure.message
    assert (third.ok, third.parameters) == (True, {"limit": 7})
    assert first.notebook is None
    assert "did you mean &#39;limit&#39;?" in (tmp_path / "reports" / "01_good.html").read_text()


def test_parameters_of_a_notebook_that_is_not_run_are_refused(settings: Settings, tmp_path: Path) -> None:
    write_notebook(tmp_path / "notebooks", "01_good", *GOOD)
    with pytest.raises(UsageError, match="parameters for 02_topic"):
        run_all(settings, folder=tmp_path / "notebooks", reports_dir=tmp_path / "r", parameters={"02_topic": {"a": 1}})


def test_a_parameter_changes_the_outcome(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    write_notebook(folder, "01_claim", *WRONG_CLAIM)
    result = run_all(settings, folder=folder, reports_dir=tmp_path / "r", parameters={"01_claim": {"limit": 4}})
    assert result.ok


def test_a_kernel_reads_the_settings_of_the_run_and_names_the_same_sources(tmp_path: Path) -> None:
    home = tmp_path / "home"
    settings = load_settings(
        environ={"BIGDATA_CONTEXT_CACHE_SIZE": "7"},
        directory=tmp_path,
        WORKBENCH_HOME=home,
        BIGDATA_ENABLE_ANALYTICS=False,
    )
    source = write_notebook(
        tmp_path / "notebooks",
        "01_settings",
        "from workbench.settings import load_settings; found = load_settings()",
        f"assert str(found.home) == {str(home)!r}",
        "assert (found.context.cache_size, found.components.analytics) == (7, False)",
        "assert 'components.knowledge_graph' not in found.provenance.origins",
    )
    with KernelPool(settings) as pool:
        done = run_notebook(source, pool=pool, output=tmp_path / "out.ipynb")
    assert done.ok, done.failure


def test_kernels_leave_nothing_behind_in_the_users_folders(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    (tmp_path / "user").mkdir()
    source = write_notebook(tmp_path / "notebooks", "01_good", *GOOD)
    with KernelPool(settings, count=3) as pool:
        assert run_notebook(source, pool=pool, output=tmp_path / "out.ipynb").ok
    assert [path for path, _, files in os.walk(tmp_path / "user") if files] == []


def test_a_kernel_listens_on_loopback_only_and_not_for_requests(settings: Settings, tmp_path: Path) -> None:
    """Requests come over Unix sockets; the one port left is ipykernel's pipe for the output of subprocesses."""
    look = "import psutil; ports = psutil.Process().net_connections('inet')"
    checks = "assert len(ports) <= 1 and all(one.laddr.ip == '127.0.0.1' for one in ports), ports"
    source = write_notebook(tmp_path / "notebooks", "01_ports", look, checks)
    with KernelPool(settings) as pool:
        done = run_notebook(source, pool=pool, output=tmp_path / "out.ipynb")
    assert done.ok, done.failure


def test_reports_beside_the_notebooks_never_overwrite_them(settings: Settings, tmp_path: Path) -> None:
    source = write_notebook(tmp_path / "notebooks", "01_good", *GOOD)
    before = digest(source)
    result = run_all(settings, folder=source.parent, reports_dir=tmp_path / "reports")
    assert result.ok
    assert digest(source) == before
    with KernelPool(settings) as pool, pytest.raises(UsageError, match="would overwrite"):
        run_notebook(source, pool=pool, output=source)
