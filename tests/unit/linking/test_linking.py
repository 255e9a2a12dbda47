"""Properties of linking as a whole: order, bounds, the guard against chains, statements in texts."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.linking import Entity, Link, link_entities
from workbench.linking.blocking import WINDOW, candidate_pairs
from workbench.linking.clusters import Clusters
from workbench.linking.mentions import SessionMention, cluster_mentions
from workbench.linking.prepared import prepare
from workbench.linking.stated import Named, stated_pairs

TECHNICAL = [
    "k8s",
    "Kubernetes",
    "Kuberentes",
    "PG",
    "Postgres",
    "PostgreSQL 16",
    "Go",
    "Golang",
    "Llama 3",
    "Llama 3.1",
]
PROPER = ["Priya", "Priya Raman", "Halden", "Halden Bank", "Halden Insurance", "my car"]
STRANGE = ["", "🙂", "ملف", "'s", "-", "C++", "a" * 500]
NAMES = st.sampled_from([*TECHNICAL, *PROPER, *STRANGE])
ENTITIES = st.lists(
    st.builds(
        lambda name, type, sessions, beside: (name, type, frozenset(sessions), dict.fromkeys(beside, 1.0)),
        NAMES,
        st.sampled_from(["name", "person", "technology", "database", "organisation", "model", "concept", "personal"]),
        st.lists(st.sampled_from("abcdef"), max_size=3),
        st.lists(st.sampled_from(["kafka", "redis", "neo4j"]), max_size=3),
    ),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(ENTITIES, st.randoms(use_true_random=False))
def test_the_order_of_entities_changes_nothing(
    rows: list[tuple[str, str, frozenset[str], dict[str, float]]], chance: random.Random
) -> None:
    entities = [
        Entity(f"e{at:02d}", name, type, sessions=sessions, neighbours=beside)
        for at, (name, type, sessions, beside) in enumerate(rows)
    ]
    first = link_entities(entities)
    chance.shuffle(entities)
    assert link_entities(entities) == first
    assert all(0.9 <= one.score <= 1 and one.left < one.right for one in first.links)
    assert all(first.clusters[one.left] == first.clusters[one.right] for one in first.links)


def test_names_without_letters_are_not_taken_for_one_another() -> None:
    found = link_entities(Entity(str(at), name, "concept") for at, name in enumerate(["🙂", "🙃", "-", "", "", "  "]))
    assert not found.links


def test_strange_names_and_texts_take_no_time_and_make_no_links() -> None:
    near = "Lumen Clinic was " + "now " * 25_000 + "renamed Clarion Health"
    assert (
        list(stated_pairs(near, [Named("Lumen Clinic", 0, 12), Named("Clarion Health", len(near) - 14, len(near))]))
        == []
    )
    names = [
        "a-" * 50_000,
        "A" * 100_000,
        "\u202eabc\u202c",
        "\U0001f600" * 1_000,
        "k8s" * 30_000,
        "'s" * 50_000,
        "\x00",
        "МЯУ",
    ]
    found = link_entities(Entity(str(at), name, "technology") for at, name in enumerate(names))
    assert not found.links


def test_the_pairs_grow_with_the_entities_and_not_with_their_square() -> None:
    same_word = [Entity(f"e{at:04d}", f"Harbor {at}", "organisation") for at in range(1_000)]
    pairs = list(candidate_pairs(prepare(same_word)))
    assert len(pairs) == len(set(pairs))
    assert len(pairs) <= 1_000 * WINDOW * 3  # of 499,500; three keys that all of them share


def test_a_weak_link_does_not_join_clusters_whose_other_pairs_disagree() -> None:
    weak = Link("b", "c", 0.95, ())
    scored = {"a": {"c": False, "b": True}, "b": {"a": True, "c": True}, "c": {"a": False, "b": True}}
    clusters = Clusters([], {**scored, "d": {"a": False, "b": False, "c": True}})
    clusters.join(Link("a", "b", 0.99, ()))
    clusters.join(Link("c", "d", 0.99, ()))
    # across {a, b} and {c, d}: a-c, a-d and b-d were compared and are no links, b-c is one: 1 of 4
    scored["a"]["d"] = scored["b"]["d"] = False
    assert not clusters.join(weak)
    assert clusters.root("b") != clusters.root("c")


def test_what_is_held_apart_is_not_brought_together_by_a_chain() -> None:
    clusters = Clusters([("a", "c")], {})
    assert clusters.join(Link("a", "b", 0.999, ()))
    assert not clusters.join(Link("b", "c", 0.999, ()))
    assert clusters.join(Link("c", "d", 0.999, ()))
    assert not clusters.join(Link("b", "d", 0.999, ()))


def _stated(text: str, *names: str) -> list[tuple[str, str]]:
    places = [Named(name, text.index(name), text.index(name) + len(name)) for name in names]
    return [(places[left].name, places[right].name) for left, right in stated_pairs(text, places)]


def test_a_text_that_states_a_new_name_is_believed() -> None:
    assert _stated("Lumen Clinic was renamed Clarion Health.", "Lumen Clinic", "Clarion Health")
    assert _stated("In our notes TF is TensorFlow.", "TF", "TensorFlow")
    assert _stated("Horizontal Pod Autoscaler (HPA)", "Horizontal Pod Autoscaler", "HPA")
    assert _stated("Sushi is one of my favorite foods!", "Sushi", "my favorite foods")
    assert _stated("My favorite color is purple.", "My favorite color", "purple")


def test_a_text_that_tells_two_things_apart_states_nothing() -> None:
    assert not _stated("Kafka is faster than RabbitMQ.", "Kafka", "RabbitMQ")
    assert not _stated("We keep Redis (PostgreSQL is slower).", "Redis", "PostgreSQL")
    assert not _stated("One by Metallica is my favorite.", "Metallica", "my favorite")
    assert not _stated("a brand of cheese called Oka", "cheese", "Oka")
    assert not _stated("my guest was German singer Ada", "my guest", "German")


def test_statements_are_read_from_texts_and_hold_in_other_sessions() -> None:
    text = "Lumen Clinic was renamed Clarion Health."
    found = cluster_mentions(
        [
            SessionMention("s1", 0, 0, 12, "Lumen Clinic", "organisation"),
            SessionMention("s1", 0, 25, 39, "Clarion Health", "organisation"),
            SessionMention("s2", 0, 0, 14, "Clarion Health", "organisation"),
        ],
        {("s1", 0): text},
    )
    assert len(set(found.labels)) == 1
