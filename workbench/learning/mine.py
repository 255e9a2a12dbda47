"""All patterns of a tenant's conversations and debates, and which of them are insights."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.learning.answers import answer_patterns
from workbench.learning.cooccurrence import cooccurrence_patterns
from workbench.learning.debates import DebateProfile, debate_patterns
from workbench.learning.flow import flow_patterns
from workbench.learning.openings import opening_patterns
from workbench.learning.patterns import Pattern
from workbench.learning.profile import Profile
from workbench.learning.users import user_patterns

MOST_PATTERNS = 5_000
"""Patterns that are kept per tenant, the surest first: a table of a service's habits, not of its traffic."""

HIGH_FREQUENCY, HIGH_CONFIDENCE = 10, 0.9
MEDIUM_FREQUENCY, MEDIUM_CONFIDENCE = 5, 0.7
"""HelixAgent's classes of impact."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """What makes a pattern an insight: ``BIGDATA_LEARNING_MIN_CONFIDENCE`` and ``_MIN_FREQUENCY``."""

    min_confidence: float
    min_frequency: int

    def passed(self, pattern: Pattern) -> bool:
        """Whether a pattern is often and sure enough, and stands for itself."""
        return (
            not pattern.part_of and pattern.counted >= self.min_frequency and pattern.confidence >= self.min_confidence
        )


def mine(profiles: Iterable[Profile], debates: Iterable[DebateProfile] = (), *, min_frequency: int) -> list[Pattern]:
    """The patterns of one tenant, the surest first; the same for the same profiles in any order.

    Parameters
    ----------
    profiles : iterable of Profile
        One per completed conversation.
    debates : iterable of DebateProfile
    min_frequency : int
        Patterns of fewer conversations are not told.
    """
    talked = sorted(profiles, key=lambda one: one.conversation_id)
    debated = sorted(debates, key=lambda one: one.debate_id)
    found = [
        *user_patterns(talked, min_frequency=min_frequency),
        *opening_patterns(talked, min_frequency=min_frequency),
        *cooccurrence_patterns(talked, min_frequency=min_frequency),
        *flow_patterns(talked, min_frequency=min_frequency),
        *answer_patterns(talked, min_frequency=min_frequency),
        *debate_patterns(debated, min_frequency=min_frequency),
    ]
    found.sort(key=lambda one: (-one.confidence, -one.frequency, one.pattern_id))
    return found[:MOST_PATTERNS]


def insights(patterns: Sequence[Pattern], threshold: Threshold) -> list[Pattern]:
    """The patterns that are insights, in the order given."""
    return [one for one in patterns if threshold.passed(one)]


def impact_of(pattern: Pattern) -> str:
    """HelixAgent's rule: high, medium or low."""
    if pattern.frequency >= HIGH_FREQUENCY and pattern.confidence >= HIGH_CONFIDENCE:
        return "high"
    if pattern.frequency >= MEDIUM_FREQUENCY and pattern.confidence >= MEDIUM_CONFIDENCE:
        return "medium"
    return "low"


def version_of(pattern: Pattern, *, min_frequency: int) -> int:
    """Version of an insight: 1 when it is new, and one more whenever its frequency has doubled.

    It follows from the frequency alone, so two workers tell the same version under the same event id.
    """
    return max(1, (pattern.frequency // max(1, min_frequency)).bit_length())
