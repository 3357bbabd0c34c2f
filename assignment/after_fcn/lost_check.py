"""Draw one lost check, as HTML and as plain text: what was asked, the call, and what differs.

The grader's pages and the practice use this one file; it needs Python's standard library alone.
What differs is marked by a frame and by words, never by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain, pairwise, product, zip_longest
from math import isfinite
from textwrap import wrap
from typing import NamedTuple
from unicodedata import east_asian_width

Number = complex | None  # None is NaN; complex includes float and int
# Rows and columns of a slice that a page and a terminal have room for, and slices; characters
# that fit a telephone: wider tables can be scrolled, by keyboard too.
PAGE_CAP, TEXT_CAP, SLICES_CAP, WIDE_FROM = 16, 12, 3, 24
WORDS = {
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


@dataclass(frozen=True)
class Grid:
    """A tensor; `values` are row-major, None where they are too many, and classes if "labels"."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    values: tuple[Number, ...] | None
    kind: str | None = None


@dataclass(frozen=True)
class Lost:
    """A lost check, its texts in the language asked for. A frame is a file, a line, its source."""

    functions: tuple[str, ...]
    verdict: str
    share: str
    title: str
    message: str = ""
    call: str = ""
    inputs: Sequence[Grid] = ()
    got: Grid | None = None
    expected: Grid | None = None
    notes: tuple[str, ...] = ()
    frames: tuple[tuple[str, int, str], ...] = ()
    diagnosis: str = ""
    hint: str = ""


class Sheet(NamedTuple):
    """A slice and its place among the leading axes. Rows are of cells: a value, then what the
    other grid has there, where that differs. `cut` says that some was left out."""

    place: tuple[int, ...]
    rows: list[list[tuple[str, str]]]
    differs: bool
    cut: bool


class Drawing(NamedTuple):
    """A grid as it is drawn: what stands above it, its slices shown at once, and the others."""

    name: str
    form: str
    labels: bool
    large: bool
    shown: list[Sheet]
    folded: list[Sheet]


def say(key: str, language: str) -> str:
    return WORDS[key][language == "ko"]


def drawings(lost: Lost, language: str, cap: int) -> tuple[list[list[Drawing]], str]:
    """The inputs; what the call gave beside what was expected; a line on all that is too large."""
    got, expected = lost.got, lost.expected
    sizes = [abs(v) for v in (expected and expected.values) or () if v is not None]
    # A dtype is worth a word where it is what differs.
    typed = not (got and expected) or got.dtype != expected.dtype

    def drawn(name: str, grid: Grid, other: Grid, typed: bool) -> Drawing:
        form = ("×".join(map(str, grid.shape)) or "scalar") + f" {grid.dtype}" * typed
        found = sheets(grid, other, max(filter(isfinite, sizes), default=1.0), cap)
        # Slices with a difference are preferred.
        shown = sorted(sorted(found, key=lambda sheet: not sheet.differs)[:SLICES_CAP])
        folded = [sheet for sheet in found if sheet not in shown]
        return Drawing(name, form, grid.kind == "labels", grid.values is None, shown, folded)

    pairs = ("got", got, expected), ("expected", expected, got)
    inputs = [drawn(" ".join(x.name.split()), x, x, True) for x in lost.inputs]
    results = [drawn(say(key, language), a, b or a, typed) for key, a, b in pairs if a]
    large = ", ".join(f"{one.name} {one.form}" for one in (*inputs, *results) if one.large)
    rows = [[one for one in row if not one.large] for row in (inputs, results)]
    return rows, f"{large}: {say('large', language)}" if large else ""


