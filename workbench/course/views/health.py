"""What is up: servers, dependencies, components, and how far each hop is behind."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import polars as pl

from workbench.clock import monotonic_s, utc_now
from workbench.errors import StoreError
from workbench.health.checks import check_of
from workbench.health.components import COMPONENTS, DEPENDENCIES, needed_dependencies
from workbench.health.report import component_states
from workbench.health.status import Evidence, after_failure, after_success
from workbench.settings import Settings

_STATES = {"name": pl.String, "state": pl.String, "version": pl.String, "latency_ms": pl.Float64, "evidence": pl.String}


@dataclass(frozen=True, slots=True)
class HealthView:
    """Probes made when a notebook asks; nothing runs in the background.

    Parameters
    ----------
    settings : Settings
    """

    settings: Settings

    def _probe(self, name: str) -> Evidence:
        now = utc_now()
        before = Evidence("not_initialized", now)
        started = monotonic_s()
        try:
            version = check_of(name, self.settings)()
        except StoreError as error:
            return after_failure(before, now=now, reason=str(error), tolerated=1)
        return after_success(before, now=now, version=version, latency_ms=(monotonic_s() - started) * 1000)

    def _evidence(self) -> Mapping[str, Evidence]:
        """One look at each dependency that is needed, all at the same time, the second one timed.

        A first look pays for importing the driver and for its first connection; the second tells how
        long the server takes.
        """
        needed = needed_dependencies(self.settings)
        with ThreadPoolExecutor(len(needed)) as pool:
            first = dict(zip(needed, pool.map(self._probe, needed), strict=True))
        again = {name: self._probe(name) for name, seen in first.items() if seen.state == "healthy"}
        return {**first, **again}

    def dependencies(self) -> pl.DataFrame:
        """Every server that the workbench can use, and what one look at it gave.

        Returns
        -------
        polars.DataFrame
            One row per dependency: name, state (healthy, init_failed, disabled), version (null when it did
            not answer), latency_ms (milliseconds, null when it did not answer), evidence (String).
        """
        seen = self._evidence()
        switched_off = replace(Evidence("disabled", utc_now()), text="nothing that is switched on needs it")
        rows = [(name, seen.get(name, switched_off)) for name in DEPENDENCIES]
        found = [(name, one.state, one.version, one.latency_ms, one.text) for name, one in rows]
        return pl.DataFrame(found, schema=_STATES, orient="row")

    def components(self, dependencies: pl.DataFrame) -> pl.DataFrame:
        """The six components, from the states of the servers that they need.

        Parameters
        ----------
        dependencies : polars.DataFrame
            As `dependencies` gives it.

        Returns
        -------
        polars.DataFrame
            One row per component: name, state, reason, stores (needed to work), feeds (needed to get new
            data) (String), optional (Boolean).
        """
        known = {name: state for name, state in dependencies.select("name", "state").iter_rows() if state != "disabled"}
        states = component_states(self.settings, known)
        rows = [
            {
                "name": one.name,
                "state": states[one.name][0],
                "reason": states[one.name][1],
                "stores": ", ".join(one.stores),
                "feeds": ", ".join(one.feeds),
                "optional": not set(one.stores) & self.settings.required,
            }
            for one in COMPONENTS
        ]
        return pl.DataFrame(rows)

    def servers(self) -> pl.DataFrame:
        """The servers that this installation runs itself.

        Returns
        -------
        polars.DataFrame
            One row per server: name, state (running, stopped, external, disabled, …), version, pid, port,
            memory_mib, uptime_s, restarts.
        """
        from workbench.stack.status import stack_status

        rows = [
            {
                "name": one.name,
                "state": one.state,
                "version": one.version,
                "pid": one.pid,
                "port": one.port,
                "memory_mib": None if one.memory_bytes is None else round(one.memory_bytes / 2**20),
                "uptime_s": one.uptime_s,
                "restarts": one.restarts,
            }
            for one in stack_status(self.settings)
        ]
        integers = ("pid", "port", "memory_mib", "restarts")
        return pl.DataFrame(rows, schema_overrides=dict.fromkeys(integers, pl.Int64))
