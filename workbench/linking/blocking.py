"""Which pairs are worth a comparison: entities that share a key, each with a bounded number of others."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from workbench.linking.kinds import BY_FORM, SHORTENED
from workbench.linking.names import parts_of
from workbench.linking.prepared import Prepared
from workbench.linking.relation import FUZZY_CHARS
from workbench.linking.similarity import sounds

WINDOW = 24
"""Others of one block that an entity is compared with, the next ones by name: a block of 10,000 gives 240,000 pairs and
not 50 million. Equal names stand side by side, so that none of them is left out."""

_ACRONYM_CHARS = 6
_NUMERONYM_CHARS = range(4, 23)
_FUZZY_MOST = 32  # a longer key is a phrase: its misspellings are rare and its deletions many


def keys_of(one: Prepared) -> Iterator[str]:
    """Blocking keys of an entity: its names, what lists and texts say, acronyms, words, and one letter left out."""
    forms = one.forms
    for key in {*one.keys, *one.listed, *one.stated}:
        yield f"name {key}"
    for entity_id in {one.entity.entity_id, *one.entity.stated}:
        yield f"stated {entity_id}"
    for acronym in forms.acronyms:
        yield f"acronym {acronym}"
    word = forms.core_key
    if len(forms.core) > 1:
        yield f"words {''.join(sorted(forms.core))}"
    else:
        if len(word) <= _ACRONYM_CHARS and one.entity.name.isupper():
            yield f"acronym {word}"
        if len(word) in _NUMERONYM_CHARS and word.isalpha():
            yield f"number {word[0]}{len(word) - 2}{word[-1]}"
        elif word[1:-1].isdigit():
            yield f"number {word}"
    if one.type in SHORTENED:
        for part in parts_of(forms):
            yield f"part {part}"
        yield f"part {word}"
    bare = forms.bare_key
    if FUZZY_CHARS - 1 <= len(bare) <= _FUZZY_MOST:
        yield f"letters {sounds(bare)}"
        for at in range(len(bare)):
            yield f"letters {bare[:at]}{bare[at + 1 :]}"
        yield f"letters {bare}"


def candidate_pairs(entities: Sequence[Prepared]) -> Iterator[tuple[int, int]]:
    """Pairs of positions that share a key, each once, the smaller first; at most `WINDOW` a key and entity.

    Entities of different tenants, and those whose type says that the form is all (URLs, dates), are never paired.
    """
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, one in enumerate(entities):
        if one.type not in BY_FORM:
            for key in set(keys_of(one)):
                blocks[one.entity.tenant_id, key].append(at)
    seen: set[int] = set()
    count = len(entities)
    for block in blocks.values():
        if len(block) > WINDOW:
            block.sort(key=lambda at: (entities[at].forms.bare_key, at))
        for place, at in enumerate(block):
            for other in block[place + 1 : place + 1 + WINDOW]:
                pair = min(at, other) * count + max(at, other)
                if pair not in seen:
                    seen.add(pair)
                    yield divmod(pair, count)
