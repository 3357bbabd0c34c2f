"""One arena and one sandbox in it for all attacks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from corpus.attacks import isolated
from corpus.attacks.arena import Arena, open_arena
from corpus.attacks.isolated import Watched


@pytest.fixture(scope="package")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    root = tmp_path_factory.mktemp("arena")
    # pytest closes its folders to others, a worker's own user id among them.
    for folder in (root, *root.parents[:2]):
        folder.chmod(0o711)
    with open_arena(root) as arena:
        yield arena


@pytest.fixture(scope="package")
def sandbox(arena: Arena) -> Iterator[Watched]:
    with isolated.attacked(arena, namespaces="auto") as sandbox:
        yield sandbox


@pytest.fixture(scope="package")
def without_namespaces(arena: Arena) -> Iterator[Watched]:
    with isolated.attacked(arena, namespaces="none") as sandbox:
        yield sandbox