def sheets(grid: Grid, other: Grid, scale: float, cap: int) -> list[Sheet]:
    """The slices of a grid; cells that differ from another's of the same shape are marked."""
    mine = grid.values or ()
    theirs = other.values if other.shape == grid.shape and other.values else mine
    cells = [_cell(a, b, scale) for a, b in zip(mine, theirs, strict=True)]
    height, width = (1, 1, *grid.shape)[-2:]
    found = []
    for k, place in enumerate(product(*map(range, grid.shape[:-2])) if mine else ()):
        sheet = cells[k * height * width : (k + 1) * height * width]
        wrong = [at for at, (_, other) in enumerate(sheet) if other]
        # The part that is shown holds the first difference.
        row, column = divmod(wrong[0] if wrong else 0, width)
        top, left = max(0, min(row - 1, height - cap)), max(0, min(column - 1, width - cap))
        lines = [sheet[at : at + width] for at in range(0, len(sheet), width)]
        rows = [line[left : left + cap] for line in lines[top : top + cap]]
        found.append(Sheet(place, rows, bool(wrong), cut=max(height, width) > cap))
    return found


def _cell(a: Number, b: Number, scale: float) -> tuple[str, str]:
    if same(a, b, scale):
        return number(a), ""
    digits = 8 if number(a) == number(b) else 4
    return number(a, digits), number(b, digits)


def number(value: Number, digits: int = 4) -> str:
    """Integers as such, others with four significant digits; `nan` for what is no number."""
    if value is None:
        return "nan"
    whole = abs(value) < 1e9 and value == int(value.real)
    return str(int(value.real)) if whole else f"{value:.{digits}g}"


def same(a: Number, b: Number, scale: float) -> bool:
    """Whether two values are one to the eye; `scale` is the largest magnitude involved."""
    if a is None or b is None:
        return a is b
    return a == b or abs(a - b) <= 1e-5 * max(scale, 1e-12)


def text(lost: Lost, language: str, width: int = 100) -> str:
    """The check as lines of at most `width` columns, where its code and its grids allow it."""
    lines = [f"{', '.join(lost.functions)}  ·  {lost.verdict}  ·  {lost.share}"]
    # A Korean letter takes two columns; a third of the letters are blanks and points.
    room = width * 2 // 3 if language == "ko" else width
    for key in ("title", "message", "", "diagnosis", "hint"):
        words = getattr(lost, key) if key else ""
        term = f"{say(key, language)}: " if key in WORDS and words else ""
        lines += [line for part in f"{term}{words}".splitlines() for line in wrap(part, room)]
        lines += () if key else example_lines(lost, language, width)
    return "\n".join(lines)


def example_lines(lost: Lost, language: str, width: int = 100) -> Iterator[str]:
    """The call, its tensors side by side, the notes, and the student's lines."""
    rows, large = drawings(lost, language, TEXT_CAP)
    grids = [_beside([_block(one, language) for one in row], width - 2) for row in rows]
    parts = (lost.call, *chain(*grids), large, *lost.notes)
    yield from (f"  {line}" for part in parts for line in part.splitlines())
    if lost.frames:
        yield f"{say('code', language)}:"
    yield from (f"  {file}:{line}  {source}" for file, line, source in lost.frames)


def _block(one: Drawing, language: str) -> list[str]:
    lines = [f"{one.name} {one.form}" + ("" if one.shown else f": {say('empty', language)}")]
    for sheet in one.shown:
        lines += [f"{one.name}{list(sheet.place)}"] * (len(one.shown) > 1)
        touching = any(a and b for row in sheet.rows for (_, a), (_, b) in pairwise(row))
        width = max(len(cell) for row in sheet.rows for cell, _ in row) + 2 + touching
        marked = [[f"[{c}]" if other else f" {c} " for c, other in row] for row in sheet.rows]
        lines += ["".join(cell.rjust(width) for cell in cells) for cells in marked]
        lines += ["…"] * sheet.cut
    return lines + [f"… +{len(one.folded)}"] * bool(one.folded)


def _beside(blocks: list[list[str]], width: int) -> list[str]:
    """Blocks of lines side by side, as many in a row as there is room for."""
    done, row = list[str](), list[str]()
    for block in blocks:
        room = max(map(_columns, row), default=-4) + 4
        if row and room + max(map(_columns, block)) > width:
            done, row, room = done + row, [], 0
        pairs = zip_longest(row, block, fillvalue="")
        row = [(a + " " * (room - _columns(a)) + b).rstrip() for a, b in pairs]
    return done + row


