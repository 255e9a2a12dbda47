"""Figures that move in JupyterLab: a slider over moments, and what is measured again while one looks.

A report leaves widgets out. Nothing is asked before somebody moves the slider or starts to watch.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import ipywidgets
from plotly.basedatatypes import BaseFigure

from workbench.clock import monotonic_s
from workbench.reports.display import figure_bundle
from workbench.reports.text import moment_text

WATCH_S = 120.0
"""Seconds after which watching ends by itself: a forgotten notebook must not ask for ever."""

EVERY_S = 1.0


def _show(out: ipywidgets.Output, drawn: BaseFigure) -> None:
    """Put a figure in the place of the last one; may be called from a thread."""
    out.outputs = ({"output_type": "display_data", "data": figure_bundle(drawn), "metadata": {}},)


def time_slider(
    times: Sequence[datetime], draw: Callable[[datetime], BaseFigure], *, reason: str = ""
) -> ipywidgets.Widget:
    """A slider over valid time, and the figure of the moment that it stands at.

    Parameters
    ----------
    times : sequence of datetime
        Where the slider stops, in order.
    draw : callable
        Moment -> figure; asked when the slider comes to rest.
    reason : str
        Why there is no moment, when it is known.
    """
    if not times:
        return ipywidgets.Label(reason or "There is no moment to choose from")
    spread_s = (times[-1] - times[0]).total_seconds()
    options = [(f"{moment_text(one, spread_s=spread_s)} UTC", one) for one in times]
    slider = ipywidgets.SelectionSlider(
        options=options, value=times[-1], description="valid at", continuous_update=False, readout=False,
        layout={"width": "70%"},
    )  # fmt: skip
    at = ipywidgets.Label()
    out = ipywidgets.Output()

    def show() -> None:
        at.value = str(slider.label)
        _show(out, draw(slider.value))

    slider.observe(lambda _: show(), names="value")
    show()
    return ipywidgets.VBox([ipywidgets.HBox([slider, at]), out])


class Watch(ipywidgets.VBox):  # type: ignore[misc]
    """A figure that is drawn anew every second once its button is pressed.

    Parameters
    ----------
    look : callable
        Monotonic seconds of the beginning -> rows of one look.
    draw : callable
        All rows so far -> figure.
    most_s : float
        Seconds after which it ends by itself.
    every_s : float
        Seconds between two looks.
    """

    def __init__(
        self,
        look: Callable[[float], list[Any]],
        draw: Callable[[list[Any]], BaseFigure],
        *,
        most_s: float = WATCH_S,
        every_s: float = EVERY_S,
    ) -> None:
        self._look = look
        self._draw = draw
        self._most_s = most_s
        self._every_s = every_s
        self._stop = threading.Event()
        self.thread: threading.Thread | None = None
        self.button = ipywidgets.ToggleButton(False, description=f"watch for {most_s:.0f} s", icon="play")
        self.out = ipywidgets.Output()
        self.button.observe(lambda change: self._start() if change["new"] else self._stop.set(), names="value")
        super().__init__([self.button, self.out])

    def _start(self) -> None:
        self._stop.clear()
        self.thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        began = monotonic_s()
        rows: list[Any] = []
        while not self._stop.is_set() and monotonic_s() - began < self._most_s:
            rows += self._look(began)
            _show(self.out, self._draw(rows))
            self._stop.wait(self._every_s)
        self.button.value = False
