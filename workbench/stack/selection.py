"""Which servers are ours to run."""

from collections.abc import Iterable

from workbench.settings import Settings
from workbench.stack.registry import SERVERS, check_names


def external_servers(settings: Settings) -> set[str]:
    """Servers of the user's own: their address is in the environment, in ``.env`` or in the profile."""
    return {name for name, server in SERVERS.items() if server.section in settings.provenance.external}


def disabled_servers(settings: Settings) -> set[str]:
    """Servers that ``SVC_<SERVICE>_ENABLED=false`` switches off."""
    return {name for name, server in SERVERS.items() if not getattr(settings.services, server.section).enabled}


def selected(settings: Settings, *, only: Iterable[str] = (), without: Iterable[str] = ()) -> list[str]:
    """Servers that ``up`` starts.

    Raises
    ------
    UsageError
        For a name that no server has.
    """
    names = check_names(only) or list(SERVERS)
    left_out = {*check_names(without), *external_servers(settings), *disabled_servers(settings)}
    return [name for name in names if name not in left_out]
