"""How many tokens a text takes, estimated without the provider's tokenizer and without the network.

The estimate counts bytes, since byte-pair encodings do too: ASCII text at the family's characters per
token, everything else at one token per `OTHER_BYTES_PER_TOKEN` bytes of UTF-8. It leans to the high
side for prose, so that a window built with it fits; for dense code or digits it may be up to a
quarter too low, which is why `workbench.catalogue.models.default_budget` keeps a margin.
"""

from workbench.catalogue.models import family_of

OTHER_BYTES_PER_TOKEN = 3.0
"""UTF-8 bytes a token outside ASCII: one CJK character a token; Cyrillic and accented text come out high."""

MESSAGE_OVERHEAD_TOKENS = 4
"""Tokens a chat message costs besides its text (role and separators). Too low, and a window of many
short turns overflows; 3 to 4 by OpenAI's cookbook, as of 2024-07."""


def estimate_tokens(text: str, model: str = "") -> int:
    """Tokens of a text for a model, estimated; 0 only for the empty text.

    Parameters
    ----------
    text : str
    model : str, optional
        Model name as the provider writes it; an unknown one is counted at the most cautious rate.

    Returns
    -------
    int
        Tokens, rounded up.

    Examples
    --------
    >>> estimate_tokens("partition", "gpt-4o")
    3
    >>> estimate_tokens("分区", "gpt-4o")
    2
    >>> estimate_tokens("")
    0
    """
    if not text:
        return 0
    per_token = family_of(model).ascii_chars_per_token
    if text.isascii():
        return int(-(-len(text) // per_token))
    ascii_chars = len(text.encode("ascii", "ignore"))
    other_bytes = len(text.encode("utf-8", "surrogatepass")) - ascii_chars
    return int(-(-ascii_chars // per_token) + -(-other_bytes // OTHER_BYTES_PER_TOKEN))


def message_tokens(text: str, model: str = "") -> int:
    """Tokens of a text sent as one chat message, its overhead included.

    Examples
    --------
    >>> message_tokens("", "gpt-4o")
    4
    """
    return estimate_tokens(text, model) + MESSAGE_OVERHEAD_TOKENS
