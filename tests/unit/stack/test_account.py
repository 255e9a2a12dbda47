"""As whom servers run, and where they keep their data."""

import os
from pathlib import Path

from workbench.stack.account import FALLBACK, Account, data_root, may_enter, runnable

STRANGER = Account("stranger", uid=12345, gid=12345)


def tree(tmp_path: Path, mode: int) -> Path:
    # pytest's own folders are closed to others: begin below what this test made
    folder = tmp_path / "closed" / "home"
    folder.mkdir(parents=True)
    (tmp_path / "closed").chmod(mode)
    return folder


def test_a_folder_below_a_closed_one_cannot_be_entered(tmp_path: Path) -> None:
    assert not may_enter(STRANGER, tree(tmp_path, 0o700))


def test_the_root_folder_can_be_entered() -> None:
    assert may_enter(STRANGER, Path("/"))
    assert may_enter(STRANGER, Path("/no/such/folder"))


def test_the_owner_may_enter_what_is_closed_to_others(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    mine = Account("me", os.geteuid(), os.getegid())
    parent_open = may_enter(mine, tmp_path.parent)
    assert may_enter(mine, tmp_path) == parent_open


def test_without_another_account_data_is_in_the_home(tmp_path: Path) -> None:
    assert data_root(tmp_path, "abc", account=None) == tmp_path / "data"


def test_data_of_another_account_leaves_a_home_that_it_cannot_reach(tmp_path: Path) -> None:
    home = tree(tmp_path, 0o700)
    assert data_root(home, "abc", account=STRANGER) == FALLBACK / "abc"


def test_a_new_installation_at_an_old_path_does_not_find_the_old_data(tmp_path: Path) -> None:
    home = tree(tmp_path, 0o700)
    assert data_root(home, "old", account=STRANGER) != data_root(home, "new", account=STRANGER)


def test_a_program_is_used_where_it_is_when_it_can_be_reached() -> None:
    assert runnable(Path("/bin/sh"), "sh-1", account=STRANGER) == Path("/bin/sh")
    assert runnable(Path("/closed/x"), "x-1", account=None) == Path("/closed/x")
