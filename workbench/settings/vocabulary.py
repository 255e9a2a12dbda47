"""Which names may be set, and the nearest valid one for those that may not."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from workbench.errors import SettingsError
from workbench.settings.fields import names
from workbench.settings.stores import SERVICE_NAMES

FED = (
    *(f"SVC_{word}_{part}" for word in SERVICE_NAMES for part in ("HOST", "PORT", "URL", "TIMEOUT")),
    "BIGDATA_S3_BUCKET",
)
"""Names that feed another setting; see `workbench.settings.claims`."""

OTHER_NAMES = {
    "WORKBENCH_TEST_FULL": "1: the long size of the suites that kill, freeze and drill (make test-full)",
    "BIGDATA_WORKBENCH_STACK": "set by the local stack on its own servers, to find them again; never by hand",
}
"""Names that may be met and set nothing here."""

IGNORED_SERVICES = (
    "SPARK_MASTER",
    "SPARK_WORKER",
    "REDIS",
    "COGNEE",
    "CHROMADB",
    "PROMETHEUS",
    "GRAFANA",
    "ZOOKEEPER",
    "RABBITMQ",
    "QDRANT",
    "WEAVIATE",
    "LANGCHAIN",
    "LLAMAINDEX",
    "MCP",
)
"""HelixAgent services that are not used here."""

_IGNORED_FIELDS = ("REMOTE", "DISCOVERY_ENABLED", "DISCOVERY_METHOD", "DISCOVERY_TIMEOUT")


@lru_cache(maxsize=1)
def valid_names() -> frozenset[str]:
    """Every name that may be set."""
    return frozenset(names()) | frozenset(FED) | frozenset(OTHER_NAMES)


def nearest(name: str) -> str:
    """``did you mean …?`` with the nearest valid name, or where all of them are listed."""
    longer = sorted(valid for valid in valid_names() if valid.startswith(name))
    found = longer or get_close_matches(name, sorted(valid_names()), n=1, cutoff=0.7)
    return f"did you mean {found[0]}?" if found else "every name is in docs/settings.md"


def _note(name: str) -> str | None:
    rest = name.removeprefix("SVC_")
    if name.startswith("SVC_"):
        if any(rest.startswith(f"{word}_") for word in IGNORED_SERVICES):
            return f"{name} is ignored: HelixAgent's service, not used here"
        if any(rest == f"{word}_{part}" for word in SERVICE_NAMES for part in _IGNORED_FIELDS):
            return f"{name} is ignored: the workbench does not discover or boot servers elsewhere"
    return None


def check_names(found: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Refuse names that nobody reads.

    Parameters
    ----------
    found : iterable of (name, source)

    Returns
    -------
    tuple of str
        One sentence for each name that is known and ignored.

    Raises
    ------
    SettingsError
        For unknown names, each with the nearest valid one.
    """
    notes: list[str] = []
    wrong: list[str] = []
    for name, source in found:
        if name in valid_names():
            continue
        note = _note(name)
        if note is None:
            wrong.append(f"unknown setting {name} ({source}): {nearest(name)}")
        else:
            notes.append(note)
    if wrong:
        raise SettingsError("; ".join(wrong))
    return tuple(dict.fromkeys(notes))
