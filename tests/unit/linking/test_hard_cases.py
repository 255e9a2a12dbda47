"""What the linker must bring together and what it must keep apart, one sentence each."""

import pytest

from workbench.linking import Entity, Link, link_entities


def thing(
    entity_id: str, name: str, type: str, session: str, *beside: str, at: tuple[str, ...] = (), tenant: str = "t"
) -> Entity:
    """An entity of one session, `beside` other names, in the messages of organisations `at`."""
    return Entity(
        entity_id,
        name,
        type,
        tenant_id=tenant,
        sessions=frozenset({session}),
        neighbours=dict.fromkeys((*beside, *at), 1.0),
        organisations=frozenset(at),
    )


BACKGROUND = [thing(f"z{number}", f"filler{number}word", "concept", f"other{number}") for number in range(40)]
"""Forty sessions that speak of other things, so that a shared neighbour is rare."""


def links(*entities: Entity) -> list[Link]:
    return [one for one in link_entities([*entities, *BACKGROUND]).links if not one.left.startswith("z")]


def linked(*entities: Entity) -> bool:
    found = link_entities([*entities, *BACKGROUND]).clusters
    return len({found[one.entity_id] for one in entities}) == 1


@pytest.mark.parametrize(
    ("left", "right", "type", "signal"),
    [
        ("k8s", "Kubernetes", "technology", "listed alias"),
        ("Postgres", "PostgreSQL", "database", "listed alias"),
        ("PostgreSQL 16", "PostgreSQL", "database", "version"),
        ("the shipment indexer", "shipment-indexer", "product", "same core"),
        ("OrderService", "order service", "product", "same name"),
        ("Click House", "ClickHouse", "database", "same name"),
        ("Apache Kafka", "Kafka", "technology", "same core"),
        ("GreptimeDB", "Greptime", "database", "same core"),
        ("Halden Ltd", "Halden", "organisation", "same core"),
        ("Prometeus", "Prometheus", "technology", "misspelling"),
        ("Orcale", "Oracle", "database", "misspelling"),
        ("Graphana", "Grafana", "technology", "misspelling"),
        ("f11n", "fingerprintin", "technology", "numeronym"),
        ("dogs", "dog", "concept", "same core"),
        ("gpt-4o", "GPT-4o", "model", "same name"),
    ],
)
def test_two_spellings_of_one_thing_are_linked_and_say_why(left: str, right: str, type: str, signal: str) -> None:
    found = links(thing("a", left, type, "s1"), thing("b", right, type, "s2"))
    assert [(one.left, one.right, one.evidence[0].name) for one in found] == [("a", "b", signal)]
    assert found[0].evidence[0].value == f"{left} = {right}"


@pytest.mark.parametrize(
    ("left", "right", "type"),
    [
        ("Halden Bank", "Halden Insurance", "organisation"),
        ("Orbit Games", "Orbital Games", "organisation"),
        ("Lumen Clinic", "Lumina Clinic", "organisation"),
        ("Llama 3", "Llama 3.1", "model"),
        ("GPT-4o", "GPT-4o mini", "model"),
        ("Kafka", "Kafka Connect", "technology"),
        ("Parquet", "Parakeet", "technology"),
        ("Java", "JavaScript", "language"),
        ("C", "C++", "language"),
        ("MySQL", "MSSQL", "database"),
        ("greens", "green", "concept"),
        ("Korea", "North Korea", "place"),
        ("Iceland", "Ireland", "place"),
        ("iPad", "iPad Pro", "product"),
        ("Iron", "Iron Man", "name"),
        ("Opera", "Phantom of the Opera", "name"),
        ("barking", "baking", "concept"),
    ],
)
def test_two_things_with_similar_names_are_kept_apart(left: str, right: str, type: str) -> None:
    assert not links(thing("a", left, type, "s1", "ledger"), thing("b", right, type, "s2", "ledger"))


def test_company_and_product_of_one_name_are_kept_apart() -> None:
    assert not links(
        thing("a", "Oracle", "organisation", "s1", "audit"), thing("b", "Oracle", "database", "s2", "audit")
    )


def test_one_first_name_in_two_sessions_is_no_link() -> None:
    assert not links(thing("a", "Priya", "person", "s1"), thing("b", "Priya", "person", "s2"))


def test_one_first_name_beside_the_same_company_and_project_is_a_link() -> None:
    found = links(
        thing("a", "Priya", "person", "s1", "shipmentindexer", at=("northwindfreight",)),
        thing("b", "Priya", "person", "s2", "shipmentindexer", at=("northwindfreight",)),
    )
    assert [signal.name for signal in found[0].evidence] == [
        "same name",
        "type",
        "first name",
        "shared neighbours",
        "organisation",
    ]


