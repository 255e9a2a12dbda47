"""Figures and the widget of infinite context: what they show of small frames."""

import ipywidgets
import polars as pl
import pytest

from workbench.errors import UsageError
from workbench.reports import budgets, weighing, windows
from workbench.reports.asking import ask_windows, budgets_up_to
from workbench.reports.template import figure

GROWTH = pl.DataFrame(
    {
        "sequence": [1, 2, 3],
        "segment": [1, 1, 2],
        "said_tokens": [10, 30, 60],
        "closed_by": ["session", "session", None],
    }
)
FOUND = pl.DataFrame(
    {
        "rank": [1, 1, 2], "sequence": [7, 7, 3], "text": ["<b>tea</b>", "<b>tea</b>", "rain"],
        "engine": ["evidence", "evidence", "left out"], "part": ["words", "asks", "words"], "points": [3.0, -1.0, 1.0],
    }
)  # fmt: skip


def test_a_conversation_says_how_many_windows_it_has_and_where_sessions_end() -> None:
    made = windows.growth(GROWTH, window_tokens=20)
    assert [one.name for one in made.data] == [
        "said so far", "a session ends", "one window: 20 tokens, the conversation has 3.0 of them",
    ]  # fmt: skip
    assert list(made.data[1].x) == [2]


def test_a_stack_ends_where_its_points_end_and_says_as_what_the_window_has_the_turn() -> None:
    made = weighing.found(FOUND)
    text = made.data[-1]
    assert list(text.x) == [3.0, 1.0]  # what speaks against a turn stands on the other side
    assert [one.strip() for one in text.text] == ["evidence", "left out"]
    assert "<b>tea" not in str(made.data[0].y)


def test_each_segment_has_its_rank_above_its_stack() -> None:
    parts = pl.DataFrame(
        {"segment": [1, 1, 2], "rank": [2, 2, 1], "priority": [1.5, 1.5, 2.0], "part": ["recency", "asked", "recency"],
         "points": [1.0, 0.5, 2.0]}
    )  # fmt: skip
    made = weighing.priorities(parts)
    assert [one.name for one in made.data[:-1]] == ["recency", "user's share"]
    assert list(made.data[-1].text) == ["2.", "1."]


def test_what_a_policy_keeps_and_what_it_lets_go_are_two_colours() -> None:
    kept = pl.DataFrame(
        {"policy": ["lru", "lru"], "segment": [1, 2], "tokens": [5, 5], "kept": [False, True], "reason": ["low", ""]}
    )
    stays, goes = windows.evictions(kept, budget_tokens=5).data
    assert (list(stays.base), list(goes.base)) == ([1.5], [0.5])
    assert "low" in goes.hovertext[0]


def test_curves_have_a_line_for_each_kind_and_the_usual_one_is_dashed() -> None:
    rows = pl.DataFrame(
        {"window": ["engine", "newest turns only"], "budget_tokens": [100, 100], "questions": [4, 4], "kept": [4, 1],
         "recall": [1.0, 0.25]}
    )  # fmt: skip
    assert [one.line.dash for one in budgets.recall(rows).data] == ["solid", "dash"]
    shares = pl.DataFrame({"method": ["hybrid"], "ratio": [0.1], "score": [0.5], "numbers": [None], "code": [0.5]})
    assert budgets.quality(shares).data[0].hovertext == ("50% kept of 10%<br>code 50%",)
    again = pl.DataFrame({"sequence": [3, 5], "window": ["with the engine"] * 2, "ratio": [0.0, 0.5]})
    assert list(budgets.prefixes(again).data[0].y) == [0.0, 0.5]


@pytest.mark.parametrize(
    "draw",
    [
        lambda reason: windows.growth(GROWTH.clear(), window_tokens=5, reason=reason),
        lambda reason: windows.evictions(pl.DataFrame(), budget_tokens=5, reason=reason),
        lambda reason: weighing.found(FOUND.clear(), reason=reason),
        lambda reason: weighing.priorities(pl.DataFrame(), reason=reason),
        lambda reason: budgets.recall(pl.DataFrame(), reason=reason),
        lambda reason: budgets.quality(pl.DataFrame(), reason=reason),
        lambda reason: budgets.prefixes(pl.DataFrame(), reason=reason),
    ],
)
def test_nothing_to_show_is_said(draw: object) -> None:
    made = draw("it is off")  # type: ignore[operator]
    assert [one.text for one in made.layout.annotations] == ["it is off"]


def test_another_size_model_or_question_draws_the_window_anew() -> None:
    asked: list[tuple[int, str, str]] = []

    def draw(size: int, model: str, question: str) -> tuple[object, pl.DataFrame]:
        asked.append((size, model, question))
        return figure(question), pl.DataFrame({"turn": [size]})

    made = ask_windows(draw, sizes_to=1_000, models=["a", "b"], budget_tokens=150, question="Who?")  # type: ignore[arg-type]
    made.model.value, made.budget.value, made.question.value = "b", 1_000, "When?"
    assert asked[0][1:] == ("a", "Who?")
    assert [one[1:] for one in asked[1:]] == [("b", "Who?"), ("b", "Who?"), ("b", "When?")]
    assert asked[-1][0] == 1_000
    assert "1,000" in made.told.value
    assert made.out.outputs[0]["data"]["text/plain"] == "When?"


def test_a_choice_that_cannot_be_had_says_why() -> None:
    def draw(size: int, model: str, question: str) -> tuple[object, pl.DataFrame]:
        raise UsageError("the last message needs <9> tokens")

    made = ask_windows(draw, sizes_to=900, models=["a"], budget_tokens=150, question="")  # type: ignore[arg-type]
    assert "needs &lt;9&gt; tokens" in made.told.value


def test_without_a_conversation_there_is_a_line_instead_of_the_widget() -> None:
    made = ask_windows(
        lambda *_: (figure(""), GROWTH), sizes_to=0, models=["a"], budget_tokens=1, question="", reason="off"
    )
    assert isinstance(made, ipywidgets.Label)
    assert made.value == "off"
    assert budgets_up_to(50) == sorted(set(budgets_up_to(50)))
