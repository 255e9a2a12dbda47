"""What people expect to find is there; hosts, machines' paths and mocks are not."""

import re
import stat
import tomllib
from pathlib import Path

import pytest

from tests.house.conftest import ROOT, project_files, python_files, short, source

EXPECTED = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "pyproject.toml",
    "requirements.lock",
    "docker-compose.yml",
    ".env.example",
    ".ci/run",
    "binder/requirements.txt",
    "binder/postBuild",
    "binder/start",
    "configs/development.yaml",
    "configs/production.yaml",
    "course_exercises/exercises.toml",
    "docs/architecture.md",
    "docs/settings.md",
    "docs/commands.md",
    "scripts/container-runtime.sh",
)
FOLDERS = {
    *("notebooks", "workbench", "queries", "course_exercises", "tests", "binder"),
    *("configs", "docs", "monitoring", "benchmarks", "scripts", ".ci"),
}

# Written in parts, so that this file does not name them itself.
HOSTS = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("repo1", "maven", "org"),
            ("repo", "maven", "apache", "org"),
            ("registry", "npmjs", "org"),
            ("docker", "io"),
            ("ghcr", "io"),
            ("quay", "io"),
            ("gcr", "io"),
            ("conda", "anaconda", "org"),
        )
    )
)
MACHINE = re.compile("(?<![\\w.<>~}-])/(?:" + "|".join(("work", "root", "home/\\w+", "Users/\\w+")) + ")/")
BINARY = {".png", ".jpg", ".gif", ".ico", ".gz", ".parquet", ".zst"}


def _text(path: Path) -> str:
    return "" if path.suffix in BINARY else source(path)


@pytest.mark.parametrize("name", EXPECTED)
def test_what_people_expect_is_there_and_says_something(name: str) -> None:
    assert (ROOT / name).is_file()
    assert (ROOT / name).stat().st_size > 10


def test_the_top_level_holds_the_folders_of_the_house_only() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in project_files() if len(path.relative_to(ROOT).parts) > 1}
    assert folders <= FOLDERS


def test_the_licence_is_the_one_of_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text()


def test_the_changelog_has_the_version_of_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    text = (ROOT / "CHANGELOG.md").read_text()
    assert re.search(rf"^## \[?({re.escape(project['version'])}|Unreleased)\b", text, re.M)


@pytest.mark.parametrize("name", ["scripts/container-runtime.sh", "binder/postBuild", "binder/start", ".ci/run"])
def test_scripts_are_executable(name: str) -> None:
    assert (ROOT / name).stat().st_mode & stat.S_IXUSR


def test_no_file_names_a_registry_host() -> None:
    found = {short(path): match.group() for path in project_files() if (match := HOSTS.search(_text(path)))}
    assert found == {}


def test_no_file_holds_a_path_of_somebodys_machine() -> None:
    found = {short(path): match.group() for path in project_files() if (match := MACHINE.search(_text(path)))}
    assert found == {}


def test_the_lock_holds_a_hash_for_every_package() -> None:
    text = (ROOT / "requirements.lock").read_text()
    packages = re.findall(r"^[a-z0-9][\w.-]*(?:\[[\w,-]+\])?==\S+.*?(?=^\S|\Z)", text, re.M | re.S)
    assert len(packages) > 100
    assert all("--hash=sha256:" in package for package in packages)


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in python_files("tests")}
    assert {short(folder) for folder in folders if not (folder / "__init__.py").is_file()} == set()


def test_no_driver_is_mocked() -> None:
    words = ("unittest" + ".mock", "Magic" + "Mock", "pytest" + "_mock", "mocker" + ".patch")
    assert {short(path) for path in python_files("tests") if any(word in source(path) for word in words)} == set()


def test_public_names_need_docstrings() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert "D1" in rules["select"]
    assert not any("D1" in ignored for path, ignored in rules["per-file-ignores"].items() if "workbench" in path)
    allowed = {"D105", "D107"}
    assert {rule for rule in rules["ignore"] if rule.startswith("D")} <= allowed


@pytest.mark.parametrize("path", [path for path in project_files() if path.suffix == ".md"], ids=short)
def test_local_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in local if not (path.parent / link).exists()] == []


def test_names_of_tests_are_sentences() -> None:
    names = {
        short(path): re.findall(r"^\s*(?:async )?def (test_\w+)\(", source(path), re.M)
        for path in python_files("tests")
    }
    curt = {(file, name) for file, found in names.items() for name in found if len(name.split("_")) < 3}
    assert curt == set(), "test_what_happens_when …"
    hidden = {file for file, found in names.items() if len(found) != len(set(found))}
    assert hidden == set(), "two tests of one name: the second hides the first"
