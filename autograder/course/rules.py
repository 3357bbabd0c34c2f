"""A course's rules of time: its zone, its deadline, the price of lateness, its roster.

They stand in `course.toml`, for every way work comes in; GitHub's own keys stand in it too.
"""

from __future__ import annotations

import difflib
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from autograder.course.lateness import LateRule
from autograder.course.moments import NotAMoment, read_moment, read_zone
from autograder.course.roster import NoRoster, Roster, RosterRow, Student, read_roster
from autograder.errors import AutograderError


class NoRules(AutograderError):
    """The file cannot be read as rules; the message is one line: file, key, what is wrong."""


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """The keys that are the same for every way in. The roster's path is beside the file."""

    zone: str = "UTC"
    deadline: datetime | None = None
    late: LateRule = LateRule()
    roster: str | None = None
    students: tuple[Student, ...] = ()

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


def read_rules(path: Path) -> tuple[Rules, Roster]:
    """The rules in a `course.toml`, and its students. Raises NoRules or NoRoster."""
    raw = read_toml(path)
    for key in raw:
        near = difflib.get_close_matches(key, Rules.__struct_fields__, n=1, cutoff=0.8)
        if near and near[0] != key:
            raise NoRules(f"{path}: there is no such key: {key}; {near[0]}?")
    try:
        rules = msgspec.convert(raw, Rules)
    except msgspec.ValidationError as error:
        raise NoRules(f"{path}: {validation_message(error)}") from None
    return rules, roster_of(path, rules)


def read_toml(path: Path) -> dict[str, Any]:
    """The file's keys, with every deadline as a moment in UTC. Raises NoRules."""
    try:
        with path.open("rb") as file:
            raw = tomllib.load(file)
    except OSError as error:
        raise NoRules(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NoRules(f"{path} is no TOML file: {error}") from None
    key = "zone"
    try:
        zone = read_zone(str(raw.get("zone", "UTC")))
        key = "deadline"
        _read_deadline(raw, zone)
        students = raw.get("students", ())
        for number, student in enumerate(students if isinstance(students, list) else ()):
            key = f"students[{number}].deadline"
            if isinstance(student, dict):
                _read_deadline(student, zone)
    except NotAMoment as error:
        raise NoRules(f"{path}: {key}: {error}") from None
    return raw


def roster_of(path: Path, rules: Rules) -> Roster:
    """The students of a `course.toml`: those in its roster file, or those in itself.

    Raises NoRoster.
    """
    if rules.roster is not None:
        if rules.students:
            raise NoRoster(f"{path}: roster: give either a roster file or [[students]]")
        return read_roster(path.parent / rules.roster, rules.zone_info)
    return Roster(
        RosterRow(f"{path}: students[{number}]", student)
        for number, student in enumerate(rules.students)
    )


def validation_message(error: msgspec.ValidationError) -> str:
    """The key first: msgspec says "Expected `int`, got `str` - at `$.late.days`"."""
    wrong, _, place = str(error).partition(" - at `$.")
    wrong = wrong.replace("Object missing required field", "there is no key")
    wrong = wrong.replace("Object contains unknown field", "there is no such key:")
    return f"{place.rstrip('`')}: {wrong}" if place else wrong


def _read_deadline(table: dict[str, Any], zone: ZoneInfo) -> None:
    """Replace the value of `deadline`, text or a TOML date, by the moment."""
    text = table.get("deadline")
    if isinstance(text, str | datetime):
        table["deadline"] = read_moment(text, zone)
