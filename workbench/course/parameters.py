"""Check a notebook's parameters before its kernel starts.

Papermill runs a notebook whose parameter is misspelt with the default and only logs a warning; a
report about the wrong window looks like any other. So names and types are checked first, against the
typed cell tagged ``parameters``: ``name: type = default  # meaning, unit``.
"""

import ast
import difflib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import papermill
from nbformat import ValidationError
from papermill.exceptions import PapermillException

from workbench.clock import as_utc
from workbench.errors import UsageError
from workbench.reports.outcome import Value


def _boolean(text: str) -> bool:
    words = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
    return words[text.strip().lower()]


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_FROM_TEXT: dict[str, Callable[[str], Value]] = {"str": str, "int": int, "float": _finite, "bool": _boolean}
_A = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a notebook.

    Parameters
    ----------
    name : str
    type_name : {"str", "int", "float", "bool"}
    default : str or int or float or bool
    meaning : str
        What it means, with its unit. Two phrases in it are checked: a number's ``1 to 5``, and a text's ``RFC 3339``.
    """

    name: str
    type_name: str
    default: Value
    meaning: str


_RANGE = re.compile(r"(?<![\w.])(-?\d+(?:\.\d+)?) to (-?\d+(?:\.\d+)?)(?![\w.]*\d)")
_TIME = "RFC 3339"


def _fitting(path: Path, declared: Parameter, value: Value) -> Value:
    """The value, when it is what the parameter's own comment says."""
    said = f"{path.name}: {declared.name} takes"
    if isinstance(value, str):
        if _TIME in declared.meaning and value:
            _moment(value, said)
        return value
    bounds = _RANGE.search(declared.meaning)
    if bounds and not isinstance(value, bool) and not float(bounds[1]) <= value <= float(bounds[2]):
        raise UsageError(f"{said} {bounds[1]} to {bounds[2]}, got {value} ({declared.meaning})")
    return value


def _moment(text: str, said: str) -> datetime:
    try:
        return as_utc(datetime.fromisoformat(text))
    except ValueError:
        raise UsageError(f"{said} a time with its zone, as 2026-01-31T12:00:00Z, got {text!r}") from None


def _check_window(path: Path, given: Mapping[str, Value]) -> None:
    since, until = str(given.get("since", "")), str(given.get("until", ""))
    if since and until and _moment(since, "since") >= _moment(until, "until"):
        raise UsageError(f"{path.name}: since ({since}) must be before until ({until}), which is exclusive")


def _declared(path: Path, name: str, found: Mapping[str, Any]) -> Parameter:
    type_name = str(found["inferred_type_name"])
    if type_name not in _FROM_TEXT:
        raise UsageError(
            f"{path.name}: parameter {name!r} has type {type_name!r}; write it as name: str|int|float|bool = default"
        )
    try:
        default = ast.literal_eval(str(found["default"]))
    except (ValueError, SyntaxError) as error:
        raise UsageError(f"{path.name}: the default of {name!r} is not a plain value: {found['default']}") from error
    return Parameter(name, type_name, default, str(found["help"]).strip())


def notebook_parameters(path: Path) -> dict[str, Parameter]:
    """The parameters that a notebook declares, in order.

    Raises
    ------
    UsageError
        When the file is not a notebook, or declares a parameter without a plain type and default.
    """
    try:
        inspected = papermill.inspect_notebook(path)
    except (OSError, ValueError, TypeError, PapermillException, AttributeError, KeyError, ValidationError) as error:
        raise UsageError(f"{path} cannot be read as a notebook: {str(error).splitlines()[0][:200]}") from error
    return {name: _declared(path, name, found) for name, found in inspected.items()}


def _typed(path: Path, declared: Parameter, given: object) -> Value:
    expected = f"{path.name}: {declared.name} takes {_A[declared.type_name]}"
    if isinstance(given, str):
        try:
            return _FROM_TEXT[declared.type_name](given)
        except (ValueError, KeyError):
            raise UsageError(f"{expected}, got {given!r} ({declared.meaning})") from None
    fits = {
        "str": False,
        "int": isinstance(given, int) and not isinstance(given, bool),
        "float": isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given),
        "bool": isinstance(given, bool),
    }
    if not fits[declared.type_name]:
        raise UsageError(f"{expected}, got {given!r} ({declared.meaning})")
    number = cast(int | float, given)
    return float(number) if declared.type_name == "float" else number


def check_parameters(path: Path, given: Mapping[str, object]) -> dict[str, Value]:
    """Names known, values of the declared types and within what the comments say; text is read as that type.

    Parameters
    ----------
    path : Path
        The notebook.
    given : mapping
        Name -> value; values from a command line are text.

    Returns
    -------
    dict
        Only the given names, typed, ready for Papermill.

    Raises
    ------
    UsageError
        For an unknown name (with the nearest valid one), a value of another type or out of its range, a time without
        zone, or a window that ends before it begins: one line.
    """
    declared = notebook_parameters(path)
    for name in given:
        if name in declared:
            continue
        if not declared:
            raise UsageError(f"{path.name} has no cell tagged 'parameters', so it takes no {name!r}")
        near = difflib.get_close_matches(name, declared, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"it takes {', '.join(declared)}"
        raise UsageError(f"{path.name} has no parameter {name!r}; {hint}")
    typed = {name: _fitting(path, declared[name], _typed(path, declared[name], value)) for name, value in given.items()}
    _check_window(path, typed)
    return typed


def assignments(pairs: list[str]) -> dict[str, str]:
    """``key=value`` words of a command line as a mapping.

    Raises
    ------
    UsageError
        For a word without ``=`` or a name given twice.

    Examples
    --------
    >>> assignments(["limit=5", "title=a=b"])
    {'limit': '5', 'title': 'a=b'}
    """
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"-p takes name=value, got {pair!r}")
        if name.strip() in found:
            raise UsageError(f"-p {name.strip()} is given twice")
        found[name.strip()] = value
    return found
