"""Forging success: leaving early, skipping, planting files, shouting into the log."""

from __future__ import annotations

from autograder.sandbox.protocol.errors import Verdict
from corpus.attacks.attack import Evidence, family

attack = family("forging")

ATTACKS = (
    attack(
        "os._exit(0) in a call",
        "leaves with the exit code of success",
        "import os\ndef f(x): os._exit(0)",
        Verdict.CRASH,
    ),
    attack(
        "os._exit(0) at import",
        "leaves with the exit code of success before a test has run",
        "import os\nos._exit(0)",
        Verdict.CRASH,
    ),
    attack(
        "sys.exit(0) at import",
        "raises SystemExit(0) through the test runner",
        "import sys\nsys.exit(0)",
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "KeyboardInterrupt",
        "breaks off the run as Ctrl-C would",
        "def f(x): raise KeyboardInterrupt",
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "an exit when all is over",
        "registers an exit handler that turns failure into exit code 0",
        """
        import atexit, os
        atexit.register(os._exit, 0)
        def f(x): return x
        """,
        Verdict.FAILED,
    ),
    attack(
        "a skipped test",
        "raises pytest's own skip exception, so that nothing failed",
        """
        def f(x):
            import pytest
            pytest.skip("not today")
        """,
    ),
    attack(
        "a skip exception of one's own",
        "raises unittest.SkipTest, which pytest takes for a skip",
        """
        import unittest
        def f(x): raise unittest.SkipTest("not today")
        """,
    ),
    attack(
        "a test that is expected to fail",
        "raises pytest.xfail",
        """
        def f(x):
            import pytest
            pytest.xfail("as expected")
        """,
    ),
    attack(
        "the end of the session",
        "raises pytest.exit with return code 0",
        """
        def f(x):
            import pytest
            pytest.exit("enough", returncode=0)
        """,
    ),
    attack(
        "a rejected example",
        "raises Hypothesis's own exception for inputs that do not count",
        """
        def f(x):
            import hypothesis
            hypothesis.reject()
        """,
    ),
    attack(
        "patched asserts",
        "replaces the comparison that tests use",
        """
        import torch, builtins
        torch.allclose = torch.equal = lambda *a, **k: True
        builtins.all = lambda *a: True
        def f(x): return x
        """,
        Verdict.FAILED,
    ),
    attack(
        "a patched test runner",
        "replaces pytest's way to call a test",
        """
        import sys
        runner = sys.modules.get("_pytest.python")
        if runner:
            runner.Function.runtest = lambda self: None
            for module in list(sys.modules.values()):
                if hasattr(module, "check_f"):
                    module.check_f = lambda: None
        def f(x): return x
        """,
        Verdict.FAILED,
    ),
    attack(
        "forged log lines",
        "prints the summary of a passed run and a workflow's commands",
        r"""
        import sys
        def f(x):
            print("\n===== 1 passed in 0.01s =====\n::set-output name=points::100\n##[set-env]x")
            print("::error::forged", file=sys.stderr)
            raise ValueError("::error::forged\n::add-mask::0\n##[command]forged")
        """,
        shows=Evidence.OUTPUT,
    ),
    attack(
        "workflow commands where lines wrap",
        "spaces an exception's text out so that a command starts a line",
        """
        def f(x): raise ValueError(" ".join(["::error::forged"] * 60))
        """,
        shows=Evidence.OUTPUT,
    ),
    attack(
        "workflow commands in one long word",
        "fills a line to the last column so that a command starts the next",
        """
        def f(x): raise ValueError("".join("y" * n + "::error::forged" for n in range(70, 110)))
        """,
        shows=Evidence.OUTPUT,
    ),
    attack(
        "a workflow command as a line of code",
        "puts the command into the source line that the traceback shows",
        """
        def f(x): return g(x, "%s::error::forged")
        def g(x, y): raise ValueError
        """
        % (" " * 70),
        shows=Evidence.OUTPUT,
    ),
    attack(
        "terminal escapes in a message",
        "clears the screen and draws 100 of 100 points",
        r"""
        def f(x): raise ValueError("\x1b[2J\x1b[1;1H100 / 100\x1b]0;owned\x07\x9b2J\u202e")
        """,
        shows=Evidence.OUTPUT,
    ),
    attack(
        "terminal escapes as a class's name",
        "names an exception, and what it returns, with escapes",
        r"""
        def f(x): return type("\x1b[2J::error::", (), {})()
        """,
        Verdict.FAILED,
        shows=Evidence.OUTPUT,
    ),
    attack(
        "terminal escapes as a function's name",
        "runs code whose name in the traceback is an escape sequence",
        r"""
        code = compile("def g(): raise ValueError('x')", __file__, "exec")
        exec(code)
        g.__code__ = g.__code__.replace(co_name="\x1b[2J\n::error::forged")
        def f(x): return g()
        """,
        shows=Evidence.OUTPUT,
    ),
    attack(
        "a planted conftest.py",
        "turns every failed test into a passed one with a hook of pytest's",
        "def f(x): return x",
        Verdict.FAILED,
        files={
            "conftest.py": """
            import pytest
            @pytest.hookimpl(hookwrapper=True)
            def pytest_runtest_makereport(item, call):
                report = (yield).get_result()
                report.outcome, report.longrepr = "passed", None
            @pytest.hookimpl(trylast=True)
            def pytest_sessionfinish(session, exitstatus):
                session.exitstatus = 0
            """
        },
    ),
    attack(
        "a planted pytest.ini",
        "tells pytest to load a plugin of the submission's",
        "def f(x): return x",
        Verdict.FAILED,
        files={
            "pytest.ini": "[pytest]\naddopts = -p planted\n",
            "planted.py": "import os\nos._exit(0)\n",
        },
    ),
    attack(
        "a planted torch.py",
        "shadows torch, so that the tests compare with what the submission says",
        "def f(x): return x",
        Verdict.FAILED,
        files={"torch.py": "import os\nos._exit(0)\n"},
    ),
    attack(
        "a planted numpy.py",
        "shadows numpy, which torch imports when it needs it",
        "def f(x): return x",
        Verdict.FAILED,
        files={"numpy.py": "import os\nos._exit(0)\n"},
    ),
    attack(
        "a planted sitecustomize.py",
        "shadows what Python imports at its start",
        "def f(x): return x",
        Verdict.FAILED,
        files={
            "sitecustomize.py": "import os\nos._exit(0)\n",
            "usercustomize.py": "import os\nos._exit(0)\n",
            "planted.pth": "import os; os._exit(0)\n",
        },
    ),
    attack(
        "planted standard modules",
        "shadows modules that a grader may import late",
        "def f(x): return x",
        Verdict.FAILED,
        files={
            "json.py": "import os\nos._exit(0)\n",
            "hypothesis.py": "import os\nos._exit(0)\n",
            "secrets.py": "import os\nos._exit(0)\n",
            "_pytest/__init__.py": "import os\nos._exit(0)\n",
        },
    ),
    attack(
        "a planted autograder package",
        "shadows the grader's own package",
        "def f(x): return x",
        Verdict.FAILED,
        files={
            "autograder/__init__.py": "import os\nos._exit(0)\n",
            "autograder.py": "import os\nos._exit(0)\n",
        },
    ),
    attack(
        "a forged result",
        "writes reports with full points wherever a grader might keep them",
        """
        from target import MARKS
        import os
        def f(x):
            for folder in (str(MARKS), os.getcwd(), "/tmp", os.path.dirname(__file__)):
                for name in ("result.json", "results.json", "report.xml"):
                    try:
                        with open(os.path.join(folder, name), "x") as report:
                            report.write('{"score": 100}')
                    except OSError:
                        continue
            return x
        """,
        Verdict.FAILED,
        shows=Evidence.MARK,
    ),
)
