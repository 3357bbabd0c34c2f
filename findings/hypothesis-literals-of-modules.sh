#!/bin/sh
# A seed does not fix what Hypothesis draws: literals of any imported module are drawn, too.
#
# Versions: Hypothesis 6.170.17, sortedcontainers 2.4.0, Python 3.11.7, Linux x86-64.
# Input: one test of integers with hypothesis.seed(0), without a database, run in two programs that
#   are alike but for an import: the second one imports a module of its own folder that holds
#   `LIMIT = 987654321` and is not used.
# Behaviour: the integers of modules that are not in site-packages or the standard library go into
#   a pool from which examples are drawn. So the same test and seed ask something else once a line
#   is added to a module that it does not use, and so does the same code once it is installed
#   instead of run from its folder. No setting turns it off.
# Output seen: "same inputs: False" and "987654321 drawn: True"
# Exits with 1 when this changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check --target "$folder/libs" \
    --no-deps hypothesis==6.170.17 sortedcontainers==2.4.0
mkdir "$folder/work"
cd "$folder/work"
echo 'LIMIT = 987654321' > unused.py
cat > drawn.py <<'PROGRAM'
import sys

if sys.argv[1] == "with":
    import unused  # noqa: F401
import hypothesis
from hypothesis import given, settings
from hypothesis import strategies as st

seen = []


@hypothesis.seed(0)
@settings(max_examples=1000, database=None, deadline=None)
@given(st.integers())
def look(number):
    seen.append(number)


look()
print(*seen)
PROGRAM
PYTHONPATH="$folder/libs" "${PYTHON:-python3}" drawn.py without > without.txt
PYTHONPATH="$folder/libs" "${PYTHON:-python3}" drawn.py with > with.txt
"${PYTHON:-python3}" - <<'PROGRAM'
import sys
from pathlib import Path

without, having = (Path(f"{name}.txt").read_text().split() for name in ("without", "with"))
same, drawn = without == having, any(abs(int(n)) == 987654321 for n in having)
print("same inputs:", same)
print("987654321 drawn:", drawn)
sys.exit(same or not drawn)
PROGRAM
