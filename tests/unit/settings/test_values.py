import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.settings.values import (
    is_loopback,
    join_host,
    mask_url,
    parse_duration,
    parse_flag,
    parse_milliseconds,
    parse_whole,
    split_url,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("24h", 86_400.0),  # 24 * 3600
        ("30m", 1_800.0),  # 30 * 60
        ("10s", 10.0),
        ("500ms", 0.5),
        ("1h30m", 5_400.0),  # 3600 + 1800
        ("7d", 604_800.0),  # 7 * 86400
        ("2.5", 2.5),
        (" 10S ", 10.0),
        (3, 3.0),
    ],
)
def test_a_duration_is_read_in_seconds(text: object, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "-1", "24 h", "h", "1w", "nan", "inf", "1e3", "10s5", True, float("nan"), -1])
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


@given(st.integers(0, 10**6), st.sampled_from([("h", 3600), ("m", 60), ("s", 1), ("d", 86_400)]))
def test_every_unit_is_a_multiple_of_seconds(number: int, unit: tuple[str, int]) -> None:
    assert parse_duration(f"{number}{unit[0]}") == number * unit[1]


@pytest.mark.parametrize(("text", "milliseconds"), [("10s", 10_000), ("1500", 1_500), ("500ms", 500), (7, 7)])
def test_a_plain_number_of_a_millisecond_setting_is_milliseconds(text: object, milliseconds: int) -> None:
    assert parse_milliseconds(text) == milliseconds


@pytest.mark.parametrize("text", ["1.5", "soon", "0.5ms"])
def test_what_is_no_whole_number_of_milliseconds_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="milliseconds"):
        parse_milliseconds(text)


@pytest.mark.parametrize("text", ["true", "True", "1", "yes", "ON", True])
def test_words_for_true(text: object) -> None:
    assert parse_flag(text) is True


@pytest.mark.parametrize("text", ["false", "0", "No", "off", False])
def test_words_for_false(text: object) -> None:
    assert parse_flag(text) is False


@pytest.mark.parametrize("text", ["", "maybe", "2", "t", "enabled", "truee", None])
def test_what_is_neither_true_nor_false_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="true or false"):
        parse_flag(text)


@pytest.mark.parametrize("text", ["1_000", "1.0", "1e3", "", "ten", True])
def test_what_is_no_whole_number_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="whole number"):
        parse_whole(text)


def test_credentials_in_a_url_are_masked() -> None:
    assert mask_url("postgresql://ann:p@ss@db:5432/x") == "postgresql://***@db:5432/x"
    assert mask_url("http://db:8123") == "http://db:8123"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]", "kafka.localhost"])
def test_names_of_this_machine_are_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "kafka", "localhost.example.org", "", "::"])  # noqa: S104
def test_every_other_name_is_not(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("text", ["localhost:9092", "bolt://", "bolt://db:port", "bolt://db:99999", "bolt://db:0"])
def test_what_is_no_url_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|[Pp]ort"):
        split_url(text)


def test_an_ipv6_host_keeps_its_brackets() -> None:
    assert join_host("::1", 9092) == "[::1]:9092"
    assert join_host("db", 9092) == "db:9092"
