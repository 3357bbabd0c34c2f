"""Canvas' *Download Submissions*: names, groups, and people without a name."""

from __future__ import annotations

from corpus.downloads.canvas import MISSING, ZIPPER, one
from corpus.downloads.making import Download, Gives

CANVAS_PEOPLE = (
    Download(
        name="canvas without names",
        system="canvas",
        source=ZIPPER + ", get_filename: anonymize_students",
        holds=("anon_x7Qp2_4321_iou.py", "LATE_anon_Yb3xZ_4322_iou.py", "anon_x7Qp2_text.html"),
        gives={
            "anon_x7Qp2": Gives(
                {"iou.py": "anon_x7Qp2_4321_iou.py", "text.html": "anon_x7Qp2_text.html"}
            ),
            "anon_Yb3xZ": one("LATE_anon_Yb3xZ_4322_iou.py", late=True),
        },
        told=(
            ("not on the roster:", "anon_x7Qp2_…", "as anon_x7Qp2"),
            ("not on the roster:", "LATE_anon_Yb3xZ_4322_iou.py"),
            ("Canvas told no names",),
            MISSING,
        ),
        code=1,
    ),
    Download(
        name="canvas groups",
        system="canvas",
        source=ZIPPER + ", get_user_name: a group's name, and the number of one of its members",
        holds=("group1_98771_4321_iou.py", "group2_LATE_98772_4322_iou.py"),
        gives={
            "kim": one("group1_98771_4321_iou.py"),
            "lee": one("group1_98771_4321_iou.py"),
            "park": one("group2_LATE_98772_4322_iou.py", late=True),
            "choi_2": one("group2_LATE_98772_4322_iou.py", late=True),
            "han": one("group2_LATE_98772_4322_iou.py", late=True),
        },
    ),
    Download(
        name="canvas without numbers on the roster",
        system="canvas",
        source=ZIPPER + ", sanitize_user_name: Kim, Minsu becomes kimminsu",
        roster="student,name\nkim,Minsu Kim\nlee,이지우\nschmidt,Anna Maria Schmidt\n",
        holds=(
            "kimminsu_98770_4321_iou.py",
            "이지우_98771_4322_iou.py",
            "schmidtannamaria_98775_4323_iou.py",
        ),
        gives={
            "kim": one("kimminsu_98770_4321_iou.py"),
            "lee": one("이지우_98771_4322_iou.py"),
            "schmidt": one("schmidtannamaria_98775_4323_iou.py"),
        },
    ),
    Download(
        name="canvas names that are turns of each other",
        system="canvas",
        source=ZIPPER + ", sanitize_user_name",
        roster="student,name\nk1,Kim Min\nk2,Min Kim\nlee,이지우\n",
        holds=("kimmin_98770_4321_iou.py", "이지우_98771_4322_iou.py"),
        gives={"lee": one("이지우_98771_4322_iou.py")},
        told=(
            ("not collected:", "kimmin_98770_4321_iou.py", "may be any of k1, k2"),
            (*MISSING, "k1", "k2"),
        ),
        code=1,
    ),
    Download(
        name="canvas number and name of two people",
        system="canvas",
        source="a roster with a number in the wrong line",
        holds=("junpark_98770_4321_iou.py", "minsuthegreat_98771_4322_iou.py"),
        gives={"lee": one("minsuthegreat_98771_4322_iou.py")},
        told=(
            (
                "not collected:",
                "junpark_98770_4321_iou.py",
                "its number is kim's, its name is that of park",
            ),
            (*MISSING, "kim"),
        ),
        code=1,
    ),
    Download(
        name="canvas names with underscores and digits",
        system="canvas",
        source=ZIPPER + ", sanitize_file_name: letters, digits and underscores stay",
        roster=None,
        holds=("kim_min2_98770_4321_1_2_iou.py", "20230001_98771_4322_iou.py"),
        gives={
            "kim_min2_98770": one("kim_min2_98770_4321_1_2_iou.py", "1_2_iou.py"),
            "20230001_98771": one("20230001_98771_4322_iou.py"),
        },
    ),
)
