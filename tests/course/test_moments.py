"""A hundred moments and their UTC: written by hand in moments.csv, and by zoneinfo."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from autograder.course.moments import NotAMoment, read_moment, read_zone, show
from corpus.paths import ROOT

SEOUL = ZoneInfo("Asia/Seoul")
ZONES = (
    *("Asia/Seoul", "UTC", "America/New_York", "Europe/Berlin", "Asia/Kathmandu"),
    *("Australia/Lord_Howe", "America/St_Johns", "Pacific/Kiritimati"),
)
CLOCKS = (datetime(2026, 1, 15, 23, 59, 59), datetime(2026, 7, 15, 0, 0, 1))
FORMS = ("%Y-%m-%d %H:%M:%S %z", "%Y-%m-%dT%H:%M:%S{z}", "%Y-%m-%d %I:%M:%S %p {key}")

with (ROOT / "corpus" / "moments.csv").open(encoding="utf-8", newline="") as file:
    BY_HAND = [tuple(row.values()) for row in csv.DictReader(file)]


def test_there_are_a_hundred() -> None:
    assert len(BY_HAND) + len(ZONES) * len(CLOCKS) * len(FORMS) >= 100


@pytest.mark.parametrize(("text", "zone", "utc"), BY_HAND)
def test_a_moment_written_by_hand(text: str, zone: str, utc: str) -> None:
    if utc == "refused":
        with pytest.raises(NotAMoment) as refused:
            read_moment(text, ZoneInfo(zone))
        assert "\n" not in str(refused.value)
        return
    meant = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert read_moment(text, ZoneInfo(zone)) == meant


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("key", ZONES)
def test_a_moment_that_zoneinfo_reckons(key: str, clock: datetime, form: str) -> None:
    there = clock.replace(tzinfo=ZoneInfo(key))
    text = there.strftime(form).format(z=there.isoformat()[-6:], key=key)
    if form.endswith("{key}") and key == "UTC":
        text = text.replace("UTC", "Z")
    assert read_moment(text, SEOUL) == there.astimezone(UTC)


@pytest.mark.parametrize("key", ZONES)
@pytest.mark.parametrize("month", range(1, 13))
def test_what_is_shown_is_read_as_the_same_moment(key: str, month: int) -> None:
    zone, moment = ZoneInfo(key), datetime(2026, month, 15, 3, 4, 5, tzinfo=UTC)
    assert read_moment(show(moment, zone), zone) == moment


def test_a_moment_is_shown_on_the_courses_clocks() -> None:
    assert show(datetime(2026, 11, 27, 11, 0, tzinfo=UTC), SEOUL) == "2026-11-27 20:00 KST"
    kiritimati = ZoneInfo("Pacific/Kiritimati")
    assert show(datetime(2026, 11, 27, 11, 0, tzinfo=UTC), kiritimati).endswith(" +14:00")


def test_a_moment_that_is_read_already_stays() -> None:
    nine = timezone(timedelta(hours=9))
    meant = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
    assert read_moment(datetime(2026, 11, 27, 20, 0, tzinfo=nine), ZoneInfo("UTC")) == meant
    assert read_moment(datetime(2026, 11, 27, 20, 0), SEOUL) == meant


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "there is no time"),
        ("  ", "there is no time"),
        ("2026-11-27 20:00 IST", "'IST' is not sure to be one zone where the course is in Asia/Se"),
        ("2026-11-27 20:00 Asia/Soul", "Asia/Soul is no time zone"),
        ("2026-11-27 20:00 ../etc/passwd", "../etc/passwd is no time zone"),
        ("noon\x1b[31m", "'noon\ufffd[31m' is no time such as"),
        ("2026-11-27 20:00" + " " * 300, "is no time such as"),
        ("0001-01-01 00:00", "is beyond the years that are counted"),
    ],
)
def test_what_is_refused_is_named(text: str, reason: str) -> None:
    with pytest.raises(NotAMoment) as refused:
        read_moment(text, SEOUL)
    assert reason in str(refused.value)


@pytest.mark.parametrize("name", ["KST+9", "", "Asia", "/etc/localtime", "x\0y"])
def test_a_zone_that_there_is_not_is_refused(name: str) -> None:
    with pytest.raises(NotAMoment, match="is no time zone"):
        read_zone(name)
