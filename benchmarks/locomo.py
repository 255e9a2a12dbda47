"""LoCoMo as conversations with questions and the turns that hold their evidence.

Maharana et al., "Evaluating Very Long-Term Conversational Memory of LLM Agents", 2024. Evidence that names no turn
of its conversation (three of some 1,400) is left out; the answers are not read: some are wrong.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FILE = Path("locomo") / "locomo_first_five.json"
CATEGORIES = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop", 5: "adversarial"}
SECONDS_A_TURN = 30
"""The set dates sessions, not turns; turns are set half a minute apart."""

_TURN_ID = re.compile(r"D(\d+):(\d+)")


@dataclass(frozen=True, slots=True)
class Said:
    """A turn; `caption` describes the photo that came with it, empty without one."""

    turn_id: str
    session: int
    speaker: str
    text: str
    caption: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the ids of the turns that answer it."""

    text: str
    category: int
    evidence: frozenset[str]


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation of two people over months."""

    name: str
    speakers: tuple[str, str]
    turns: tuple[Said, ...]
    questions: tuple[Question, ...]


def _turns(conversation: dict[str, Any]) -> Iterator[Said]:
    numbers = sorted(int(key[8:]) for key in conversation if re.fullmatch(r"session_\d+", key))
    for number in numbers:
        begun = datetime.strptime(conversation[f"session_{number}_date_time"], "%I:%M %p on %d %B, %Y")
        for place, turn in enumerate(conversation[f"session_{number}"]):
            at = begun.replace(tzinfo=UTC) + timedelta(seconds=SECONDS_A_TURN * place)
            caption = turn.get("blip_caption", "")
            yield Said(turn["dia_id"], number, turn["speaker"], turn["text"], caption, at)


def _evidence(given: list[str], known: frozenset[str]) -> frozenset[str]:
    found = {f"D{int(session)}:{int(turn)}" for one in given for session, turn in _TURN_ID.findall(one)}
    return frozenset(found & known)


def locomo(folder: Path) -> list[Talk]:
    """The conversations of the set, in its order.

    Parameters
    ----------
    folder : Path
        The folder of the data sets (`Settings.shared_data`).
    """
    talks = []
    for one in json.loads((folder / FILE).read_text(encoding="utf-8")):
        conversation = one["conversation"]
        turns = tuple(_turns(conversation))
        known = frozenset(turn.turn_id for turn in turns)
        questions = tuple(
            Question(str(asked["question"]), asked["category"], evidence)
            for asked in one["qa"]
            if (evidence := _evidence(asked["evidence"], known))
        )
        speakers = (conversation["speaker_a"], conversation["speaker_b"])
        talks.append(Talk(one["sample_id"], speakers, turns, questions))
    return talks
