"""Outputs of a student's cell, reduced to text and PNG pictures.

A notebook's outputs are whatever its author wrote into the file. HTML, SVG and JavaScript among
them would run in the browser of whoever grades, with the rights of the Formgrader.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode, v4

TEXT_CAP = 20_000
OUTPUTS_CAP = 200
PNG = b"\x89PNG\r\n\x1a\n"


def harmless_outputs(outputs: object) -> list[NotebookNode]:
    """The text and the pictures of a list of outputs; everything else is left out."""
    if not isinstance(outputs, list):
        return []
    found = (_harmless(output) for output in outputs[:OUTPUTS_CAP] if isinstance(output, Mapping))
    return [output for output in found if output is not None]


def harmless_attachments(attachments: object) -> dict[str, dict[str, str]]:
    """The PNG pictures that are attached to a markdown cell, by name."""
    if not isinstance(attachments, Mapping):
        return {}
    return {
        str(name): picture
        for name, data in attachments.items()
        if isinstance(data, Mapping) and (picture := _picture(data))
    }


def _harmless(output: Mapping[str, Any]) -> NotebookNode | None:
    match output.get("output_type"):
        case "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            return _output("stream", name=name, text=_text(output.get("text")))
        case "error":
            lines = output.get("traceback")
            return _output(
                "error",
                ename=_text(output.get("ename")),
                evalue=_text(output.get("evalue")),
                traceback=[_text(lines, between="\n")],
            )
        case "display_data" | "execute_result":
            data = output.get("data")
            if not isinstance(data, Mapping):
                return None
            reduced = _picture(data)
            if "text/plain" in data:
                reduced["text/plain"] = _text(data["text/plain"])
            return _output("display_data", data=reduced) if reduced else None
    return None


def _output(kind: str, **fields: Any) -> NotebookNode:
    output: NotebookNode = v4.new_output(kind, **fields)
    return output


def _picture(data: Mapping[str, Any]) -> dict[str, str]:
    """The PNG picture, if it is one: its text stands in an attribute of the page."""
    text = data.get("image/png")
    if isinstance(text, list):
        text = "".join(map(str, text))
    if not isinstance(text, str):
        return {}
    try:
        picture = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return {}
    return {"image/png": base64.b64encode(picture).decode()} if picture.startswith(PNG) else {}


def _text(value: object, between: str = "") -> str:
    text = between.join(map(str, value)) if isinstance(value, list) else str(value or "")
    return text if len(text) <= TEXT_CAP else f"{text[:TEXT_CAP]}\n…"
