#!/bin/sh
# Without memory a convolution on the CPU says "could not create a primitive", and no more.
#
# Versions: torch 2.14.1 (its oneDNN), Python 3.11.7, Linux x86-64.
# Input: conv2d of a (1, 3, 224, 256) image and eight 3 x 3 kernels, in a process whose limit of
#   memory (RLIMIT_DATA) leaves it 0.5 to 8 MiB more than it has.
# Behaviour: with least memory oneDNN gets none for the convolution's machine code, and PyTorch
#   raises RuntimeError("could not create a primitive"): no word of memory. With a little more the
#   result is what finds no place, and PyTorch says so. A runner that tells a program that is wrong
#   from one that wants too much memory, by the message, takes the first for wrong.
# Output seen:
#   0.5 MiB: could not create a primitive
#   2 MiB: can't allocate memory
#   8 MiB: computed
# Exits with 1 when this changes.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check torch==2.14.1 numpy

cat >"$folder/limited.py" <<'PYTHON'
import re
import resource
import sys

import torch

torch.set_num_threads(1)
image, weight = torch.randn(1, 3, 224, 256), torch.randn(8, 3, 3, 3)
with open("/proc/self/status") as status:
    has = 1024 * int(re.search(r"VmData:\s+(\d+) kB", status.read())[1])
limit = has + int(float(sys.argv[1]) * 2**20)
resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
try:
    torch.nn.functional.conv2d(image, weight)
    print("computed")
except RuntimeError as error:
    known = re.search("could not create a primitive$|can't allocate memory", str(error))
    print(known[0] if known else error)
PYTHON
seen=""
for more in 0.5 2 8; do
  said=$("$folder/env/bin/python" "$folder/limited.py" "$more")
  echo "$more MiB: $said"
  seen="$seen$said;"
done
[ "$seen" = "could not create a primitive;can't allocate memory;computed;" ]
