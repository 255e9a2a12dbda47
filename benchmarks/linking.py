"""Cross-session linking beside clustering by exact name: B-cubed, precision of merges, and time for 10,000 entities.

Rows: the technical corpus of this project, its dev half (tuned on) and its held-out half, with the labelled types, with
the types that the extraction gives, and without types; ConEL-2 train and validation. The baseline has the same
mentions and types: one cluster per type and name, case apart. A merge is a link between two names of which at least
one is another name or stands in another session; *other names* leaves out the merges that the baseline makes too.
"""

import random
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Iterator

from benchmarks.conel2 import Labelled, conel2
from benchmarks.figures import Figure
from workbench.extraction.entities import extract
from workbench.linking import Entity, link_entities
from workbench.linking.bcubed import bcubed, joined_pairs, merge_precision
from workbench.linking.mentions import SessionMention, cluster_mentions
from workbench.providers.mention_labels import technical_mentions
from workbench.providers.recordings import recordings
from workbench.settings import Settings

GAIN = 0.05
PRECISION = 0.98
ENTITIES = 10_000
SECONDS = 10.0
MIB = 400.0


def technical(split: str, types: str) -> Labelled:
    """The technical corpus; `types` is ``labelled``, ``extracted`` or ``none``."""
    texts = {
        (one.conversation_id, at): turn.text for one in recordings("technical") for at, turn in enumerate(one.turns)
    }
    found = {turn: {(one.start, one.end): one.entity_type for one in extract(text)} for turn, text in texts.items()}
    mentions, gold = [], []
    for one in technical_mentions():
        if one.split == split:
            extracted = found[one.conversation_id, one.turn].get((one.start, one.end), "name")
            kind = {"labelled": one.type, "extracted": extracted, "none": "name"}[types]
            mentions.append(SessionMention(one.conversation_id, one.turn, one.start, one.end, one.text, kind))
            gold.append(one.cluster)
    return Labelled(mentions, gold, texts)


def quality(name: str, given: Labelled, *, held_to: bool = True) -> Iterator[Figure]:
    exact = [(one.type, one.name.casefold()) for one in given.mentions]
    found = cluster_mentions(given.mentions, given.texts)
    ours, base = bcubed(given.gold, found.labels), bcubed(given.gold, exact)
    gold: dict[str, list[str]] = defaultdict(list)
    names: dict[str, set[object]] = defaultdict(set)
    for entity_id, label, key in zip(found.entity_ids, given.gold, exact, strict=True):
        gold[entity_id].append(label)
        names[entity_id].add(key)
    links = [(link.left, link.right) for link in found.linked.links]
    other = [pair for pair in links if names[pair[0]].isdisjoint(names[pair[1]])]
    right, joined = joined_pairs(found.labels, given.gold)
    yield Figure(
        f"{name}: B-cubed F1",
        ours.f1,
        "",
        "exact name",
        base.f1,
        note=f"P {ours.precision:.3f} R {ours.recall:.3f}; exact name P {base.precision:.3f} R {base.recall:.3f}; "
        f"{len(given.gold):,} mentions",
    )
    yield Figure(f"{name}: B-cubed F1 above exact name", ours.f1 - base.f1, "", reach=GAIN if held_to else None)
    yield Figure(
        f"{name}: precision of merges of other names",
        merge_precision(other, gold),
        "",
        reach=PRECISION if held_to else None,
        note=f"{len(other)} merges; all {len(links)} merges {merge_precision(links, gold):.3f}; "
        f"pairs of mentions put together {right / max(1, joined):.3f} of {joined:,}",
    )


def invented(count: int) -> list[Entity]:
    """Entities with names that share words, first names and sessions as those of a large tenant do."""
    chance = random.Random(11)
    parts = ("ba", "ke", "lo", "ri", "mun", "tor", "sel", "vik", "dan", "pro", "qua", "zen", "mar", "hol", "fen", "tis")

    def word() -> str:
        return "".join(chance.choices(parts, k=chance.randint(2, 4)))

    bodies = ("Bank", "Foods", "Games", "Energy", "Labs")
    words, first = [word() for _ in range(4_000)], [word().title() for _ in range(300)]
    found = []
    for number in range(count):
        kind = chance.choice(("person", "organisation", "product", "technology", "concept", "name"))
        name = {
            "person": f"{chance.choice(first)} {chance.choice(words).title()}",
            "organisation": f"{chance.choice(words).title()} {chance.choice(bodies)}",
            "product": f"{chance.choice(words)}-{chance.choice(('service', 'api', 'worker', 'hub'))}",
        }.get(kind, " ".join(chance.choices(words, k=chance.randint(1, 2))))
        sessions = frozenset(f"s{chance.randrange(count // 10)}" for _ in range(chance.randint(1, 6)))
        neighbours = dict.fromkeys(chance.choices(words, k=chance.randint(2, 30)), 1.0)
        found.append(Entity(f"{kind}:{number}", name, kind, sessions=sessions, neighbours=neighbours))
    return found


def speed(count: int) -> Iterator[Figure]:
    entities = invented(count)
    started = time.perf_counter()
    found = link_entities(entities)
    taken = time.perf_counter() - started
    yield Figure(
        f"linking {count:,} entities",
        taken,
        "s",
        reach=SECONDS * count / ENTITIES,
        lower_is_better=True,
        note=f"{found.compared:,} pairs compared of {count * (count - 1) // 2:,}",
    )
    tracemalloc.start()
    link_entities(entities)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    yield Figure(f"memory for {count:,} entities", peak, "MiB", reach=MIB * count / ENTITIES, lower_is_better=True)


def run(settings: Settings, *, large: bool) -> list[Figure]:
    figures: list[Figure] = []
    for split in ("dev", "heldout"):
        for types in ("labelled", "extracted", "none"):
            title = f"technical {split}, types {types}"
            figures += quality(title, technical(split, types), held_to=types == "labelled")
    for part in ("train", "val"):
        figures += quality(f"ConEL-2 {part}", conel2(settings.shared_data.absolute(), part))
    for count in (ENTITIES, 5 * ENTITIES) if large else (ENTITIES,):
        figures += speed(count)
    return figures
