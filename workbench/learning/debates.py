"""What debates show: who wins more than its share, who fails more than the others, which place wins."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec

from workbench.events.payloads import DebateCompleted
from workbench.learning.patterns import Example, Pattern, kept_examples, span_of
from workbench.learning.statistics import Evidence, compare_shares, compare_with_chance


class Seat(msgspec.Struct, frozen=True):
    """One member of one debate.

    Parameters
    ----------
    provider, model : str
    position : str
        Its place, or the role that it was given.
    won : bool
    calls, failed : int
        Its calls over all rounds, and how many failed.
    call_ids : list of str
    """

    provider: str
    model: str
    position: str
    won: bool
    calls: int
    failed: int
    call_ids: list[str]


class DebateProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What one debate shows."""

    debate_id: str
    conversation_id: str
    at: datetime
    seats: list[Seat]


def _split(participant: str) -> tuple[str, str]:
    provider, _, model = participant.partition("/")
    return provider, model


def debate_profile(debate: DebateCompleted, *, conversation_id: str, at: datetime) -> DebateProfile:
    """The profile of a debate, with or without its turns."""
    seats: list[Seat] = []
    by_place: dict[tuple[str, str, str], list[tuple[bool, bool, str]]] = defaultdict(list)
    for turn in debate.turns:
        place = (turn.provider, turn.model, turn.role or str(turn.position))
        by_place[place].append((turn.won, turn.error is not None, turn.call_id or ""))
    for (provider, model, position), calls in by_place.items():
        failed = sum(bad for _, bad, _ in calls)
        ids = [call_id for _, _, call_id in calls if call_id]
        seats.append(Seat(provider, model, position, any(won for won, _, _ in calls), len(calls), failed, ids[:4]))
    if not seats:
        for number, participant in enumerate(debate.participants, start=1):
            provider, model = _split(participant)
            won = debate.winner in (participant, provider) if debate.winner else False
            seats.append(Seat(provider, model, str(number), won, debate.rounds, 0, []))
    return DebateProfile(debate_id=debate.debate_id, conversation_id=conversation_id, at=at, seats=seats)


def debate_patterns(debates: Sequence[DebateProfile], *, min_frequency: int) -> list[Pattern]:
    """Patterns of a tenant's debates."""
    least = max(1, min_frequency)
    won = _winners(
        debates,
        lambda seat: seat.provider,
        "provider_performance",
        "wins",
        lambda name: (f"{name} wins debates", f"Answers of {name} win more debates than its share of their seats."),
        least,
    )
    placed = _winners(
        debates,
        lambda seat: seat.position,
        "debate_strategy",
        "position",
        lambda name: (
            f"position {name} wins debates",
            f"Position {name} wins more debates than its share of the seats.",
        ),
        least,
    )
    offered: dict[str, set[str]] = defaultdict(set)
    for debate in debates:
        for seat in debate.seats:
            offered[seat.provider].add(seat.model)
    models = _winners(  # of a provider with one model the provider itself says it
        debates,
        lambda seat: f"{seat.provider}/{seat.model}" if len(offered[seat.provider]) > 1 else "",
        "debate_strategy",
        "member",
        lambda name: (f"{name} is a strong member", f"{name} wins more debates than its share of their seats."),
        least,
    )
    return [*won, *_failures(debates, least), *placed, *models]


def _winners(
    debates: Iterable[DebateProfile],
    named: Callable[[Seat], str],
    pattern_type: str,
    kind: str,
    told: Callable[[str], tuple[str, str]],
    least: int,
) -> list[Pattern]:
    cases: dict[str, int] = defaultdict(int)
    expected: dict[str, float] = defaultdict(float)
    wins: dict[str, list[Example]] = defaultdict(list)
    for debate in debates:
        names = [named(seat) for seat in debate.seats]
        if len(set(names)) < 2 or not any(seat.won for seat in debate.seats):
            continue
        for name in set(names) - {""}:
            cases[name] += 1
            expected[name] += names.count(name) / len(names)
            calls = tuple(one for seat in debate.seats if seat.won and named(seat) == name for one in seat.call_ids)
            if any(seat.won for seat in debate.seats if named(seat) == name):
                wins[name].append(Example(debate.debate_id, calls, debate.at))
    comparisons = sum(count >= least for count in cases.values())
    found: list[Pattern] = []
    for name, examples in sorted(wins.items()):
        if len(examples) >= least:
            chance = expected[name] / cases[name]
            evidence = compare_with_chance(len(examples), cases[name], chance=chance, comparisons=comparisons)
            texts = told(name)
            found.append(
                _pattern(
                    pattern_type, name, f"{kind}:{name}", texts, examples, cases[name], chance, evidence, comparisons
                )
            )
    return found


def _failures(debates: Iterable[DebateProfile], least: int) -> list[Pattern]:
    cases: dict[str, int] = defaultdict(int)
    failures: dict[str, list[Example]] = defaultdict(list)
    for debate in debates:
        for provider in {seat.provider for seat in debate.seats}:
            mine = [seat for seat in debate.seats if seat.provider == provider]
            cases[provider] += 1
            if any(seat.failed for seat in mine):
                calls = tuple(one for seat in mine if seat.failed for one in seat.call_ids)
                failures[provider].append(Example(debate.debate_id, calls, debate.at))
    comparisons = sum(count >= least for count in cases.values())
    everybody, failed = sum(cases.values()), sum(len(found) for found in failures.values())
    found: list[Pattern] = []
    for name, examples in sorted(failures.items()):
        if len(examples) >= least:
            other_hits, other_cases = failed - len(examples), everybody - cases[name]
            evidence = compare_shares(
                len(examples), cases[name], other_hits=other_hits, other_cases=other_cases, comparisons=comparisons
            )
            texts = (f"{name} fails in debates", f"Calls of {name} fail in more debates than those of the others.")
            chance = other_hits / max(1, other_cases)
            found.append(
                _pattern(
                    "provider_performance",
                    name,
                    f"fails:{name}",
                    texts,
                    examples,
                    cases[name],
                    chance,
                    evidence,
                    comparisons,
                )
            )
    return found


def _pattern(
    pattern_type: str,
    subject: str,
    key: str,
    texts: tuple[str, str],
    examples: Sequence[Example],
    cases: int,
    chance: float,
    evidence: Evidence,
    comparisons: int,
) -> Pattern:
    return Pattern(
        pattern_type,
        subject if pattern_type == "provider_performance" else "",
        key,
        *texts,
        frequency=len(examples),
        cases=cases,
        chance=chance,
        evidence=evidence,
        comparisons=comparisons,
        examples=kept_examples(examples),
        first_seen=span_of(examples)[0],
        last_seen=span_of(examples)[1],
    )
