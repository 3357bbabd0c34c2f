"""nbgrader's folders."""

from __future__ import annotations

from corpus.downloads.making import WORK, Download, Gives, below

SUBMITTED = "nbgrader, coursedir.py: directory_structure, submitted_directory"
SUBMIT = "nbgrader, exchange/default/submit.py: init_dest, copy_files"
ZIP_COLLECT = "nbgrader, apps/zipcollectapp.py: archive_directory, extracted_directory"
MISSING = ("on the roster, and nothing collected:",)
STAMP = "timestamp.txt"


def _stamped(folder: str, time: str, *, received: str) -> tuple[dict[str, str], Gives]:
    holds = {f"{folder}/iou.py": f"# {folder}\n", f"{folder}/{STAMP}": time}
    return holds, Gives({"iou.py": f"{folder}/iou.py", STAMP: f"{folder}/{STAMP}"}, received)


KIM = _stamped("kim/segmentation", "2026-11-27 20:00:00.000000 KST", received="2026-11-27 11:00:00")
LEE = _stamped("jiwoo/segmentation", "2026-11-27 20:00:00 +0900", received="2026-11-27 11:00:00")
PARK = _stamped("park/segmentation", "2026-11-27 9:00 PM", received="2026-11-27 12:00:00")
CHOI = _stamped("choi_2/segmentation", "2026-11-27 11:00:00.5 UTC", received="2026-11-27 11:00:00")

NEWER = "kim+segmentation+2026-11-28 09:00:00.000000 KST+YWJjZGVmZ2hp"
OLDER = "kim+segmentation+2026-11-27 20:00:00.000000 KST+amtsbW5vcHFy"
SECRET = "submission_secret.txt"

