"""Lock lists: names, sizes and hashes of jars."""

import pytest

from workbench.errors import StackError
from workbench.stack.lock_list import load_lock, parse_lock

LINE = "org.neo4j.app\tneo4j-server\t1.0\t\t" + "a" * 64 + "\t10"


def test_a_line_gives_the_path_of_its_file_in_a_repository() -> None:
    (jar,) = parse_lock("x-1", LINE).jars
    assert jar.path == "org/neo4j/app/neo4j-server/1.0/neo4j-server-1.0.jar"


def test_a_classifier_is_part_of_the_file_name() -> None:
    line = "io.netty\tnetty-epoll\t4.2\tlinux-x86_64\t" + "b" * 64 + "\t7"
    (jar,) = parse_lock("x-1", line).jars
    assert jar.file_name == "netty-epoll-4.2-linux-x86_64.jar"


def test_the_key_changes_with_the_list() -> None:
    one, two = parse_lock("x-1", LINE), parse_lock("x-1", LINE + "\n" + LINE.replace("server", "client"))
    assert one.key != two.key
    assert (one.size_bytes, two.size_bytes) == (10, 20)


@pytest.mark.parametrize(
    "text", ["", "only\tthree\tfields", LINE.replace("\t10", "\tten"), LINE.replace("a" * 64, "ab")]
)
def test_a_damaged_list_is_refused(text: str) -> None:
    with pytest.raises(StackError, match="reinstall"):
        parse_lock("x-1", text)


def test_an_unknown_list_is_refused() -> None:
    with pytest.raises(StackError, match="no lock list no-such"):
        load_lock("no-such")


@pytest.mark.parametrize(("name", "jars"), [("kafka-4.4.0", 45), ("neo4j-2026.08.1", 225)])
def test_the_lists_of_the_package_are_whole_and_name_no_host(name: str, jars: int) -> None:
    lock = load_lock(name)
    assert len(lock.jars) == len({jar.file_name for jar in lock.jars}) == jars
    assert not any("://" in jar.path for jar in lock.jars)
