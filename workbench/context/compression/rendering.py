"""Kept pieces as text that says which turn each line is from and where something was left out."""

from collections.abc import Callable, Mapping, Sequence

from workbench.context.compression.selection import Piece
from workbench.context.turns import Turn

GAP = "…"
"""Stands where a part of a turn was left out; turns that were left out show by their numbers."""


_ROLES = frozenset({"system", "user", "assistant", "tool", "developer"})


def speaker_of(turn: Turn) -> str:
    """Who said it, in a word: of the id ``tenant/alice`` the name, without one the role; no name can pass for a role.

    Examples
    --------
    >>> speaker_of(Turn(1, "user", "Hi", 1, speaker="default/alice"))
    'alice'
    >>> speaker_of(Turn(1, "user", "Hi", 1, speaker="default/assistant"))
    'user assistant'
    """
    if turn.role != "user":
        return turn.role
    name = " ".join(turn.speaker.rsplit("/", 1)[-1].replace(":", " ").split())
    return f"user {name}" if name.casefold() in _ROLES - {"user"} else name or turn.role


def turn_label(turn: Turn) -> str:
    """What stands before a turn's kept text: its number, which citations name, and who said it.

    Examples
    --------
    >>> turn_label(Turn(7, "assistant", "Hi", 1))
    '#7 assistant: '
    """
    return f"#{turn.sequence} {speaker_of(turn)}: "


def day_line(turn: Turn) -> str:
    """The line that dates what follows; empty for a turn without a time."""
    return f"[{turn.occurred_at:%Y-%m-%d}]" if turn.occurred_at is not None else ""


class LineOpening:
    """Tokens of the labels and day lines that a block needs for the turns kept in it.

    Parameters
    ----------
    turns : sequence of Turn
    count : callable
        Tokens of a text.
    """

    def __init__(self, turns: Sequence[Turn], count: Callable[[str], int]) -> None:
        # one token more for the line's end, one for the gap that a left-out sentence leaves
        self._labels = [count(turn_label(turn)) + 2 for turn in turns]
        self._days = [day_line(turn) for turn in turns]
        costs = {day: count(day) + 1 for day in dict.fromkeys(self._days) if day}
        self._day_costs = costs
        self._open: set[int] = set()
        self._open_days: set[str] = {""}

    def cost(self, turn: int) -> int:
        """Tokens; 0 when the turn is introduced already."""
        if turn in self._open:
            return 0
        day = self._days[turn]
        return self._labels[turn] + (0 if day in self._open_days else self._day_costs[day])

    def open(self, turn: int) -> None:
        """The turn is introduced."""
        self._open.add(turn)
        self._open_days.add(self._days[turn])


def render(turns: Sequence[Turn], pieces: Mapping[int, Piece], kept: Sequence[int]) -> str:
    """Lines of the kept pieces, in the conversation's order.

    Parameters
    ----------
    turns : sequence of Turn
    pieces : mapping
        Place -> piece.
    kept : sequence of int
        Places, ascending.
    """
    lines: list[str] = []
    day, before = "", -2
    for at in kept:
        piece = pieces[at]
        turn = turns[piece.turn]
        same_turn = before >= 0 and pieces[before].turn == piece.turn
        if same_turn:
            lines[-1] += (" " if at == before + 1 else f" {GAP} ") + piece.text
        else:
            if (today := day_line(turn)) and today != day:
                lines.append(today)
                day = today
            lines.append(turn_label(turn) + piece.text)
        before = at
    return "\n".join(lines)
