"""Draw one lost check, as HTML and as plain text: what was asked, the call, and what differs.

The grader's pages and the practice use this one file; it needs Python's standard library alone.
What differs is marked by a frame and by words, never by colour alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import product, zip_longest
from math import isfinite
from typing import Protocol

Number = float | int | None  # None is NaN

# Rows and columns of a slice that a page and a terminal have room for, and slices.
PAGE_CAP, TEXT_CAP, SLICES_CAP = 16, 12, 3
# Characters that fit a telephone; wider tables can be scrolled, by keyboard too.
WIDE_FROM = 24

WORDS: dict[str, tuple[str, str]] = {
    "asked": ("What was asked", "요구한 것"),
    "call": ("The call", "호출"),
    "got": ("got", "결과"),
    "expected": ("expected", "기대값"),
    "not": ("not {value}", "{value}이(가) 아님"),
    "labels": ("label map: each number is a class", "레이블 맵: 숫자는 클래스 번호"),
    "large": ("too large to print", "너무 커서 생략"),
    "empty": ("empty", "비어 있음"),
    "cut": ("rows or columns are left out", "일부 행이나 열은 생략"),
    "more": ("{count} more", "{count}개 더 보기"),
    "code": ("In your code", "여러분의 코드"),
    "diagnosis": ("Diagnosis", "진단"),
    "hint": ("Hint", "힌트"),
}


class Shown(Protocol):
    """A tensor to draw. `values` are row-major, None where they are too many to show.

    The values of `kind` "labels" are classes, between which there is no distance.
    """

    @property
    def name(self) -> str: ...
    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def dtype(self) -> str: ...
    @property
    def values(self) -> tuple[Number, ...] | None: ...
    @property
    def kind(self) -> str | None: ...


@dataclass(frozen=True)
class Grid:
    name: str
    shape: tuple[int, ...]
    dtype: str
    values: tuple[Number, ...] | None
    kind: str | None = None


@dataclass(frozen=True)
class Lost:
    """A lost check; all texts are in the language asked for. A frame is file, line and source."""

    functions: tuple[str, ...]
    verdict: str
    share: str
    title: str
    message: str = ""
    call: str = ""
    inputs: Sequence[Shown] = ()
    got: Shown | None = None
    expected: Shown | None = None
    notes: tuple[str, ...] = ()
    frames: tuple[tuple[str, int, str], ...] = ()
    diagnosis: str = ""
    hint: str = ""


def html(lost: Lost, language: str) -> str:
    """The check as one <article>, everything escaped; its page needs STYLE once."""
    functions = ", ".join(f"<code>{escape(name)}</code>" for name in lost.functions)
    return "\n".join(
        (
            f'<article class="lost-check" lang="{escape(language)}">',
            f'<h3>{functions} <span class="verdict">{escape(lost.verdict)}</span> '
            f'<span class="share">{escape(lost.share)}</span></h3>',
            *_paragraph("asked", say("asked", language), lost.title),
            *_paragraph("message", "", lost.message),
            *_paragraph("diagnosis", say("diagnosis", language), lost.diagnosis),
            *_html_example(lost, language),
            *_paragraph("hint", say("hint", language), lost.hint),
            "</article>",
        )
    )


def text(lost: Lost, language: str, width: int = 100) -> str:
    """The check as lines of at most `width` columns where words allow it."""
    lines = [f"{', '.join(lost.functions)}  ·  {lost.verdict}  ·  {lost.share}"]
    lines += [*_wrapped(lost.title, width), *_wrapped(lost.message, width)]
    lines += example_lines(lost, language, width)
    for key, words in (("diagnosis", lost.diagnosis), ("hint", lost.hint)):
        if words:
            lines += _wrapped(f"{say(key, language)}: {words}", width)
    return "\n".join(lines)


def say(key: str, language: str) -> str:
    english, korean = WORDS[key]
    return korean if language == "ko" else english


def _wrapped(words: str, width: int) -> Iterator[str]:
    for paragraph in words.splitlines():
        line = ""
        for word in paragraph.split(" "):
            if line and columns(f"{line} {word}") > width:
                yield line
                line = word
            else:
                line = f"{line} {word}" if line else word
        yield line


def columns(line: str) -> int:
    """The width of a line in a terminal, where a Korean letter takes two columns."""
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in line)


# --- grids


@dataclass(frozen=True)
class Sheet:
    """One slice: its index among the leading axes, its rows of cells, the cells that differ.

    `theirs` are the cells of the grid it is compared with; `cut` says that some were left out.
    """

    index: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    theirs: tuple[tuple[str, ...], ...]
    differs: frozenset[tuple[int, int]]
    cut: bool

    def lines(self) -> list[str]:
        """The cells in columns of one width, those that differ in brackets."""
        width = max((len(cell) for row in self.rows for cell in row), default=1) + 2
        return [
            "".join(
                (f"[{cell}]" if (i, j) in self.differs else f" {cell} ").rjust(width)
                for j, cell in enumerate(row)
            )
            for i, row in enumerate(self.rows)
        ]


def form(grid: Shown, *, typed: bool = True) -> str:
    """The shape as people write it, and the dtype where it is worth a word."""
    shape = "×".join(map(str, grid.shape)) or "scalar"
    return f"{shape} {grid.dtype}" if typed else shape


def number(value: Number, digits: int = 4) -> str:
    """Integers as such, others with four significant digits; `nan` for what is no number."""
    if value is None:
        return "nan"
    if isfinite(value) and float(value).is_integer() and abs(value) < 1e9:
        return str(int(value))
    return f"{value:.{digits}g}"


def largest(values: Iterable[Number]) -> float:
    """The largest magnitude, the scale by which values are compared."""
    return max((abs(v) for v in values if v is not None and isfinite(v)), default=1.0)


def same(a: Number, b: Number, scale: float) -> bool:
    """Whether two values are one to the eye."""
    if a is None or b is None:
        return a is b
    return a == b or abs(a - b) <= 1e-5 * max(scale, 1e-12)


def sheets(grid: Shown, other: Shown | None, scale: float, cap: int) -> list[Sheet]:
    """The slices of a grid; with `other`, of the same shape, cells that differ are marked."""
    if not grid.values:
        return []
    height, width = (1, 1, *grid.shape)[-2:]
    mine = theirs = grid.values
    if other is not None and other.shape == grid.shape and other.values is not None:
        theirs = other.values
    found = []
    for place, index in enumerate(product(*map(range, grid.shape[:-2]))):
        start = place * height * width
        span = range(start, start + height * width)
        wrong = [k - start for k in span if not same(mine[k], theirs[k], scale)]
        row, column = divmod(wrong[0], width) if wrong else (0, 0)
        # The part that is shown holds the first difference.
        top, left = max(0, min(row - 1, height - cap)), max(0, min(column - 1, width - cap))
        rows, across = range(top, top + min(height, cap)), range(left, left + min(width, cap))
        cells = [[_cell(mine, theirs, start, i * width + j, wrong) for j in across] for i in rows]
        found.append(
            Sheet(
                index,
                tuple(tuple(a for a, _ in line) for line in cells),
                tuple(tuple(b for _, b in line) for line in cells),
                frozenset((k // width - top, k % width - left) for k in wrong),
                cut=len(rows) < height or len(across) < width,
            )
        )
    return found


def _cell(
    mine: Sequence[Number], theirs: Sequence[Number], start: int, k: int, wrong: Sequence[int]
) -> tuple[str, str]:
    """Both values, with as many digits as tell them apart."""
    a, b = mine[start + k], theirs[start + k]
    digits = 8 if k in wrong and number(a) == number(b) else 4
    return number(a, digits), number(b, digits)


def telling(found: Sequence[Sheet], cap: int = SLICES_CAP) -> list[Sheet]:
    """At most `cap` of the slices, in order; those with a difference are preferred."""
    preferred = sorted(found, key=lambda sheet: not sheet.differs)[:cap]
    return sorted(preferred, key=lambda sheet: sheet.index)


@dataclass(frozen=True)
class _Titled:
    """A grid, what is written above it, and its slices."""

    grid: Shown
    name: str
    form: str
    sheets: list[Sheet]


def _titled(lost: Lost, language: str, cap: int) -> tuple[list[_Titled], list[_Titled]]:
    """The inputs, then what the call gave and what was expected of it."""
    got, expected = lost.got, lost.expected
    # A dtype is worth a word where it is what differs.
    typed = got is None or expected is None or got.dtype != expected.dtype
    scale = largest((expected or got or Grid("", (), "", ())).values or ())
    inputs = [_Titled(x, x.name, form(x), sheets(x, None, scale, cap)) for x in lost.inputs]
    results = [
        _Titled(grid, say(key, language), form(grid, typed=typed), sheets(grid, other, scale, cap))
        for key, grid, other in (("got", got, expected), ("expected", expected, got))
        if grid is not None
    ]
    return inputs, results


def _too_large(grids: Iterable[_Titled], language: str) -> str:
    """One line for all the grids that are not shown."""
    named = ", ".join(f"{one.name} {one.form}" for one in grids if one.grid.values is None)
    return f"{named}: {say('large', language)}" if named else ""


# --- plain text


def example_lines(lost: Lost, language: str, width: int = 100) -> Iterator[str]:
    """The call, its tensors side by side, the notes, and the student's lines."""
    if lost.call:
        yield f"  {lost.call}"
    inputs, results = _titled(lost, language, TEXT_CAP)
    for grids in (inputs, results):
        blocks = [_block(one, language) for one in grids if one.grid.values is not None]
        yield from (f"  {line}" for line in _beside(blocks, width - 2))
    large = _too_large((*inputs, *results), language)
    yield from (f"  {line}" for line in (large, *lost.notes) if line)
    if lost.frames:
        yield f"{say('code', language)}:"
        yield from (f"  {file}:{line}  {source}" for file, line, source in lost.frames)


