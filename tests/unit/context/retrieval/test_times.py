"""Times in a text become days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.context.retrieval.times import SPANS_A_TEXT, time_spans

FRIDAY = date(2023, 6, 9)


def days(text: str, *, said_on: date = FRIDAY, years: tuple[int, ...] = ()) -> list[tuple[str, int]]:
    """First day and number of days of each span."""
    return [
        (date.fromordinal(one.first).isoformat(), one.days) for one in time_spans(text, said_on=said_on, years=years)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yesterday", [("2023-06-08", 1)]),
        ("today I rest, tomorrow I work", [("2023-06-09", 1), ("2023-06-10", 1)]),
        ("last night", [("2023-06-08", 1)]),
        ("two days ago", [("2023-06-07", 1)]),
        ("a week ago", [("2023-05-30", 7)]),  # 2 June, give or take three days
        ("last week", [("2023-06-02", 7)]),
        ("last Friday", [("2023-06-02", 1)]),  # said on a Friday: the one before
        ("next Monday", [("2023-06-12", 1)]),
        ("on Wednesday", [("2023-06-07", 1)]),
        ("last weekend", [("2023-06-03", 2)]),
        ("next month", [("2023-07-01", 31)]),
        ("last year", [("2022-01-01", 365)]),
        ("last summer", [("2022-06-01", 92)]),
        ("7 May 2023", [("2023-05-07", 1)]),
        ("on May 7th, 2023 and 2023-05-08", [("2023-05-07", 1), ("2023-05-08", 1)]),
        ("in May 2022", [("2022-05-01", 31)]),
        ("in December", [("2022-12-01", 31)]),  # half a year ago is nearer than the next one by some days
        ("since 2016", [("2016-01-01", 366)]),
        ("in the summer of 2022", [("2022-06-01", 92)]),
        ("two days before 25 May, 2023", [("2023-05-23", 1)]),
        ("the Sunday before 25 May 2023", [("2023-05-21", 1)]),
        ("the week after 9 June 2023", [("2023-06-10", 7)]),
        ("the second week of November 2023", [("2023-11-08", 7)]),
        ("I may go and we march on. May I?", []),
        ("In May I went", [("2023-05-01", 31)]),
        ("31 June 2023, 2023-02-30, May 9999, soon, recently, someday", []),
    ],
)
def test_a_time_is_read_as_its_days(text: str, expected: list[tuple[str, int]]) -> None:
    assert days(text) == expected


def test_a_month_without_a_year_is_of_each_year_that_is_asked_for() -> None:
    assert days("in May", years=(2022, 2023)) == [("2022-05-01", 31), ("2023-05-01", 31)]


def test_a_clock_that_was_never_set_gives_no_times() -> None:
    assert time_spans("yesterday", said_on=date(1, 1, 1)) == []
    assert time_spans("next year", said_on=date(9999, 12, 31)) == []


@given(st.text(alphabet="abdefghlmnorstuwy 0123456789-,.", max_size=60), st.dates())
def test_any_text_on_any_day_gives_proper_spans(text: str, said_on: date) -> None:
    for one in time_spans(text, said_on=said_on):
        assert one.first < one.until
        assert 0 <= one.start < one.end <= len(text)


@given(
    st.lists(
        st.sampled_from(
            [
                "two",
                "last",
                "next",
                "days",
                "week",
                "before",
                "after",
                "ago",
                "25",
                "May",
                "2023",
                "Friday",
                "summer",
                "999",
            ]
        ),
        max_size=12,
    ),
    st.dates(),
)
def test_words_of_time_in_any_order_are_harmless(words: list[str], said_on: date) -> None:
    assert all(one.first < one.until for one in time_spans(" ".join(words), said_on=said_on))


def test_a_log_of_dates_gives_a_few() -> None:
    assert len(time_spans("2023-05-07 error\n" * 100_000, said_on=FRIDAY)) == SPANS_A_TEXT