def test_one_full_name_at_two_companies_is_two_people() -> None:
    assert not links(
        thing("a", "Mei Lin", "person", "s1", at=("orbitgames",)),
        thing("b", "Mei Lin", "person", "s2", at=("tallowfoods",)),
    )


def test_one_project_name_at_two_companies_is_two_projects() -> None:
    assert not links(
        thing("a", "Atlas", "product", "s1", "redis", at=("orbitgames",)),
        thing("b", "Atlas", "product", "s2", "redis", at=("haldenbank",)),
    )


@pytest.mark.parametrize("name", ["Go", "R", "TF"])
def test_a_short_name_is_not_linked_on_the_name_alone(name: str) -> None:
    assert not links(thing("a", name, "language", "s1"), thing("b", name, "language", "s2"))


def test_a_short_name_is_linked_when_the_surroundings_agree() -> None:
    beside = ("rust", "goroutine", "compiler")
    assert linked(thing("a", "Go", "language", "s1", *beside), thing("b", "Go", "language", "s2", *beside))


def test_an_acronym_needs_something_more_than_its_letters() -> None:
    long = thing("a", "Freight Ledger Service", "product", "s1", "dispatch")
    assert not links(long, thing("b", "FLS", "product", "s2"))
    assert linked(long, thing("b", "FLS", "product", "s2", "dispatch"))
    assert linked(long, thing("b", "FLS", "product", "s1"))


def test_a_doubtful_alias_needs_the_surroundings() -> None:
    plain = (thing("a", "TF", "technology", "s1"), thing("b", "Terraform", "technology", "s2"))
    assert not links(*plain)
    beside = ("module", "statefile", "amazoneks")
    assert linked(thing("a", "TF", "technology", "s1", *beside), thing("b", "Terraform", "technology", "s2", *beside))


def test_a_short_form_goes_with_the_long_one_that_its_session_introduced() -> None:
    found = links(
        thing("a", "Tom", "person", "s1"),
        thing("b", "Tom Brandt", "person", "s1"),
        thing("c", "Tom Okafor", "person", "s2"),
    )
    assert [(one.left, one.right) for one in found] == [("a", "b")]


def test_a_short_form_of_two_known_things_goes_with_neither() -> None:
    beside = ("cluster", "backup")
    assert not links(
        thing("a", "Northwind", "organisation", "s1", *beside),
        thing("b", "Northwind Freight", "organisation", "s2", *beside),
        thing("c", "Northwind Energy", "organisation", "s3", *beside),
    )


def test_a_company_that_was_renamed_is_one_company_under_both_names() -> None:
    old = thing("a", "Tallow Foods", "organisation", "s1")
    renamed = Entity("b", "Tallow Foods", "organisation", "t", sessions=frozenset({"s2"}), stated=frozenset({"c"}))
    new, later = thing("c", "Verda Foods", "organisation", "s2"), thing("d", "Verda Foods", "organisation", "s3")
    assert linked(old, renamed, new, later)


def test_an_employer_is_one_employer_under_its_new_name() -> None:
    old = Entity("a", "Tallow Foods", "organisation", "t", sessions=frozenset({"s1"}), stated=frozenset({"b"}))
    new = thing("b", "Verda Foods", "organisation", "s1")
    marco = thing("c", "Marco", "person", "s2", "millcontrol", at=("tallowfoods",))
    again = thing("d", "Marco", "person", "s3", "millcontrol", at=("verdafoods",))
    assert not linked(marco, again)
    assert {(one.left, one.right) for one in links(old, new, marco, again)} == {("a", "b"), ("c", "d")}


def test_a_thing_of_the_speakers_own_is_another_one_in_another_session() -> None:
    assert not links(thing("a", "my car", "personal", "s1", "prius"), thing("b", "my car", "personal", "s2", "prius"))


def test_entities_of_two_tenants_are_never_compared() -> None:
    left, right = thing("a", "k8s", "technology", "s1"), thing("b", "Kubernetes", "technology", "s2", tenant="u")
    assert not links(left, right)


def test_addresses_and_dates_are_left_alone() -> None:
    assert not links(thing("a", "https://a.example/x", "url", "s1"), thing("b", "https://a.example/X", "url", "s2"))


def test_the_bits_of_the_evidence_and_the_prior_make_the_score() -> None:
    (found,) = links(thing("a", "Orcale", "database", "s1"), thing("b", "Oracle", "database", "s2"))
    # misspelling 8.5, same type 1.5, prior -5: 5 bits are odds of 32 to 1, 32/33
    assert found.score == pytest.approx(32 / 33, abs=1e-4)
    assert found.explained() == "misspelling: Orcale = Oracle (+8.5); type: database (+1.5)"