def _block(one: _Titled, language: str) -> list[str]:
    lines = [f"{one.name} {one.form}" + ("" if one.sheets else f": {say('empty', language)}")]
    for sheet in telling(one.sheets):
        if len(one.sheets) > 1:
            lines.append(f"[{', '.join(map(str, sheet.index))}]")
        lines += sheet.lines() + ["…"] * sheet.cut
    if len(one.sheets) > SLICES_CAP:
        lines.append(f"… +{len(one.sheets) - SLICES_CAP}")
    return lines


def _beside(blocks: Iterable[list[str]], width: int) -> list[str]:
    """Blocks of lines side by side, as many in a row as there is room for."""
    done: list[str] = []
    row: list[str] = []
    for block in blocks:
        wide = max(map(columns, row), default=0)
        if row and wide + 4 + max(map(columns, block)) > width:
            done, row, wide = done + row, [], 0
        if not row:
            row = block
            continue
        row = [
            (left + " " * (wide + 4 - columns(left)) + right).rstrip()
            for left, right in zip_longest(row, block, fillvalue="")
        ]
    return done + row


# --- HTML


def _paragraph(kind: str, term: str, words: str) -> Iterator[str]:
    if words:
        head = f'<span class="term">{escape(term)}</span> ' if term else ""
        yield f'<p class="{kind}">{head}{escape(words)}</p>'