EXCHANGE_DOWNLOADS = (
    Download(
        name="nbgrader submitted, in all the ways that times are written",
        system="nbgrader",
        source=SUBMITTED,
        form="folder",
        called="submitted",
        holds={**KIM[0], **LEE[0], **PARK[0], **CHOI[0]},
        gives={"kim": KIM[1], "lee": LEE[1], "park": PARK[1], "choi_2": CHOI[1]},
        told=((*MISSING, "han (excused)"),),
    ),
    Download(
        name="nbgrader submitted, for nbgrader",
        system="nbgrader",
        source=SUBMITTED,
        form="folder",
        layout="nbgrader",
        holds={**KIM[0], **LEE[0]},
        gives={
            "kim": Gives({"iou.py": "kim/segmentation/iou.py"}, "2026-11-27 11:00:00"),
            "lee": Gives({"iou.py": "jiwoo/segmentation/iou.py"}, "2026-11-27 11:00:00"),
        },
        told=(MISSING,),
    ),
    Download(
        name="nbgrader submitted, with times that nobody can read",
        system="nbgrader",
        source=SUBMITTED,
        holds={
            "kim/segmentation/iou.py": "a",
            f"kim/segmentation/{STAMP}": "2026-11-27 20:00:00 JST",
            "lee/segmentation/iou.py": "b",
            "lee/segmentation/helpers/blocks.py": "c",
        },
        gives={
            "kim": below("kim/segmentation", "iou.py", STAMP),
            "lee": below("lee/segmentation", "iou.py", "helpers/blocks.py"),
        },
        told=((f"kim/segmentation/{STAMP}: no time is known", "JST"),),
        code=1,
    ),
    Download(
        name="nbgrader course with everything in it",
        system="nbgrader",
        source=SUBMITTED,
        form="folder",
        called="course",
        holds={
            f"submitted/{next(iter(KIM[0]))}": KIM[0]["kim/segmentation/iou.py"],
            f"submitted/kim/segmentation/{STAMP}": "2026-11-27 11:00:00 UTC",
            "submitted/kim/ps1/answer.ipynb": "{}",
            "submitted/lee/ps1/answer.ipynb": "{}",
            "submitted/park/iou.py": "in no folder of an assignment",
            "source/segmentation/iou.py": "stub",
            "release/segmentation/iou.py": "stub",
            "autograded/kim/segmentation/iou.py": "graded",
            "feedback/kim/segmentation/page.html": "<p>",
            "gradebook.db": "SQLite",
        },
        gives={
            "kim": Gives(
                {
                    "iou.py": "submitted/kim/segmentation/iou.py",
                    STAMP: f"submitted/kim/segmentation/{STAMP}",
                },
                "2026-11-27 11:00:00",
            )
        },
        told=(
            ("not collected: ps1: not handed in for segmentation", "2 files"),
            ("not collected: submitted/park/iou.py: in no folder of a student's",),
            ("not collected: source: not handed in for segmentation",),
            ("not collected: release: not handed in for segmentation",),
            ("not collected: autograded: not handed in for segmentation",),
            ("not collected: feedback: not handed in for segmentation",),
            ("not collected: gradebook.db: not handed in for segmentation",),
        ),
        code=1,
    ),
    Download(
        name="nbgrader inbound, handed in twice",
        system="nbgrader",
        source=SUBMIT,
        form="folder",
        called="inbound",
        holds={
            f"{OLDER}/iou.py": "a = 1\n",
            f"{OLDER}/{STAMP}": "2026-11-27 20:00:00.000000 KST",
            f"{OLDER}/{SECRET}": "1",
            f"{NEWER}/iou.py": "a = 2\n",
            f"{NEWER}/{STAMP}": "2026-11-28 09:00:00.000000 KST",
            f"{NEWER}/{SECRET}": "2",
            "jiwoo+segmentation+2026-11-27 11:00:00 UTC/iou.py": "b = 1\n",
            "kim+ps1+2026-11-01 11:00:00 UTC/answer.ipynb": "{}",
        },
        gives={
            "kim": Gives(
                {name: f"{NEWER}/{name}" for name in ("iou.py", STAMP, SECRET)},
                "2026-11-28 00:00:00",
            ),
            "lee": Gives(
                {"iou.py": "jiwoo+segmentation+2026-11-27 11:00:00 UTC/iou.py"},
                "2026-11-27 11:00:00",
            ),
        },
        told=(
            ("kim:", f"{OLDER}/ (3 files) is older", f"{NEWER}/ counts"),
            ("not collected: ps1: not handed in for segmentation",),
        ),
    ),
    Download(
        name="nbgrader inbound, handed in twice, with a list of times",
        system="nbgrader",
        source=SUBMIT,
        form="folder",
        called="inbound",
        holds=(f"{OLDER}/iou.py", f"{NEWER}/iou.py"),
        times="student,received\nkim,2026-11-27 21:00\n",
        gives={"kim": Gives({"iou.py": f"{NEWER}/iou.py"}, "2026-11-27 12:00:00")},
        told=(("kim:", f"{OLDER}/iou.py (1 file) is older"),),
    ),
    Download(
        name="nbgrader inbound, with a time that nobody can read",
        system="nbgrader",
        source=SUBMIT,
        form="folder",
        called="inbound",
        holds=(
            "kim+segmentation+2026-11-27 20:00:00 PST+YQ/iou.py",
            "kim+segmentation+2026-11-28 20:00:00 KST+YQ/iou.py",
            "park+segmentation+yesterday+YQ/iou.py",
        ),
        gives={"park": below("park+segmentation+yesterday+YQ", "iou.py")},
        told=(
            ("kim+segmentation+2026-11-27 20:00:00 PST+YQ: no time is known",),
            (
                "not collected: kim+segmentation+2026-11-27 20:00:00 PST+YQ/iou.py",
                "the newest is not known",
            ),
            ("not collected: kim+segmentation+2026-11-28 20:00:00 KST+YQ/iou.py",),
            ("park+segmentation+yesterday+YQ: no time is known",),
            MISSING,
        ),
        code=1,
    ),
    Download(
        name="nbgrader downloaded",
        system="nbgrader",
        source=ZIP_COLLECT,
        form="folder",
        called="downloaded",
        holds={
            "segmentation/archive/kim_12345.zip": WORK,
            "segmentation/archive/choi_2_segmentation.zip": WORK,
            "segmentation/archive/notes.txt": "mine",
            "segmentation/extracted/kim_12345/iou.py": "unpacked",
            "ps1/archive/kim.zip": WORK,
        },
        gives={
            "kim": Gives({"kim_12345.zip": "segmentation/archive/kim_12345.zip"}),
            "choi_2": Gives(
                {"choi_2_segmentation.zip": "segmentation/archive/choi_2_segmentation.zip"}
            ),
        },
        told=(
            ("not collected: segmentation/archive/notes.txt: in no folder of a student's",),
            ("not collected: ps1: not handed in for segmentation",),
            ("not collected: segmentation/extracted: not handed in",),
        ),
        code=1,
    ),
    Download(
        name="nbgrader extracted",
        system="nbgrader",
        source=ZIP_COLLECT,
        form="folder",
        called="extracted",
        holds=("kim_segmentation/iou.py", "lee/unet.py"),
        gives={
            "kim": below("kim_segmentation", "iou.py"),
            "lee": below("lee", "unet.py"),
        },
        told=(MISSING,),
    ),
)
