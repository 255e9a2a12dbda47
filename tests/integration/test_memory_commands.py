"""``workbench memory``: what one installation remembers, changes and forgets, another lists."""

import json
import os

import pytest
import typer
from typer.testing import CliRunner, Result

from tests.integration.memory_nodes import another_home
from workbench.cli import memory
from workbench.database import migrations
from workbench.errors import NotFoundError, UsageError
from workbench.settings import Settings

pytestmark = [pytest.mark.kafka, pytest.mark.postgresql]


def run(settings: Settings, *arguments: str, **environ: str) -> Result:
    app = typer.Typer()
    memory.register(app)
    kept = {name: "" for name in os.environ if name.startswith(("BIGDATA_", "WORKBENCH_", "SVC_"))}
    found = CliRunner().invoke(
        app, ["memory", *arguments], env={**dict.fromkeys(kept, None), "WORKBENCH_HOME": str(settings.home), **environ}
    )
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code == 0, found.output
    return found


def test_what_one_installation_is_told_another_lists_until_it_is_forgotten(fresh: Settings) -> None:
    migrations.apply(fresh)
    with another_home(fresh) as other:
        made = json.loads(run(fresh, "add", "likes tea", "--user", "alice", "--tag", "taste", "--json").output)
        assert (made["content"], made["tags"], made["user_id"]) == ("likes tea", ["taste"], "default/alice")
        synced = json.loads(run(other, "sync").output)
        assert (synced["new_events"], synced["missing_events"]) == (1, 0)
        changed = run(other, "change", made["memory_id"], "--user", "alice", "--untag", "taste", "--importance", "0.8")
        assert made["memory_id"] in changed.output
        run(fresh, "sync")
        shown = json.loads(run(fresh, "show", made["memory_id"], "--user", "alice", "--json").output)
        assert (shown["tags"], shown["importance"]) == ([], 0.8)
        assert "likes tea" in run(fresh, "list", "--user", "alice").output
        assert run(fresh, "list", "--user", "bob", "--json").output == ""
        with pytest.raises(NotFoundError):
            run(fresh, "show", made["memory_id"], "--user", "bob")
        run(fresh, "forget", made["memory_id"], "--user", "alice")
        run(other, "sync")
        assert run(other, "list", "--user", "alice", "--json").output == ""
        with pytest.raises(UsageError, match="switched off"):
            run(fresh, "list", BIGDATA_ENABLE_DISTRIBUTED_MEMORY="false")