def _html_example(lost: Lost, language: str) -> Iterator[str]:
    if lost.call:
        yield (
            f'<p class="call"><span class="term">{escape(say("call", language))}</span> '
            f"<code>{escape(lost.call)}</code></p>"
        )
    inputs, results = _titled(lost, language, PAGE_CAP)
    for grids in (inputs, results):
        figures = [_figure(one, language) for one in grids if one.grid.values is not None]
        if figures:
            yield f'<div class="grids">{"".join(figures)}</div>'
    yield from _paragraph("form", "", _too_large((*inputs, *results), language))
    for note in lost.notes:
        yield from _paragraph("layout", "", note)
    if lost.frames:
        yield f'<p class="term">{escape(say("code", language))}</p>'
        lines = (
            f'<li><span class="form">{escape(file)}:{line}</span> '
            f"<code>{escape(source)}</code></li>"
            for file, line, source in lost.frames
        )
        yield f'<ul class="lines">{"".join(lines)}</ul>'


def _figure(one: _Titled, language: str) -> str:
    open_ = telling(one.sheets)
    folded = [sheet for sheet in one.sheets if sheet not in open_]
    labels = f'<br><span class="form">{say("labels", language)}</span>'
    drawn = "".join(_table(one, sheet, language) for sheet in open_)
    if folded:
        more = "".join(_table(one, sheet, language) for sheet in folded)
        count = say("more", language).format(count=len(folded))
        drawn += f"<details><summary>{count}</summary>{more}</details>"
    return (
        f'<figure><figcaption><b>{escape(one.name)}</b> <span class="form">{escape(one.form)}</span>'
        f"{labels if one.grid.kind == 'labels' else ''}</figcaption>"
        f"{drawn or _empty(language)}</figure>"
    )


def _empty(language: str) -> str:
    return f'<p class="form">{say("empty", language)}</p>'


def _table(one: _Titled, sheet: Sheet, language: str) -> str:
    index = f"[{', '.join(map(str, sheet.index))}]"
    rows = "".join(
        f"<tr>{''.join(_td(one, sheet, i, j, language) for j in range(len(row)))}</tr>"
        for i, row in enumerate(sheet.rows)
    )
    caption = f"<caption>{index}</caption>" if len(one.sheets) > 1 else ""
    table = f'<table class="numbers">{caption}<tbody>{rows}</tbody></table>'
    if max((sum(len(cell) + 2 for cell in row) for row in sheet.rows), default=0) > WIDE_FROM:
        label = escape(f"{one.name} {index}")
        table = f'<div class="wide" tabindex="0" role="group" aria-label="{label}">{table}</div>'
    return table + (f'<p class="form">… {say("cut", language)}</p>' if sheet.cut else "")


def _td(one: _Titled, sheet: Sheet, i: int, j: int, language: str) -> str:
    cell, off = sheet.rows[i][j], (i, j) in sheet.differs
    kinds = ["off"] * off
    if one.grid.kind == "labels":
        kinds.append(f"class-{cell if len(cell) < 2 else 'more'}")
    aloud = say("not", language).format(value=sheet.theirs[i][j])
    marked = f' class="{" ".join(kinds)}"' if kinds else ""
    said = f'<span class="aloud">, {escape(aloud)}</span>' if off else ""
    return f"<td{marked}>{cell}{said}</td>"


