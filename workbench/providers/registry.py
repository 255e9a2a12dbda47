"""Which provider answers for a model."""

from urllib.parse import urlsplit

from workbench.errors import ProviderError
from workbench.providers.debate_run import CallMember, Member
from workbench.providers.ensemble import PREFIX, EnsembleProvider, member_models
from workbench.providers.exchange import Exchange, Provider, Question
from workbench.providers.openai_compatible import OpenAICompatibleProvider
from workbench.providers.recordings import SETS
from workbench.providers.replay import ReplayProvider
from workbench.settings import Settings

KNOWN_HOSTS = {
    "api.openai.com": "openai",
    "api.anthropic.com": "anthropic",
    "api.deepseek.com": "deepseek",
    "api.mistral.ai": "mistral",
    "api.groq.com": "groq",
    "api.together.xyz": "together",
    "api.x.ai": "xai",
    "generativelanguage.googleapis.com": "google",
    "openrouter.ai": "openrouter",
}
"""Host -> the provider's name in events; any other host stands for itself, with its port."""


def provider_name(base_url: str) -> str:
    """The name under which calls to an address are recorded.

    Examples
    --------
    >>> provider_name("https://api.openai.com/v1"), provider_name("http://127.0.0.1:8000/v1")
    ('openai', '127.0.0.1:8000')
    """
    parts = urlsplit(base_url)
    host = parts.hostname or base_url
    if host in KNOWN_HOSTS:
        return KNOWN_HOSTS[host]
    return f"{host}:{parts.port}" if parts.port else host


async def _call(provider: Provider, question: Question) -> Exchange:
    return await provider.complete(question)


class ProviderRegistry:
    """The providers of one process.

    Models ``replay`` and ``replay:<set>`` go to recorded conversations, ``ensemble:<a>,<b>`` to a debate of several,
    every other one to the configured OpenAI-compatible address.

    Parameters
    ----------
    settings : Settings
    call_member : callable, optional
        How an ensemble asks a member; the API gives the way through the provider's circuit breaker.
    """

    def __init__(self, settings: Settings, *, call_member: CallMember | None = None) -> None:
        self._ensemble = settings.ensemble
        self._call_member = call_member or _call
        self.replay = ReplayProvider()
        self._configured: OpenAICompatibleProvider | None = None
        if settings.api.provider_url:
            self._configured = OpenAICompatibleProvider(
                provider_name(settings.api.provider_url),
                base_url=settings.api.provider_url,
                key=settings.api.provider_key.get_secret_value(),
                timeout_s=settings.api.provider_timeout_s,
            )

    def providers(self) -> tuple[Provider, ...]:
        """All of them, replay first."""
        return (self.replay,) if self._configured is None else (self.replay, self._configured)

    def models(self) -> tuple[str, ...]:
        """Names that are answered whatever the configured provider offers."""
        return ("replay", *(f"replay:{one}" for one in SETS))

    def of(self, model: str) -> Provider:
        """The provider of a model.

        Raises
        ------
        ProviderError
            With HTTP status 404 when there is none, 400 when an ensemble is none.
        """
        if model.startswith(PREFIX):
            return self._debate(model)
        if model == "replay" or model.startswith("replay:"):
            if model in self.models():
                return self.replay
        elif self._configured is not None:
            return self._configured
        hint = "" if self._configured else "; set WORKBENCH_PROVIDER_URL to reach an OpenAI-compatible provider"
        raise ProviderError(
            f"The model '{model[:100]}' does not exist here. Models: {', '.join(self.models())}{hint}",
            http_status=404,
            error_code="model_not_found",
        )

    def _debate(self, model: str) -> EnsembleProvider:
        given = self._ensemble
        models = member_models(model, most=given.max_members)
        members = [Member(position, one, self.of(one)) for position, one in enumerate(models, start=1)]
        return EnsembleProvider(members, call=self._call_member, rounds=given.rounds, deadline_s=given.deadline_s)

    async def aclose(self) -> None:
        """Close all connections."""
        for provider in self.providers():
            await provider.aclose()
