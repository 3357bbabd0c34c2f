"""Operators of TorchScript that compute without the dispatcher, taken out of its registry.

`torch.ops.prim` and graphs made by hand reach them, and no override does. An operator leaves the
registry when an operation of its name and schema leaves the dispatcher, which looks for the first
that fits. So one is defined, found (the registry is filled when it is read), and taken back: what
was there before goes. The next one stays, with kernels that refuse.

Only for a process that does nothing else until it ends: there is no way back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch


def replace(operator: str, keys: Sequence[str], kernel: Callable[..., Any]) -> list[Any]:
    """Put the kernel where the operator was, for as long as what is returned lives.

    Where PyTorch has no such operator, nothing is done.
    """
    schemas = torch._C._jit_get_schemas_for_operator(operator)
    if not schemas:
        return []
    namespace, _, schema = str(schemas[0]).partition("::")
    kernels = _library("IMPL", namespace)
    for key in keys:  # first, for they keep the operation alive while it has no schema
        kernels.impl(operator.partition("::")[2], key, kernel, False)
    passing = _define(namespace, schema)
    torch._C._jit_get_schemas_for_operator(operator)
    passing.reset()
    return [kernels, _define(namespace, schema)]


def _define(namespace: str, schema: str) -> Any:
    library = _library("FRAGMENT", namespace)
    # The kinds that PyTorch lets an operator of this namespace have, with a schema and without.
    library.define(schema, "PURE_FUNCTION" if "..." in schema else "FROM_SCHEMA")
    return library


def _library(kind: str, namespace: str) -> Any:
    return torch._C._dispatch_library(kind, namespace, "", __file__, 0)
