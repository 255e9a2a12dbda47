"""Versions of slots to rows, and what of them the graph has already. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from workbench.graph.epoch import epoch, maybe_epoch
from workbench.graph.slots import Slot
from workbench.graph.timeline import Assertion, Version, versions
from workbench.graph.vocabulary import entity_labels

Row = dict[str, Any]

_decoder = msgspec.json.Decoder(Assertion)
_TIMES = ("valid_from", "valid_to", "recorded_at", "superseded_at")


@dataclass(slots=True)
class Changes:
    """What a transaction changes: links and entity versions to remove and to make, and states of entities."""

    links: list[Row] = field(default_factory=list)
    versions: list[Row] = field(default_factory=list)
    states: list[Row] = field(default_factory=list)
    gone_links: list[str] = field(default_factory=list)
    gone_versions: list[str] = field(default_factory=list)


def assertion_text(one: Assertion) -> str:
    """An assertion as JSON, as it is kept beside the note that its event is applied."""
    return msgspec.json.encode(one).decode()


def assertion_of(text: str) -> Assertion:
    """The assertion that was kept."""
    return _decoder.decode(text)


def lone_link(slot: Slot) -> Row | None:
    """The only link of a slot that the graph does not know, when that is all there is; None otherwise.

    Nearly all links are so: seen once by extraction. No version is ever computed for them.
    """
    if slot.kind != "relationship" or len(slot.assertions) != 1:
        return None
    (one,) = slot.assertions.values()
    if one.verb == "deleted":
        return None
    return _link_row(slot, Version(one, one.valid_from, one.valid_to, one.recorded_at, None, 1))


def lone_assertion(standing: Mapping[str, Any], event_type: str) -> Assertion:
    """The assertion behind a lone link, from the link itself."""
    row = {name: value for name, value in standing["properties"].items() if name not in (*_TIMES, "version")}
    return Assertion(
        row["event_id"],
        "updated" if event_type.endswith(".updated") else "created",
        standing["valid_from"].to_native(),
        standing["valid_to"].to_native() if standing["valid_to"] is not None else None,
        standing["recorded_at"].to_native(),
        content={"to_entity_id": standing["to_entity_id"], "row": row},
    )


def change(
    changes: Changes, slot: Slot, assertions: Iterable[Assertion], standing: Iterable[Mapping[str, Any]]
) -> None:
    """Add what must be removed and made so that the graph has a slot's versions.

    Parameters
    ----------
    changes : Changes
    slot : Slot
    assertions : iterable of Assertion
        All of the slot, old and new.
    standing : iterable of mapping
        Rows of its versions in the graph: `element_id`, `event_id`, `version`, and the four times.
    """
    known = {
        _identity(row["event_id"], row["version"], *(_pair(row[name]) for name in _TIMES)): row for row in standing
    }
    said = list(assertions)
    described = slot.kind == "description"
    found = versions(said, tombstones=described)
    for one in found:
        times = (maybe_epoch(getattr(one, name)) for name in _TIMES)
        if known.pop(_identity(one.assertion.event_id, one.number, *times), None) is None:
            (changes.versions if described else changes.links).append(
                _version_row(slot, one) if described else _link_row(slot, one)
            )
    gone = changes.gone_versions if described else changes.gone_links
    gone += [row["element_id"] for row in known.values()]
    if described:
        changes.states.append(_state(slot, said, found))


def _pair(value: Any) -> list[int] | None:
    return None if value is None else epoch(value.to_native())


def _identity(event_id: str, number: int, *times: list[int] | None) -> tuple[Any, ...]:
    return (event_id, number, *(None if one is None else tuple(one) for one in times))


def _times(one: Version) -> Row:
    return {
        "valid_from": epoch(one.valid_from),
        "valid_to": maybe_epoch(one.valid_to),
        "recorded_at": epoch(one.recorded_at),
        "superseded_at": maybe_epoch(one.superseded_at),
    }


def _link_row(slot: Slot, one: Version) -> Row:
    content = one.assertion.content
    return {
        "tenant_id": slot.tenant_id,
        "graph_type": slot.graph_type,
        "from_entity_id": slot.entity_id,
        "to_entity_id": content["to_entity_id"],
        "properties": {**content["row"], "version": one.number},
        **_times(one),
    }


def _version_row(slot: Slot, one: Version) -> Row:
    said = one.assertion
    properties = {
        "tenant_id": slot.tenant_id,
        "entity_id": slot.entity_id,
        "event_id": said.event_id,
        "deleted": said.verb == "deleted",
        "version": one.number,
        **said.content,
    }
    return {"tenant_id": slot.tenant_id, "entity_id": slot.entity_id, "properties": properties, **_times(one)}


def _state(slot: Slot, said: list[Assertion], found: list[Version]) -> Row:
    """The entity as it is believed now to be at last: its last description, and whether it was deleted after it."""
    now = sorted((one for one in found if one.superseded_at is None), key=lambda one: one.valid_from)
    last = now[-1]
    descriptions = [one for one in said if one.verb != "deleted"]
    standing = [one for one in now if one.assertion.verb != "deleted"]
    state: Row = {
        "tenant_id": slot.tenant_id,
        "entity_id": slot.entity_id,
        "described": bool(descriptions),
        "properties": {"version": last.number},
        "labels": sorted({label for one in descriptions for label in entity_labels(one.content["entity_type"])}),
        "valid_from": None,
        "valid_to": None,
        "deleted_at": epoch(last.valid_from) if last.assertion.verb == "deleted" else None,
    }
    if descriptions:
        shown = standing[-1].assertion if standing else max(descriptions, key=lambda one: one.key)
        state["properties"] |= {"described": True, "event_id": shown.event_id, **shown.content}
        state["valid_from"] = epoch(standing[-1].valid_from if standing else shown.valid_from)
        state["valid_to"] = maybe_epoch(standing[-1].valid_to) if standing else None
    return state
