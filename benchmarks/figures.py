"""A measured figure beside its anchor."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure and what it is held against, both measured in the same run.

    Parameters
    ----------
    name : str
    value : float
    unit : str
    anchor : str
        What the anchor is, in words; empty when there is none.
    anchor_value : float or None
        In the same unit.
    reach : float or None
        The ratio ``value / anchor_value`` to reach: at least, or at most when lower is better. Without an
        anchor, the value itself.
    lower_is_better : bool
    note : str
    """

    name: str
    value: float
    unit: str
    anchor: str = ""
    anchor_value: float | None = None
    reach: float | None = None
    lower_is_better: bool = False
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Value by anchor."""
        return None if not self.anchor_value else self.value / self.anchor_value

    @property
    def reached(self) -> bool | None:
        """Whether the reach is met; None when there is none."""
        if self.reach is None:
            return None
        measured = self.value if self.ratio is None else self.ratio
        return measured <= self.reach if self.lower_is_better else measured >= self.reach
