#!/bin/sh
# nbgrader reads times with a zone, or with PM, behind a blank as other moments, without a word.
#
# Versions: nbgrader 0.9.6, python-dateutil 2.9.0.post0, Python 3.11.7, Linux x86-64.
# Input: nbgrader.utils.parse_utc, which reads timestamp.txt, names in the exchange, --duedate and
#   the times of zip_collect, with texts of 20:00 or 21:00 on 27 November 2026 in Seoul, and with
#   the example of a time that the help of zip_collect prints.
# Behaviour: where a text has three words, the third is taken for a zone: of "+0900" dateutil gets
#   the number 900, in seconds, where it would have read the offset by itself; "KST", which
#   `nbgrader submit` writes where the exchange's zone is Asia/Seoul, and "+09:00" are unknown to
#   gettz, and then the time counts as UTC; "PM" is no zone either, and is dropped. The same offset
#   without the blank is read rightly. In 2016-01-30-15-30-10 the hour is read as an offset.
# Output seen:
#   2026-11-27 20:00:00 +0900 -> 2026-11-27 19:45:00
#   2026-11-27 20:00:00 +09:00 -> 2026-11-27 20:00:00
#   2026-11-27 20:00:00 KST -> 2026-11-27 20:00:00
#   2026-11-27 20:00:00+0900 -> 2026-11-27 11:00:00
#   2026-11-27 9:00 PM -> 2026-11-27 09:00:00
#   2016-01-30-15-30-10 -> 2016-01-31 01:00:00
# Exits with 1 when this changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check --target "$folder/libs" \
    nbgrader==0.9.6 python-dateutil==2.9.0.post0 'setuptools<81'
cd "$folder"
PYTHONPATH="$folder/libs" "${PYTHON:-python3}" - <<'PROGRAM'
import sys

from nbgrader.utils import parse_utc

SEEN = {
    "2026-11-27 20:00:00 +0900": "2026-11-27 19:45:00",
    "2026-11-27 20:00:00 +09:00": "2026-11-27 20:00:00",
    "2026-11-27 20:00:00 KST": "2026-11-27 20:00:00",
    "2026-11-27 20:00:00+0900": "2026-11-27 11:00:00",
    "2026-11-27 9:00 PM": "2026-11-27 09:00:00",
    "2016-01-30-15-30-10": "2016-01-31 01:00:00",
}
read = {text: str(parse_utc(text)) for text in SEEN}
for text, moment in read.items():
    print(text, "->", moment)
sys.exit(read != SEEN)
PROGRAM
