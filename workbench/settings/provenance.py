"""Where each value came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ARGUMENT = "argument"
ENVIRONMENT = "environment"
DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one value came from.

    Parameters
    ----------
    env : str
        The names that gave it, comma-separated: its own, or those that feed it such as ``SVC_NEO4J_HOST``.
    path : str
        Dotted path of the field in `Settings`.
    source : str
        ``argument``, ``environment``, ``.env`` with its path, the profile's file, ``local stack``, ``default``.
    """

    env: str
    path: str
    source: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the values of one `Settings` came from; what is not listed is a default.

    Parameters
    ----------
    origins : mapping of str to Origin
        By dotted path.
    notes : tuple of str
        What was read and not used, one sentence each.
    external : frozenset of str
        Servers whose address, account or password the user gave, by section name (``kafka``, ``neo4j``,
        ``clickhouse``, ``postgresql``, ``object_store``): the local stack does not run its own.
    """

    origins: Mapping[str, Origin] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    external: frozenset[str] = frozenset()
