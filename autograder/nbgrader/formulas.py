r"""TeX that students wrote, as MathML: browsers draw it by themselves, and nothing is asked for.

latex2mathml puts the text of `\text{<script>…}` into the page as it stands, and addresses and
styles into attributes. So only its elements are used: those of MathML, without such attributes.
"""

from __future__ import annotations

from html import escape, unescape
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import convert_to_element

# Longer ones are not worth the time that they take.
CHARACTERS_CAP = 2000
ELEMENTS = frozenset({
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub",
    "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "none",
    "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose",
})  # fmt: skip
ATTRIBUTES = frozenset({
    "display", "xmlns", "mathvariant", "accent", "accentunder", "stretchy", "fence", "separator",
    "lspace", "rspace", "minsize", "maxsize", "linethickness", "columnalign", "columnlines",
    "rowlines", "rowspacing", "columnspacing", "displaystyle", "scriptlevel", "movablelimits",
    "width", "height", "depth", "notation", "form", "symmetric", "largeop",
})  # fmt: skip
_BLOCK, _INLINE = "block", "inline"


def to_mathml(tex: str, *, block: bool) -> str:
    """The formula as an element; as the text that was written where it is none."""
    display = _BLOCK if block else _INLINE
    try:
        if len(tex) > CHARACTERS_CAP:
            raise ValueError("too long")
        element = convert_to_element(tex.strip(), display=display)
        _clean(element)
        return str(tostring(element, encoding="unicode"))
    except Exception:  # it may raise anything, RecursionError too
        return f"<code>{escape(tex.strip())}</code>"


def _clean(root: Element) -> None:
    """Raises ValueError at an element that MathML does not have."""
    for element in root.iter():
        if element.tag not in ELEMENTS:
            raise ValueError(element.tag)
        for name in set(element.attrib) - ATTRIBUTES:
            del element.attrib[name]
        # Symbols are written as &#x0003C; in its texts.
        element.text = unescape(element.text or "")
        element.tail = unescape(element.tail or "")
