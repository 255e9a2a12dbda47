import threading
from datetime import UTC, datetime, timedelta

import ipywidgets
import plotly.graph_objects as go

from workbench.reports.moving import Watch, time_slider
from workbench.reports.outcome import FIGURE_MIME
from workbench.reports.template import figure

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)


def test_the_slider_draws_the_last_moment_and_then_the_chosen_one() -> None:
    asked: list[datetime] = []

    def draw(at: datetime) -> go.Figure:
        asked.append(at)
        return figure(str(at.minute))

    times = [AT, AT + timedelta(minutes=1), AT + timedelta(minutes=2)]
    box = time_slider(times, draw)
    (slider, at), out = box.children[0].children, box.children[1]
    assert at.value == "2026-01-31 12:02:00.000 UTC"
    slider.value = times[0]
    assert at.value == "2026-01-31 12:00:00.000 UTC"
    assert asked == [times[2], times[0]]
    assert out.outputs[0]["data"][FIGURE_MIME]["layout"]["title"]["text"] == "0"
    assert len(out.outputs) == 1


def test_no_moment_is_said() -> None:
    label = time_slider([], lambda at: figure(""), reason="it is off")
    assert isinstance(label, ipywidgets.Label)
    assert label.value == "it is off"


def test_nothing_is_watched_before_somebody_asks_and_it_ends_by_itself() -> None:
    looks: list[float] = []

    def look(began_s: float) -> list[float]:
        looks.append(began_s)
        return [1.0]

    made = Watch(look, lambda rows: figure(f"{len(rows)} looks"), most_s=0.2, every_s=0.01)
    assert (looks, made.out.outputs) == ([], ())
    made.button.value = True
    assert made.thread is not None
    made.thread.join(10)
    assert not made.thread.is_alive()
    assert len(looks) > 1
    assert made.button.value is False
    assert made.out.outputs[0]["data"]["text/plain"] == f"{len(looks)} looks"


def test_pressing_the_button_again_ends_it() -> None:
    looked = threading.Event()
    made = Watch(lambda began_s: [looked.set()], lambda rows: figure(""), most_s=600, every_s=0.01)
    made.button.value = True
    assert made.thread is not None
    assert looked.wait(10)
    made.button.value = False
    made.thread.join(10)
    assert not made.thread.is_alive()
