"""All rules over one text, overlaps settled: what its form gives away wins over lists, lists over capitals."""

from bisect import bisect_right

from workbench.extraction import patterns
from workbench.extraction.acronyms import explained
from workbench.extraction.atoms import atoms_of
from workbench.extraction.bodies import telling_names
from workbench.extraction.code_names import code_names
from workbench.extraction.entries import technology_names
from workbench.extraction.gazetteer import listed_names
from workbench.extraction.names import capitalised_names
from workbench.extraction.people import people
from workbench.extraction.spans import EntitySpan
from workbench.extraction.taken import MAX_MENTIONS, Taken
from workbench.extraction.terms import technical_terms
from workbench.extraction.versions import versions


def _covered(one: EntitySpan, listed: list[EntitySpan]) -> bool:
    """Whether a listed name is the same span or goes beyond it."""
    at = bisect_right(listed, one.start, key=lambda other: other.start) - 1
    return at >= 0 and listed[at].end >= one.end


def extract(text: str) -> list[EntitySpan]:
    """Entities of a text, in its order, not overlapping; at most `MAX_MENTIONS`.

    Types: those of `workbench.extraction.types`. What stands in a code block is part of the block.

    Examples
    --------
    >>> [(one.entity_type, one.name) for one in extract("We moved from kafka 3.9 to Redis; good.")]
    [('technology', 'Apache Kafka'), ('version', 'Apache Kafka 3.9'), ('database', 'Redis')]
    """
    taken = Taken()
    taken.add(patterns.code_blocks(text))
    taken.add(patterns.urls(text))
    taken.add(patterns.emails(text))
    listed = technology_names()
    taken.add(one for one in patterns.file_paths(text) if one.name.casefold() not in listed)
    taken.add(patterns.dates(text))
    taken.add(patterns.money(text))
    taken.add(patterns.mentions(text))
    atoms = atoms_of(text)
    names = list(listed_names(atoms))
    longer = Taken()
    longer.add(telling_names(text))
    longer.add(people(text))
    taken.add(one for one in longer.spans if not _covered(one, names))
    taken.add(technical_terms(atoms, names))
    taken.add(names)
    taken.add(versions(text, taken.before))
    taken.add(code_names(atoms))
    taken.widen(explained(text, taken.spans))
    taken.add(capitalised_names(text))
    return taken.spans[:MAX_MENTIONS]
