"""Text to index terms: case folded, stop words dropped, stemmed; numbers, dates and identifiers kept whole.

Any text is harmless: there is no syntax, so SQL, format strings and control characters are words or gaps between words.
"""

import re
import threading
import unicodedata

import Stemmer  # type: ignore[import-not-found]

ANALYSED_CHARS = 262_144
"""Characters of one text that are read: 40,000 words. Of a longer one the first half of these and the last half are,
so that a pasted log of megabytes costs 0.1 s and both ends of it are found."""

TERM_CHARS = 64
"""Characters of one term: what is longer is a key or an encoded file, and its beginning tells it from others."""

_STOP = """
    a about am an and any are as at be because been being but by can could did do does doing for from had has have
    having he her here hers him his how i if in into is it its itself just let me more most my myself no nor not of off
    on once only or other our ours out over own same she should so some such than that the their theirs them then there
    these they this those through to too under until up very was we were what when where which while who whom whose why
    will with would you your yours yourself also ever get got
    aint arent cant couldnt didnt doesnt dont hadnt hasnt havent hes im ive isnt itll its lets shes shouldnt thats
    theres theyre theyve wasnt were weve werent whats wont wouldnt youd youll youre youve id ill
"""
STOP_WORDS = frozenset(_STOP.split())
"""Words that are in most texts and tell none from another. Contractions stand without their apostrophe."""

_WORD = re.compile(
    r"""
    \d{4}-\d{1,2}-\d{1,2}                     # a date stays one term
  | [vV]?\d+(?:[.,:]\d+)*(?:[^\W\d_]+\w*)?    # 1,000  3.14  10:30  2nd  10kb  v2.1.0
  | (?:[^\W\d_]|[\u0900-\u0963\u0966-\u0eff])+ # letters, and the vowel signs of South Asia's scripts
    (?:['’][^\W\d_]+)*(?:[\w-]*\w)?          # don't  utf-8  getUserName  max_poll_records
  | _+\w+
    """,
    re.VERBOSE,
)
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_POSSESSIVE = re.compile(r"['’]s$")
_MARKS = re.compile(r"[\u0300-\u036f]+")
_local = threading.local()


def _stem(words: list[str]) -> list[str]:
    # A stemmer of the library keeps a buffer and a cache: one for each thread.
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = Stemmer.Stemmer("english")
    stemmed: list[str] = stemmer.stemWords(words)
    return stemmed


def _folded(text: str) -> str:
    if text.isascii():
        return text
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare)


def _read(text: str) -> str:
    if len(text) <= ANALYSED_CHARS:
        return text
    half = ANALYSED_CHARS // 2
    return text[:half] + " " + text[-half:]


def _words(token: str) -> list[str]:
    if token[0].isdigit() or (token[0] in "vV" and token[1:2].isdigit()):
        return [token.replace(",", "").lower()]
    unspaced = _UNSPACED.findall(token)
    if unspaced:  # no spaces between words: neighbouring characters make the terms
        return [run[at : at + 2] for run in unspaced for at in range(max(1, len(run) - 1))]
    whole = _POSSESSIVE.sub("", token).replace("'", "").replace("’", "")
    if not whole.isascii() or (whole.isalpha() and (whole.islower() or whole[1:].islower() or whole.isupper())):
        return [whole.casefold()]
    parts = _PART.findall(whole)
    if len(parts) < 2:
        return [whole.strip("_-").casefold()]
    return [whole.strip("_").replace("-", "").casefold(), *(part.casefold() for part in parts)]


def analyse(text: str, *, stop: bool = True) -> list[str]:
    """Index terms of a text, in its order, repeats kept.

    A number loses its thousands' commas; an ASCII identifier or hyphenated word gives itself and its parts; accents are
    dropped; Chinese, Japanese, Thai and Lao give pairs of neighbouring characters. Linear in the text, bounded by
    `ANALYSED_CHARS` (about 4 MB of English a second). For many threads.

    Parameters
    ----------
    text : str
    stop : bool
        Whether `STOP_WORDS` are left out.

    Returns
    -------
    list of str
        Each of 1 to `TERM_CHARS` characters.

    Examples
    --------
    >>> analyse("When did Melanie's kids go camping?")
    ['melani', 'kid', 'go', 'camp']
    >>> analyse("max_poll_records was 1,000 on 2024-05-07")
    ['max_poll_record', 'max', 'poll', 'record', '1000', '2024-05-07']
    """
    words: list[str] = []
    for token in _WORD.findall(_folded(_read(text))):
        if token.islower() and token.isalpha() and token.isascii():  # most words, spared the look at their parts
            words.append(token[:TERM_CHARS])
        else:
            words += [word[:TERM_CHARS] for word in _words(token) if word]
    if stop:
        words = [word for word in words if word not in STOP_WORDS]
    return _stem(words)
