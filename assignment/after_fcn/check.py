"""Check your files: `check("NAME")` in the notebook, `python -m check NAME` in a terminal.

Runs the public tests of one file as it is saved now and shows what is lost and why; `status()`
says where you stand. The hidden tests, which give the points, ask the same with other numbers.

파일을 검사합니다. 노트북에서는 `check("NAME")`, 터미널에서는 `python -m check NAME`입니다. 파일
하나를 저장된 그대로 공개 테스트해 무엇이 왜 틀렸는지 보여 줍니다. `status()`는 어디까지 했는지
알려 줍니다. 점수를 주는 숨은 테스트는 같은 것을 다른 숫자로 묻습니다. 한국어로 보려면 한 번
`check("NAME", lang="ko")`라고 하세요.
"""

from __future__ import annotations

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = {*sys.stdlib_module_names, "numpy", "pytest", "torch", "torchvision"}


def hiding() -> tuple[str, str] | None:
    """Say, in both languages, which files of this folder hide a package from every import."""
    files = {file for file in os.listdir(HERE) if file.endswith(".py")}
    hidden = sorted(PACKAGES & {file[:-3] for file in files})
    said, packages = ", ".join(f"{name}.py" for name in hidden), ", ".join(hidden)
    english = f"rename {said}: it hides the package {packages}"
    korean = f"{said}의 이름을 바꾸세요. 패키지 {packages}을(를) 가립니다"
    return (english, korean) if hidden else None


def _write_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not in a notebook
            stream.reconfigure(encoding="utf-8", errors="replace")


# Before the imports below, which may be of what is hidden.
if __name__ == "__main__" and "--submission" not in sys.argv and (_hides := hiding()):
    _write_utf8()
    print(*_hides, sep="\n")
    sys.exit(1)

# ruff: noqa: E402
import argparse
import dataclasses
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from assignment import FUNCTIONS
from standing import (
    FILES,
    Standing,
    describe,
    digest,
    language,
    none_written,
    remember,
    standing,
)

if TYPE_CHECKING:
    from lost_check import Lost
    from public_run import Check, Outcome

HOLDS, OPEN, LOST = "holds", "open", "lost"
MARKS = {HOLDS: "✓", OPEN: "·", LOST: "✗"}
# Doubled, so that a notebook's own rules for tables do not win.
STYLE = """
.checks.checks { border-collapse: collapse; margin: .5em 0; }
.checks.checks :is(th, td) { padding: .15em .8em .15em 0; text-align: left; font-weight: normal; }
.checks.checks .lost :is(th, td) { font-weight: bold; }
"""

Row = tuple[str, str, str]  # what it is about, what is said of it, HOLDS, OPEN or LOST


def check(name: object, lang: str | None = None) -> None:
    """Run the public tests of one of your files, and show what they say.

    여러분의 파일 하나를 지금 저장된 그대로 공개 테스트합니다.
    """
    _check(name, language(lang))


def status(lang: str | None = None) -> None:
    """Show what is written of your files, which public checks hold, and what comes next.

    파일을 어디까지 작성했고 다음에 무엇을 하면 되는지 보여 줍니다.
    """
    lang = language(lang)
    rows = [_standing_row(standing(name), lang) for name in FILES]
    html = f'<div lang="{lang}">{_table_html(rows, describe(lang))}</div>'
    _show(html, _table_text(rows, describe(lang)))


