"""Wait until everything that was produced has arrived, or has a known reason not to."""

import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from time import monotonic

from workbench.events.tally import Tally
from workbench.events.topics import EVENT_TYPES, HOPS, Hop
from workbench.pipelines.accounts import HopLedger, asked_hops, open_accounts, open_ledger
from workbench.pipelines.reconcile import Reconciliation, enabled_hops, reconcile
from workbench.settings import Settings

POLL_S = 0.5
"""Between two looks at the tallies; each look is one cheap query per store."""

STALLED_S = 5.0
"""Without progress for this long, the ids are compared: dead letters never arrive."""


def wait_settled(
    settings: Settings,
    *,
    timeout_s: float,
    progress: Callable[[Mapping[Hop, tuple[int, int]]], None] = lambda counts: None,
) -> Reconciliation:
    """The first reconciliation that is settled, or the last one when the time is over.

    Parameters
    ----------
    settings : Settings
    timeout_s : float
    progress : callable
        Called after each look with hop -> (stored, produced), counts of distinct events.
    """
    until, moved = monotonic() + timeout_s, monotonic()
    before: Mapping[Hop, tuple[int, int]] = {}
    pause = threading.Event()
    with ExitStack() as stack:
        accounts = stack.enter_context(open_accounts(settings))
        ledgers: dict[Hop, HopLedger] = {
            hop: stack.enter_context(open_ledger(hop, settings))
            for hop in asked_hops(enabled_hops(settings), accounts.produced())
            if hop != "lake"
        }
        while monotonic() < until:
            with ExitStack() as look:
                if "lake" in enabled_hops(settings):  # the lake's ledger is a snapshot: each look takes its own
                    ledgers["lake"] = look.enter_context(open_ledger("lake", settings))
                counts, equal = _look(accounts.produced(), ledgers)
            progress(counts)
            if counts != before:
                before, moved = counts, monotonic()
            if equal or monotonic() - moved > STALLED_S:
                found = reconcile(settings)
                if found.settled or any(account.lost or account.surplus for account in found.accounts):
                    return found
                moved = monotonic()
            pause.wait(POLL_S)
    return reconcile(settings)


def _look(produced: Mapping[str, Tally], ledgers: Mapping[Hop, HopLedger]) -> tuple[dict[Hop, tuple[int, int]], bool]:
    counts: dict[Hop, tuple[int, int]] = {}
    equal = True
    for hop in (name for name in HOPS if name in ledgers):
        wanted = {name: tally for name, tally in produced.items() if hop in EVENT_TYPES[name].hops}
        stored = {name: tally for name, tally in ledgers[hop].tallies().items() if tally.count}
        counts[hop] = (sum(tally.count for tally in stored.values()), sum(tally.count for tally in wanted.values()))
        equal &= stored == {name: tally for name, tally in wanted.items() if tally.count}
    return counts, equal
