"""Every event accounted for, and how far each hop is behind Kafka."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import polars as pl

from workbench.clock import monotonic_s
from workbench.events.topics import EVENT_TYPES, Hop, topics_of
from workbench.settings import Settings

_LAG = {"hop": pl.String, "topic": pl.String, "end_offset": pl.Int64, "next_offset": pl.Int64, "lag": pl.Int64}

_WATCHED = {
    "at_s": pl.Float64, "hop": pl.String, "pid": pl.Int64, "lag_events": pl.Int64, "events_per_s": pl.Float64,
    "state": pl.String,
}  # fmt: skip

Look = tuple[float, str, int, int | None, float, str]
"""Seconds since the first look, hop, process id, lag in records, records a second, state of one worker."""

WATCH_EVERY_S = 0.5
"""Seconds between two looks; a worker reports every second."""

MOST_WATCH_S = 60.0
"""A report waits for it."""


def _narrowed(settings: Settings, only: str) -> Settings:
    """The same settings with the other components off: a hop whose component is off is not asked."""
    if not only:
        return settings
    others = dict.fromkeys(set(type(settings.components).model_fields) - {only}, False)
    return settings.model_copy(update={"components": settings.components.model_copy(update=others)})


@dataclass(slots=True)
class FlowView:
    """Events from the outbox to every store.

    Parameters
    ----------
    settings : Settings
    """

    settings: Settings
    _accounts: dict[str, pl.DataFrame] = field(default_factory=dict, init=False)

    def accounts(self, only: str = "") -> pl.DataFrame:
        """Reconciliation per hop and event type, asked once per notebook.

        Parameters
        ----------
        only : str
            Component whose hops are asked, e.g. ``knowledge_graph``; empty for every one that is on.

        Returns
        -------
        polars.DataFrame
            hop, event_type (String); produced, stored, pending, dead, removed, lost, surplus (Int64, distinct
            events); ok (Boolean); error (String, empty when the store could be asked).
        """
        from workbench.pipelines.reconcile import reconcile

        if only not in self._accounts:
            self._accounts[only] = reconcile(_narrowed(self.settings, only)).frame()
        return self._accounts[only]

    def watch(self, seconds: float, *, play: int = 0, every_s: float = WATCH_EVERY_S) -> pl.DataFrame:
        """What the workers report about themselves, for a while.

        Parameters
        ----------
        seconds : float
            How long to look, 0 to `MOST_WATCH_S`; not at all when no worker runs.
        play : int
            Recorded conversations to stream meanwhile, as the tenant ``course``; none when no worker runs.
        every_s : float
            Seconds between two looks.

        Returns
        -------
        polars.DataFrame
            One row per look and worker: at_s (Float64, seconds since the first look), hop (String), pid, lag_events
            (Int64, null while not known), events_per_s (Float64), state (String).
        """
        began = monotonic_s()
        until = began + min(max(seconds, 0.0), MOST_WATCH_S)
        rows = self.look(began)
        with ThreadPoolExecutor(1, thread_name_prefix="play") as pool:
            from workbench.course.recorded import stream_recordings

            played = pool.submit(stream_recordings, self.settings, play) if play and rows else None
            rows += self._looks(began, until, every_s) if rows else []
            if played is not None:
                played.result()
        return self.watched(rows)

    def _looks(self, began: float, until: float, every_s: float) -> list[Look]:
        rows: list[Look] = []
        while (left_s := until - monotonic_s()) > 0:
            time.sleep(min(every_s, left_s))
            rows += self.look(began)
        return rows

    def watched(self, rows: list[Look]) -> pl.DataFrame:
        """Rows of `look` as the frame that `watch` gives."""
        return pl.DataFrame(rows, schema=_WATCHED, orient="row")

    def look(self, began_s: float) -> list[Look]:
        """One look at the workers that run; `began_s` in monotonic seconds."""
        from workbench.stream.progress import read_progress

        now_s = monotonic_s() - began_s
        running = [one for one in read_progress(self.settings) if one.state not in {"gone", "silent"}]
        return [(now_s, one.hop, one.pid, one.lag_events, one.events_per_s, one.state) for one in running]

    def matrix(self) -> pl.DataFrame:
        """Which event type travels on which topic, and which hops must account for it.

        Returns
        -------
        polars.DataFrame
            One row per event type: event_type, topic, hops (String).
        """
        rows = [(one.name, one.topic, ", ".join(one.hops) or "none") for one in EVENT_TYPES.values()]
        return pl.DataFrame(rows, schema=["event_type", "topic", "hops"], orient="row")

    def lag(self, *hops: Hop) -> pl.DataFrame:
        """Records that each hop still has to read, from its own offsets and Kafka's ends.

        Parameters
        ----------
        *hops : str
            Which ones; every one that is on when none is named.

        Returns
        -------
        polars.DataFrame
            One row per hop and topic: hop, topic (String), end_offset, next_offset, lag (Int64, records, summed
            over the topic's partitions). Empty for hops that are switched off.
        """
        from workbench.pipelines.accounts import open_ledger
        from workbench.pipelines.reconcile import enabled_hops
        from workbench.stream.admin import end_offsets

        rows: list[tuple[str, str, int, int, int]] = []
        for hop in enabled_hops(self.settings):
            if hop == "warehouse" or (hops and hop not in hops):  # the warehouse is fed by the lake, not by Kafka
                continue
            topics = topics_of(hop)
            ends = end_offsets(self.settings, topics)
            with open_ledger(hop, self.settings) as ledger:
                reached = {(one[0], one[1]): at for one, at in ledger.offsets().items()}  # type: ignore[attr-defined]
            for topic in topics:
                here = {(one[0], one[1]): end for one, end in ends.items() if one.topic == topic}
                end = sum(here.values())
                done = sum(min(reached.get(one, 0), here[one]) for one in here)
                rows.append((hop, topic, end, done, end - done))
        return pl.DataFrame(rows, schema=_LAG, orient="row")
