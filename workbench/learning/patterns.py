"""A pattern: what was found, how often, how sure, and where to look."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from workbench.learning.statistics import Evidence

PATTERN_TYPES = (
    "user_intent",
    "debate_strategy",
    "entity_cooccurrence",
    "user_preference",
    "conversation_flow",
    "provider_performance",
)
"""HelixAgent's names."""

KEPT_EXAMPLES = 10
"""Conversations of a pattern that are named as its evidence: the first five and the last five."""


@dataclass(frozen=True, slots=True)
class Example:
    """One conversation (or debate) that shows a pattern, with its messages (or calls)."""

    conversation_id: str
    message_ids: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern of a tenant.

    Parameters
    ----------
    pattern_type : str
    subject : str
        Whose: a user's id, a provider's name; empty for everybody's.
    key : str
        What, in a form that does not change.
    title, description : str
    frequency : int
        Distinct conversations (or debates) that show it.
    cases : int
        Conversations (or debates) in which it could have shown.
    chance : float
        Share of them that chance explains.
    evidence : Evidence
    comparisons : int
        How many hypotheses of the type were looked at together.
    examples : tuple of Example
    first_seen, last_seen : datetime
    part_of : str
        Id of a pattern that says the same with more support; empty for one that stands alone.
    support : float or None
        `frequency`, with less for what is weak evidence; None when all of it is good.
    """

    pattern_type: str
    subject: str
    key: str
    title: str
    description: str
    frequency: int
    cases: int
    chance: float
    evidence: Evidence
    comparisons: int
    examples: tuple[Example, ...]
    first_seen: datetime
    last_seen: datetime
    part_of: str = ""
    support: float | None = None

    @property
    def pattern_id(self) -> str:
        """The same for the same type, subject and key, however often it was seen."""
        return pattern_id_of(self.pattern_type, self.subject, self.key)

    @property
    def counted(self) -> float:
        """What the least frequency is held against: `support`, or else `frequency`."""
        return self.frequency if self.support is None else self.support

    @property
    def confidence(self) -> float:
        """See `Evidence.confidence`."""
        return self.evidence.confidence


def pattern_id_of(pattern_type: str, subject: str, key: str) -> str:
    """Id of a pattern within its tenant.

    Examples
    --------
    >>> pattern_id_of("user_intent", "u", "k") == pattern_id_of("user_intent", "u", "k")
    True
    """
    return hashlib.sha256("\x1f".join((pattern_type, subject, key)).encode(errors="surrogatepass")).hexdigest()[:32]


def kept_examples(examples: Iterable[Example]) -> tuple[Example, ...]:
    """The first and last conversations by time, at most `KEPT_EXAMPLES`."""
    ordered = sorted(examples, key=lambda one: (one.at, one.conversation_id))
    if len(ordered) <= KEPT_EXAMPLES:
        return tuple(ordered)
    half = KEPT_EXAMPLES // 2
    return (*ordered[:half], *ordered[-half:])


def span_of(examples: Sequence[Example]) -> tuple[datetime, datetime]:
    """First and last time of some examples."""
    return min(one.at for one in examples), max(one.at for one in examples)
