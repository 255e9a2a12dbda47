"""ConEL-2 as mentions with gold clusters: entity links in real conversations, personal entities included.

Joko, Hasibi, Balog, de Vries, "Conversational Entity Linking: Problem Definition and Datasets", 2021, and ConEL-2.
A mention's cluster is the article that it is linked to; a personal mention ("my car") without one is a thing of its
own. A personal phrase that is linked to several things at once is left out.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from workbench.linking.mentions import SessionMention

FILES = {"train": "ConEL22_EL_Train.json", "val": "ConEL22_EL_Val.json"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """Mentions with their gold clusters, and the texts that they stand in."""

    mentions: list[SessionMention]
    gold: list[str]
    texts: dict[tuple[str, int], str]


def conel2(folder: Path, part: str) -> Labelled:
    mentions: list[SessionMention] = []
    gold: list[str] = []
    texts: dict[tuple[str, int], str] = {}
    for dialogue in json.loads((folder / "conel2" / FILES[part]).read_text(encoding="utf-8")):
        session = dialogue["dialogue_id"]
        for turn in dialogue["turns"]:
            number, text = turn["turn_number"], turn["utterance"]
            texts[session, number] = text
            for one in turn.get("el_annotations") or ():
                mentions.append(SessionMention(session, number, *one["span"], one["mention"], "concept"))
                gold.append(one["entity"])
            linked: dict[str, set[str]] = defaultdict(set)
            for name in ("personal_entity_annotations", "personal_entity_annotations_without_eems"):
                for one in turn.get(name) or ():
                    phrase = one["personal_entity_mention"]
                    linked[phrase].add(one.get("entity") or f"{session}: {phrase.casefold()}")
            for phrase, things in linked.items():
                start = text.casefold().find(phrase.casefold())
                if len(things) == 1 and start >= 0:
                    mentions.append(SessionMention(session, number, start, start + len(phrase), phrase, "personal"))
                    gold += things
    return Labelled(mentions, gold, texts)
