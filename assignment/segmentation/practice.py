"""What the notebook needs around your functions: a word where one is missing, and the tests.

노트북이 쓰는 도구입니다. 아직 작성하지 않은 함수를 알려 주고, 공개 테스트를 실행합니다.
"""

from __future__ import annotations

import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    """Run the public tests of one of the five files, and print what they say.

    다섯 파일 가운데 하나의 공개 테스트를 실행합니다.
    """
    # A process of its own sees the file as it is saved now, not as the notebook imported it.
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "--color=no", "--tb=short"]
    done = subprocess.run(
        [*command, f"tests/test_{name}.py"], cwd=HERE, capture_output=True, text=True, check=False
    )
    print(done.stdout + done.stderr)
