"""Folders of people's own making."""

from __future__ import annotations

import unicodedata

from corpus.downloads.making import WORK, Download, Gives, Packed, as_is, below, own

GUIDE = "docs/course.md: an entry a student"
PACKERS = "what packers of Windows and macOS write"
MISSING = ("on the roster, and nothing collected:",)
APART = unicodedata.normalize("NFD", "이지우")


def _packed(place: str) -> Gives:
    return as_is(place)


FOLDER_DOWNLOADS = (
    Download(
        name="a folder or an archive a student",
        system="folder",
        source=GUIDE,
        form="folder",
        called="homework",
        holds={
            **own("kim/iou.py", "kim/hw3/final/unet.py"),
            "lee.zip": WORK,
            "park.ZIP": WORK,
            "choi_2.tar.gz": Packed(own("iou.py"), "tar.gz"),
        },
        gives={
            "kim": below("kim", "iou.py", "hw3/final/unet.py"),
            "lee": _packed("lee.zip"),
            "park": _packed("park.ZIP"),
            "choi_2": _packed("choi_2.tar.gz"),
        },
        told=((*MISSING, "han (excused)"),),
    ),
    Download(
        name="archives with something behind the name",
        system="folder",
        source=GUIDE,
        form="folder",
        holds={
            "kim_segmentation_final.zip": WORK,
            "choi_2_hw3.zip": WORK,
            "이지우_과제3.zip": WORK,
            "Jun Park_1.zip": WORK,
            "kimmy.zip": WORK,
        },
        gives={
            "kim": _packed("kim_segmentation_final.zip"),
            "choi_2": _packed("choi_2_hw3.zip"),
            "lee": _packed("이지우_과제3.zip"),
            "park": _packed("Jun Park_1.zip"),
            "kimmy": _packed("kimmy.zip"),
        },
        told=(("not on the roster:", "kimmy.zip"),),
        code=1,
    ),
    Download(
        name="entries by whatever the roster knows",
        system="folder",
        source="the columns of a roster",
        form="folder",
        holds=("MINSU/iou.py", "98771/iou.py", "jun@uni.example/iou.py", "최유나/iou.py"),
        gives={
            "kim": below("MINSU", "iou.py"),
            "lee": below("98771", "iou.py"),
            "park": below("jun@uni.example", "iou.py"),
            "choi_2": below("최유나", "iou.py"),
        },
    ),
    Download(
        name="a student's archive, unpacked beside it",
        system="folder",
        source="people who look into one student's work",
        form="folder",
        holds={
            "kim.zip": Packed({"hw/iou.py": "a = 1\n", "hw/unet.py": "b = 1\n"}),
            "kim/hw/iou.py": "a = 1\n",
            "kim/hw/unet.py": "b = 1\n",
            "lee/iou.py": "c = 1\n",
        },
        gives={
            "kim": below("kim", "hw/iou.py", "hw/unet.py"),
            "lee": below("lee", "iou.py"),
        },
        told=(("kim: kim.zip (1 file) is the same again",),),
    ),
    Download(
        name="a folder and another archive of one student",
        system="folder",
        source="people who get a second version by mail",
        form="folder",
        holds={
            "kim.zip": Packed({"iou.py": "a = 1\n"}),
            "kim/iou.py": "a = 2\n",
            "lee/iou.py": "c = 1\n",
        },
        gives={"lee": below("lee", "iou.py")},
        told=(
            ("not collected: kim.zip", "which of 2 of kim is the newest is not known"),
            ("not collected: kim/iou.py", "is not known"),
            (*MISSING, "kim"),
        ),
        code=1,
    ),
    Download(
        name="a class within a folder",
        system="folder",
        source=PACKERS,
        holds={
            "hw3/kim/iou.py": "a",
            "hw3/lee.zip": WORK,
            "hw3/.DS_Store": "",
            "__MACOSX/hw3/._lee.zip": "",
            "hw3/readme.txt": "about the class",
        },
        litter=("hw3/.DS_Store", "__MACOSX/hw3/._lee.zip"),
        gives={"kim": below("hw3/kim", "iou.py"), "lee": _packed("hw3/lee.zip")},
        told=(("not collected: hw3/readme.txt:",), MISSING),
        code=1,
    ),
    Download(
        name="files that are no entry",
        system="folder",
        source=GUIDE,
        form="folder",
        holds={
            "kim/iou.py": "a",
            "lee.rar": "Rar!",
            "park_iou.py": "b",
            "Thumbs.db": "",
            "choi_2/iou.py": "-> ../kim/iou.py",
            "choi_2/unet.py": "c",
        },
        litter=("Thumbs.db",),
        gives={"kim": below("kim", "iou.py"), "choi_2": below("choi_2", "unet.py")},
        told=(
            ("not collected: lee.rar: neither a folder nor an archive",),
            ("not collected: park_iou.py: neither a folder nor an archive",),
            ("not collected: choi_2/iou.py: a link",),
            (*MISSING, "lee", "park"),
        ),
        code=1,
    ),
    Download(
        name="a zip file of Windows in Korean",
        system="folder",
        source=PACKERS + ": names in cp949 that do not say so, backslashes",
        windows=True,
        holds=("이지우\\과제\\iou.py", "최유나\\iou.py", "김철수\\iou.py"),
        gives={
            "lee": Gives({"과제/iou.py": "이지우\\과제\\iou.py"}),
            "choi_2": Gives({"iou.py": "최유나\\iou.py"}),
            "김철수": Gives({"iou.py": "김철수\\iou.py"}),
        },
        told=(("not on the roster:", "김철수/iou.py"), MISSING),
        code=1,
    ),
    Download(
        name="Korean names in parts",
        system="folder",
        source=PACKERS + ": Korean in parts",
        holds=(f"{APART}/iou.py", "kim/iou.py"),
        gives={"lee": Gives({"iou.py": f"{APART}/iou.py"}), "kim": below("kim", "iou.py")},
    ),
    Download(
        name="a folder without a roster",
        system="folder",
        source=GUIDE,
        form="folder",
        roster=None,
        holds={"kim_12345.zip": WORK, "이지우/iou.py": "a", "Jun Park/iou.py": "b"},
        gives={
            "kim_12345": _packed("kim_12345.zip"),
            "이지우": below("이지우", "iou.py"),
            "Jun Park": below("Jun Park", "iou.py"),
        },
    ),
    Download(
        name="two archives of one student",
        system="folder",
        source=GUIDE,
        form="folder",
        holds={
            "kim_1.zip": WORK,
            "kim_2.zip": WORK,
            "lee_1.zip": WORK,
            "lee_2.zip": Packed(own("x.py")),
        },
        gives={"kim": _packed("kim_1.zip")},
        told=(
            ("kim: kim_2.zip (1 file) is the same again",),
            ("not collected: lee_1.zip", "is not known"),
            ("not collected: lee_2.zip", "is not known"),
            MISSING,
        ),
        code=1,
    ),
    Download(
        name="one student alone, with two folders",
        system="folder",
        source=GUIDE,
        form="folder",
        holds=("kim/lee/iou.py", "kim/final/iou.py"),
        gives={"kim": below("kim", "lee/iou.py", "final/iou.py")},
        told=(MISSING,),
    ),
    Download(
        name="a Canvas download taken for a folder",
        system="folder",
        source="the wrong --from",
        form="folder",
        holds={
            "kimminsu_98770_4321_hw.zip": WORK,
            "이지우_98771_4322_iou.py": "a",
            "park/x.py": "b",
        },
        gives={
            "kim": _packed("kimminsu_98770_4321_hw.zip"),
            "park": below("park", "x.py"),
        },
        told=(
            ("it looks like Canvas (--from canvas)",),
            ("not collected: 이지우_98771_4322_iou.py:",),
            MISSING,
        ),
        code=1,
    ),
    Download(
        name="times of a list of one's own",
        system="folder",
        source="docs/course.md: --times",
        form="folder",
        holds=("kim/iou.py", "lee/iou.py", "park/iou.py"),
        times="student,received,late\nkim,2026-11-27 20:00 KST,\nLEE,2026-11-27T20:00Z,late\n",
        gives={
            "kim": Gives({"iou.py": "kim/iou.py"}, "2026-11-27 11:00:00"),
            "lee": Gives({"iou.py": "lee/iou.py"}, "2026-11-27 20:00:00", late=True),
            "park": below("park", "iou.py"),
        },
    ),
)
