"""Moodle's *Download all submissions*: how files lie in it."""

from __future__ import annotations

from corpus.downloads.making import WORK, Download, Gives, Packed, as_is, below, own

FOLDERS_40 = "Moodle 3.1 to 4.0, mod/assign/locallib.php, download_submissions: downloadasfolders"
FOLDERS = "Moodle 4.1, mod/assign/classes/downloader.php: downloadasfolders"
FLAT = "Moodle, mod/assign/classes/downloader.php: without downloadasfolders"
BY_HAND = "FLAT or FOLDERS, as people keep it"
MISSING = ("on the roster, and nothing collected:",)

KIM = "Kim Minsu_12345_assignsubmission_file"
LEE = "이지우_12346_assignsubmission_file"
PARK = "Jun Park_12347_assignsubmission_file"
CHOI = "최유나_12348_assignsubmission_file"

MOODLE_DOWNLOADS = (
    Download(
        name="moodle folders with an underscore at the end",
        system="moodle",
        source=FOLDERS_40,
        holds={
            f"{KIM}_/segmentation.zip": WORK,
            **own(f"{LEE}_/iou.py", f"{LEE}_/unet.py", f"{PARK}_/segmentation.ZIP"),
        },
        gives={
            "kim": below(f"{KIM}_", "segmentation.zip"),
            "lee": below(f"{LEE}_", "iou.py", "unet.py"),
            "park": below(f"{PARK}_", "segmentation.ZIP"),
        },
        told=((*MISSING, "choi_2", "han (excused)"),),
    ),
    Download(
        name="moodle folders",
        system="moodle",
        source=FOLDERS,
        holds=(f"{KIM}/iou.py", f"{KIM}/24_Segmentation_practice.ipynb", f"{CHOI}/fcn8s.py"),
        gives={
            "kim": below(KIM, "iou.py", "24_Segmentation_practice.ipynb"),
            "choi_2": below(CHOI, "fcn8s.py"),
        },
        told=((*MISSING, "lee", "park"),),
    ),
    Download(
        name="moodle flat",
        system="moodle",
        source=FLAT,
        holds=(f"{KIM}_iou.py", f"{KIM}_unet.py", f"{LEE}_my_iou_1.py", f"{PARK}_hw (1).zip"),
        gives={
            "kim": Gives({"iou.py": f"{KIM}_iou.py", "unet.py": f"{KIM}_unet.py"}),
            "lee": Gives({"my_iou_1.py": f"{LEE}_my_iou_1.py"}),
            "park": Gives({"hw (1).zip": f"{PARK}_hw (1).zip"}),
        },
    ),
    Download(
        name="moodle files and a text in folders",
        system="moodle",
        source=FOLDERS + ", and mod/assign/submission/onlinetext/locallib.php",
        holds=(
            f"{KIM}_/iou.py",
            "Kim Minsu_12345_assignsubmission_onlinetext_/onlinetext.html",
            "이지우_12346_assignsubmission_onlinetext/onlinetext.html",
        ),
        gives={
            "kim": as_is(
                f"{KIM}_/iou.py", "Kim Minsu_12345_assignsubmission_onlinetext_/onlinetext.html"
            ),
            "lee": as_is("이지우_12346_assignsubmission_onlinetext/onlinetext.html"),
        },
    ),
    Download(
        name="moodle files and a text of one name",
        system="moodle",
        source=FLAT,
        holds=(
            f"{KIM}_onlinetext (2).html",
            f"{KIM}_onlinetext.html",
            "Kim Minsu_12345_assignsubmission_onlinetext_onlinetext.html",
        ),
        gives={
            "kim": Gives(
                {
                    "onlinetext (2).html": f"{KIM}_onlinetext (2).html",
                    "onlinetext (3).html": f"{KIM}_onlinetext.html",
                    "onlinetext.html": "Kim Minsu_12345_assignsubmission_onlinetext_"
                    "onlinetext.html",
                }
            ),
        },
        told=(("kim:", f"{KIM}_onlinetext.html", "is kept as onlinetext (3).html"),),
        code=1,
    ),
    Download(
        name="moodle folders within a folder",
        system="moodle",
        source=FOLDERS + ": get_filepath",
        holds=(f"{KIM}/hw3/iou.py", f"{KIM}/hw3/helpers/blocks.py", f"{KIM}/report.pdf"),
        gives={"kim": below(KIM, "hw3/iou.py", "hw3/helpers/blocks.py", "report.pdf")},
    ),
    Download(
        name="moodle unpacked",
        system="moodle",
        source=BY_HAND,
        form="folder",
        holds=(
            f"CS101-Segmentation-4711/{KIM}_/iou.py",
            f"CS101-Segmentation-4711/{LEE}_/iou.py",
            "CS101-Segmentation-4711/.DS_Store",
        ),
        litter=("CS101-Segmentation-4711/.DS_Store",),
        gives={
            "kim": below(f"CS101-Segmentation-4711/{KIM}_", "iou.py"),
            "lee": below(f"CS101-Segmentation-4711/{LEE}_", "iou.py"),
        },
        called="Downloads",
    ),
    Download(
        name="moodle packed again on a Mac",
        system="moodle",
        source=BY_HAND,
        holds=(
            f"seg/{KIM}_/iou.py",
            f"__MACOSX/seg/{KIM}_/._iou.py",
            "seg/.DS_Store",
            f"seg/{LEE}_/iou.py",
        ),
        litter=(f"__MACOSX/seg/{KIM}_/._iou.py", "seg/.DS_Store"),
        gives={"kim": below(f"seg/{KIM}_", "iou.py"), "lee": below(f"seg/{LEE}_", "iou.py")},
    ),
    Download(
        name="moodle in a folder of downloads",
        system="moodle",
        source=BY_HAND,
        form="folder",
        holds={
            "CS101-Segmentation-4711.zip": Packed(own(f"{KIM}_/iou.py", f"{LEE}_/unet.py")),
            "Grades-CS101-Segmentation-4711.csv": "Identifier,Full name\n",
            "slides.pdf": "%PDF",
        },
        gives={
            "kim": below(f"CS101-Segmentation-4711.zip/{KIM}_", "iou.py"),
            "lee": below(f"CS101-Segmentation-4711.zip/{LEE}_", "unet.py"),
        },
        told=(
            ("not collected:", "Grades-CS101-Segmentation-4711.csv"),
            ("not collected:", "slides.pdf"),
        ),
        code=1,
    ),
    Download(
        name="moodle of two sections",
        system="moodle",
        source="Moodle, mod/assign/classes/downloader.php, get_zip_filename: with a group's name",
        form="folder",
        holds={
            "CS101-Segmentation-A반-4711.zip": Packed(own(f"{KIM}_/iou.py")),
            "CS101-Segmentation-B반-4711.zip": Packed(own(f"{PARK}_/iou.py", f"{CHOI}_/iou.py")),
        },
        gives={
            "kim": below(f"CS101-Segmentation-A반-4711.zip/{KIM}_", "iou.py"),
            "park": below(f"CS101-Segmentation-B반-4711.zip/{PARK}_", "iou.py"),
            "choi_2": below(f"CS101-Segmentation-B반-4711.zip/{CHOI}_", "iou.py"),
        },
    ),
    Download(
        name="moodle downloaded twice",
        system="moodle",
        source=BY_HAND,
        form="folder",
        holds={
            "seg (1).zip": Packed({f"{KIM}_/iou.py": "a = 1\n", f"{LEE}_/iou.py": "b = 1\n"}),
            "seg.zip": Packed({f"{KIM}_/iou.py": "a = 1\n", f"{LEE}_/iou.py": "b = 2\n"}),
        },
        gives={"kim": below(f"seg (1).zip/{KIM}_", "iou.py")},
        told=(
            ("kim:", f"seg.zip/{KIM}_/iou.py", "is the same again"),
            ("not collected:", f"seg (1).zip/{LEE}_/iou.py", "the newest is not known"),
            ("not collected:", f"seg.zip/{LEE}_/iou.py", "the newest is not known"),
            MISSING,
        ),
        code=1,
    ),
    Download(
        name="moodle as a tar file",
        system="moodle",
        source=BY_HAND,
        form="tar.gz",
        holds=(f"./{KIM}_/iou.py", f"./{LEE}_/iou.py"),
        gives={
            "kim": Gives({"iou.py": f"./{KIM}_/iou.py"}),
            "lee": Gives({"iou.py": f"./{LEE}_/iou.py"}),
        },
    ),
    Download(
        name="moodle with what is nobody's",
        system="moodle",
        source=BY_HAND,
        form="folder",
        holds={
            **own(f"{KIM}_/iou.py", "iou.py", "notes/todo.txt", f"{LEE}_iou.rar"),
            "work.7z": "7z",
            f"{PARK}_/unet.py": "-> /etc/passwd",
        },
        gives={"kim": below(f"{KIM}_", "iou.py"), "lee": Gives({"iou.rar": f"{LEE}_iou.rar"})},
        told=(
            ("not collected: iou.py:",),
            ("not collected: notes/todo.txt:",),
            ("not collected: work.7z:",),
            (f"not collected: {PARK}_/unet.py: a link",),
        ),
        code=1,
    ),
    Download(
        name="moodle out of a hostile archive",
        system="moodle",
        source="paths that no system writes",
        holds=(
            f"{KIM}_/iou.py",
            f"{KIM}_/../../../{LEE}_/iou.py",
            f"/{PARK}_/iou.py",
            f"{CHOI}_\\hw\\iou.py",
        ),
        gives={
            "kim": below(f"{KIM}_", "iou.py"),
            "choi_2": Gives({"hw/iou.py": f"{CHOI}_\\hw\\iou.py"}),
        },
        told=(
            (f"{KIM}_/../../../{LEE}_/iou.py", "leads out of its folder"),
            (f"/{PARK}_/iou.py", "an absolute path"),
        ),
        code=1,
    ),
    Download(
        name="moodle archives for nbgrader",
        system="moodle",
        source=FOLDERS,
        layout="nbgrader",
        holds={
            f"{KIM}/hw.zip": Packed(own("hw3/iou.py", "hw3/24_Segmentation_practice.ipynb")),
            f"{LEE}/one.zip": Packed(own("iou.py", "timestamp.txt")),
            f"{LEE}/unet.py": "b = 1\n",
            f"{PARK}/broken.zip": "PK",
            f"{CHOI}/hw.zip": Packed(own("iou.py", "../escaped.py")),
        },
        gives={
            "kim": Gives(
                {
                    "iou.py": f"{KIM}/hw.zip/hw3/iou.py",
                    "24_Segmentation_practice.ipynb": f"{KIM}/hw.zip/hw3/"
                    "24_Segmentation_practice.ipynb",
                }
            ),
            "lee": Gives(
                {
                    "one/iou.py": f"{LEE}/one.zip/iou.py",
                    "one/timestamp.txt": f"{LEE}/one.zip/timestamp.txt",
                    "unet.py": f"{LEE}/unet.py",
                }
            ),
            "park": below(PARK, "broken.zip"),
            "choi_2": Gives({"iou.py": f"{CHOI}/hw.zip/iou.py"}),
        },
        told=(
            ("kim:", f"{KIM}/hw.zip is unpacked (2 files)"),
            ("park:", f"{PARK}/broken.zip stays packed:", "is not a zip file"),
            (f"not collected: {CHOI}/hw.zip/../escaped.py", "leads out of its folder"),
        ),
        code=1,
    ),
    Download(
        name="moodle for nbgrader",
        system="moodle",
        source=FOLDERS + ", with mod/assign/feedback/offline (the grading worksheet)",
        layout="nbgrader",
        holds=(f"{KIM}_/24_Segmentation_practice.ipynb", f"{KIM}_/timestamp.txt", f"{LEE}/iou.py"),
        times="Identifier,Full name,Last modified (submission)\n"
        'Participant 12345,Kim Minsu,"Friday, 27 November 2026, 8:00 PM"\n'
        "Participant 12346,이지우,-\n",
        gives={
            "kim": Gives(
                {"24_Segmentation_practice.ipynb": f"{KIM}_/24_Segmentation_practice.ipynb"},
                received="2026-11-27 11:00:00",
            ),
            "lee": below(LEE, "iou.py"),
        },
        told=(("not collected:", f"{KIM}_/timestamp.txt", "a student tells no time"),),
    ),
)
