"""People, organisations, places, products, code and technical terms: by form and by the words around them."""

import pytest

from workbench.extraction import entity_id_of, extract


def kinds(text: str) -> list[tuple[str, str]]:
    return [(one.entity_type, text[one.start : one.end]) for one in extract(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("then Priya Raman said no", [("person", "Priya Raman")]),
        ("by Lawrence J. Fogel in that year", [("person", "Lawrence J. Fogel")]),
        ("as C. Papageorgiou and others found", [("person", "C. Papageorgiou")]),
        ("we asked Dr. Okonkwo about it", [("person", "Okonkwo")]),
        ("I'm Zubair, nice to meet you", [("person", "Zubair")]),
        ("my colleague Tunde fixed it", [("person", "Tunde")]),
        ("then Lafferty received an offer", [("person", "Lafferty")]),
        ("she met Ludwig van Beethoven", [("person", "Ludwig van Beethoven")]),
    ],
)
def test_people_are_known_by_given_names_initials_titles_and_what_they_do(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at Halden Bank they know", [("organisation", "Halden Bank")]),
        ("from Quarz GmbH in spring", [("organisation", "Quarz GmbH")]),
        ("the University of Reading closed", [("organisation", "University of Reading")]),
        (
            "the National University of Sciences and Technology",
            [("organisation", "National University of Sciences and Technology")],
        ),
        (
            "Kevin Warwick of the University of Reading",
            [("person", "Kevin Warwick"), ("organisation", "University of Reading")],
        ),
        ("a Fellow of the Orchid Society", [("organisation", "Orchid Society")]),
        ("she works at Zentral now", [("organisation", "Zentral")]),
        ("at Northwind Freight. Northwind Freight grows", [("organisation", "Northwind Freight")] * 2),
        ("she lives in Trosnitz now", [("place", "Trosnitz")]),
        ("near Willow Lake they stopped", [("place", "Willow Lake")]),
        ("the Zeta toolkit works", [("product", "Zeta")]),
        ("at the Symposium on Fuzzy Things we met", [("conference", "Symposium on Fuzzy Things")]),
    ],
)
def test_organisations_places_and_products_are_known_by_telling_words(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the class OrderController throws", [("class_name", "OrderController")]),
        ("call read_table() in the function", [("identifier", "read_table()")]),
        ("the variable maxRetries is null", [("identifier", "maxRetries")]),
        ("ledger-service is down", [("identifier", "ledger-service")]),
        ("Donald McCarthy and I", [("person", "Donald McCarthy")]),
        ("GPUs and VPNs", [("technology", "GPUs"), ("protocol", "VPNs")]),
    ],
)
def test_names_in_code_are_known_by_their_shape(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a multi-layer neural network learns", [("algorithm", "multi-layer neural network")]),
        ("the Baum-Welch algorithm", [("algorithm", "Baum-Welch algorithm")]),
        ("support vector machines and SVMs", [("algorithm", "support vector machines"), ("algorithm", "SVMs")]),
        ("by mean squared error", [("metric", "mean squared error")]),
        ("part of speech tagging is old", [("concept", "part of speech tagging")]),
        ("a big network, the new language", []),
        ("my recall of that day", []),
        ("the tree on the table", []),
    ],
)
def test_technical_terms_need_a_modifier_or_a_technical_sentence(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


def test_an_acronym_is_the_entity_that_its_long_form_names() -> None:
    text = "We measure the orbital drift quotient (ODQ). ODQ matters."
    long_form, acronym = (one for one in extract(text) if one.method == "explained acronym")
    assert (text[long_form.start : long_form.end], text[acronym.start : acronym.end]) == (
        "orbital drift quotient",
        "ODQ",
    )
    assert long_form.entity_id == acronym.entity_id


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("we run Python 3 and Go", "Python 3"),
        ("PostgreSQL 16.", "PostgreSQL 16"),
        ("Kafka, version 4.4", "Apache Kafka 4.4"),
        ("Prometheus 2.53 fixed it", "Prometheus 2.53"),
        ("Kafka 3 times a day", None),
        ("Redis 5 nodes", None),
    ],
)
def test_a_number_after_a_technology_is_its_version_unless_it_counts_something(text: str, version: str | None) -> None:
    assert next((one.name for one in extract(text) if one.entity_type == "version"), None) == version


def test_a_technology_has_one_kind_wherever_and_however_it_is_written() -> None:
    texts = ("we use postgres", "PostgreSQL is fine", "psql and Postgres")
    assert {one.entity_id for text in texts for one in extract(text)} == {entity_id_of("database", "PostgreSQL")}
