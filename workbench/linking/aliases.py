"""Short and other names of well-known things, from a list (``aliases.tsv``)."""

from functools import lru_cache
from importlib.resources import files

from workbench.linking.names import words_of


@lru_cache(maxsize=1)
def _listed() -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    found: dict[str, set[str]] = {}
    doubtful: set[str] = set()
    text = files(__package__).joinpath("aliases.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        name, sure, unsure = (*line.split("\t"), "", "")[:3]
        key = "".join(words_of(name))
        for spelling in (name, *filter(None, sure.split("|"))):
            found.setdefault("".join(words_of(spelling)), set()).add(key)
        for spelling in filter(None, unsure.split("|")):
            alias = "".join(words_of(spelling))
            found.setdefault(alias, set()).add(key)
            doubtful.add(alias)
    several = {alias for alias, names in found.items() if len(names) > 1}
    return {alias: frozenset(names) for alias, names in found.items()}, frozenset(doubtful | several)


def listed_as(key: str) -> frozenset[str]:
    """Keys of the things that a name's key stands for in the list; empty when it is not listed.

    Examples
    --------
    >>> sorted(listed_as("k8s")), sorted(listed_as("tf"))
    (['kubernetes'], ['tensorflow', 'terraform'])
    """
    return _listed()[0].get(key, frozenset())


def is_doubtful(key: str) -> bool:
    """Whether a listed name may be something else as well: it stands for two things, or is an everyday form."""
    return key in _listed()[1]
