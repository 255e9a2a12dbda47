import ipywidgets
import plotly.graph_objects as go

from workbench.reports.explore import explore


def test_the_first_option_is_drawn_and_then_whatever_is_chosen() -> None:
    drawn: list[str] = []

    def draw(option: str) -> go.Figure:
        drawn.append(option)
        return go.Figure()

    box = explore("conversation", ["a", "b"], draw)
    choice = box.children[0]
    assert isinstance(choice, ipywidgets.Dropdown)
    choice.value = "b"
    assert drawn == ["a", "b"]


def test_nothing_to_choose_is_said_and_nothing_is_drawn() -> None:
    label = explore("conversation", [], lambda option: go.Figure())
    assert isinstance(label, ipywidgets.Label)
    assert "no conversation" in label.value
