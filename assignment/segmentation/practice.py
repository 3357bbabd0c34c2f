"""What the notebook needs around your functions: a word where one is missing, and the tests.

노트북이 쓰는 도구입니다. 아직 작성하지 않은 함수를 알려 주고, 공개 테스트를 실행합니다.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
import torch

HERE = Path(__file__).resolve().parent


@contextmanager
def until_written() -> Iterator[None]:
    """Run a block that calls your functions; where one is not written yet, say what to do.

    아직 작성하지 않은 함수가 있으면 무엇을 하면 되는지 알려 주고 넘어갑니다.
    """
    try:
        yield
    except NotImplementedError as missing:
        # The innermost frame is the stub that raised.
        file = Path(traceback.extract_tb(missing.__traceback__)[-1].filename).name
        print(
            f"{missing} in {file} is not written yet. Write it, save the file, and run this cell "
            f"again.\n{file}의 {missing}: 아직 작성하지 않았습니다. 작성해 저장한 뒤 이 셀을 다시 "
            "실행하세요."
        )
    except NameError as missing:
        print(
            f"`{missing.name}` comes from a cell above that has not run to its end yet. Run that "
            f"one first.\n`{missing.name}`: 위쪽 셀에서 만듭니다. 그 셀을 먼저 끝까지 실행하세요."
        )


def public_tests(name: str) -> None:
    """Run the public tests of one of the five files as it is saved now, and print what they say.

    다섯 파일 가운데 하나를 지금 저장된 그대로 공개 테스트합니다.
    """
    file = HERE / "tests" / f"test_{name}.py"
    options = ["-q", "--no-header", "--color=no", "--tb=short", "--import-mode=importlib"]
    settings = ["-c", os.devnull, f"--rootdir={HERE}", "-p", "no:cacheprovider"]
    settings += ["-p", "no:unraisableexception"]  # it collects garbage, twice
    with _files_imported_anew(), torch.random.fork_rng(devices=[]):
        pytest.main([*options, *settings, str(file)])


@contextmanager
def _files_imported_anew() -> Iterator[None]:
    """Import this folder's files as they are now; the notebook keeps those that it has."""
    before, path, bytecode = dict(sys.modules), list(sys.path), sys.dont_write_bytecode
    plugins = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # what else is installed only takes time
    _forget_files()
    sys.dont_write_bytecode = True  # Python takes a file of the same second and size for the same
    importlib.invalidate_caches()
    try:
        yield
    finally:
        _forget_files()
        sys.modules.update({name: module for name, module in before.items() if _is_ours(module)})
        sys.path[:], sys.dont_write_bytecode = path, bytecode
        if plugins is None:
            del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]


def _forget_files() -> None:
    for name, module in list(sys.modules.items()):
        if _is_ours(module):
            del sys.modules[name]


def _is_ours(module: ModuleType) -> bool:
    """Whether it is a file of this folder, other than this one."""
    file = getattr(module, "__file__", None) or ""
    return file.startswith(str(HERE) + os.sep) and module is not _this


_this = sys.modules[__name__]
