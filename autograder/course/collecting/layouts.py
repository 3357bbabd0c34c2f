"""Patterns of the names in learning systems' downloads, each with its source.

Where a number says who it is, the systems write it between underscores, because they read the
names again when marked files come back. What comes before is a name, and what comes behind is the
student's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """A pattern of names, with names that it was written for."""

    pattern: re.Pattern[str]
    examples: tuple[str, ...]

    def match(self, name: str) -> re.Match[str] | None:
        return self.pattern.fullmatch(name)


def _layout(pattern: str, *examples: str) -> Layout:
    return Layout(re.compile(pattern, re.DOTALL), examples)


# Moodle, mod/assign/classes/downloader.php (before 4.1: download_submissions in locallib.php):
# the name, in which a blank stands for every underscore; the number of the participant or of the
# group, which the default group lacks; `assignsubmission` and the plugin; then, with "Download
# submissions in folders", the file below that folder, else an underscore and the file. Until 4.0
# the folder's name ended in an underscore, too. Of one's own groups the name is put before the
# person's, with a hyphen.
MOODLE = (
    _layout(
        r"(?P<name>.*?)(?:_(?P<number>\d+))?_assignsubmission_(?P<plugin>[a-z0-9]+)(?:_(?P<file>.*))?",
        "Kim Minsu_12345_assignsubmission_file_",
        "Kim Minsu_12345_assignsubmission_file",
        "Kim Minsu_12345_assignsubmission_file_iou.py",
        "Kim Minsu_12345_assignsubmission_onlinetext_onlinetext.html",
        "Participant 12345_12345_assignsubmission_file",
        "Group 3_17_assignsubmission_file",
        "Default group_assignsubmission_file",
        "A반-김민수_12345_assignsubmission_file_iou.py",
    ),
)

# What Moodle writes for a name where marking is anonymous (lang/en/assign.php, `participant`, and
# the same in the language packs; `/` falls out of a file's name).
PARTICIPANTS = frozenset(
    {
        *("participant", "참가자", "参与者", "teilnehmerin", "participante", "partecipante"),
        *("deelnemer", "deltagare", "участник"),
    }
)
# Whoever is in no group hands in for this one (`defaultteam`).
DEFAULT_GROUPS = frozenset({"default group", "기본 모둠"})

# Canvas, lib/content_zipper.rb (get_filename, add_upload_submission, add_text_or_url): the name
# "Kim, Minsu" in small letters without anything but letters, digits and underscores (Korean stays),
# `LATE`, the user's number, the upload's number, the file as it was handed in. Without names it is
# `anon_` and letters. A text or an address is a page, which has no number of its own. Earlier
# versions wrote hyphens for whatever is not ASCII, and `-late`. A quiz's files
# (app/models/quizzes/quiz_submission_zipper.rb) carry the user's number right behind the name, of
# which only ASCII is left, and the question's.
CANVAS = (
    _layout(
        r"(?P<late>LATE_)?anon(?:ymous)?_(?P<user>[A-Za-z0-9]+)_(?P<upload>\d+)_(?P<file>.+)",
        "anon_x7Qp2_4321_iou.py",
        "LATE_anon_x7Qp2_4321_iou.py",
    ),
    _layout(
        r"(?P<late>LATE_)?anon(?:ymous)?_(?P<user>[A-Za-z0-9]+)_(?P<page>text|link)\.html",
        "anon_x7Qp2_text.html",
    ),
    _layout(
        r"(?P<name>(?:(?!_\d+_).)*?)(?P<user>\d+)_question_(?P<question>\d+)_(?P<upload>\d+)_(?P<file>.+)",
        "kim_minsu98770_question_55_4321_iou.py",
        "98770_question_55_4321_iou.py",
    ),
    _layout(
        r"(?P<name>.+?)(?P<late>[_-](?:LATE|late))?_(?P<user>\d+)_(?P<upload>\d+)_(?P<file>.+)",
        "kimminsu_98770_4321_iou-2.py",
        "kimminsu_LATE_98770_4321_iou.py",
        "김민수_98770_4321_iou.py",
        "kim--minsu-late_98770_4321_iou.py",
        "---_98770_4321_iou.py",
    ),
    _layout(
        r"(?P<name>.+?)(?P<late>[_-](?:LATE|late))?_(?P<user>\d+)_(?P<page>text|link)\.html",
        "kimminsu_98770_text.html",
        "kimminsu_LATE_98770_link.html",
    ),
)

# Canvas, app/models/attachment.rb (make_unique_filename): a file of a name that the student used
# before gets `-1` and so on before its ending, after `-7` a UUID. Earlier versions took `.gz` alone
# for the ending of `.tar.gz`.
HANDED_IN_AGAIN = re.compile(
    r"(?P<stem>.+?)-(?:\d{1,3}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"(?P<ending>(?:\.[A-Za-z][A-Za-z0-9]*)*\.[A-Za-z0-9]*)",
    re.DOTALL,
)

# nbgrader, nbgrader/exchange/default/submit.py (init_dest): user, assignment, time, and letters
# that nobody can guess.
INBOUND = _layout(
    r"(?P<user>[^+]+)\+(?P<assignment>[^+]+)\+(?P<time>[^+]+)(?:\+(?P<random>.+))?",
    "kim+segmentation+2026-11-27 20:00:00.000000 KST+c2VjcmV0",
    "kim+segmentation+2026-11-27 11:00:00 UTC",
)
