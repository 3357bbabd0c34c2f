#!/bin/sh
# After torch.backends.cuda.matmul.fp32_precision = "tf32" PyTorch cannot say its precision.
#
# Versions: torch 2.14.1, Python 3.11.7, Linux x86-64, no GPU.
# Input: a process that sets torch.backends.cuda.matmul.fp32_precision to "tf32", as PyTorch's notes
#   on numerical accuracy tell, and uses no older setting. Then it reads the precision.
# Behaviour: torch.get_float32_matmul_precision() and torch.backends.cuda.matmul.allow_tf32, which
#   only read, raise RuntimeError and blame a mix of two interfaces, although one was used. Whoever
#   notes the precision before a piece of work and puts it back afterwards (a test runner, a
#   training loop, a grader) stops there. With "ieee" in place of "tf32" both answer, and
#   torch.set_float32_matmul_precision("highest") makes both answer again.
# Output seen:
#   at first: highest, False
#   with ieee: highest, False
#   with tf32: RuntimeError, RuntimeError
#   after set_float32_matmul_precision("highest"): highest, False; fp32_precision is ieee
# Exits with 1 when this changes.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check torch==2.14.1 numpy

"$folder/env/bin/python" - <<'PYTHON'
import torch

matmul = torch.backends.cuda.matmul


def read():
    said = []
    for ask in (torch.get_float32_matmul_precision, lambda: matmul.allow_tf32):
        try:
            said.append(str(ask()))
        except RuntimeError as error:
            assert "mix of the legacy and new APIs" in str(error), error
            said.append("RuntimeError")
    return ", ".join(said)


seen = [read()]
print("at first:", seen[-1])
for precision in ("ieee", "tf32"):
    matmul.fp32_precision = precision
    seen.append(read())
    print(f"with {precision}:", seen[-1])
torch.set_float32_matmul_precision("highest")
seen.append(read())
print(f'after set_float32_matmul_precision("highest"): {seen[-1]};', end=" ")
print("fp32_precision is", matmul.fp32_precision)

usual = "highest, False"
assert seen == [usual, usual, "RuntimeError, RuntimeError", usual], seen
assert matmul.fp32_precision == "ieee"
PYTHON
