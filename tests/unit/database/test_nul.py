"""U+0000 goes in and comes out."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.database.nul import with_nul, without_nul


@given(st.text(alphabet="a\x00␀ü"))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    stored, offsets = without_nul(text)
    assert "\x00" not in stored
    assert len(stored) == len(text)
    assert with_nul(stored, offsets) == text
