from pathlib import Path

import pytest

from workbench.errors import UsageError
from workbench.extraction import extract, local_extractor
from workbench.extraction.schemes import Scheme
from workbench.extraction.sequence import train
from workbench.extraction.tagged import Tagged

SCHEME = Scheme({"tool": "technology"}, {"technology": "technology"})
VERBS = ("run", "start", "stop", "clean", "paint")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Taught that what follows "the tool" is one, which no rule knows."""
    path = tmp_path_factory.mktemp("model") / "tools.crfsuite"
    sentences = [
        Tagged(("we", verb, "the", "tool", name, "today"), ((4, 5, "tool"),))
        for verb in VERBS
        for name in ("zorb", "quux", "plim", "vrek")
    ]
    sentences += [Tagged(("we", verb, "the", "house", "today"), ()) for verb in VERBS]
    assert train(sentences, SCHEME, path, iterations=30) == 25
    return path


def test_a_model_finds_what_it_was_taught_and_the_rules_do_not_know(model: Path) -> None:
    text = "we run the tool brakk today"
    assert extract(text) == []
    (found,) = local_extractor("sequence", model=model).extract(text)
    assert (found.entity_type, found.name, found.method) == ("technology", "brakk", "sequence model")
    assert text[found.start : found.end] == "brakk"


def test_addresses_stay_with_the_rules_and_the_same_text_gives_the_same_spans(model: Path) -> None:
    extractor = local_extractor("sequence", model=model)
    text = "we run the tool brakk today (bob@example.com) 😀\nwe stop the tool norl today"
    found = extractor.extract(text)
    assert [(one.entity_type, text[one.start : one.end]) for one in found] == [
        ("technology", "brakk"),
        ("email", "bob@example.com"),
        ("technology", "norl"),
    ]
    assert found == extractor.extract(text)
    assert extractor.extract("") == []


def test_training_on_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no labelled sentence"):
        train([], SCHEME, tmp_path / "none")
