"""Run notebooks one after another and report them; one that fails does not stop the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from papermill.iorw import load_notebook_node

from workbench.clock import utc_now
from workbench.course import library
from workbench.course.execute import CELL_TIMEOUT_S, run_notebook
from workbench.course.kernels import KernelPool
from workbench.course.parameters import check_parameters
from workbench.errors import UsageError
from workbench.reports import outcome
from workbench.reports.index import Section, write_index
from workbench.reports.outcome import Failure, Outcome, Value
from workbench.reports.page import write_page
from workbench.settings import Settings

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


def _executed_folder(reports: Path, sources: Sequence[Path]) -> Path:
    """``notebooks`` beside the reports, or within them when that is where the sources are."""
    beside = reports.parent / "notebooks"
    taken = any(source.resolve().parent == beside.resolve() for source in sources)
    return reports / "notebooks" if taken else beside


def _executed(done: Outcome) -> Any | None:
    return None if done.notebook is None else load_notebook_node(str(done.notebook))


def run_one(
    settings: Settings, name: str, *, parameters: Mapping[str, object] | None = None, out: Path | None = None
) -> Outcome:
    """Run one notebook and write its report as one file that stands alone.

    Parameters
    ----------
    settings : Settings
    name : str
        Name, number or topic.
    parameters : mapping, optional
        Parameter -> value; text is read as the declared type.
    out : Path, optional
        Default ``<settings.reports>/<name>.html``.

    Raises
    ------
    UsageError
        For an unknown notebook or parameter, or a value of another type.
    """
    path = library.find_notebook(name)
    given = check_parameters(path, parameters or {})
    target = (out or settings.reports / f"{path.stem}.html").absolute()
    started_at = utc_now()
    executed = _executed_folder(settings.reports.absolute(), [path])
    with KernelPool(settings) as pool:
        done = run_notebook(path, pool=pool, output=executed / path.name, parameters=given)
    return replace(done, report=write_page(done, _executed(done), target, started_at=started_at, standalone=True))


def _reported(done: Outcome, reports_dir: Path, started_at: datetime) -> Outcome:
    path = write_page(done, _executed(done), reports_dir / f"{done.name}.html", started_at=started_at)
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
    executed = _executed_folder(reports, paths)
    outcomes: list[Outcome] = []
    runnable = sum(not isinstance(values, Failure) for values in given.values())
    with KernelPool(settings, count=runnable) as pool:
        for path in paths:
            values = given[path.stem]
            if isinstance(values, Failure):
                title = outcome.title_of(load_notebook_node(str(path)), path.stem)
                done = Outcome(path.stem, title, ok=False, wall_s=0.0, cells_s=0.0, failure=values)
            else:
                done = run_notebook(
                    path,
                    pool=pool,
                    output=executed / path.name,
                    parameters=values,
                    cell_timeout_s=cell_timeout_s,
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
