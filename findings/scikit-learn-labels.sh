#!/bin/sh
# `labels=` leaves samples out in confusion_matrix and not in jaccard_score.
#
# Versions: scikit-learn 1.9.1, numpy 2.4.6, scipy 1.17.1, Python 3.11.7, Linux x86-64.
# Input: true [0, 0, 1, 2, 1], predicted [0, 2, 1, 2, 0], labels=[0, 1].
# Behaviour: confusion_matrix(labels=[0, 1]) counts a sample only where both of its labels are
#   among the two: the second sample, a 0 taken for a 2, is in no cell. jaccard_score(labels=[0, 1])
#   counts it as a miss of class 0. So the Jaccard scores of the matrix are not those of the
#   function.
# Output seen: matrix [[1, 0], [1, 1]], of which 0.5 and 0.5; jaccard_score 0.3333 and 0.5
# Exits with 1 when this changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check --target "$folder" \
    scikit-learn==1.9.1 numpy==2.4.6 scipy==1.17.1
cd "$folder"
PYTHONPATH="$folder" "${PYTHON:-python3}" - <<'PROGRAM'
import sys

import numpy as np
from sklearn.metrics import confusion_matrix, jaccard_score

pair = [0, 0, 1, 2, 1], [0, 2, 1, 2, 0]
matrix = confusion_matrix(*pair, labels=[0, 1])
met = np.diag(matrix)
of_matrix = met / (matrix.sum(0) + matrix.sum(1) - met)
score = jaccard_score(*pair, labels=[0, 1], average=None)
print("matrix", matrix.tolist(), "of which", of_matrix.tolist(), "jaccard_score", score.tolist())
sys.exit(not (np.allclose(of_matrix, [0.5, 0.5]) and np.allclose(score, [1 / 3, 0.5])))
PROGRAM
