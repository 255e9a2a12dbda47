"""Slots in the graph: what is there, what follows from it and the new assertions, and the difference.

The entity of a slot is locked before the slot is read, so that of two writers the second one sees what the first one
wrote. Only slots that the graph knows already cost a look at their versions.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from workbench.events.tally import id_checksum
from workbench.graph.slots import Slot
from workbench.graph.statements import Statements
from workbench.graph.timeline import Assertion
from workbench.graph.version_rows import Changes, Row, assertion_of, assertion_text, change, lone_assertion, lone_link


def apply(statements: Statements, slots: Mapping[str, Slot], event_types: Mapping[str, str]) -> None:
    """Write the versions of slots, and note their events as applied. Their entities are there and locked.

    Parameters
    ----------
    statements : Statements
    slots : mapping
        Key -> slot with new assertions; an assertion that the graph has already changes nothing.
    event_types : mapping
        Event id -> type.
    """
    kept: defaultdict[str, dict[str, Row]] = defaultdict(dict)
    for row in statements.rows("applied_events", slot_keys=list(slots)):
        kept[row["slot_key"]][row["event_id"]] = row
    changes, notes = Changes(), list[Row]()
    known: dict[str, Slot] = {}
    for key, slot in slots.items():
        if key not in kept:
            notes += _first(changes, slot, event_types)
        elif slot.assertions.keys() - kept[key].keys():
            known[key] = slot
    notes += _further(statements, changes, known, kept, event_types)
    _write(statements, changes, notes)


def _first(changes: Changes, slot: Slot, event_types: Mapping[str, str]) -> list[Row]:
    """A slot that the graph does not know; a lone link holds its assertion itself."""
    link = lone_link(slot)
    if link is not None:
        changes.links.append(link)
        return [_note(slot, one, event_types[one.event_id], None) for one in slot.assertions.values()]
    change(changes, slot, slot.assertions.values(), ())
    return [_note(slot, one, event_types[one.event_id], assertion_text(one)) for one in slot.assertions.values()]


def _further(
    statements: Statements,
    changes: Changes,
    slots: Mapping[str, Slot],
    kept: Mapping[str, Mapping[str, Row]],
    event_types: Mapping[str, str],
) -> list[Row]:
    """Slots that the graph knows, with something new."""
    standing = _standing(statements, slots)
    notes: list[Row] = []
    for key, slot in slots.items():
        before = {
            event_id: assertion_of(row["assertion"])
            if row["assertion"] is not None
            else lone_assertion(standing[key][0], row["event_type"])
            for event_id, row in kept[key].items()
        }
        change(changes, slot, (before | slot.assertions).values(), standing[key])
        types = {**event_types, **{event_id: row["event_type"] for event_id, row in kept[key].items()}}
        for event_id, one in (before | slot.assertions).items():
            if event_id not in kept[key] or kept[key][event_id]["assertion"] is None:
                notes.append(_note(slot, one, types[event_id], assertion_text(one)))
    return notes


def _standing(statements: Statements, slots: Mapping[str, Slot]) -> defaultdict[str, list[Row]]:
    """Versions in the graph, by slot."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for name, kinds in _LOOKS.items():
        asked = [_look(slot) for slot in slots.values() if slot.kind in kinds]
        for row in statements.rows(name, slots=asked):
            found[row["slot_key"]].append(row)
    return found


_LOOKS = {
    "relationship_versions": {"relationship"},
    "outgoing_versions": {"exclusive", "merge"},
    "entity_versions": {"description"},
}
"""Query -> kinds of slot whose versions it finds."""


def _look(slot: Slot) -> Row:
    some = next(iter(slot.assertions.values()))
    return {
        "slot_key": slot.key,
        "tenant_id": slot.tenant_id,
        "entity_id": slot.entity_id,
        "graph_type": slot.graph_type,
        "to_entity_id": some.content.get("to_entity_id"),
    }


def _note(slot: Slot, one: Assertion, event_type: str, text: str | None) -> Row:
    properties = {
        "event_type": event_type,
        "checksum": id_checksum(one.event_id),
        "slot_key": slot.key,
        "assertion": text,
    }
    return {"event_id": one.event_id, "properties": properties}


def _write(statements: Statements, changes: Changes, notes: Iterable[Row]) -> None:
    """In the order of the far ends: they are locked as links are made, each writer in the same order."""
    links = sorted(changes.links, key=lambda row: (row["tenant_id"], row["to_entity_id"], row["from_entity_id"]))
    statements.write("remove_links", element_ids=changes.gone_links)
    statements.write("remove_entity_versions", element_ids=changes.gone_versions)
    statements.write("create_links", links=links)
    statements.write("create_entity_versions", versions=changes.versions)
    statements.write("describe_entities", entities=changes.states)
    statements.write("mark_applied", events=list(notes))
