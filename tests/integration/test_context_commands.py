"""``workbench context``: look at segments, mark them, archive and recall them."""

import json
import os

import pytest
import typer
from typer.testing import CliRunner, Result

from tests.integration.context_batches import completion, deliveries, message
from tests.integration.test_context_lifecycle import said, to_context, to_lake
from workbench.cli import context
from workbench.database import frames, migrations
from workbench.database.connection import connect
from workbench.database.pool import open_pool
from workbench.database.turns import recent_turns
from workbench.errors import NotFoundError, UsageError
from workbench.pipelines.context_ingest import context_sink
from workbench.pipelines.upkeep import upkeep
from workbench.settings import Settings
from workbench.stream.sink import Batch

pytestmark = [pytest.mark.postgresql, pytest.mark.s3]


def run(settings: Settings, *arguments: str, **environ: str) -> Result:
    app = typer.Typer()
    context.register(app)
    hidden = {name: None for name in os.environ if name.startswith(("BIGDATA_", "WORKBENCH_", "SVC_"))}
    home = {"WORKBENCH_HOME": str(settings.home)}
    found = CliRunner().invoke(app, ["context", *arguments], env={**hidden, **home, **environ})
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code == 0, found.output
    return found


def listed(settings: Settings) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run(settings, "segments", "c", "--json").output)
    return found


def test_a_segment_is_explained_pinned_archived_and_recalled_from_the_command_line(fresh: Settings) -> None:
    migrations.apply(fresh)
    events = [message(n, text="word" + " word" * 999) for n in range(6)]
    to_context(fresh, events)
    to_lake(fresh, events)
    assert [one["segment"] for one in listed(fresh)] == [3, 2, 1]
    # only user's words: importance 1 + 1; 6,000 tokens are 0.024 half-lives
    assert listed(fresh)[0]["why"] == "priority 1.02 = log2(importance 2.00) + recency 0.02; importance: asked 1.00"
    assert "pinned" in run(fresh, "pin", "c", "--segment", "1").output
    assert "feedback +1" in run(fresh, "feedback", "c", "--turn", events[0].event_id, "--value", "1").output
    assert listed(fresh)[0]["segment"] == 1
    assert str(listed(fresh)[0]["why"]).startswith("pinned; priority 2.01")
    assert "2 messages, 9,998 bytes are in the lake only" in run(fresh, "archive", "c", "--segment", "1").output
    assert said(fresh)[:2] == [None, None]
    assert "are back in PostgreSQL" in run(fresh, "recall", "c", "--segment", "1").output
    assert "not pinned, feedback +1" in run(fresh, "unpin", "c", "--segment", "1").output
    told = json.loads(run(fresh, "upkeep", "--json", WORKBENCH_CONTEXT_STORAGE_BYTES="15000").output)
    assert told == {
        **{"described": 2, "compressed": 0, "archived": 2, "left": 0},
        **{"hot_bytes": 29_994, "hot_bytes_after": 9_998},
    }
    assert run(fresh, "segments", "c").output.count("archived") == 2


def test_what_is_not_there_and_what_is_not_clear_is_told(fresh: Settings) -> None:
    migrations.apply(fresh)
    with pytest.raises(NotFoundError, match="no conversation 'nobody'"):
        run(fresh, "segments", "nobody")
    with pytest.raises(UsageError, match="name a segment or a turn"):
        run(fresh, "pin", "c")
    with pytest.raises(NotFoundError, match="has no segment 1"):
        run(fresh, "archive", "c", "--segment", "1")


def test_an_empty_conversation_has_no_segments_and_disturbs_nothing(fresh: Settings) -> None:
    migrations.apply(fresh)
    sink = context_sink(fresh)
    sink.write(Batch(deliveries([completion(0)])))
    sink.close()
    assert frames.segments(fresh, conversation_id="c").is_empty()
    with connect(fresh.postgresql, autocommit=True) as connection:
        found = recent_turns(connection, "default", conversation_id="c", budget_tokens=1_000)
    assert (found.turns, found.message_count, found.complete) == ([], 0, True)
    with open_pool(fresh, size=1) as pool:
        assert upkeep(fresh, pool, tenant_id="default").described == 0
