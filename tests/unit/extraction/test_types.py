from workbench.extraction.entries import listed_spellings, listed_types
from workbench.extraction.types import ENTITY_TYPES, FORM_TYPES, TECHNOLOGY_TYPES
from workbench.graph.vocabulary import entity_labels


def test_every_type_has_a_label_and_kinds_of_technology_carry_both() -> None:
    for entity_type in ENTITY_TYPES:
        assert entity_labels(entity_type), entity_type
    assert entity_labels("database") == ["Database", "Technology"]
    assert entity_labels("technology") == ["Technology"]
    assert entity_labels("person") == ["Person"]
    assert all("Technology" in entity_labels(one) for one in TECHNOLOGY_TYPES)


def test_a_model_that_a_text_speaks_of_is_no_model_that_wrote_it() -> None:
    assert entity_labels("model") == ["AiModel", "Technology"]


def test_every_list_is_of_a_known_type_that_no_form_gives() -> None:
    assert set(listed_types()) <= ENTITY_TYPES - FORM_TYPES


def test_one_spelling_names_one_thing() -> None:
    seen: dict[str, tuple[str, str]] = {}
    for spelling, entity_type, name in listed_spellings():
        assert seen.setdefault(spelling.casefold(), (entity_type, name)) == (entity_type, name), spelling
