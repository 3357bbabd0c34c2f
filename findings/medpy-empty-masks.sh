#!/bin/sh
# Of two empty masks the Dice coefficient is NaN and the Jaccard coefficient 1.
#
# Versions: MedPy 0.5.2, numpy 2.4.6, scipy 1.17.1, Python 3.11.7, Linux x86-64.
# Input: two masks of 2 x 2 zeros.
# Behaviour: medpy.metric.binary.dc means to give 1.0 (it catches ZeroDivisionError), but the
#   counts are numpy's numbers, whose division by zero is NaN and a RuntimeWarning; jc gives 1.0. So
#   the usual relation, Dice = 2 J / (1 + J), does not hold, and a mean of Dice over cases is NaN.
# Output seen: dc nan, jc 1.0
# Exits with 1 when this changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Without SimpleITK, which only reads and writes files.
"${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check --target "$folder" \
    --no-deps medpy==0.5.2 numpy==2.4.6 scipy==1.17.1
cd "$folder"
PYTHONPATH="$folder" "${PYTHON:-python3}" -W ignore - <<'PROGRAM'
import math
import sys

import numpy as np
from medpy.metric.binary import dc, jc

empty = np.zeros((2, 2), dtype=bool)
dice, jaccard = dc(empty, empty), jc(empty, empty)
print("dc", dice, "jc", jaccard)
sys.exit(not (math.isnan(dice) and jaccard == 1.0))
PROGRAM
