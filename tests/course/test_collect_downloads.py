"""Of each download as the systems make them nothing is lost, nothing invented, all is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.downloads import DOWNLOADS
from corpus.downloads.collected import faults_of, run
from corpus.downloads.making import Download


@pytest.mark.parametrize("download", DOWNLOADS, ids=lambda download: download.name)
def test_a_download_gives_its_table(download: Download, tmp_path: Path) -> None:
    assert list(faults_of(download, run(download, tmp_path))) == []


def test_there_are_forty_of_all_systems() -> None:
    assert len({download.name for download in DOWNLOADS}) == len(DOWNLOADS) >= 40
    assert {download.system for download in DOWNLOADS} == {
        *("moodle", "canvas", "nbgrader", "folder")
    }
    assert all(download.source for download in DOWNLOADS)
