from pathlib import Path

import pytest

from workbench.errors import SourceError, UsageError
from workbench.extraction.extractor import RULES, local_extractor
from workbench.extraction.schemes import CROSSNER_AI, SCHEMES, STACKOVERFLOW, Scheme
from workbench.extraction.scoring import Score, predictions, score, token_spans
from workbench.extraction.spans import span
from workbench.extraction.tagged import Tagged, read_tagged
from workbench.extraction.types import ENTITY_TYPES

SENTENCE = Tagged(("We", "use", "Apache", "Kafka", "daily"), ((2, 4, "tool"),))


def test_precision_recall_and_f1_are_those_of_the_counts() -> None:
    one = Score(right=2, found=4, expected=5)
    assert (one.precision, one.recall) == (0.5, 0.4)
    assert one.f1 == pytest.approx(4 / 9)  # 2 * 2 / (4 + 5)
    assert (Score(0, 0, 0).precision, Score(0, 0, 0).recall, Score(0, 0, 0).f1) == (0.0, 0.0, 0.0)


def test_a_span_is_right_only_with_both_of_its_borders() -> None:
    scheme = Scheme({"tool": "tool"}, {"tool": "tool", "name": "tool"})
    for first, last, right in ((2, 4, 1), (3, 4, 0), (2, 5, 0)):
        found = [[(first, last, "tool")]]
        assert score([SENTENCE], found.__getitem__, scheme, typed=True) == Score(right, 1, 1)


def test_classes_count_when_typed_and_types_outside_the_scheme_never() -> None:
    scheme = Scheme({"tool": "tool"}, {"tool": "tool", "name": "other"})
    found = [[(2, 4, "name"), (0, 1, "email")]]
    assert score([SENTENCE], found.__getitem__, scheme, typed=False) == Score(1, 1, 1)
    assert score([SENTENCE], found.__getitem__, scheme, typed=True) == Score(0, 1, 1)


def test_characters_become_tokens_and_a_cut_token_is_never_right() -> None:
    # "We use Apache Kafka daily": Apache Kafka is [7, 19)
    whole = span("tool", "x", 7, 19, confidence=1, method="m")
    cut = span("tool", "x", 7, 18, confidence=1, method="m")
    assert token_spans(SENTENCE, [whole]) == [(2, 4, "tool")]
    assert token_spans(SENTENCE, [cut]) == [(2, -1, "tool")]


def test_all_methods_are_scored_by_what_their_interface_gives() -> None:
    found = predictions([SENTENCE], RULES)
    assert found == [[(2, 4, "technology")]]


def test_tagged_sentences_are_read_with_their_spans(tmp_path: Path) -> None:
    path = tmp_path / "some.txt"
    path.write_text("We\tO\nuse\tO\tO\nApache\tB-tool\nKafka\tI-tool\n\t\nYes\tI-tool\n", encoding="utf-8")
    first, second = read_tagged(path)
    assert (first.text, first.spans) == ("We use Apache Kafka", ((2, 4, "tool"),))
    assert second.spans == ((0, 1, "tool"),)
    path.write_text("We\tO\nuse\tX\n")
    with pytest.raises(SourceError, match=r"some\.txt:2: tag 'X' is none of"):
        read_tagged(path)
    with pytest.raises(SourceError, match="cannot read"):
        read_tagged(tmp_path / "missing.txt")


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=list(SCHEMES))
def test_a_scheme_maps_types_that_exist_to_classes_that_its_labels_have(scheme: Scheme) -> None:
    assert set(scheme.types) <= ENTITY_TYPES
    assert set(scheme.types.values()) == set(scheme.labels.values())
    assert set(scheme.labels.values()) <= ENTITY_TYPES  # a model is trained on them


def test_the_schemes_have_the_labels_that_their_names_promise() -> None:
    assert (len(CROSSNER_AI.labels), len(STACKOVERFLOW.labels)) == (14, 8)


def test_an_unknown_method_and_a_missing_model_are_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'magic' is none of rules, sequence"):
        local_extractor("magic")
    with pytest.raises(UsageError, match="workbench extraction train"):
        local_extractor("sequence")
    with pytest.raises(UsageError, match="no model at"):
        local_extractor("sequence", model=tmp_path / "none")
