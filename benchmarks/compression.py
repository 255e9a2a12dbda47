"""What compression keeps beside lead-and-tail truncation at equal budgets, on LoCoMo and on a technical chat log.

For each budget the share kept of entities, numbers, dates, negations and code identifiers, and of the text of the turns
that are gold evidence of LoCoMo's questions (categories 1 to 4; no question is known to the compression). The anchor
keeps whole turns, half of the budget from the beginning and half from the end; its share is measured in the same way.
LoCoMo has no code: identifiers are measured on prompts and answers about software (StackOverflow's sentences, labels
not read), cut into turns of three sentences.

The default strategy has the reach; the other three are shown for the quality's mean and for the evidence.
"""

import re
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.locomo import Talk, locomo
from workbench.catalogue.tokens import count_tokens
from workbench.context.compression import KINDS, STRATEGIES, Compressed, Quality, compress, quality_of
from workbench.context.compression.extractive import said_in, turn_messages
from workbench.context.compression.pieces import pieces_of
from workbench.context.turns import Turn
from workbench.settings import Settings

SHARES = (0.10, 0.25, 0.50)
TECHNICAL = Path("stackoverflow-ner")
TECHNICAL_TURNS = 300
_LABEL = re.compile(r"(?:Question_|Answer_to_|CODE_BLOCK|OP_BLOCK)")
START = datetime(2026, 1, 1, tzinfo=UTC)


def talk_turns(talk: Talk) -> list[Turn]:
    return [
        Turn(
            number,
            "user" if said.speaker == talk.speakers[0] else "assistant",
            said.text,
            count_tokens(said.text),
            said.at,
            said.turn_id,
            said.speaker,
            f"session {said.session}",
        )
        for number, said in enumerate(talk.turns, 1)
    ]


def technical_turns(folder: Path) -> list[Turn]:
    """Sentences of a file of ``token TAB tag`` lines, three a turn."""
    file = max((folder / TECHNICAL).rglob("*.txt"), key=lambda path: path.stat().st_size)
    sentences = [
        " ".join(line.split()[0] for line in one.splitlines() if line.split())
        for one in file.read_text(encoding="utf-8").replace("\n\t\n", "\n\n").split("\n\n")
    ]
    sentences = [one for one in sentences if one and not _LABEL.match(one)]
    texts = [" ".join(sentences[at : at + 3]) for at in range(0, 3 * TECHNICAL_TURNS, 3)]
    return [
        Turn(n, ("assistant", "user")[n % 2], text, count_tokens(text), START + timedelta(minutes=n), f"t{n}")  # type: ignore[arg-type]
        for n, text in enumerate(texts, 1)
    ]


def lead_and_tail(turns: Sequence[Turn], budget_tokens: int) -> list[Turn]:
    costs = [turn_messages([turn], count_tokens)[1] for turn in turns]
    used = begin = 0
    while begin < len(turns) and used + costs[begin] <= budget_tokens // 2:
        used += costs[begin]
        begin += 1
    end = len(turns)
    while end > begin and used + costs[end - 1] <= budget_tokens:
        end -= 1
        used += costs[end]
    return [*turns[:begin], *turns[end:]]


def evidence_share(talk: Talk, turns: Sequence[Turn], shown: set[str], kept_text: str) -> float:
    """Share of the evidence turns' text that is kept, a mean over the questions' evidence."""
    by_id = {turn.turn_id: turn for turn in turns}
    lines = set(kept_text.split("\n"))
    shares = []
    for question in talk.questions:
        for turn_id in sorted(question.evidence) if question.category < 5 else ():
            pieces = pieces_of(by_id[turn_id].text)
            kept = sum(len(piece) for piece in pieces if piece in lines) if turn_id in shown else 0
            shares.append(kept / max(1, sum(map(len, pieces))))
    return statistics.mean(shares)


def _row(quality: Quality, evidence: float) -> dict[str, float]:
    return {kind: share for kind in KINDS if (share := getattr(quality, kind)) is not None} | {
        "gold evidence": evidence
    }


def _mean(rows: Sequence[dict[str, float]], kind: str) -> float:
    return statistics.mean(row[kind] for row in rows if kind in row)


def run(settings: Settings, *, large: bool) -> list[Figure]:
    folder = settings.shared_data
    talks = locomo(folder) if large else locomo(folder)[:3]
    figures: list[Figure] = []
    technical = technical_turns(folder)
    for share in SHARES:
        ours: dict[str, list[dict[str, float]]] = {strategy: [] for strategy in STRATEGIES}
        anchor: list[dict[str, float]] = []
        for talk in talks:
            turns = talk_turns(talk)
            budget = int(turn_messages(turns, count_tokens)[1] * share)
            plain = lead_and_tail(turns, budget)
            said, plain_text = said_in(turns), "\n".join(piece for turn in plain for piece in pieces_of(turn.text))
            plain_evidence = evidence_share(talk, turns, {turn.turn_id for turn in plain}, plain_text)
            anchor.append(_row(quality_of(said, plain_text), plain_evidence))
            for strategy in STRATEGIES:
                found = compress(turns, budget_tokens=budget, strategy=strategy)
                assert found.token_count <= budget
                kept = "\n".join(piece for line in found.kept_text.split("\n") for piece in pieces_of(line))
                evidence = evidence_share(talk, turns, set(found.turn_ids), kept)
                ours[strategy].append(_row(found.quality, evidence))
        for kind in (*KINDS[:-1], "gold evidence"):
            figures.append(
                Figure(
                    f"{kind} kept at {share:.0%}",
                    _mean(ours["hybrid"], kind),
                    "share",
                    "lead and tail",
                    _mean(anchor, kind),
                    1.0,
                )
            )
        figures += [
            Figure(
                f"gold evidence kept at {share:.0%}, {strategy}",
                _mean(ours[strategy], "gold evidence"),
                "share",
                "lead and tail",
                _mean(anchor, "gold evidence"),
            )
            for strategy in STRATEGIES
            if strategy != "hybrid"
        ]
        figures += _technical(technical, share)
    figures.append(_speed(talk_turns(talks[0])))
    return figures


def _technical(turns: list[Turn], share: float) -> list[Figure]:
    budget = int(turn_messages(turns, count_tokens)[1] * share)
    found: Compressed = compress(turns, budget_tokens=budget)
    plain = quality_of(said_in(turns), "\n".join(turn.text for turn in lead_and_tail(turns, budget)))
    return [
        Figure(
            f"{kind} kept at {share:.0%}, technical text",
            getattr(found.quality, kind),
            "share",
            "lead and tail",
            getattr(plain, kind),
            1.0,
        )
        for kind in ("code", "entities", "numbers")
    ]


def _speed(turns: list[Turn]) -> Figure:
    """A second compression, when the items of sentences are remembered: what a warm window pays."""
    budget = turn_messages(turns, count_tokens)[1] // 4
    times = []
    for _ in range(5):
        started = time.perf_counter()
        compress(turns, budget_tokens=budget)
        times.append(time.perf_counter() - started)
    return Figure("compression, warm", 1e6 * statistics.median(times) / len(turns), "µs/turn")
