from pathlib import Path

import pytest

from workbench.errors import SourceError, UsageError
from workbench.sources.formats import FORMATS, format_named, open_source


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="aider, chitchat-dataset, llmperf"):
        format_named("excel")


def test_every_format_is_found_by_its_own_name() -> None:
    assert all(format_named(name).name == name for name in FORMATS)


def test_a_missing_file_and_a_folder_are_one_line(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(SourceError, match="cannot be read"):
            open_source(path)
