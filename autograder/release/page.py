"""The executed notebook as one HTML page that needs nothing from the network.

    python -m autograder.release.page [FILE] [--assignment NAME]

runs the students' notebook beside the solutions and writes the page: by default that of
segmentation, docs/practice.html, and that of another assignment as docs/NAME.html, where the
files of segmentation lie beside it, as they do for whoever has done both.
Formulas become MathML, which browsers draw by themselves; pictures are inside the page.
"""

from __future__ import annotations

import argparse
import base64
import copy
import io
import re
from pathlib import Path

from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from PIL import Image

from autograder.grading.assignments import assignments, load_assignment
from autograder.release.course import SHARED
from autograder.release.execute import execute_notebook

PAGES = Path("docs")
FIRST = "segmentation"  # whose page was there before there were others

# nbconvert's own page, without the scripts that it would fetch, and with the pictures described: a
# cell that draws says so in its metadata.
_TEMPLATE = """\
{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
{%- block html_head_css -%}
<style>
/* Jupyter's own shades of these are too faint to read, by WCAG 1.4.3. */
:root {
  --jp-mirror-editor-comment-color: #2f6a6a;
  --jp-mirror-editor-number-color: #006d00;
  --jp-mirror-editor-operator-color: #8300d6;
  --jp-cell-prompt-not-active-font-color: #616161;
  --jp-cell-prompt-not-active-opacity: 1;
}
main { max-width: 1000px; margin: 0 auto; }
math[display="block"] { overflow: auto hidden; margin: 0.8em 0; padding: 0.2em 0; }
/* Code has no scroll bar, and would be cut off. */
.highlight pre { white-space: pre-wrap; overflow-wrap: anywhere; }
math:focus-visible { outline: 3px solid #0550ae; }
.jp-RenderedImage img { max-width: 100%; height: auto; }
</style>
{%- endblock -%}
{%- block data_png scoped -%}
<div class="jp-RenderedImage jp-OutputArea-output">
<img src="data:image/png;base64,{{ output.data['image/png'] | escape_html }}"
alt="{{ cell.metadata.get('alt', '') | escape_html }}">
</div>
{%- endblock -%}
"""
_FORMULA = re.compile(r"\$\$(?P<block>.+?)\$\$|\$(?P<inline>[^$\n]+)\$", re.DOTALL)
# Korean stands in an element of its own, or after " · " and its English.
_KOREAN = re.compile(
    r"<(?P<tag>p|li|h\d)(?P<attributes>\b[^>]*)>"
    r"(?P<english>(?:(?!</(?P=tag)>)[^가-힣])* · )?"
    r"(?P<korean>(?:(?!</(?P=tag)>).)*[가-힣](?:(?!</(?P=tag)>).)*)",
    re.DOTALL,
)
_CODE = re.compile(r"(```.*?```|`[^`]*`)", re.DOTALL)


def as_page(notebook: NotebookNode, title: str) -> str:
    """An executed notebook as HTML."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _with_formulas(cell.source)
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output.data["image/png"] = _smaller(output.data["image/png"])
    notebook.metadata["title"] = title
    exporter = HTMLExporter(raw_template=_TEMPLATE, exclude_anchor_links=True)
    page = _in_their_languages(exporter.from_notebook_node(notebook)[0])
    return "\n".join(line.rstrip() for line in page.splitlines()) + "\n"


def _in_their_languages(page: str) -> str:
    """The page, in English, with its Korean called so: a screen reader speaks by that."""
    return _KOREAN.sub(_as_korean, page)


def _as_korean(element: re.Match[str]) -> str:
    tag, attributes, english, korean = element.group("tag", "attributes", "english", "korean")
    if english:
        return f'<{tag}{attributes}>{english}<span lang="ko">{korean}</span>'
    return f'<{tag}{attributes} lang="ko">{korean}'


def _with_formulas(text: str) -> str:
    """Markdown with its TeX turned into MathML, but not inside code."""
    pieces = _CODE.split(text)
    pieces[::2] = [_FORMULA.sub(_as_mathml, piece) for piece in pieces[::2]]
    return "".join(pieces)


def _as_mathml(formula: re.Match[str]) -> str:
    kind = "block" if formula["block"] else "inline"
    mathml: str = convert(formula[kind].strip(), display=kind)
    # One that is wider than the window is scrolled by keyboard too.
    return mathml.replace("<math ", '<math tabindex="0" ', 1) if kind == "block" else mathml


def _smaller(png: str) -> str:
    """A PNG (base64) with 256 colours of its own, a third of the bytes."""
    with Image.open(io.BytesIO(base64.b64decode(png))) as picture:
        indexed = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    file = io.BytesIO()
    indexed.save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


def title_of(notebook: NotebookNode) -> str:
    """The notebook's first heading, without its Korean; its kind where it has none."""
    headings = (
        line.removeprefix("# ")
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("# ")
    )
    parts = next(headings, "Notebook").split(" · ")
    return " · ".join(part for part in parts if not re.search("[가-힣]", part))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--assignment", choices=assignments(), default=FIRST)
    options = parser.parse_args()
    name: str = options.assignment
    file: Path = options.file or PAGES / ("practice.html" if name == FIRST else f"{name}.html")
    solutions = Path("solutions")
    earlier = () if name == FIRST else load_assignment(FIRST).tasks
    notebook = execute_notebook(
        solutions / name,
        shared=solutions / SHARED,
        data=Path("data"),
        beside=[solutions / FIRST / f"{task.name}.py" for task in earlier],
    )
    file.write_text(as_page(notebook, title_of(notebook)), encoding="utf-8")
    print(f"{file}: {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
