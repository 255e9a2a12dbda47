"""What a notebook's first call gives: the settings, and named reads of the live stack."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from workbench.clock import as_utc
from workbench.course.views.analytics import AnalyticsView
from workbench.course.views.configuration import ConfigurationView
from workbench.course.views.context import ContextView
from workbench.course.views.flow import FlowView
from workbench.course.views.graph import GraphView
from workbench.course.views.health import HealthView
from workbench.course.views.knowledge import KnowledgeView
from workbench.course.views.lake import LakeView
from workbench.errors import UsageError
from workbench.health.components import COMPONENTS
from workbench.reports.display import install_display
from workbench.settings import Settings, load_settings
from workbench.settings.fields import by_path


@dataclass(frozen=True)
class Session:
    """Reads of the live stack, each a polars frame; nothing is asked before it is called.

    Parameters
    ----------
    settings : Settings
    as_of : datetime or None
        The time that windows end at; None for the newest data there is.
    """

    settings: Settings
    as_of: datetime | None = None

    @cached_property
    def health(self) -> HealthView:
        """Servers and components: what is up."""
        return HealthView(self.settings)

    @cached_property
    def configuration(self) -> ConfigurationView:
        """Settings and where they come from."""
        return ConfigurationView(self.settings)

    @cached_property
    def flow(self) -> FlowView:
        """Every event accounted for."""
        return FlowView(self.settings)

    @cached_property
    def graph(self) -> GraphView:
        """The knowledge graph."""
        return GraphView(self.settings)

    def knowledge(
        self, *, since: str = "", until: str = "", min_confidence: float = 0.0, depth: int = 1
    ) -> KnowledgeView:
        """The knowledge graph of one conversation, within a window, as of the session's moment.

        Parameters
        ----------
        since, until : str
            RFC 3339 times of a half-open window of event time; empty for no bound.
        min_confidence : float
            0 to 1.
        depth : int
            Steps of a neighbourhood, 1 to 5.
        """
        window = {"since": _instant(since, "since"), "until": _instant(until, "until")}
        sure = {"min_confidence": min_confidence, "depth": depth}
        return KnowledgeView(self.graph, self.context, **window, as_of=self.as_of, **sure)  # type: ignore[arg-type]

    @cached_property
    def context(self) -> ContextView:
        """Infinite context."""
        return ContextView(self.settings)

    @cached_property
    def lake(self) -> LakeView:
        """The data lake."""
        return LakeView(self.settings)

    @cached_property
    def analytics(self) -> AnalyticsView:
        """Latency, cost and errors."""
        return AnalyticsView(self.settings, self.as_of)


def _instant(text: str, name: str) -> datetime | None:
    if not text:
        return None
    try:
        return as_utc(datetime.fromisoformat(text))
    except ValueError as error:
        raise UsageError(f"{name} takes a time with its zone, as 2026-01-31T12:00:00Z, got {text!r}") from error


def open_session(*, as_of: str = "", without: str = "") -> Session:
    """Settings and named reads; in a notebook also our display of frames and figures.

    Parameters
    ----------
    as_of : str
        RFC 3339 time that windows end at; empty for the newest data there is.
    without : str
        A component to switch off for this session, e.g. ``knowledge_graph``; empty for none.

    Raises
    ------
    SettingsError
        When a setting is wrong.
    UsageError
        When `as_of` is no time, or there is no such component.

    Examples
    --------
    >>> open_session(without="warp_drive")
    Traceback (most recent call last):
    workbench.errors.UsageError: no component 'warp_drive'; components: infinite_context, distributed_memory, \
knowledge_graph, analytics, cross_learning, data_lake
    """
    names = [one.name for one in COMPONENTS]
    if without and without not in names:
        raise UsageError(f"no component {without!r}; components: {', '.join(names)}")
    off: dict[str, Any] = {by_path()[f"components.{without}"].env: False} if without else {}
    moment = _instant(as_of, "as_of")
    settings = load_settings(**off)
    install_display()
    return Session(settings, moment)


def warm_up() -> None:
    """Import what every notebook needs and draw one figure, so that the first real one is quick."""
    import polars as pl

    import workbench.reports.explore  # noqa: F401  networks and widgets take a second to import
    from workbench.reports.template import figure

    frame = pl.DataFrame({"name": ["a"], "value": [1]})
    made = figure("warm-up")
    made.add_bar(x=frame["name"].to_list(), y=frame["value"].to_list())
    made.add_scatter(x=[1], y=[1])
    install_display()
    made.to_json()
