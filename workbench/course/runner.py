"""Run notebooks by Papermill, never over their source; one that fails does not stop the others."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from papermill.iorw import load_notebook_node

from workbench.clock import utc_now
from workbench.course import library
from workbench.course.engine import ENGINE
from workbench.course.kernels import KernelPool, stop_kernel
from workbench.course.parameters import check_parameters, notebook_parameters
from workbench.errors import StackError, UsageError, WorkbenchError
from workbench.reports import outcome
from workbench.reports.index import Section, write_index
from workbench.reports.outcome import Failure, Outcome, Value
from workbench.reports.page import write_page
from workbench.settings import Settings

CELL_TIMEOUT_S = 180.0
"""Seconds for one cell: far above any cell of the course, below what an operator's schedule would miss."""

Parameters = Mapping[str, Mapping[str, object]]
"""Notebook's name -> parameter -> value."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What running several notebooks gave.

    Parameters
    ----------
    ok : bool
        Every notebook ran and its claims hold.
    outcomes : tuple of Outcome
        In the order they ran.
    index_path : Path
        The page that shows them all.
    """

    ok: bool
    outcomes: tuple[Outcome, ...]
    index_path: Path


@contextmanager
def _stopped_after(kernel: Any) -> Iterator[Any]:
    try:
        yield kernel
    finally:
        stop_kernel(kernel)


def _execute(source: Path, target: Path, parameters: Mapping[str, Value], kernel: Any, timeout_s: float) -> None:
    papermill.execute_notebook(
        source,
        target,
        parameters=dict(parameters),
        engine_name=ENGINE,
        progress_bar=False,
        kernel=kernel,
        cell_timeout_s=timeout_s,
    )


def run_notebook(
    source: Path,
    *,
    pool: KernelPool,
    output: Path,
    parameters: Mapping[str, Value] | None = None,
    cell_timeout_s: float = CELL_TIMEOUT_S,
    another: bool = False,
) -> Outcome:
    """Run one notebook into `output`.

    Parameters
    ----------
    source : Path
        Read, never written.
    pool : KernelPool
    output : Path
        The executed notebook.
    parameters : mapping, optional
        Checked ones: see `workbench.course.parameters.check_parameters`.
    cell_timeout_s : float
        Seconds that one cell may take.
    another : bool
        Whether another notebook follows, so that its kernel is started meanwhile.

    Returns
    -------
    Outcome
        A notebook that fails is an outcome, not an exception.
    """
    started = time.monotonic()
    given = dict(parameters or {})
    output.parent.mkdir(parents=True, exist_ok=True)
    output.unlink(missing_ok=True)
    failure: Failure | None = None
    try:
        with _stopped_after(pool.take(another=another)) as kernel:
            _execute(source, output, given, kernel, cell_timeout_s)
    except PapermillExecutionError as error:
        failure = Failure(error.ename, outcome.plain(error.evalue), None, outcome.plain("\n".join(error.traceback)))
    except CellTimeoutError:
        failure = Failure("Timeout", f"a cell ran longer than {cell_timeout_s:g} s and was stopped")
    except (DeadKernelError, StackError) as error:
        failure = Failure(type(error).__name__, str(error) or "the notebook's kernel died")
    wall_s = time.monotonic() - started
    executed = load_notebook_node(str(output if output.is_file() else source))
    failure = outcome.failure_of(executed) or failure
    return Outcome(
        name=source.stem,
        title=outcome.title_of(executed, source.stem),
        ok=failure is None,
        wall_s=wall_s,
        cells_s=outcome.cells_s_of(executed),
        failure=failure,
        claims=outcome.claims_of(executed),
        headline=outcome.headline_of(executed),
        notebook=output if output.is_file() else None,
        parameters={name: one.default for name, one in notebook_parameters(source).items()} | given,
    )


