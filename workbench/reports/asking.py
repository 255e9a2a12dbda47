"""Ask a stored conversation in JupyterLab: choose window, model and question, and see what the window holds.

A report leaves the widget out and shows the figure for the notebook's parameters instead. Nothing is asked before
somebody changes a choice.
"""

from collections.abc import Callable, Sequence

import ipywidgets
import polars as pl
from plotly.basedatatypes import BaseFigure

from workbench.errors import WorkbenchError
from workbench.reports.display import figure_bundle
from workbench.reports.table import table_html, table_json

Asked = tuple[BaseFigure, pl.DataFrame]
"""A figure of the window, and a table beneath it."""

_STEPS = 24
_LEAST = 100


def budgets_up_to(most: int, *, least: int = _LEAST) -> list[int]:
    """Sizes of a window for a slider: even steps on a logarithmic scale, round numbers.

    Parameters
    ----------
    most : int
        Tokens of the largest, at least.
    least : int
        Tokens of the smallest.

    Examples
    --------
    >>> found = budgets_up_to(14_000)
    >>> found[0], found[-1], found == sorted(set(found))
    (100, 14000, True)
    """
    most = max(most, 2 * least)
    raw = [least * (most / least) ** (step / (_STEPS - 1)) for step in range(_STEPS)]
    rounded = [int(round(one, 2 - len(str(int(one))))) for one in raw[:-1]]
    return sorted({*rounded, most})


class WindowExplorer(ipywidgets.VBox):  # type: ignore[misc]
    """A window to choose.

    Parameters
    ----------
    draw : callable
        Budget in tokens, model and question -> figure and table; asked when a choice is made.
    budgets : sequence of int
        Sizes of the window, ascending.
    models : sequence of str
        The first one is chosen at the beginning.
    budget_tokens : int
        Where the slider begins: at the nearest size.
    question : str
    """

    def __init__(
        self,
        draw: Callable[[int, str, str], Asked],
        *,
        budgets: Sequence[int],
        models: Sequence[str],
        budget_tokens: int,
        question: str,
    ) -> None:
        self._draw = draw
        near = min(budgets, key=lambda one: abs(one - budget_tokens))
        options = [(f"{one:,} tokens", one) for one in budgets]
        self.budget = ipywidgets.SelectionSlider(
            options=options, value=near, description="window", continuous_update=False, layout={"width": "28em"}
        )
        self.model = ipywidgets.Dropdown(
            options=list(dict.fromkeys(models)), description="model", layout={"width": "20em"}
        )
        self.question = ipywidgets.Text(
            question, description="question", continuous_update=False, layout={"width": "99%"}
        )
        self.out = ipywidgets.Output()
        self.told = ipywidgets.HTML()
        wrap = {"flex_flow": "row wrap"}
        super().__init__([ipywidgets.Box([self.budget, self.model], layout=wrap), self.question, self.out, self.told])
        for one in (self.budget, self.model, self.question):
            one.observe(lambda _: self.show(), names="value")

    def show(self) -> None:
        """Draw what is chosen; a choice that cannot be had says why."""
        try:
            drawn, table = self._draw(self.budget.value, self.model.value, self.question.value.strip())
        except WorkbenchError as error:
            self.told.value = table_html(table_json(pl.DataFrame({"not possible": [str(error)]})))
            return
        self.out.outputs = ({"output_type": "display_data", "data": figure_bundle(drawn), "metadata": {}},)
        self.told.value = table_html(table_json(table))


def ask_windows(
    draw: Callable[[int, str, str], Asked],
    *,
    sizes_to: int,
    models: Sequence[str],
    budget_tokens: int,
    question: str,
    reason: str = "",
) -> ipywidgets.Widget:
    """The window to choose; a line of text when there is none.

    Parameters
    ----------
    draw, models, budget_tokens, question
        As in `WindowExplorer`.
    sizes_to : int
        Tokens of the largest window; 0 when there is no conversation.
    reason : str
        Why there is nothing to show, when it is known.
    """
    if not sizes_to:
        return ipywidgets.Label(reason or "No conversation is stored yet: run workbench run")
    budgets = budgets_up_to(sizes_to)
    made = WindowExplorer(draw, budgets=budgets, models=models, budget_tokens=budget_tokens, question=question)
    made.show()
    return made
