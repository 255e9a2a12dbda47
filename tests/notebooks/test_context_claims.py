"""Each claim of notebook 4 holds on a real user's sessions in PostgreSQL, and fails under one named fault."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.integration.context_batches import NOON, batch, claimed
from tests.notebooks.claims_of import check_claim, claims_of
from tests.notebooks.context_faults import CHOICES, FAULTS
from workbench.database import migrations
from workbench.errors import CheckFailedError
from workbench.events.codec import make_event
from workbench.events.envelope import event_id_of
from workbench.events.payloads import Message
from workbench.pipelines.context_ingest import context_sink
from workbench.pipelines.traffic import long_sessions
from workbench.settings import Settings, environment_of

pytestmark = pytest.mark.postgresql

NAME = "04_infinite_context"
TURNS = 180


@pytest.fixture
def talked(fresh: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """One user's sessions as one conversation, as the worker writes it; the notebook finds the same settings."""
    migrations.apply(fresh)
    said = [(session.conversation_id, turn) for session in long_sessions(TURNS) for turn in session.turns]
    events = [
        make_event(
            "message.added", Message(role=turn.role, text=turn.text), event_id=event_id_of("test", b"long", number),
            occurred_at=NOON + timedelta(seconds=number), conversation_id="long", session_id=session, user_id="one",
        )
        for number, (session, turn) in enumerate(said)
    ]  # fmt: skip
    sink = context_sink(fresh)
    sink.write(batch(events, claimed(sink)))
    sink.close()
    for name, value in environment_of(fresh).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return fresh


@pytest.mark.timeout(120)
def test_every_claim_holds_and_under_its_fault_fails_with_numbers(talked: Settings) -> None:
    claims = claims_of(NAME)
    assert sorted(claims) == sorted([*FAULTS.values(), *CHOICES])
    for text in claims:
        check_claim(NAME, text)
    for text, parameters in CHOICES.items():
        with pytest.raises(CheckFailedError, match=rf"does not hold: {text} \([\w ]+ [\d,]+"):
            check_claim(NAME, text, **parameters)
    for fault, text in FAULTS.items():
        assert fault(talked) > 0, fault.__name__
        with pytest.raises(CheckFailedError, match=rf"does not hold: {text} \([\w ]+ [\d,]+"):
            check_claim(NAME, text)
