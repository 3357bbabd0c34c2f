#!/bin/sh
# torch.autograd.grad with grad_outputs imports sympy, on its first call in a process.
#
# Versions: torch 2.14.1, sympy 1.14.0, Python 3.11.7, Linux x86-64.
# Input: a gradient of x**2 with a cotangent v, once as grad((x**2 * v).sum(), x), once as
#   grad(x**2, x, v), in a process that has imported torch and nothing else.
# Behaviour: the first imports nothing. For the second PyTorch compares the shapes of output and
#   cotangent by its machinery for symbolic shapes, and imports that with sympy and mpmath: about
#   half a second. A process that is forked for each piece of work pays it in each fork. The two
#   gradients are the same, bit for bit.
# Output seen:
#   without grad_outputs: 0 modules more, sympy no
#   with grad_outputs: 487 modules more, sympy yes
#   the same gradient: True
# Exits with 1 when this changes.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check torch==2.14.1 sympy==1.14.0 numpy

"$folder/env/bin/python" - <<'PYTHON'
import sys

import torch

x = torch.arange(6.0).requires_grad_()
v = torch.linspace(-1, 1, 6)


def more(take):
    before = set(sys.modules)
    gradient = take()
    new = set(sys.modules) - before
    print(f"{len(new)} modules more, sympy {'yes' if 'sympy' in new else 'no'}")
    return gradient, new


print("without grad_outputs: ", end="")
by_sum, few = more(lambda: torch.autograd.grad(((x**2) * v).sum(), x)[0])
print("with grad_outputs: ", end="")
by_argument, many = more(lambda: torch.autograd.grad(x**2, x, v)[0])
print("the same gradient:", torch.equal(by_sum, by_argument))

assert "sympy" not in few, few
assert "sympy" in many and len(many) > 300, len(many)
assert torch.equal(by_sum, by_argument)
PYTHON
