"""Choose in a widget, look at the figure: for people in JupyterLab; a report leaves it out."""

from collections.abc import Callable, Sequence

import ipywidgets
from IPython.display import display
from plotly.basedatatypes import BaseFigure


def explore(label: str, options: Sequence[str], draw: Callable[[str], BaseFigure]) -> ipywidgets.Widget:
    """A choice with the figure of what is chosen under it.

    Parameters
    ----------
    label : str
        What is chosen, e.g. ``conversation``.
    options : sequence of str
        The first one is drawn when the widget is shown. None: a line says that there is nothing to choose.
    draw : callable
        Gives the figure of an option.

    Returns
    -------
    ipywidgets.Widget
        A label when there is nothing to choose, else a box of a dropdown and an output.
    """
    if not options:
        return ipywidgets.Label(f"no {label} to choose from")
    choice = ipywidgets.Dropdown(description=label, options=list(options), layout={"width": "40em"})
    choice.style.description_width = "initial"
    shown = ipywidgets.Output()

    def redraw(option: str) -> None:
        with shown:
            shown.clear_output(wait=True)
            display(draw(option))  # type: ignore[no-untyped-call]

    choice.observe(lambda change: redraw(change["new"]), names="value")
    redraw(choice.value)
    return ipywidgets.VBox([choice, shown])
