import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from workbench.api.access import Gate, api_token, kept_secret, redactor_of
from workbench.api.answers import Answer, KeptAnswers
from workbench.api.errors import Refusal
from workbench.errors import SettingsError
from workbench.settings import load_settings


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic secret", "secret", "Bearer secret2", "Bearer \u00e9"],
)
def test_without_the_right_token_nobody_gets_in(header: str | None) -> None:
    with pytest.raises(Refusal) as caught:
        Gate("secret", tenant_id="acme").admit(header)
    assert caught.value.status_code == 401
    assert "secret" not in str(caught.value.detail).replace("WORKBENCH_HOME", "")


def test_the_token_stands_for_its_tenant() -> None:
    gate = Gate("secret", tenant_id="acme")
    assert gate.admit("Bearer secret").tenant_id == "acme"
    assert gate.admit("bearer secret").tenant_id == "acme"


def test_a_secret_is_made_once_for_its_owner_only_even_when_many_ask_at_once(tmp_path: Path) -> None:
    path = tmp_path / "home" / "api-token"
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: kept_secret(path), range(32)))
    assert len(found) == 1
    assert len(found.pop()) >= 43  # 256 bits in base64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["api-token"]


def test_an_empty_secret_file_is_an_error_and_not_an_empty_token(tmp_path: Path) -> None:
    (tmp_path / "api-token").touch()
    with pytest.raises(SettingsError, match="is empty"):
        kept_secret(tmp_path / "api-token")


def test_the_setting_wins_over_the_file(tmp_path: Path) -> None:
    settings = load_settings({"WORKBENCH_HOME": str(tmp_path), "WORKBENCH_API_TOKEN": "from-the-environment"})
    assert api_token(settings) == "from-the-environment"
    assert not (tmp_path / "api-token").exists()


def test_hashes_of_one_installation_are_equal_over_restarts(tmp_path: Path) -> None:
    settings = load_settings({"WORKBENCH_HOME": str(tmp_path), "WORKBENCH_REDACTION": "hash"})
    assert redactor_of(settings).text("a@b.example") == redactor_of(settings).text("a@b.example") != "a@b.example"


def test_a_kept_answer_is_given_again_and_another_body_is_refused() -> None:
    kept = KeptAnswers()
    assert kept.begin("r", b"one") is None
    with pytest.raises(Refusal) as running:
        kept.begin("r", b"one")
    assert running.value.status_code == 409
    kept.end("r", Answer(b"hello", "text/plain"))
    assert kept.begin("r", b"one") == Answer(b"hello", "text/plain")
    with pytest.raises(Refusal) as reused:
        kept.begin("r", b"two")
    assert reused.value.status_code == 422


def test_a_failure_is_not_kept_and_the_number_of_answers_is_bounded() -> None:
    kept = KeptAnswers(keep=2)
    kept.begin("failed", b"")
    kept.end("failed", None)
    assert kept.begin("failed", b"") is None
    for number in range(3):
        kept.begin(str(number), b"")
        kept.end(str(number), Answer(b"", ""))
    assert kept.begin("0", b"") is None
    assert kept.begin("2", b"") is not None
