"""Whether a sentence asserts a relationship, denies it, or only imagines it."""

import re

NEGATED = 0.2
"""Factor on the confidence of what is denied or over: "does not use", "no longer", "used to", "left"."""

SUPPOSED = 0.5
"""Factor on the confidence of what is asked or only imagined: "if we used", "might", "could", a question."""

_REACH = 60  # characters before the first entity that may carry an "if" or a "not"
_NOT = re.compile(
    r"\b(?:not|never|no longer|cannot|(?:ca|do|does|did|is|are|was|were|wo|would|has|have|could)n['’]?t|without|nor"
    r"|stopped|left|quit|resigned|dropped|abandoned|used to|formerly|refuses? to|rejected|avoids?|instead of)\b",
    re.IGNORECASE,
)
_DENIED_BEFORE = re.compile(r"\b(?:not|never|no longer|without)\b|n['’]t\b", re.IGNORECASE)
_MAYBE = re.compile(
    r"\b(?:if|might|may|could|would|should|whether|perhaps|maybe|possibly|suppose|imagine|consider(?:s|ed|ing)?|can|will"
    r"|plan(?:s|ned|ning)?|want(?:s|ed)?|hop(?:e|es|ing)|think(?:s|ing)? (?:about|of)|wish|propos(?:e|es|ed|al)"
    r"|evaluat\w{1,4})\b",
    re.IGNORECASE,
)
_MAY_MONTH = re.compile(r"\b(?:in|of|since|until|by|last|next|early|late|\d{1,2}) May\b", re.IGNORECASE)
_CONTRAST = re.compile(r"[,;][ ](?:but|and|so|then|yet)\b", re.IGNORECASE)


def factor(before: str, between: str, after: str, *, comparison: bool) -> float:
    """What a confidence is multiplied by, 0 to 1.

    Parameters
    ----------
    before, between, after : str
        The sentence up to the first entity, between the two, and behind the second one.
    comparison : bool
        Whether the pair is compared: "instead of" denies nothing then, and a comparison in a question still stands.

    Examples
    --------
    >>> factor("", " does not use ", ".", comparison=False)
    0.2
    >>> factor("If ", " used ", ", it would work.", comparison=False)
    0.5
    """
    near = before[-_REACH:]
    near = _CONTRAST.split(near)[-1]  # "X is not fast, but Y uses Z": the denial ends at the "but"
    if comparison:
        return NEGATED if _DENIED_BEFORE.search(between) and "instead" not in between else 1.0
    found = 1.0
    if _NOT.search(between) or _DENIED_BEFORE.search(near):
        found *= NEGATED
    said = _MAY_MONTH.sub("", f"{near} {between}")
    if _MAYBE.search(said) or after.rstrip(" )\"'”’").endswith("?"):
        found *= SUPPOSED
    return found