def main(arguments: list[str]) -> int:
    """Check the files that are named, or all; 0 if every public check holds, 2 for a wrong name."""
    _write_utf8()
    if "--submission" in arguments:
        import hand_in

        rest = [argument for argument in arguments if argument != "--submission"]
        if rest and _named(rest[0]) in FILES:
            en = f"--submission takes all your files: leave out {rest[0]}"
            ko = f"--submission은 여러분의 파일을 모두 봅니다. {rest[0]}을(를) 빼세요"
            _say(en, ko, language(None))
            return 2
        return hand_in.main(rest)
    parser = argparse.ArgumentParser(prog="python -m check", description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", metavar="FILE", help=", ".join(FILES))
    parser.add_argument("--lang", choices=["en", "ko"])
    parser.add_argument("--status", action="store_true", help="what is written and what holds")
    parser.add_argument(
        "--submission",
        action="store_true",
        help="what would be handed in; with --zip FILE.zip, packed",
    )
    options = parser.parse_args(arguments)
    lang = language(options.lang)
    try:
        if options.status:
            status(lang)
            return 0
        if options.files:
            return max([_check(name, lang) for name in options.files])
        for name in FILES:
            _run(name, lang)
        status(lang)
    except KeyboardInterrupt as interrupt:
        _say(f"Stopped: {interrupt}", f"멈춤: {interrupt}", lang)
        return 1
    return 0 if all(standing(name).is_done for name in FILES) else 1


def _named(asked: object) -> str:
    """The name of a file, which may be asked for by its path."""
    return Path(asked).name.lower().removesuffix(".py") if isinstance(asked, str) else ""


def _check(asked: object, lang: str) -> int:
    """Show what the public tests of a file say; the exit code."""
    name = _named(asked)
    if name not in FILES:
        what = repr(asked) if isinstance(asked, str) else type(asked).__name__
        _say(
            f"There is no file {what} to check. There are: {', '.join(FILES)}.",
            f"{what} 파일은 없습니다. 있는 파일은 {', '.join(FILES)}입니다.",
            lang,
        )
        return 2
    if hides := hiding():
        _say(*hides, lang)
        return 1
    now, outcome = _run(name, lang)
    if outcome is None or outcome.trouble:
        _say(*((outcome and outcome.trouble) or now.trouble or none_written(now)), lang)
        return 1
    rows = [_function_row(function, outcome.checks, lang) for function in FUNCTIONS[name]]
    last = _last_line(outcome, lang)
    _show(_outcome_html(rows, outcome, last, lang), _outcome_text(rows, outcome, last, lang))
    return 0 if outcome.held == len(outcome.checks) else 1


def _run(name: str, lang: str) -> tuple[Standing, Outcome | None]:
    """Run the public tests, unless there is nothing to run, and remember what they say."""
    now = standing(name)
    if now.trouble or not now.written:
        return now, None
    from public_run import run

    fingerprint = digest(name)
    outcome = run(name, lang)
    said: dict[str, object] = {"held": outcome.held, "count": len(outcome.checks)}
    remember(name, fingerprint, {"stopped": outcome.trouble} if outcome.trouble else said)
    return now, outcome


def _function_row(function: str, checks: list[Check], lang: str) -> Row:
    mine = [check for check in checks if check.function == function]
    count, lost = len(mine), sum(check.lost is not None for check in mine)
    waits = next((check.waits for check in mine if check.waits), "")
    if waits == function:
        return function, _in(lang, "not written yet", "아직 작성하지 않음"), OPEN
    held = count - lost - sum(bool(check.waits) for check in mine)
    said = _in(
        lang, f"{held} of {count} public checks hold", f"공개 검사 {count}개 중 {held}개가 맞음"
    )
    if waits:
        said += _in(lang, f"; waits for {waits}", f", {waits}을(를) 작성해야 함")
    return function, said, LOST if lost else OPEN if waits else HOLDS


def _standing_row(file: Standing, lang: str) -> Row:
    name, written = f"{file.name}.py", len(file.written)
    if stopped := file.trouble or file.stopped:
        said = stopped[lang == "ko"]
        return name, said.removeprefix(name).lstrip(",: "), LOST
    count = written + len(file.unwritten)
    said = _in(
        lang, f"{written} of {count} functions written", f"함수 {count}개 중 {written}개 작성"
    )
    if not written:
        return name, said, OPEN
    if file.held is None:
        said += _in(lang, "; not checked since it was changed", ", 고친 뒤 검사하지 않음")
        return name, said, OPEN
    said += _in(
        lang,
        f"; {file.held} of {file.count} public checks hold",
        f", 공개 검사 {file.count}개 중 {file.held}개가 맞음",
    )
    return name, said, HOLDS if file.is_done else OPEN if file.unwritten else LOST


def _last_line(outcome: Outcome, lang: str) -> str:
    held, count = outcome.held, len(outcome.checks)
    return _in(
        lang,
        f"{held} of {count} public checks hold; hidden ones ask the same with other numbers",
        f"공개 검사 {count}개 중 {held}개가 맞습니다. 숨은 검사는 같은 것을 다른 숫자로 묻습니다",
    )


def _lost(outcome: Outcome, lang: str) -> list[Lost]:
    """The lost checks to draw: of a test that asks several times, the first."""
    tests: dict[tuple[str, str], list[Lost]] = {}
    for check in outcome.checks:
        if check.lost:
            tests.setdefault((check.function, check.test), []).append(check.lost)
    return [
        dataclasses.replace(
            lost[0],
            share=_in(
                lang,
                "1 public check" if len(lost) == 1 else f"{len(lost)} public checks, the first:",
                f"공개 검사 {len(lost)}개" + (" 중 첫 번째" if len(lost) > 1 else ""),
            ),
        )
        for lost in tests.values()
    ]


def _outcome_text(rows: list[Row], outcome: Outcome, last: str, lang: str) -> str:
    import lost_check

    drawn = (lost_check.text(lost, lang) for lost in _lost(outcome, lang))
    return "\n\n".join([_table_text(rows), *drawn, last])


def _outcome_html(rows: list[Row], outcome: Outcome, last: str, lang: str) -> str:
    import lost_check

    drawn = "\n".join(lost_check.html(lost, lang) for lost in _lost(outcome, lang))
    style = f"<style>{lost_check.STYLE}</style>"
    return f'{style}<div lang="{lang}">{_table_html(rows)}{drawn}<p>{escape(last)}</p></div>'


def _table_text(rows: list[Row], last: str = "") -> str:
    width = max(len(name) for name, _, _ in rows)
    lines = [f"{MARKS[state]} {name:<{width}}  {said}" for name, said, state in rows]
    return "\n".join([*lines, *([last] if last else [])])


def _table_html(rows: list[Row], last: str = "") -> str:
    cells = "".join(
        f'<tr class="{state}"><th scope="row">{MARKS[state]} <code>{escape(name)}</code></th>'
        f"<td>{escape(said)}</td></tr>"
        for name, said, state in rows
    )
    closing = f"<p>{escape(last)}</p>" if last else ""
    return f'<style>{STYLE}</style><table class="checks">{cells}</table>{closing}'


def _show(html: str, text: str) -> None:
    """Draw in a notebook, print elsewhere."""
    if _is_notebook():
        from IPython.display import display

        display({"text/html": html, "text/plain": text}, raw=True)
    else:
        print(text)


def _say(en: str, ko: str, lang: str) -> None:
    print(_in(lang, en, ko))


def _in(lang: str, en: str, ko: str) -> str:
    return ko if lang == "ko" else en


def _is_notebook() -> bool:
    shell = sys.modules.get("IPython")
    return shell is not None and getattr(shell.get_ipython(), "kernel", None) is not None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
