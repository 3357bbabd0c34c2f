"""Canvas' *Download Submissions*."""

from __future__ import annotations

from corpus.downloads.making import WORK, Download, Gives, Packed, own

ZIPPER = "Canvas, lib/content_zipper.rb"
UPLOAD = ZIPPER + ", add_upload_submission"
AGAIN = "Canvas, app/models/attachment.rb, make_unique_filename"
EARLIER = "Canvas until about 2018, lib/content_zipper.rb: hyphens, small letters"
QUIZ = "Canvas, app/models/quizzes/quiz_submission_zipper.rb"
MISSING = ("on the roster, and nothing collected:",)
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def one(place: str, name: str = "iou.py", *, late: bool = False) -> Gives:
    return Gives({name: place}, late=late)


CANVAS_DOWNLOADS = (
    Download(
        name="canvas",
        system="canvas",
        source=UPLOAD,
        holds={
            **own("kimminsu_98770_4321_iou.py", "kimminsu_98770_4322_unet.py"),
            "이지우_98771_4330_segmentation.zip": WORK,
        },
        gives={
            "kim": Gives(
                {"iou.py": "kimminsu_98770_4321_iou.py", "unet.py": "kimminsu_98770_4322_unet.py"}
            ),
            "lee": one("이지우_98771_4330_segmentation.zip", "segmentation.zip"),
        },
        told=((*MISSING, "park", "choi_2", "han (excused)"),),
        called="submissions",
    ),
    Download(
        name="canvas handed in late",
        system="canvas",
        source=ZIPPER + ", get_filename",
        holds=("kimminsu_LATE_98770_4321_iou.py", "junpark_98772_4322_iou.py"),
        gives={
            "kim": one("kimminsu_LATE_98770_4321_iou.py", late=True),
            "park": one("junpark_98772_4322_iou.py"),
        },
    ),
    Download(
        name="canvas handed in late, for nbgrader",
        system="canvas",
        source=ZIPPER + ", get_filename",
        layout="nbgrader",
        holds=("kimminsu_LATE_98770_4321_iou.py", "junpark_98772_4322_iou.py"),
        times="student,received\npark,2026-11-27 20:00:00 +0900\n",
        gives={
            "kim": one("kimminsu_LATE_98770_4321_iou.py", late=True),
            "park": Gives({"iou.py": "junpark_98772_4322_iou.py"}, "2026-11-27 11:00:00"),
        },
        told=(("kim: it came in late, but no time is known",),),
        code=1,
    ),
    Download(
        name="canvas handed in again",
        system="canvas",
        source=AGAIN,
        holds=(
            "kimminsu_98770_4400_iou-2.py",
            "kimminsu_98770_4401_24_Segmentation_practice-1.ipynb",
            f"junpark_98772_4402_unet-{UUID}.py",
            "이지우_98771_4403_helpers-3.py",
            "이지우_98771_4404_IOU-1.PY",
        ),
        gives={
            "kim": Gives(
                {
                    "iou.py": "kimminsu_98770_4400_iou-2.py",
                    "24_Segmentation_practice.ipynb": "kimminsu_98770_4401_24_Segmentation_"
                    "practice-1.ipynb",
                }
            ),
            "park": one(f"junpark_98772_4402_unet-{UUID}.py", "unet.py"),
            "lee": Gives(
                {
                    "helpers.py": "이지우_98771_4403_helpers-3.py",
                    "IOU.PY": "이지우_98771_4404_IOU-1.PY",
                }
            ),
        },
    ),
    Download(
        name="canvas with hyphens of the student's own",
        system="canvas",
        source=AGAIN + ": what is not sure stays",
        holds=(
            "kimminsu_98770_4400_2023-001-2.zip",
            "kimminsu_98770_4401_notes-2.txt",
            "kimminsu_98770_4402_my-iou-1.py",
            "kimminsu_98770_4403_work-1.tar.gz",
            "kimminsu_98770_4404_work.tar-2.gz",
        ),
        gives={
            "kim": Gives(
                {
                    "2023-001-2.zip": "kimminsu_98770_4400_2023-001-2.zip",
                    "notes-2.txt": "kimminsu_98770_4401_notes-2.txt",
                    "my-iou-1.py": "kimminsu_98770_4402_my-iou-1.py",
                    "work-1.tar.gz": "kimminsu_98770_4403_work-1.tar.gz",
                    "work.tar-2.gz": "kimminsu_98770_4404_work.tar-2.gz",
                }
            )
        },
    ),
    Download(
        name="canvas with an older upload beside the newer one",
        system="canvas",
        source=AGAIN + "; several downloads unpacked into one folder",
        form="folder",
        holds=(
            "kimminsu_98770_4321_iou.py",
            "kimminsu_98770_4400_iou-1.py",
            "kimminsu_98770_4322_unet.py",
        ),
        gives={
            "kim": Gives(
                {
                    "iou.py": "kimminsu_98770_4400_iou-1.py",
                    "unet.py": "kimminsu_98770_4322_unet.py",
                }
            )
        },
        told=(
            (
                "kim:",
                "kimminsu_98770_4321_iou.py is older",
                "kimminsu_98770_4400_iou-1.py counts",
            ),
        ),
    ),
    Download(
        name="canvas in time and late again",
        system="canvas",
        source=ZIPPER + "; several downloads unpacked into one folder",
        form="folder",
        holds=(
            "kimminsu_98770_4321_iou.py",
            "kimminsu_LATE_98770_4400_iou-1.py",
            "kimminsu_LATE_98770_4401_unet.py",
        ),
        gives={
            "kim": Gives(
                {
                    "iou.py": "kimminsu_LATE_98770_4400_iou-1.py",
                    "unet.py": "kimminsu_LATE_98770_4401_unet.py",
                },
                late=True,
            )
        },
        told=(("kim:", "kimminsu_98770_4321_iou.py (1 file) is older"),),
    ),
    Download(
        name="canvas texts and addresses",
        system="canvas",
        source=ZIPPER + ", add_text_or_url",
        holds=("kimminsu_98770_text.html", "이지우_LATE_98771_link.html"),
        gives={
            "kim": one("kimminsu_98770_text.html", "text.html"),
            "lee": one("이지우_LATE_98771_link.html", "link.html", late=True),
        },
    ),
    Download(
        name="canvas quiz",
        system="canvas",
        source=QUIZ,
        holds=("kim_minsu98770_question_55_4321_iou.py", "98771_question_55_4322_unet.py"),
        gives={
            "kim": one("kim_minsu98770_question_55_4321_iou.py"),
            "lee": one("98771_question_55_4322_unet.py", "unet.py"),
        },
    ),
    Download(
        name="canvas of earlier years",
        system="canvas",
        source=EARLIER,
        holds=("kim--minsu-late_98770_4321_iou.py", "---_98771_4322_iou.py"),
        gives={
            "kim": one("kim--minsu-late_98770_4321_iou.py", late=True),
            "lee": one("---_98771_4322_iou.py"),
        },
    ),
    Download(
        name="canvas with one archive unpacked",
        system="canvas",
        source="people who look into one student's work",
        form="folder",
        holds={
            "kimminsu_98770_4321_hw.zip": WORK,
            **own("kimminsu_98770_4321_hw/iou.py", "kimminsu_98770_4321_hw/unet.py"),
        },
        gives={
            "kim": Gives(
                {
                    "hw.zip": "kimminsu_98770_4321_hw.zip",
                    "hw/iou.py": "kimminsu_98770_4321_hw/iou.py",
                    "hw/unet.py": "kimminsu_98770_4321_hw/unet.py",
                }
            )
        },
    ),
    Download(
        name="canvas zip within a folder, with other files",
        system="canvas",
        source="people's download folders",
        form="folder",
        holds={
            "submissions.zip": Packed(
                own("kimminsu_98770_4321_iou.py", "readme.txt", "../kimminsu_98770_9_iou.py")
            ),
            "broken.zip": "PK",
            "grades.xlsx": "PK",
        },
        gives={"kim": one("submissions.zip/kimminsu_98770_4321_iou.py")},
        told=(
            ("not collected: submissions.zip/readme.txt:",),
            ("not collected: submissions.zip/../kimminsu_98770_9_iou.py:", "leads out"),
            ("not collected: broken.zip:", "is not a zip file that can be read"),
            ("not collected: grades.xlsx:",),
        ),
        code=1,
        called="Downloads",
    ),
)
