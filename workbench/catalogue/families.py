"""Limits of model families that the price list lacks: a dated table, matched by the start of a model's name.

Figures are the providers' published limits as of `AS_OF`; each row says where the figure stands. The
longest answer is only here; the window is `genai-prices`' where that knows the model
(`workbench.catalogue.models.model_facts`). A model that is nowhere gets `UNKNOWN`, whose window is small
on purpose: a window that is too small costs recall, one that is too large is refused by the provider.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from workbench.catalogue.tokenizers import bare_name, members_of

AS_OF = date(2026, 1, 1)
"""The day for which this table was written; newer models fall to their family or to `UNKNOWN`."""


@dataclass(frozen=True, slots=True)
class ModelFamily:
    """What is known of the models whose names start alike.

    Parameters
    ----------
    prefix : str
        Start of the model's name, lower case, without the provider's part (``openai/``).
    provider : str
        Who publishes it.
    context_tokens : int
        Input and output together, as published.
    max_output_tokens : int
        Longest answer, as published.
    ascii_chars_per_token : float
        English text: characters a token, rounded down; the rule of thumb in the provider's guide.
    source : str
        Where the limits are published.
    """

    prefix: str
    provider: str
    context_tokens: int
    max_output_tokens: int
    ascii_chars_per_token: float
    source: str


_OPENAI = "OpenAI, platform documentation, Models"
_ANTHROPIC = "Anthropic, documentation, Models overview"
_GOOGLE = "Google, Gemini API documentation, Models"
_META = "Meta, model card"
_MISTRAL = "Mistral AI, documentation, Models overview"
_DEEPSEEK = "DeepSeek, API documentation, Models and pricing"
_QWEN = "Qwen, model card"

UNKNOWN = ModelFamily("", "unknown", 8_192, 2_048, 3.3, "assumed: the smallest window in common use")

FAMILIES: tuple[ModelFamily, ...] = (
    ModelFamily("gpt-3.5-turbo", "openai", 16_385, 4_096, 4.0, _OPENAI),
    ModelFamily("gpt-4", "openai", 8_192, 8_192, 4.0, _OPENAI),
    ModelFamily("gpt-4-32k", "openai", 32_768, 32_768, 4.0, _OPENAI),
    ModelFamily("gpt-4-turbo", "openai", 128_000, 4_096, 4.0, _OPENAI),
    ModelFamily("gpt-4-1106", "openai", 128_000, 4_096, 4.0, _OPENAI),
    ModelFamily("gpt-4-0125", "openai", 128_000, 4_096, 4.0, _OPENAI),
    ModelFamily("gpt-4o", "openai", 128_000, 16_384, 4.0, _OPENAI),
    ModelFamily("gpt-4.1", "openai", 1_047_576, 32_768, 4.0, _OPENAI),
    ModelFamily("gpt-4.5", "openai", 128_000, 16_384, 4.0, _OPENAI),
    ModelFamily("gpt-5", "openai", 400_000, 128_000, 4.0, _OPENAI),
    ModelFamily("gpt-oss", "openai", 131_072, 32_768, 4.0, _OPENAI),
    ModelFamily("o1", "openai", 200_000, 100_000, 4.0, _OPENAI),
    ModelFamily("o1-mini", "openai", 128_000, 65_536, 4.0, _OPENAI),
    ModelFamily("o1-preview", "openai", 128_000, 32_768, 4.0, _OPENAI),
    ModelFamily("o3", "openai", 200_000, 100_000, 4.0, _OPENAI),
    ModelFamily("o4-mini", "openai", 200_000, 100_000, 4.0, _OPENAI),
    ModelFamily("claude-2", "anthropic", 100_000, 4_096, 3.5, _ANTHROPIC),
    ModelFamily("claude-2.1", "anthropic", 200_000, 4_096, 3.5, _ANTHROPIC),
    ModelFamily("claude-3", "anthropic", 200_000, 4_096, 3.5, _ANTHROPIC),
    ModelFamily("claude-3-5", "anthropic", 200_000, 8_192, 3.5, _ANTHROPIC),
    ModelFamily("claude-3-7", "anthropic", 200_000, 64_000, 3.5, _ANTHROPIC),
    ModelFamily("claude-sonnet-4", "anthropic", 200_000, 64_000, 3.5, _ANTHROPIC),
    ModelFamily("claude-opus-4", "anthropic", 200_000, 32_000, 3.5, _ANTHROPIC),
    ModelFamily("claude-opus-4-5", "anthropic", 200_000, 64_000, 3.5, _ANTHROPIC),
    ModelFamily("claude-haiku-4", "anthropic", 200_000, 64_000, 3.5, _ANTHROPIC),
    ModelFamily("claude", "anthropic", 200_000, 4_096, 3.5, _ANTHROPIC),
    ModelFamily("gemini-1.5-pro", "google", 2_097_152, 8_192, 4.0, _GOOGLE),
    ModelFamily("gemini-1.5-flash", "google", 1_048_576, 8_192, 4.0, _GOOGLE),
    ModelFamily("gemini-2", "google", 1_048_576, 8_192, 4.0, _GOOGLE),
    ModelFamily("gemini-2.5", "google", 1_048_576, 65_536, 4.0, _GOOGLE),
    ModelFamily("llama-2", "meta", 4_096, 4_096, 3.5, _META),
    ModelFamily("llama-3", "meta", 8_192, 8_192, 3.8, _META),
    ModelFamily("llama-3.1", "meta", 128_000, 8_192, 3.8, _META),
    ModelFamily("llama-3.2", "meta", 128_000, 8_192, 3.8, _META),
    ModelFamily("llama-3.3", "meta", 128_000, 8_192, 3.8, _META),
    ModelFamily("mistral-large", "mistral", 128_000, 8_192, 3.5, _MISTRAL),
    ModelFamily("mistral-small", "mistral", 32_000, 8_192, 3.5, _MISTRAL),
    ModelFamily("mixtral-8x7b", "mistral", 32_768, 8_192, 3.5, _MISTRAL),
    ModelFamily("deepseek", "deepseek", 64_000, 8_192, 3.3, _DEEPSEEK),
    ModelFamily("qwen2.5", "qwen", 32_768, 8_192, 3.5, _QWEN),
)

_BY_LONGEST_PREFIX = sorted(FAMILIES, key=lambda family: len(family.prefix), reverse=True)


@lru_cache(maxsize=4096)
def family_of(model: str) -> ModelFamily:
    """The family of a model name; `UNKNOWN` when no row matches.

    Parameters
    ----------
    model : str
        As the provider writes it; a leading ``provider/`` and ``replay:`` are skipped, and an
        ensemble (``ensemble:<a>,<b>``) counts as the member with the smallest window.

    Examples
    --------
    >>> family_of("openai/gpt-4o-mini-2024-07-18").context_tokens
    128000
    >>> family_of("ensemble:gpt-4,claude-3-haiku").prefix
    'gpt-4'
    >>> family_of("my-own-model").context_tokens
    8192
    """
    members = [_family_of_one(member) for member in members_of(model)]
    return min(members, key=lambda family: family.context_tokens, default=UNKNOWN)


def _family_of_one(model: str) -> ModelFamily:
    # Claude's versions are written with a dash by its maker and with a dot by those who serve it.
    name = bare_name(model).replace("claude-3.", "claude-3-")
    return next((family for family in _BY_LONGEST_PREFIX if name.startswith(family.prefix)), UNKNOWN)