def _columns(line: str) -> int:
    return sum(1 + (east_asian_width(letter) in "WF") for letter in line)


def html(
    lost: Lost, language: str, *, level: int = 3, asked: str = "", drawn: str = "", more: str = ""
) -> str:
    """The check as one <article>, everything escaped; its page needs STYLE once.

    HTML of the page's own is `asked`, for the title, `drawn`, below the grids, and `more`.
    """
    names = ", ".join(_tag("code", name) for name in lost.functions)
    about = f"{_tag('span', lost.verdict, 'verdict')} {_tag('span', lost.share, 'share')}"
    rows, large = drawings(lost, language, PAGE_CAP)
    figures = ("".join(_figure(one, language) for one in row) for row in rows if row)
    places = (_tag("span", f"{file}:{line}", "form") for file, line, _ in lost.frames)
    code = "".join(f"<li>{next(places)} {_tag('code', source)}</li>" for *_, source in lost.frames)
    parts = (
        f'<article class="lost-check" lang="{escape(language)}">',
        f"<h{level}>{names} {about}</h{level}>",
        asked or _said("asked", lost.title, language),
        _tag("p", lost.message),
        _said("diagnosis", lost.diagnosis, language),
        _said("call", lost.call, language, "code"),
        *(f'<div class="grids">{row}</div>' for row in figures),
        *(_tag("p", note, "remark") for note in (large, *lost.notes)),
        drawn,
        f"{_tag('p', say('code', language), 'term')}<ul>{code}</ul>" if code else "",
        _said("hint", lost.hint, language),
        more,
        "</article>",
    )
    return "\n".join(filter(None, parts))


def _tag(tag: str, words: str, kind: str = "") -> str:
    """An element; nothing where there are no words for it."""
    kind = f' class="{kind}"' if kind else ""
    return f"<{tag}{kind}>{escape(words)}</{tag}>" if words else ""


def _said(key: str, words: str, language: str, tag: str = "span") -> str:
    term = _tag("span", say(key, language), "term")
    return f'<p class="{key}">{term} {_tag(tag, words)}</p>' if words else ""


def _figure(one: Drawing, language: str) -> str:
    labels = f"<br>{_tag('span', say('labels', language), 'form')}" * one.labels
    shown, folded = ([_table(one, x, language) for x in part] for part in (one.shown, one.folded))
    more = _tag("summary", say("more", language).format(count=len(folded)))
    return (
        f"<figure><figcaption>{_tag('b', one.name)} {_tag('span', one.form, 'form')}{labels}"
        f"</figcaption>{''.join(shown) or _tag('p', say('empty', language), 'form')}"
        + (f"<details>{more}{''.join(folded)}</details></figure>" if folded else "</figure>")
    )


def _table(one: Drawing, sheet: Sheet, language: str) -> str:
    rows = ("".join(_td(*cell, one.labels, language) for cell in row) for row in sheet.rows)
    caption = _tag("caption", f"{list(sheet.place)}" * (len(one.shown) > 1))
    lines = "</tr><tr>".join(rows)
    table = f'<table class="numbers">{caption}<tbody><tr>{lines}</tr></tbody></table>'
    if max(sum(len(cell) + 2 for cell, _ in row) for row in sheet.rows) > WIDE_FROM:
        label = escape(f"{one.name}{list(sheet.place)}")
        table = f'<div class="wide" tabindex="0" role="group" aria-label="{label}">{table}</div>'
    return table + _tag("p", f"… {say('cut', language)}" * sheet.cut, "form")


def _td(cell: str, other: str, labels: bool, language: str) -> str:
    colour = f"class-{cell if len(cell) < 2 else 'more'}" * labels
    aloud = f", {say('not', language).format(value=other)}" if other else ""
    open_ = _tag("td", cell, f"{'off ' * bool(other)}{colour}".strip()).removesuffix("</td>")
    return f"{open_}{_tag('span', aloud, 'aloud')}</td>"


