"""Every event accounted for, per hop and event type.

    produced = stored + pending + dead-lettered and unresolved + removed with a receipt

*Produced* is the ledger of the write-ahead outbox. Equal tallies (count, and sum of the ids' first 32 bits)
are equal sets; where they differ, ids are compared, and what is nowhere is *lost*.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import polars

from workbench.errors import ReconciliationError, StoreError
from workbench.events.tally import Tally
from workbench.events.topics import EVENT_TYPES, HOPS, Hop
from workbench.settings import Settings

SHOWN_DIGITS = 16
"""Of an id in a message: 64 bits tell a billion events apart, and twenty of them still fit on a screen."""

NAMED_IDS = 20
"""How many ids of lost or surplus events are named: enough to look into, few enough to read."""

_COMPONENTS: dict[Hop, tuple[str, ...]] = {
    "extraction": ("knowledge_graph",),
    "graph": ("knowledge_graph",),
    "context": ("infinite_context",),
    "memory": ("distributed_memory",),
    "learning": ("cross_learning", "infinite_context"),
    "lake": ("data_lake",),
    "warehouse": ("data_lake", "analytics"),
}


class Accounts(Protocol):
    """Where events are known to be when a store does not have them."""

    def produced(self) -> Mapping[str, Tally]:
        """The outbox's ledger by event type."""
        ...

    def produced_ids(self, event_type: str) -> Iterator[str]:
        """Ids of the ledger."""
        ...

    def pending_ids(self, hop: Hop, event_type: str) -> set[str]:
        """Ids on their way to the hop: in the outbox, in Kafka beyond its offset, in the lake."""
        ...

    def dead_ids(self, hop: Hop, event_type: str) -> set[str]:
        """Ids of unresolved dead letters that keep an event from the hop."""
        ...

    def removed_ids(self, hop: Hop, event_type: str) -> set[str]:
        """Ids that retention or forgetting removed, with a receipt."""
        ...

    def foreign_ids(self, event_type: str) -> set[str]:
        """Ids that other installations may have produced: nodes of the distributed memory share its topic."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """One hop and event type: where the produced events are. Counts are of distinct events."""

    hop: Hop
    event_type: str
    produced: int
    stored: int
    pending: int = 0
    dead: int = 0
    removed: int = 0
    lost_ids: tuple[str, ...] = ()
    surplus_ids: tuple[str, ...] = ()
    lost: int = 0
    surplus: int = 0
    error: str = ""

    @property
    def ok(self) -> bool:
        """Nothing lost, nothing from nowhere, and the store could be asked."""
        return not (self.lost or self.surplus or self.error)

    @property
    def settled(self) -> bool:
        """`ok`, and nothing is on its way."""
        return self.ok and not self.pending


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """All accounts; hops that are switched off are listed in `disabled`."""

    accounts: tuple[Account, ...]
    disabled: tuple[Hop, ...] = ()

    @property
    def ok(self) -> bool:
        """Every account is ok."""
        return all(account.ok for account in self.accounts)

    @property
    def settled(self) -> bool:
        """Every account is settled."""
        return all(account.settled for account in self.accounts)

    def rows(self) -> list[dict[str, Any]]:
        """One row per hop and event type that was produced or stored.

        Columns: hop, event_type (str); produced, stored, pending, dead, removed, lost, surplus (int, events);
        ok (bool); error (str, empty when the store could be asked).
        """
        columns = (
            "hop",
            "event_type",
            "produced",
            "stored",
            "pending",
            "dead",
            "removed",
            "lost",
            "surplus",
            "ok",
            "error",
        )
        return [{name: getattr(account, name) for name in columns} for account in self.accounts]

    def frame(self) -> polars.DataFrame:
        """`rows` as a frame."""
        schema = {
            "hop": polars.String, "event_type": polars.String, "produced": polars.Int64, "stored": polars.Int64,
            "pending": polars.Int64, "dead": polars.Int64, "removed": polars.Int64, "lost": polars.Int64,
            "surplus": polars.Int64, "ok": polars.Boolean, "error": polars.String,
        }  # fmt: skip
        return polars.DataFrame(self.rows(), schema=schema)

    def require_ok(self) -> None:
        """Raise when an account is not ok.

        Raises
        ------
        ReconciliationError
            Naming the hop, the event type and the beginnings of up to 20 ids; `Account` has them whole.
        """
        broken = [account for account in self.accounts if not account.ok]
        if not broken:
            return
        lines = []
        for account in broken:
            where = f"{account.hop}, {account.event_type}"
            if account.error:
                lines.append(f"{where}: {account.error}")
            if account.lost:
                lines.append(f"{where}: {account.lost} lost: {_shown(account.lost_ids)}")
            if account.surplus:
                lines.append(f"{where}: {account.surplus} never produced: {_shown(account.surplus_ids)}")
        raise ReconciliationError("not reconciled\n  " + "\n  ".join(lines))


def _shown(event_ids: tuple[str, ...]) -> str:
    return " ".join(event_id[:SHOWN_DIGITS] for event_id in event_ids)


def account_for(
    hop: Hop, event_type: str, accounts: Accounts, *, stored: Tally, produced: Tally, stored_ids: Callable[[], set[str]]
) -> Account:
    """Where the produced events of one type are, as seen from one hop.

    Parameters
    ----------
    hop, event_type : str
    accounts : Accounts
    stored, produced : Tally
        When they are equal, nothing else is asked.
    stored_ids : callable
        Asks the store anew for the ids that it holds.
    """
    if stored == produced:
        return Account(hop, event_type, produced.count, stored.count)
    # An event only moves forward: outbox, Kafka, then dead letters or store. Asking in that order, and the
    # store once more at the end, finds it wherever it was, while everything runs.
    held, made = stored_ids(), set(accounts.produced_ids(event_type))
    if held - made:
        held -= accounts.foreign_ids(event_type) - made
    missing, surplus = made - held, held - made
    pending = missing & accounts.pending_ids(hop, event_type)
    dead = (missing - pending) & accounts.dead_ids(hop, event_type)
    removed = (missing - pending - dead) & accounts.removed_ids(hop, event_type)
    lost = missing - pending - dead - removed
    if lost:
        arrived = lost & stored_ids()
        lost, held = lost - arrived, held | arrived
    return Account(
        hop,
        event_type,
        produced=len(made),
        stored=len(held),
        pending=len(pending),
        dead=len(dead),
        removed=len(removed),
        lost=len(lost),
        surplus=len(surplus),
        lost_ids=tuple(sorted(lost)[:NAMED_IDS]),
        surplus_ids=tuple(sorted(surplus)[:NAMED_IDS]),
    )


def enabled_hops(settings: Settings) -> tuple[Hop, ...]:
    """The hops whose components are switched on."""
    return tuple(hop for hop in HOPS if all(getattr(settings.components, name) for name in _COMPONENTS[hop]))


def reconcile(settings: Settings) -> Reconciliation:
    """Ask every store that is switched on, and account for every produced event.

    A store that cannot be asked gives accounts with `error`; the others are still counted.
    """
    from workbench.pipelines.accounts import asked_hops, open_accounts, open_ledger

    hops = enabled_hops(settings)
    found: list[Account] = []
    with open_accounts(settings) as accounts:
        for hop in asked_hops(hops, accounts.produced()):
            try:
                with open_ledger(hop, settings) as ledger:
                    tallies = ledger.tallies()
                produced = accounts.produced()
                for name, declared in EVENT_TYPES.items():
                    if hop in declared.hops and (name in produced or name in tallies):

                        def stored_ids(hop: Hop = hop, name: str = name) -> set[str]:
                            with open_ledger(hop, settings) as fresh:
                                return set(fresh.stored_ids(name))

                        stored, made = tallies.get(name, Tally()), produced.get(name, Tally())
                        found.append(
                            account_for(hop, name, accounts, stored=stored, produced=made, stored_ids=stored_ids)
                        )
            except StoreError as error:
                found.append(Account(hop, "*", 0, 0, error=str(error)))
    return Reconciliation(tuple(found), tuple(hop for hop in HOPS if hop not in hops))