LIGHT = """
  --page: #fff; --ink: #1b1f24; --faint: #57606a; --line: #d0d7de; --panel: #f6f8fa;
  --bad: #a40e26; --bad-panel: #ffebe9; --link: #0550ae;"""
DARK = """
  --page: #0d1117; --ink: #e6edf3; --faint: #9198a1; --line: #3d444d; --panel: #161b22;
  --bad: #ff8182; --bad-panel: #3b1219; --link: #79c0ff;"""
# The colours of classes are the same in the light and in the dark; a cell has its number too.
CLASSES = (
    *("#eceff1", "#ffd8a8", "#a5d8ff", "#b2f2bb", "#eebefa"),
    *("#ffec99", "#99e9f2", "#ffc9c9", "#d0bfff", "#d8f5a2"),
)


def palette(scope: str) -> str:
    """The colours, for a page that has more in it than lost checks."""
    dark = f"@media screen and (prefers-color-scheme: dark) {{ {scope} {{{DARK} }} }}"
    return f"{scope} {{{LIGHT} }}\n{dark}\n"


# Names are doubled, so that a notebook's own rules for tables do not win.
STYLE = (
    palette(".lost-check.lost-check")
    + """.lost-check.lost-check {
  background: var(--page); color: var(--ink); font-size: 1rem; line-height: 1.55;
  font-family: system-ui, -apple-system, "Segoe UI", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "Noto Sans CJK KR", sans-serif;
  overflow-wrap: break-word; border: 1px solid var(--line); border-left: 4px solid var(--bad);
  border-radius: 6px; padding: .25rem 1rem .75rem; margin: 1rem 0;
}
.lost-check:lang(ko) { word-break: keep-all; }
.lost-check.lost-check :is(h3, h4) { font-size: 1.05rem; margin: .5rem 0; }
.lost-check.lost-check p { margin: .5rem 0; }
.lost-check.lost-check code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .92em; background: none; color: inherit; padding: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.lost-check.lost-check summary { cursor: pointer; color: var(--link); width: fit-content; }
.lost-check :is(summary, .wide):focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.lost-check :is(.share, .form) { color: var(--faint); font-weight: 400; }
.lost-check .form { font-size: .875rem; }
.lost-check .term { font-weight: 700; margin-right: .25rem; }
.lost-check .verdict { color: var(--bad); border: 1px solid currentColor; border-radius: 1rem; padding: 0 .6rem; font-size: .85rem; font-weight: 600; white-space: nowrap; }
.lost-check .diagnosis { background: var(--panel); border-radius: 6px; padding: .5rem .75rem; }
.lost-check .lines { list-style: none; padding: 0 0 0 1rem; margin: .25rem 0; }
.lost-check .grids { display: flex; flex-wrap: wrap; gap: .75rem 2rem; margin: .5rem 0; }
.lost-check.lost-check figure { margin: 0; min-width: 0; max-width: 100%; }
.lost-check .wide { overflow-x: auto; max-width: 100%; }
.lost-check.lost-check table { border-collapse: collapse; border: 0; margin: .25rem 0; font-size: 1rem; color: inherit; }
.lost-check.lost-check tr:nth-child(n) { background: none; border: 0; }
.lost-check.lost-check caption { text-align: left; font-size: .875rem; color: var(--faint); padding: 0; caption-side: top; }
.lost-check.lost-check .numbers td { position: relative; font-variant-numeric: tabular-nums; text-align: right; min-width: 1.6rem; height: 1.75rem; padding: .15rem .4rem; border: 1px solid var(--line); white-space: nowrap; max-width: none; }
.lost-check.lost-check td.off { font-weight: 800; color: var(--bad); background: var(--bad-panel); text-decoration: underline; text-underline-offset: .15em; outline: 2px solid var(--bad); outline-offset: -2px; }
.lost-check .aloud { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.lost-check.lost-check td[class*="class-"] { color: #1b1f24; }
.lost-check.lost-check td.class-more { background: #fff; font-style: italic; }
.lost-check.lost-check td.off[class*="class-"] { outline: 3px solid #a40e26; outline-offset: -3px; }
"""
    + "".join(
        f".lost-check.lost-check td.class-{k} {{ background: {colour}; }}\n"
        for k, colour in enumerate(CLASSES)
    )
    + """@media (max-width: 40rem) {
  .lost-check.lost-check { padding: .25rem .6rem .6rem; }
  .lost-check.lost-check .numbers td { font-size: .875rem; min-width: 1.1rem; padding: .1rem .25rem; }
}
"""
)
