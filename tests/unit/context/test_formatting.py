"""Message lists of the providers."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.context.formatting import CONTINUES, anthropic_request, openai_messages
from workbench.context.turns import Turn


def test_openai_keeps_system_turns_where_they_stand() -> None:
    said = [Turn(1, "system", "s", 1), Turn(2, "user", "a", 1), Turn(3, "assistant", "b", 1)]
    assert openai_messages(said) == [
        {"role": "system", "content": "s"},
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "b"},
    ]


def test_anthropic_takes_system_apart_and_begins_with_the_user() -> None:
    found = anthropic_request(
        [
            {"role": "assistant", "content": "b"},
            {"role": "system", "content": "s"},
            {"role": "developer", "content": "t"},
            {"role": "user", "content": [{"type": "text", "text": "c"}]},
            {"role": "tool", "content": "42"},
            {"role": "user", "content": " "},
        ]
    )
    assert found == {
        "system": "s\n\nt",
        "messages": [
            {"role": "user", "content": CONTINUES},
            {"role": "assistant", "content": "b"},
            {"role": "user", "content": "c\n\nResult of a tool: 42"},
        ],
    }


def test_anthropic_without_system_has_no_such_key() -> None:
    assert anthropic_request([{"role": "user", "content": "a"}]) == {"messages": [{"role": "user", "content": "a"}]}


messages = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["system", "user", "assistant", "tool"]), "content": st.text(max_size=9)}
    )
)


@given(messages)
def test_anthropics_turns_alternate_whatever_is_given(given_messages: list[dict[str, str]]) -> None:
    roles = [message["role"] for message in anthropic_request(given_messages)["messages"]]
    assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"] * (len(roles) % 2)


@given(messages)
def test_nothing_that_was_said_is_lost_in_anthropics_shape(given_messages: list[dict[str, str]]) -> None:
    found = anthropic_request(given_messages)
    everything = found.get("system", "") + "".join(message["content"] for message in found["messages"])
    assert all(message["content"] in everything for message in given_messages if message["content"].strip())
