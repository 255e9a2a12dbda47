"""Documents in a real PostgreSQL: added, replaced, removed, found, and never another tenant's."""

import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.context.documents.reading import read_document
from workbench.context.retrieval.bm25 import rank
from workbench.context.retrieval.vectors import embedder, vectors_installed
from workbench.database import migrations
from workbench.database.connection import connect
from workbench.database.documents import DocumentStore
from workbench.database.pool import open_pool
from workbench.errors import NotFoundError, SourceError, StoreError, StoreUnavailableError, UsageError
from workbench.pipelines.documents import Refused, add_files, document_store
from workbench.settings import Settings

pytestmark = pytest.mark.postgresql

LAG = b"# Lag\n\nA consumer group lags when it reads slower than producers write.\n\n## Remedy\n\nAdd partitions.\n"
TEA = b"# Tea\n\nOolong is half fermented.\n\n## Water\n\nGreen tea wants eighty degrees, never boiling water.\n"


@pytest.fixture
def store(fresh: Settings) -> Iterator[DocumentStore]:
    migrations.apply(fresh)
    with open_pool(fresh, size=4) as pool:
        yield DocumentStore(pool)


def add(store: DocumentStore, content: bytes, document_id: str, tenant: str = "default") -> str:
    return store.add(tenant, read_document(content, source=document_id)).status


def found(store: DocumentStore, query: str, tenant: str = "default") -> list[tuple[str, int]]:
    return [(one.document_id, one.position) for one in store.search(tenant, query, 5)]


def test_a_question_finds_the_chunk_that_answers_it(store: DocumentStore) -> None:
    assert (add(store, LAG, "lag.md"), add(store, TEA, "tea.md")) == ("added", "added")
    [best, *_] = store.search("default", "How hot should the water for green teas be?", 5)
    assert (best.document_id, best.title, best.position, best.headings) == ("tea.md", "Tea", 1, ("Tea", "Water"))
    assert best.text == "## Water\n\nGreen tea wants eighty degrees, never boiling water."
    assert found(store, "remedies against lagging") == [("lag.md", 1), ("lag.md", 0)]
    assert found(store, "zebra") == found(store, "") == found(store, "the of and") == []


def test_scores_are_bm25_over_the_tenants_chunks(store: DocumentStore) -> None:
    words = ["lag", "offset", "tea", "water", "group", "commit", "broker", "oolong"]
    draw = random.Random(7)
    texts = [" ".join(draw.choices(words, k=draw.randint(3, 40))) for _ in range(40)]
    for number, text in enumerate(texts):
        # A title of one stop word, so that what is indexed is the text.
        store.add("default", read_document(text.encode(), source=f"{number}.txt", title="the"))
    store.add("another", read_document(b"lag " * 50, source="other.txt"))
    for query in ("tea", "how far does the group's lag go", "oolong water water"):
        scores = rank(texts, query)
        found_scores = {one.document_id: one.score for one in store.search("default", query, 200)}
        expected = {f"{number}.txt": score for number, score in enumerate(scores.tolist()) if score > 0}
        assert found_scores == pytest.approx(expected)
        assert list(found_scores.values()) == sorted(found_scores.values(), reverse=True)


def test_a_new_version_takes_the_place_of_the_old_and_the_same_one_changes_nothing(store: DocumentStore) -> None:
    add(store, LAG, "d.md")
    assert add(store, LAG, "d.md") == "unchanged"
    assert add(store, TEA, "d.md") == "updated"
    assert found(store, "consumer group partitions") == []
    [listed] = store.documents("default")
    assert (listed.title, listed.chunk_count, listed.size_bytes) == ("Tea", 2, len(TEA))
    assert listed.updated_at > listed.added_at


def test_a_removed_document_is_found_no_more(store: DocumentStore) -> None:
    add(store, LAG, "lag.md")
    assert store.remove("default", "lag.md") == 2
    assert found(store, "lag") == []
    assert store.documents("default") == []
    with pytest.raises(NotFoundError, match=r"no document 'lag\.md'"):
        store.remove("default", "lag.md")


def test_another_tenants_documents_are_neither_found_nor_listed_nor_touched(store: DocumentStore) -> None:
    add(store, LAG, "d.md", tenant="ann")
    add(store, TEA, "d.md", tenant="bob")
    add(store, LAG, "x.md", tenant="bob")
    alone = store.search("ann", "consumer group lags", 5)[0].score
    assert found(store, "oolong", "ann") == []
    assert found(store, "lag", "ann") == [("d.md", 0), ("d.md", 1)]
    store.remove("bob", "d.md")
    assert [one.document_id for one in store.documents("ann")] == ["d.md"]
    with pytest.raises(NotFoundError):
        store.remove("ann", "x.md")
    # Not even how rare a word is may depend on what another tenant has.
    for number in range(5):
        add(store, LAG, f"{number}.md", tenant="bob")
    assert store.search("ann", "consumer group lags", 5)[0].score == alone


def test_any_text_is_words_and_comes_back_as_it_was(store: DocumentStore) -> None:
    text = "# '; DROP TABLE documents; --\n\n%s %(x)s {0} \\N \u202e 分区的消费者 <|endoftext|> $1 \x01 \u2400"
    add(store, text.encode(), "odd.md", tenant="o'brien; --")
    [best] = store.search("o'brien; --", "'; DROP TABLE documents; -- %(tenant_id)s 消费者", 3)
    assert best.text == text
    assert found(store, "a" * 300_000) == []


