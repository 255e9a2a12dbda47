"""How many tokens a text takes: counted with the model's own vocabulary, offline, where it is public.

`count_tokens` counts; `estimate_tokens` divides lengths and needs no vocabulary. A text beyond
`EXACT_CHARS` is not counted whole: `SAMPLE_PIECES` pieces of it, evenly spread, are, and their tokens a
character are taken for the rest, so that the time of a count is bounded whatever the text is.
"""

import threading
from functools import cache
from math import ceil
from typing import TYPE_CHECKING

from workbench.catalogue.families import family_of
from workbench.catalogue.tokenizers import STORE_TOKENIZER, TOKENIZERS, Tokenizer, tokenizer_of
from workbench.errors import UsageError

if TYPE_CHECKING:
    import splintr

__all__ = [
    "EXACT_CHARS",
    "MESSAGE_OVERHEAD_TOKENS",
    "OTHER_BYTES_PER_TOKEN",
    "STORE_TOKENIZER",
    "TOKENIZERS",
    "count_tokens",
    "estimate_tokens",
    "message_tokens",
    "model_tokens",
    "tokenizer_of",
]

EXACT_CHARS = 200_000
"""Longest text that is counted whole: at most some 80 ms (a run of one letter, or of joined emoji)."""

SAMPLE_PIECES = 25
"""Pieces of a longer text that are counted. Fewer miss what a text changes into on its way."""

SAMPLE_CHARS = EXACT_CHARS // SAMPLE_PIECES
"""Characters of a piece."""

OTHER_BYTES_PER_TOKEN = 3.0
"""UTF-8 bytes a token outside ASCII: one CJK character a token; Cyrillic and accented text come out high."""

MESSAGE_OVERHEAD_TOKENS = 4
"""Tokens a chat message costs besides its text (role and separators). Too low, and a window of many
short turns overflows; 3 to 4 by OpenAI's cookbook, as of 2024-07."""

_loading = threading.Lock()


@cache
def _loaded(vocabulary: str) -> "splintr.AnyTokenizer":
    # Imported here: the vocabularies weigh 38 MB, and most commands count nothing.
    from splintr import Tokenizer as Vocabularies

    return Vocabularies.from_pretrained(vocabulary)


def _vocabulary(name: str) -> "splintr.AnyTokenizer":
    with _loading:
        return _loaded(name)


def _named(tokenizer: str) -> Tokenizer:
    try:
        return TOKENIZERS[tokenizer]
    except KeyError:
        raise UsageError(f"no tokenizer {tokenizer!r}; known: {', '.join(TOKENIZERS)}") from None


def count_tokens(text: str, tokenizer: str = STORE_TOKENIZER) -> int:
    """Tokens of a text; 0 only for the empty text.

    Parameters
    ----------
    text : str
        Taken as text all through: ``<|endoftext|>`` counts as the characters it is written with. Half a
        surrogate pair counts as U+FFFD.
    tokenizer : str
        A key of `TOKENIZERS`.

    Returns
    -------
    int
        Tokens: the vocabulary's own count up to `EXACT_CHARS` characters, from samples beyond, times the
        tokenizer's ratio where it is a stand-in. No special tokens are added at the borders.

    Raises
    ------
    UsageError
        When there is no such tokenizer.

    Examples
    --------
    >>> count_tokens("The consumer group lags behind.", "o200k_base")
    7
    >>> count_tokens("<|endoftext|>", "o200k_base")
    7
    """
    method = _named(tokenizer)
    if not text:
        return 0
    vocabulary = _vocabulary(method.vocabulary)
    if len(text) <= EXACT_CHARS:
        return max(1, ceil(_count(vocabulary, text) * method.ratio))
    # Evenly spread, first and last piece at the borders: a text that changes on its way is still met.
    step = (len(text) - SAMPLE_CHARS) / (SAMPLE_PIECES - 1)
    starts = [round(number * step) for number in range(SAMPLE_PIECES)]
    counted = sum(_count(vocabulary, text[start : start + SAMPLE_CHARS]) for start in starts)
    return ceil(counted * method.ratio * len(text) / (SAMPLE_PIECES * SAMPLE_CHARS))


def _count(vocabulary: "splintr.AnyTokenizer", text: str) -> int:
    try:
        return len(vocabulary.encode_ordinary(text))
    except UnicodeEncodeError:
        whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return len(vocabulary.encode_ordinary(whole))


def model_tokens(text: str, model: str = "") -> int:
    """Tokens of a text for a model: `count_tokens` with the model's tokenizer.

    Examples
    --------
    >>> model_tokens("partition", "gpt-4o"), model_tokens("", "gpt-4o")
    (1, 0)
    """
    return count_tokens(text, tokenizer_of(model))


def estimate_tokens(text: str, model: str = "") -> int:
    """Tokens of a text for a model from its length alone; 0 only for the empty text.

    ASCII text at the family's characters a token, everything else at one token per
    `OTHER_BYTES_PER_TOKEN` bytes of UTF-8: high for prose, up to a quarter low for dense code or digits.

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
    return model_tokens(text, model) + MESSAGE_OVERHEAD_TOKENS
