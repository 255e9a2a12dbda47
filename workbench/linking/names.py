"""A name in the forms in which names are compared: words, keys, acronyms. Pure, and cheap enough for every entity."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from workbench.linking.kinds import IMPLIED, VERSIONED, WITH_PLURALS

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+[+#]{0,2}")
_POSSESSIVE = re.compile(r"['’]s\b|(?<=s)['’](?!\w)")
PERSONAL = re.compile(r"(?:my|our)\b", re.IGNORECASE)
"""How a name of a thing of the speaker's begins: my car."""

_NUMERONYM = re.compile(r"([a-z])(\d{1,2})([a-z])")
_VERSION = re.compile(r"v?\d+[a-z]?")
_DETERMINERS = frozenset(
    {
        "the",
        "a",
        "an",
        "this",
        "that",
        "these",
        "those",
        "some",
        "other",
        "many",
        "any",
    }
)
_PRAISE = frozenset({"good", "great", "nice", "little"})
_VENDORS = frozenset({"apache", "amazon", "aws", "hashicorp", "confluent"})
_FORMS = frozenset({"inc", "ltd", "llc", "gmbh", "corp", "corporation", "co", "plc", "ag", "company"})
_SORTS = frozenset({"project", "db", "database"})
_NOISE = _DETERMINERS | _PRAISE | _VENDORS | _FORMS | _SORTS
_SHORT_CHARS = 3
_NAME_CHARS = 120  # a longer name (a URL, a sentence) is compared by its beginning


@dataclass(frozen=True, slots=True)
class Forms:
    """One name's forms.

    Parameters
    ----------
    name : str
    words : tuple of str
        In lower case, split at spaces, hyphens and inner capitals.
    spoken : tuple of str
        In lower case, split at spaces and hyphens only, without articles and the like: what talk may leave out.
    key : str
        All words joined: ``Click House`` and ``ClickHouse`` have one key.
    core : tuple of str
        Words without articles, vendors, legal forms and sorts ("the", "Apache", "Ltd", "project").
    core_key : str
        The core joined, of a common noun in the singular.
    bare_key : str
        The core joined without a version at its end, where the kind of thing has releases; else the core key.
    acronyms : frozenset of str
        Initials of the words, with and without the vendor; empty for one word.
    implied : str
        The type that a dropped word gives away (``Ltd``: organisation), or empty.
    """

    name: str
    words: tuple[str, ...]
    spoken: tuple[str, ...]
    key: str
    core: tuple[str, ...]
    core_key: str
    bare_key: str
    acronyms: frozenset[str]
    implied: str

    @property
    def short(self) -> bool:
        """Whether the name is so short that it says little: Go, R, TF, S3."""
        return len(self.core_key) <= _SHORT_CHARS

    @property
    def plain(self) -> bool:
        """Whether it is one ordinary-looking word, such as a project's name that another company may have too."""
        return len(self.core) == 1 and self.core_key.isalpha()


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in lower case.

    Examples
    --------
    >>> words_of("the shipment-indexer"), words_of("OrderService"), words_of("C++")
    (('the', 'shipment', 'indexer'), ('order', 'service'), ('c++',))
    """
    return _split(_CAMEL.sub(" ", _plain(name)))


def _plain(name: str) -> str:
    return _POSSESSIVE.sub("", unicodedata.normalize("NFKC", name[:_NAME_CHARS]))


def _split(text: str) -> tuple[str, ...]:
    words = tuple(found.group() for found in _WORD.finditer(text.casefold()))
    return words or tuple(text.casefold().split())  # emoji and signs are names too, each its own


_OWN_PLURALS = frozenset(
    {
        "arms",
        "blues",
        "browns",
        "customs",
        "glasses",
        "goods",
        "greens",
        "jeans",
        "manners",
        "minutes",
        "news",
        "oranges",
        "savings",
        "shorts",
        "spirits",
        "sweets",
    }
)
"""Plurals that say another thing than their singular: greens are not the colour."""


def singular(word: str) -> str:
    """A common noun's singular, by its ending.

    Examples
    --------
    >>> [singular(word) for word in ("dogs", "berries", "boxes", "glass", "bus")]
    ['dog', 'berry', 'box', 'glass', 'bus']
    """
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")) or word in _OWN_PLURALS:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("ches", "shes", "xes", "oes", "sses")) else word[:-1]


def is_numeronym(short: str, word: str) -> bool:
    """Whether a form such as ``k8s`` counts the letters of a word.

    Examples
    --------
    >>> is_numeronym("k8s", "kubernetes"), is_numeronym("i18n", "integration")
    (True, False)
    """
    found = _NUMERONYM.fullmatch(short)
    if found is None:
        return False
    return word[0] == found[1] and word[-1] == found[3] and len(word) == int(found[2]) + 2


def _without_version(core: tuple[str, ...]) -> tuple[str, ...]:
    end = len(core)
    while end > 1 and _VERSION.fullmatch(core[end - 1]):
        end -= 1
    return core[:end]


@lru_cache(maxsize=200_000)
def forms_of(name: str, type: str = "name") -> Forms:
    """The forms of a name of a type.

    Examples
    --------
    >>> forms_of("Apache Kafka", "technology").core_key, forms_of("Postgres 16", "database").bare_key
    ('kafka', 'postgres')
    >>> sorted(forms_of("Amazon Elastic Kubernetes Service").acronyms)
    ['aeks', 'eks']
    """
    words, spoken = words_of(name), _split(_plain(name))
    spoken = tuple(word for word in spoken if word not in _NOISE) or spoken
    core = tuple(word for word in words if word not in _NOISE) or words
    if core and (type in WITH_PLURALS or type == "") and name[-1:].islower() and name[:1].islower():
        core = (*core[:-1], singular(core[-1]))
    bare = _without_version(core) if type in VERSIONED else core
    full = tuple(word for word in words if word not in _DETERMINERS)
    acronyms = frozenset(
        "".join(word[0] for word in part) for part in (full, core) if len(part) > 1 and all(part) and len(part) <= 8
    )
    implied = next((IMPLIED[word] for word in reversed(words) if word in IMPLIED and word not in core), "")
    return Forms(name, words, spoken, "".join(words), core, "".join(core), "".join(bare), acronyms, implied)


def key_of(name: str, type: str = "name") -> str:
    """The key under which a neighbour is compared: the bare key of its forms."""
    return forms_of(name, type).bare_key


def parts_of(forms: Forms) -> set[str]:
    """Keys of the shorter names that a name may be called by: its first words and its last ones.

    Examples
    --------
    >>> sorted(parts_of(forms_of("Halden Bank", "organisation")))
    ['bank', 'halden']
    """
    spoken = forms.spoken
    return {"".join(part) for at in range(1, len(spoken)) for part in (spoken[:at], spoken[-at:])}
