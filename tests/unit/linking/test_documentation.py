"""docs/linking.md has the weights that the linker uses."""

import re
from pathlib import Path

import pytest

from workbench.linking import weights
from workbench.linking.blocking import WINDOW
from workbench.linking.link import RIVAL_BITS

TEXT = (Path(__file__).parents[3] / "docs" / "linking.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| ")]


def row(beginning: str) -> list[str]:
    (found,) = [cells for cells in ROWS if cells[0].startswith(beginning)]
    return found


@pytest.mark.parametrize("kind", weights.NAME_BITS)
def test_a_kind_of_agreement_has_its_bits_in_the_table(kind: str) -> None:
    (found,) = [cells for cells in ROWS if cells[0] == kind]
    assert float(found[1]) == weights.NAME_BITS[kind]


@pytest.mark.parametrize(
    ("beginning", "bits"),
    [
        ("short name", weights.SHORT_NAME),
        ("first name", weights.FIRST_NAME),
        ("full name", weights.FULL_NAME),
        ("everyday project name", weights.PLAIN_PROJECT),
        ("one word of unknown kind", weights.UNKNOWN_WORD),
        ("one word whose kind", weights.KNOWN_BY_ONE),
        ("a misspelling that may", weights.MISSPELT_NAME),
        ("the same, of unknown", weights.MISSPELT_UNKNOWN),
        ("the same, a common noun", weights.MISSPELT_WORD),
        ("rival long names", weights.RIVALS),
        ("a personal thing", weights.PERSONAL_ELSEWHERE),
        ("same type", weights.TYPE_BITS["same"]),
        ("no shared neighbour", weights.NO_NEIGHBOUR),
        ("same organisation", weights.SAME_ORGANISATION),
        ("other organisations", weights.OTHER_ORGANISATION),
    ],
)
def test_a_weight_has_its_bits_in_the_table(beginning: str, bits: float) -> None:
    assert float(row(beginning)[1]) == bits


def test_the_weights_with_several_values_and_the_thresholds_are_told() -> None:
    session = weights.SAME_SESSION
    assert row("same session")[1] == f"{session['contained']}, {session['acronym']}, {session['same name']}"
    assert session["acronym"] == session["short acronym"] == session["doubtful alias"]
    assert row("one type unknown")[1] == f"{weights.TYPE_BITS['open']}, {weights.TYPE_BITS['near']}"
    assert row("shared neighbours")[1] == f"up to {weights.NEIGHBOUR_CAP}"
    assert f"{weights.STATED_OTHER_TYPE} when" in row("types that do not go together")[1]
    flat = re.sub(r"\s+", " ", TEXT)
    assert f"The prior is {weights.PRIOR} bits; a link needs a score of {weights.LINK_SCORE} " in flat
    assert f"A link below {weights.STRONG_SCORE} needs half" in flat
    assert f"score at most {weights.APART_SCORE}," in flat
    assert f"the {WINDOW} next ones by name" in flat
    assert f"unless the best is {RIVAL_BITS:.0f} bits better" in flat
