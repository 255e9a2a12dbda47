"""Run one notebook by Papermill, never over its source."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from papermill.iorw import load_notebook_node

from workbench.course.engine import ENGINE
from workbench.course.kernels import KernelPool, stop_kernel
from workbench.course.parameters import notebook_parameters
from workbench.errors import StackError, UsageError
from workbench.reports import outcome
from workbench.reports.outcome import Failure, Outcome, Value

CELL_TIMEOUT_S = 180.0
"""Seconds for one cell: far above any cell of the course, below what an operator's schedule would miss."""


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

    Returns
    -------
    Outcome
        A notebook that fails is an outcome, not an exception.

    Raises
    ------
    UsageError
        When `output` is `source`.
    """
    if output.resolve() == source.resolve():
        raise UsageError(f"the executed notebook would overwrite its source {source}; choose another folder")
    started = time.monotonic()
    given = dict(parameters or {})
    output.parent.mkdir(parents=True, exist_ok=True)
    output.unlink(missing_ok=True)
    failure: Failure | None = None
    try:
        with _stopped_after(pool.take()) as kernel:
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
