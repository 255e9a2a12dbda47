"""Which provider a model name belongs to, when a log names only the model.

Source: the prefixes that LiteLLM and Aider write before the slash, and each provider's public model names.
"""

_BY_PREFIX = {
    "anthropic": "anthropic",
    "openai": "openai",
    "azure": "azure",
    "bedrock": "bedrock",
    "deepseek": "deepseek",
    "fireworks_ai": "fireworks",
    "gemini": "google",
    "vertex_ai": "google",
    "groq": "groq",
    "mistral": "mistral",
    "ollama": "ollama",
    "ollama_chat": "ollama",
    "openrouter": "openrouter",
    "together_ai": "together",
    "xai": "xai",
    "cohere": "cohere",
    "replay": "replay",
}
_BY_NAME = (
    ("claude", "anthropic"),
    ("gpt-", "openai"),
    ("chatgpt", "openai"),
    ("o1", "openai"),
    ("o3", "openai"),
    ("o4", "openai"),
    ("gemini", "google"),
    ("deepseek", "deepseek"),
    ("mistral", "mistral"),
    ("codestral", "mistral"),
    ("command-r", "cohere"),
    ("grok", "xai"),
)

UNKNOWN = "unknown"


def provider_of(model: str | None) -> str:
    """The provider's name, or ``unknown``.

    Examples
    --------
    >>> provider_of("anthropic/claude-3-7-sonnet-20250219"), provider_of("gpt-4o-mini"), provider_of(None)
    ('anthropic', 'openai', 'unknown')
    """
    if not model:
        return UNKNOWN
    prefix, slash, _ = model.lower().partition("/")
    if slash and prefix in _BY_PREFIX:
        return _BY_PREFIX[prefix]
    return next((provider for start, provider in _BY_NAME if model.lower().startswith(start)), UNKNOWN)
