"""Downloads of learning systems as they make them, each with the table it must give.

Nothing here is a download of a real course: names are invented, and every file holds its own path.
"""

from __future__ import annotations

from corpus.downloads.canvas import CANVAS_DOWNLOADS
from corpus.downloads.canvas_people import CANVAS_PEOPLE
from corpus.downloads.exchange import EXCHANGE_DOWNLOADS
from corpus.downloads.folders import FOLDER_DOWNLOADS
from corpus.downloads.making import Download
from corpus.downloads.moodle import MOODLE_DOWNLOADS
from corpus.downloads.moodle_people import MOODLE_PEOPLE

DOWNLOADS: tuple[Download, ...] = (
    *MOODLE_DOWNLOADS,
    *MOODLE_PEOPLE,
    *CANVAS_DOWNLOADS,
    *CANVAS_PEOPLE,
    *EXCHANGE_DOWNLOADS,
    *FOLDER_DOWNLOADS,
)
