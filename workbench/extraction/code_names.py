"""Names in code by their shape: CamelCase classes, and functions and variables in camelCase, snake_case or with ``()``.

A shape alone is a sign only among other signs of code ("McCarthy" and "DeepMind" have humps too), unless the last hump
says what it is (``FileReader``, ``OrderController``).
"""

import re
from collections.abc import Iterator

from workbench.extraction.atoms import Atoms
from workbench.extraction.entries import words
from workbench.extraction.spans import EntitySpan, span
from workbench.extraction.types import CLASS_NAME, IDENTIFIER

_CLASS = re.compile(
    r"(?<![\w.@#$/\\\-<:])(?:[A-Z][a-z0-9]{1,40}|[A-Z]{1,6})(?:[A-Z][a-z0-9]{1,40}|[A-Z]{2,6}(?![a-z])){1,8}(?![\w(/@\-]|\.\w|::)"
)
_IDENTIFIER = re.compile(
    r"(?<![\w.@#$/\\\-<:])(?:[a-z]{2,40}(?:[A-Z][a-z0-9]{0,40}){1,6}|[a-z][a-z0-9]{1,40}(?:_[a-z0-9]{1,40}){1,8}"
    r"|[A-Za-z_]\w{1,60}(?=\(\)))(?:\(\))?(?![\w/@\-]|\.\w)"
)
_SERVICE = re.compile(
    r"(?<![\w.@#$/\\\-])(?:[a-z][a-z0-9]{1,30}-){1,3}(?:service|api|gateway|worker|indexer|writer|reader|logger|consumer|producer"
    r"|server|client|proxy|db|bot|ui|cli|operator|agent|exporter|scheduler|loader|processor|router|index|store|cache|queue|sync"
    r"|registry|pipeline|app|backend|frontend|monitor|relay|broker|engine)(?![\w/@\-]|\.\w)"
)
_LAST_HUMP = re.compile(r"[A-Z][a-z0-9]+$")
_PEOPLE = ("Mc", "Mac", "De", "Di", "Le", "La", "Van", "Von", "Fitz", "O")
_REACH = 3  # sentences to either side in which a sign of code counts


def _speaks_of_code(atoms: Atoms) -> set[int]:
    known = words("signs")
    return {atoms.sentence(start) for start, word in zip(atoms.starts, atoms.folded, strict=True) if word in known}


def _is_class(name: str, *, among_code: bool) -> bool:
    if name.isupper() or name[:-1].isupper():  # an acronym, or several of them
        return False
    last = _LAST_HUMP.search(name)
    if last is not None and last.group() in words("class_endings"):
        return True
    return among_code and not name.startswith(_PEOPLE)


def code_names(atoms: Atoms) -> Iterator[EntitySpan]:
    """Spans of names in code, in no particular order."""
    text = atoms.text
    code: set[int] | None = None
    for pattern, kind in ((_CLASS, CLASS_NAME), (_IDENTIFIER, IDENTIFIER), (_SERVICE, IDENTIFIER)):
        for found in pattern.finditer(text):
            if code is None:
                code = _speaks_of_code(atoms)
            sentence = atoms.sentence(found.start())
            near = any(sentence + step in code for step in range(-_REACH, _REACH + 1))
            name = found.group().removesuffix("()")
            plain = found.group() == name and "-" not in name and "_" not in name  # the humps are all there is
            if _is_class(name, among_code=near) if kind == CLASS_NAME else near or not plain:
                yield span(kind, name, *found.span(), confidence=0.6 if near else 0.5, method="shape")
