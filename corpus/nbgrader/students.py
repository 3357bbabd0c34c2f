"""A class of twelve, and three of after FCN: what each makes of the assignment that was fetched."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from corpus.paths import ROOT, SOLUTIONS, solutions_of

NOTEBOOK = "24_Segmentation_practice.ipynb"
MODULES = ("unpooling", "transposed_conv", "fcn8s", "unet", "iou")
AFTER_FCN = ("deconvnet", "atrous", "pyramid_pooling", "metrics", "crf")
COMPLETE = ROOT / "examples" / "complete"
HALF_DONE = ROOT / "examples" / "half_done"
# What must run nowhere but in a worker, and there without effect.
MARK = "hostile-was-here"

Work = Callable[[Path], None]


def copy_modules(source: Path, folder: Path, *names: str) -> None:
    for path in source.glob("*.py"):
        if not names or path.stem in (*names, "layers"):
            shutil.copyfile(path, folder / path.name)


def fetched_notebook(folder: Path) -> Path:
    (path,) = folder.glob("*.ipynb")
    return path


def answer(folder: Path, text: str) -> None:
    """Write this below each written question, as somebody does in JupyterLab."""
    path = fetched_notebook(folder)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id", "").startswith("written_"):
            cell["source"] = [*cell["source"], f"\n\n{text}"]
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


def perfect(folder: Path) -> None:
    for name in MODULES:
        shutil.copyfile(SOLUTIONS / f"{name}.py", folder / f"{name}.py")
    answer(folder, "Because of the border. 2 < 7, so the classifier has nothing to slide over.")


def stub(folder: Path) -> None:
    """Hands in what was fetched."""


def half(folder: Path) -> None:
    copy_modules(HALF_DONE, folder)
    answer(folder, "I think it is the number of kernels.")


def syntax_error(folder: Path) -> None:
    copy_modules(COMPLETE, folder, "unpooling", "iou")
    (folder / "fcn8s.py").write_text("def convolutionalize(linear, channels:\n")


def endless_loop(folder: Path) -> None:
    copy_modules(COMPLETE, folder, "unpooling", "iou")
    with (folder / "iou.py").open("a") as file:
        file.write("\n\ndef mean_iou(confusion):\n    while True:\n        pass\n")


def exits(folder: Path) -> None:
    copy_modules(COMPLETE, folder, "unpooling", "iou")
    with (folder / "unpooling.py").open("a") as file:
        file.write("\n\ndef nearest_unpool2d(x, scale):\n    import os\n    os._exit(0)\n")


def renamed_notebook(folder: Path) -> None:
    copy_modules(COMPLETE, folder, "iou")
    answer(folder, "An answer in a file of another name.")
    (folder / NOTEBOOK).rename(folder / "final (2).ipynb")


def no_notebook(folder: Path) -> None:
    copy_modules(COMPLETE, folder, "iou")
    (folder / NOTEBOOK).unlink()


def late(folder: Path) -> None:
    copy_modules(COMPLETE, folder, "unpooling", "iou")


def numeric_id(folder: Path) -> None:
    copy_modules(COMPLETE, folder, "unpooling")
    (folder / "transposed_conv.py").unlink()


def korean(folder: Path) -> None:
    copy_modules(COMPLETE, folder, "iou")
    (folder / "도움.py").write_text("# 도움 함수\n값 = 1\n", encoding="utf-8")
    (folder / "iou.py").write_text(
        "# 김철수의 풀이\nimport 도움\n" + (COMPLETE / "iou.py").read_text().replace(
            "from __future__ import annotations\n", ""
        ),
        encoding="utf-8",
    )  # fmt: skip
    answer(folder, "크기가 서로 다르기 때문입니다.")


def hostile(folder: Path, modules: Sequence[str] = MODULES, right: Path = COMPLETE) -> None:
    """Modules that run wild when imported, but for the last of them, which is right, and a
    notebook made to act where it is shown."""
    wild = (
        "import os, sys\n"
        f"for place in ({str(folder.parent)!r}, '/tmp', '.'):\n"
        "    try:\n"
        f"        open(os.path.join(place, {MARK!r}), 'w').close()\n"
        "    except OSError:\n"
        "        pass\n"
        "print('100')\n"
        "os._exit(0)\n"
    )
    for name in modules:
        (folder / f"{name}.py").write_text(wild)
    copy_modules(right, folder, modules[-1])
    os.symlink("/etc/passwd", folder / "notes.txt")
    path = fetched_notebook(folder)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"]["widgets"] = {"x</script><script>hostile()</script>": {}}
    for cell in notebook["cells"]:
        _make_hostile(cell)
    notebook["cells"].append(
        {
            "cell_type": "raw",
            "metadata": {"raw_mimetype": "text/html"},
            "source": "<script>hostile()</script>",
            "id": "raw",
        }
    )
    path.write_text(json.dumps(notebook), encoding="utf-8")


def renamed_after_fcn(folder: Path) -> None:
    copy_modules(solutions_of("after_fcn"), folder, "metrics")
    fetched_notebook(folder).rename(folder / "final (2).ipynb")


def half_after_fcn(folder: Path) -> None:
    copy_modules(solutions_of("after_fcn"), folder, "metrics", "crf")


def hostile_after_fcn(folder: Path) -> None:
    hostile(folder, AFTER_FCN, solutions_of("after_fcn"))


def _make_hostile(cell: dict[str, Any]) -> None:
    about = cell["metadata"].get("nbgrader", {})
    script = "<img src=x onerror=hostile()><script>hostile()</script>"
    if about.get("grade_id", "").startswith("written_"):
        cell["source"] = [*cell["source"], script, "\n\n[me](javascript:hostile())\n"]
    elif cell["cell_type"] == "code":
        about.update(points=1000, locked=False, schema_version=99)
        cell["source"] = [f"open('/tmp/{MARK}', 'w')"]
        cell["outputs"] = [
            {"output_type": "execute_result", "execution_count": 1, "metadata": {},
             "data": {"text/html": script, "text/plain": "1000"}},
            {"output_type": "display_data", "metadata": {},
             "data": {"application/javascript": "hostile()", "image/png": 'x" onload="hostile()'}},
        ]  # fmt: skip


CLASS: dict[str, Work] = {
    "perfect": perfect,
    "stub": stub,
    "half": half,
    "syntax": syntax_error,
    "loop": endless_loop,
    "exits": exits,
    "renamed": renamed_notebook,
    "nobook": no_notebook,
    "late": late,
    "20240117": numeric_id,
    "korean": korean,
    "hostile": hostile,
}

CLASSES: dict[str, dict[str, Work]] = {
    "segmentation": CLASS,
    "after_fcn": {
        "renamed": renamed_after_fcn,
        "half": half_after_fcn,
        "hostile": hostile_after_fcn,
    },
}