def test_eight_writers_of_one_document_leave_one_version_whole(store: DocumentStore) -> None:
    words = ["amber", "birch", "cedar", "dune", "ember", "fjord", "grove", "heath"]
    versions = [f"# {word.title()}\n\nOf {word}.\n\n## Part\n\nMore.\n".encode() for word in words]
    errors: list[StoreError] = []

    def write(content: bytes) -> None:
        try:
            add(store, content, "d.md")
        except StoreError as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(content,)) for content in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    [listed] = store.documents("default")
    assert [word.title() for word in words if found(store, word)] == [listed.title]
    assert listed.chunk_count == 2


def test_the_number_of_results_is_bounded(store: DocumentStore) -> None:
    for k in (0, 201, -1):
        with pytest.raises(UsageError, match="1 to 200"):
            store.search("default", "x", k)


def test_files_that_are_no_documents_are_told_and_the_others_stored(store: DocumentStore, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    (folder / "sub").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "a.md").write_bytes(LAG)
    (folder / "sub" / "b.txt").write_bytes(TEA)
    (folder / "broken.md").write_bytes(b"\xff\x00")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / ".git" / "c.md").write_bytes(LAG)
    (folder / "endless.md").symlink_to("/dev/zero")
    done = list(add_files(store, "default", paths=[folder]))
    assert [one.document_id for one in done if not isinstance(one, Refused)] == ["notes/a.md", "notes/sub/b.txt"]
    [refused] = [one for one in done if isinstance(one, Refused)]
    assert refused.reason.startswith("notes/broken.md is not text (byte 1 is 0)")
    with pytest.raises(SourceError, match="there is no file or folder"):
        list(add_files(store, "default", paths=[tmp_path / "nowhere"]))
    with pytest.raises(SourceError, match="these are 3 files"):
        list(add_files(store, "default", paths=[folder], document_id="one"))


def test_without_its_tables_the_store_says_what_to_do(fresh: Settings) -> None:
    with open_pool(fresh, size=1) as pool, pytest.raises(StoreUnavailableError, match="run: workbench up"):
        DocumentStore(pool).documents("default")


@pytest.mark.skipif(not vectors_installed(), reason="the extra vectors is not installed")
def test_meaning_finds_what_shares_no_word_with_the_question(fresh: Settings) -> None:
    migrations.apply(fresh)
    with document_store(fresh, vectors=True) as store:
        add(store, LAG, "lag.md")
        add(store, TEA, "tea.md")
        question = "Which beverage temperature is best?"
        assert found(store, question)[0][0] == "tea.md"
        assert found(store, question, "another") == []
        # Added without vectors, then with them: made again, not taken for the same.
        with document_store(fresh, vectors=False) as words_only:
            assert found(words_only, question) == []
            assert add(words_only, LAG, "lag.md") == "updated"
        assert add(store, LAG, "lag.md") == "updated"
        assert store.remove("default", "tea.md") == 2
        assert {one for one, _ in found(store, question)} <= {"lag.md"}


@pytest.mark.skipif(not vectors_installed(), reason="the extra vectors is not installed")
def test_a_server_that_cannot_hold_vectors_is_told_to_use_words(fresh: Settings, store: DocumentStore) -> None:
    with connect(fresh.postgresql, autocommit=True) as connection:
        connection.execute("CREATE TYPE document_vectors AS ENUM ('in the way')")
    with open_pool(fresh, size=1) as pool:
        meaning = DocumentStore(pool, embedder=embedder)
        with pytest.raises(StoreError, match=r"already exists.*workbench documents add --words-only"):
            add(meaning, LAG, "lag.md")
        assert meaning.documents("default") == []
        assert add(store, LAG, "lag.md") == "added"
        assert found(meaning, "lag") == [("lag.md", 0), ("lag.md", 1)]


def test_the_commands_add_list_search_and_remove(fresh: Settings, tmp_path: Path) -> None:
    migrations.apply(fresh)
    postgresql = fresh.postgresql
    (tmp_path / "tea.md").write_bytes(TEA)
    (tmp_path / "broken.md").write_bytes(b"\xff\xfe")
    environment = {
        **os.environ,
        "WORKBENCH_HOME": str(tmp_path / "home"),
        "SVC_POSTGRESQL_HOST": postgresql.host,
        "SVC_POSTGRESQL_PORT": str(postgresql.port),
        "WORKBENCH_POSTGRESQL_USER": postgresql.user,
        "WORKBENCH_POSTGRESQL_PASSWORD": postgresql.password.get_secret_value(),
        "WORKBENCH_POSTGRESQL_DATABASE": postgresql.database,
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "workbench", "documents", *arguments]
        return subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)

    added = run("add", "tea.md", "broken.md", "--words-only", "--json")
    assert added.returncode == 3, added.stderr
    first, second = map(json.loads, added.stdout.splitlines())
    assert (first["document_id"], first["status"], first["chunks"]) == ("tea.md", "added", 2)
    assert "UTF-16" in second["reason"]
    assert [json.loads(line)["title"] for line in run("list", "--json").stdout.splitlines()] == ["Tea"]
    searched = run("search", "oolong", "--words-only", "--json")
    assert [json.loads(line)["position"] for line in searched.stdout.splitlines()] == [0]
    assert run("remove", "tea.md").stdout == "removed    tea.md  2 chunks\n"
    environment["SVC_POSTGRESQL_ENABLED"] = "false"
    off = run("list")
    assert (off.returncode, "PostgreSQL is switched off" in off.stderr) == (2, True)
    del environment["SVC_POSTGRESQL_ENABLED"]
    again = run("remove", "tea.md")
    assert again.returncode == 2
    assert "no document 'tea.md'" in again.stderr
    assert "Traceback" not in again.stderr