# `&` stands for the class, doubled so that a notebook's own rules for tables do not win. The
# grader's pages have the same colours; those of label maps are one in the light and in the dark.
PALETTE = """& { --page: #fff; --ink: #1b1f24; --faint: #57606a; --line: #d0d7de; --panel: #f6f8fa; --bad: #a40e26; --bad-panel: #ffebe9; --link: #0550ae; }
@media screen and (prefers-color-scheme: dark) { & { --page: #0d1117; --ink: #e6edf3; --faint: #9198a1; --line: #3d444d; --panel: #161b22; --bad: #ff8182; --bad-panel: #3b1219; --link: #79c0ff; } }
"""
_RULES = """& { background: var(--page); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "Noto Sans CJK KR", sans-serif; overflow-wrap: break-word; }
& { border: 1px solid var(--line); border-left: 4px solid var(--bad); border-radius: 6px; padding: .25rem 1rem .75rem; margin: 1rem 0; } &:lang(ko) { word-break: keep-all; }
& :is(h3, h4, p) { margin: .5rem 0; } & .remark { white-space: pre-wrap; } & :is(h3, h4) { font-size: 1.05rem; } & ul { margin: .25rem 0; padding-left: 1.5rem; }
& code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .92em; background: none; color: inherit; padding: 0; white-space: pre-wrap; }
& summary { cursor: pointer; color: var(--link); width: fit-content; } & :is(summary, .wide):focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
& :is(.share, .form, caption) { color: var(--faint); font-size: .9rem; font-weight: 400; } & .share { white-space: nowrap; } & .term { font-weight: 700; }
& .verdict { color: var(--bad); border: 1px solid; border-radius: 1rem; padding: 0 .6rem; font-size: .85rem; font-weight: 600; white-space: nowrap; } & .diagnosis { background: var(--panel); border-radius: 6px; padding: .5rem .75rem; }
& .grids { display: flex; flex-wrap: wrap; gap: .75rem 2rem; margin: .5rem 0; } & figure { margin: 0; max-width: 100%; } & .wide { overflow-x: auto; } & table { border-collapse: collapse; border: 0; margin: .25rem 0; font-size: 1rem; color: inherit; } & tr:nth-child(n) { background: none; border: 0; } & caption { caption-side: top; text-align: left; padding: 0; }
& .numbers td { position: relative; font-variant-numeric: tabular-nums; text-align: right; min-width: 1.6rem; height: 1.75rem; padding: .15rem .4rem; border: 1px solid var(--line); white-space: nowrap; max-width: none; }
& td.off { font-weight: 800; color: var(--bad); background: var(--bad-panel); text-decoration: underline; text-underline-offset: .15em; outline: 2px solid var(--bad); outline-offset: -2px; } & figure + figure td.off { text-decoration: none; outline-style: dashed; } & figure + figure td.off:not([class*="class-"]) { color: var(--ink); } & .aloud { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
& td.class-0 { background: #eceff1; } & td.class-1 { background: #ffd8a8; } & td.class-2 { background: #a5d8ff; } & td.class-3 { background: #b2f2bb; } & td.class-4 { background: #eebefa; } & td.class-5 { background: #ffec99; } & td.class-6 { background: #99e9f2; } & td.class-7 { background: #ffc9c9; } & td.class-8 { background: #d0bfff; } & td.class-9 { background: #d8f5a2; }
& td[class*="class-"] { color: #1b1f24; } & td.class-more { background: #fff; font-style: italic; } & td.off[class*="class-"] { outline: 3px solid #a40e26; outline-offset: -3px; }
@media (max-width: 40rem) { & { padding: .25rem .6rem .6rem; } & .numbers td { font-size: .875rem; min-width: 1.1rem; padding: .1rem .25rem; } }
"""
STYLE = (PALETTE + _RULES).replace("&", ".lost-check.lost-check")
