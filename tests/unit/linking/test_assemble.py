from workbench.linking.assemble import FURTHER_AWAY, LONG_SESSION, MOST_NEIGHBOURS, Occurrences, assemble
from workbench.linking.stated import states_one


def test_neighbours_of_the_same_message_count_more_than_those_of_the_session() -> None:
    kafka, redis, halden = assemble(
        [
            Occurrences("1", "Kafka", "technology", (("m1", "s"),)),
            Occurrences("2", "Redis", "database", (("m2", "s"),)),
            Occurrences("3", "Halden Bank", "organization", (("m1", "s"), ("m3", "t"))),
        ]
    )
    assert kafka.neighbours == {"haldenbank": 1.0, "redis": FURTHER_AWAY}
    assert kafka.organisations == {"haldenbank"}
    assert redis.organisations == frozenset()
    assert halden.sessions == {"s", "t"}


def test_a_name_with_another_spelling_is_one_neighbour() -> None:
    first, _, _ = assemble(
        [
            Occurrences("1", "Helm", "technology", (("m", "s"),)),
            Occurrences("2", "k8s", "technology", (("m", "s"),)),
            Occurrences("3", "Kubernetes", "technology", (("m", "s"),)),
        ]
    )
    assert first.neighbours == {"kubernetes": 1.0}


def test_a_long_session_and_a_popular_name_stay_bounded() -> None:
    many = LONG_SESSION + 100
    popular = Occurrences("0", "Kafka", "technology", tuple((f"m{n}", "s") for n in range(many)))
    found = assemble(
        [popular, *(Occurrences(f"{n + 1}", f"word{n}x", "concept", ((f"m{n}", "s"),)) for n in range(many))]
    )
    assert len(found[0].neighbours) == MOST_NEIGHBOURS
    assert found[1].neighbours == {"apachekafka": 1.0}  # of the session's 500 names only the message's


def test_a_statement_is_found_whichever_name_comes_first() -> None:
    text = "Tallow Foods is now called Verda Foods"
    assert states_one(text, ["Tallow Foods"], ["Verda Foods"])
    assert states_one(text, ["Verda Foods", "Verda"], ["Tallow Foods"])
    assert not states_one("Tallow Foods pays Verda Foods", ["Tallow Foods"], ["Verda Foods"])
    assert not states_one("", ["Tallow Foods"], ["Verda Foods"])