def _checked(paths: Sequence[Path], parameters: Parameters) -> dict[str, dict[str, Value] | Failure]:
    """Every notebook's parameters before any kernel runs; a wrong one fails its notebook only."""
    found: dict[str, dict[str, Value] | Failure] = {}
    for path in paths:
        try:
            found[path.stem] = check_parameters(path, parameters.get(path.stem, {}))
        except UsageError as error:
            found[path.stem] = Failure(type(error).__name__, str(error))
    unknown = set(parameters) - {path.stem for path in paths}
    if unknown:
        raise UsageError(f"parameters for {', '.join(sorted(unknown))}, which is not among the notebooks to run")
    return found


def _reported(done: Outcome, reports_dir: Path, started_at: datetime) -> Outcome:
    notebook = None if done.notebook is None else load_notebook_node(str(done.notebook))
    path = write_page(done, notebook, reports_dir / f"{done.name}.html", started_at=started_at)
    return replace(done, report=path)


def run_all(
    settings: Settings,
    *,
    names: Sequence[str] | None = None,
    parameters: Parameters | None = None,
    reports_dir: Path | None = None,
    summary: Sequence[Section] | None = None,
    metadata: Mapping[str, str] | None = None,
    folder: Path | None = None,
    cell_timeout_s: float = CELL_TIMEOUT_S,
    on_outcome: Callable[[Outcome], None] | None = None,
) -> RunResult:
    """Run notebooks one after another and write their reports and the index page.

    Parameters
    ----------
    settings : Settings
    names : sequence of str, optional
        Which ones, by name, number or topic; default all, in order.
    parameters : mapping, optional
        Notebook's name -> parameter -> value.
    reports_dir : Path, optional
        Default ``settings.reports``; executed notebooks go to ``notebooks`` beside it.
    summary : sequence of Section, optional
        Tables for the index page, e.g. the reconciliation.
    metadata : mapping of str to str, optional
        What to say about the run on the index page, label -> value.
    folder : Path, optional
        Where the notebooks are; default the checkout's ``notebooks``.
    cell_timeout_s : float
        Seconds that one cell may take.
    on_outcome : callable, optional
        Told each outcome as it comes.

    Returns
    -------
    RunResult

    Raises
    ------
    UsageError
        For a name that is no notebook, or parameters of a notebook that is not run.
    """
    started_at = utc_now()
    reports = (reports_dir or settings.reports).absolute()
    reports.mkdir(parents=True, exist_ok=True)
    paths = [library.find_notebook(name, folder) for name in names] if names else library.notebook_paths(folder)
    given = _checked(paths, parameters or {})
    outcomes: list[Outcome] = []
    with KernelPool(settings) as pool:
        for number, path in enumerate(paths, start=1):
            values = given[path.stem]
            if isinstance(values, Failure):
                title = outcome.title_of(load_notebook_node(str(path)), path.stem)
                done = Outcome(path.stem, title, ok=False, wall_s=0.0, cells_s=0.0, failure=values)
            else:
                done = run_notebook(
                    path,
                    pool=pool,
                    output=reports.parent / "notebooks" / path.name,
                    parameters=values,
                    cell_timeout_s=cell_timeout_s,
                    another=number < len(paths),
                )
            done = _reported(done, reports, started_at)
            outcomes.append(done)
            if on_outcome is not None:
                on_outcome(done)
    ok = bool(outcomes) and all(done.ok for done in outcomes)
    index = write_index(
        outcomes, reports / "index.html", started_at=started_at, sections=summary or (), metadata=metadata or {}
    )
    return RunResult(ok, tuple(outcomes), index)


def raise_for(result: RunResult) -> None:
    """Nothing when every notebook is fine.

    Raises
    ------
    WorkbenchError
        Naming the notebooks that failed, with exit code 8.
    """
    failed = [done.name for done in result.outcomes if not done.ok]
    if failed:
        raise WorkbenchError(f"{len(failed)} of {len(result.outcomes)} notebooks failed: {', '.join(failed)}")
