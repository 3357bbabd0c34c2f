"""Moodle's *Download all submissions*: names, groups, participants without a name, worksheets."""

from __future__ import annotations

import unicodedata

from corpus.downloads.making import Download, Gives

PREFIX = "Moodle, mod/assign/classes/downloader.php, get_student_prefix"
WORKSHEET = "Moodle, mod/assign/feedback/offline/locallib.php and mod/assign/gradingtable.php"
KOREAN = "Moodle's Korean language pack, lang/ko/assign.php and lang/ko/langconfig.php"
MISSING = ("on the roster, and nothing collected:",)
NAMESAKES = """\
student,name,email,lms_id
kim1,Kim Minsu,a@uni.example,Participant 12345
kim2,Kim Minsu,b@uni.example,
lee,이지우,jiwoo@uni.example,
"""
UNIQUE = "student,name,email\nkim1,Kim Minsu,a@uni.example\nlee,이지우,jiwoo@uni.example\n"
ENGLISH_SHEET = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
)
KOREAN_SHEET = (
    '식별자,"전체 이름","이메일 주소",상태,성적,"최대 성적","성적을 변경할 수 있음",'
    '"마지막 수정됨(제출)","마지막 수정됨(성적)"\n'
)


def _file(prefix: str, name: str = "iou.py") -> str:
    return f"{prefix}_assignsubmission_file_/{name}"


def _gives(prefix: str, received: str = "", *, late: bool = False) -> Gives:
    return Gives({"iou.py": _file(prefix)}, received, late)


APART = unicodedata.normalize("NFD", "이지우_12346")

MOODLE_PEOPLE = (
    Download(
        name="moodle names in both Korean forms",
        system="moodle",
        source=PREFIX + "; a Mac writes Korean in parts",
        form="folder",
        holds=(_file(APART), _file("최유나_12348"), _file("Kim Minsu_12345", "한글.py")),
        gives={
            "lee": _gives(APART),
            "choi_2": _gives("최유나_12348"),
            "kim": Gives({"한글.py": _file("Kim Minsu_12345", "한글.py")}),
        },
    ),
    Download(
        name="moodle names the other way round",
        system="moodle",
        source=PREFIX + ": fullname, in whichever order the site shows names",
        holds=(_file("Minsu Kim_12345"), _file("지우 이_12346"), _file("HAN Jimin_12350")),
        gives={
            "kim": _gives("Minsu Kim_12345"),
            "lee": _gives("지우 이_12346"),
            "han": _gives("HAN Jimin_12350"),
        },
    ),
    Download(
        name="moodle name with an underscore",
        system="moodle",
        source=PREFIX + ": a blank stands for it",
        roster="student,name\nkim,Kim_Minsu Jr.\n",
        holds=(_file("Kim Minsu Jr._12345"),),
        gives={"kim": _gives("Kim Minsu Jr._12345")},
    ),
    Download(
        name="moodle people of one name",
        system="moodle",
        source=PREFIX,
        roster=NAMESAKES.replace("Participant 12345", ""),
        holds=(_file("Kim Minsu_12345"), _file("Kim Minsu_12399"), _file("이지우_12346")),
        gives={"lee": _gives("이지우_12346")},
        told=(
            ("not collected:", _file("Kim Minsu_12345"), "may be any of kim1, kim2"),
            ("not collected:", _file("Kim Minsu_12399"), "may be any of kim1, kim2"),
            (*MISSING, "kim1", "kim2"),
        ),
        code=1,
    ),
    Download(
        name="moodle people of one name with the worksheet",
        system="moodle",
        source=f"{PREFIX}; {WORKSHEET}",
        roster=NAMESAKES.replace("Participant 12345", ""),
        holds=(_file("Kim Minsu_12345"), _file("Kim Minsu_12399"), _file("이지우_12346")),
        times=ENGLISH_SHEET
        + 'Participant 12345,"Kim Minsu",b@uni.example,"Submitted for grading -  - ",,100.00,Yes,'
        '"Friday, 27 November 2026, 8:00 PM",-,\n'
        'Participant 12399,"Kim Minsu",a@uni.example,"Submitted for grading - 1 hour late -",,'
        '100.00,Yes,"Friday, 27 November 2026, 10:00 PM",-,\n'
        'Participant 12346,이지우,jiwoo@uni.example,"No submission -  - ",,100.00,Yes,-,-,\n',
        gives={
            "kim2": _gives("Kim Minsu_12345", "2026-11-27 11:00:00"),
            "kim1": _gives("Kim Minsu_12399", "2026-11-27 13:00:00", late=True),
            "lee": _gives("이지우_12346"),
        },
    ),
    Download(
        name="moodle people of one name, one with an identifier",
        system="moodle",
        source=f"{PREFIX}; {WORKSHEET}: the identifier as lms_id",
        roster=NAMESAKES,
        holds=(_file("Participant_12345"), _file("이지우_12346")),
        gives={"kim1": _gives("Participant_12345"), "lee": _gives("이지우_12346")},
        told=((*MISSING, "kim2"),),
    ),
    Download(
        name="moodle two of a name, of whom the roster knows one",
        system="moodle",
        source=PREFIX,
        roster=UNIQUE,
        holds=(_file("Kim Minsu_12345"), _file("Kim Minsu_12399"), _file("이지우_12346")),
        gives={"lee": _gives("이지우_12346")},
        told=(
            (
                "not collected:",
                _file("Kim Minsu_12345"),
                "2 people are called so, and the roster knows one, kim1",
            ),
            (
                "not collected:",
                _file("Kim Minsu_12399"),
                "2 people are called so, and the roster knows one, kim1",
            ),
            (*MISSING, "kim1"),
        ),
        code=1,
    ),
    Download(
        name="moodle participants without names",
        system="moodle",
        source=PREFIX + ": is_blind_marking",
        holds=(_file("Participant_12345"), _file("Participant_12346")),
        gives={
            "Participant_12345": _gives("Participant_12345"),
            "Participant_12346": _gives("Participant_12346"),
        },
        told=(
            ("not on the roster:", _file("Participant_12345"), "as Participant_12345"),
            ("not on the roster:", _file("Participant_12346")),
            ("Moodle told no names", "--times"),
            (*MISSING, "kim", "lee", "park", "choi_2"),
        ),
        code=1,
    ),
    Download(
        name="moodle participants in Korean with a Korean worksheet",
        system="moodle",
        source=f"{KOREAN}; {WORKSHEET}",
        holds=(_file("참가자_12345"), _file("참가자_12346"), _file("참가자_12347")),
        times=KOREAN_SHEET
        + "참가자 12345,김민수,minsu@uni.example,채점을 위해 제출되었습니다.,,100,예,"
        '"2026년 11월 27일, 금요일, 오후 08:00",-\n'
        '참가자 12346,이지우,,"채점을 위해 제출되었습니다. - 2 시간 늦음",,100,예,'
        '"2026년 11월 27일, 금요일, 오후 10:00",-\n'
        "참가자 12347,박준,nobody@uni.example,,,100,예,-,-\n",
        gives={
            "kim": _gives("참가자_12345", "2026-11-27 11:00:00"),
            "lee": _gives("참가자_12346", "2026-11-27 13:00:00", late=True),
            "참가자_12347": _gives("참가자_12347"),
        },
        told=(
            ("not on the roster:", _file("참가자_12347"), "as 참가자_12347"),
            ("Moodle told no names",),
            (*MISSING, "park", "choi_2"),
        ),
        code=1,
    ),
    Download(
        name="moodle worksheet with a time that nobody can read",
        system="moodle",
        source=WORKSHEET,
        holds=(_file("Kim Minsu_12345"), _file("이지우_12346")),
        times=ENGLISH_SHEET + 'Participant 12345,"Kim Minsu",minsu@uni.example,,,,Yes,'
        '"Friday, 27 November 2026, 8:00 PM PST",-,\n'
        "Participant 12346,이지우,jiwoo@uni.example,,,,Yes,2026-11-27T20:00:00+09:00,-,\n",
        gives={
            "kim": _gives("Kim Minsu_12345"),
            "lee": _gives("이지우_12346", "2026-11-27 11:00:00"),
        },
        told=(("times.csv, line 2:", "PST"),),
        code=1,
    ),
    Download(
        name="moodle groups",
        system="moodle",
        source=PREFIX + ": teamsubmission",
        holds=(_file("Group 1_17"), _file("Group 2_18")),
        gives={
            "kim": _gives("Group 1_17"),
            "lee": _gives("Group 1_17"),
            "park": _gives("Group 2_18"),
            "choi_2": _gives("Group 2_18"),
            "han": _gives("Group 2_18"),
        },
    ),
    Download(
        name="moodle default group",
        system="moodle",
        source=PREFIX + ": defaultteam, in English and in Korean",
        holds=(_file("Default group"), _file("기본 모둠"), _file("Group 1_17")),
        gives={
            "kim": _gives("Group 1_17"),
            "lee": _gives("Group 1_17"),
            "Default group": _gives("Default group"),
            "기본 모둠": _gives("기본 모둠"),
        },
        told=(
            ("not on the roster:", _file("Default group"), "as Default group"),
            ("not on the roster:", _file("기본 모둠")),
            MISSING,
        ),
        code=1,
    ),
    Download(
        name="moodle of a section that was chosen",
        system="moodle",
        source="Moodle 3.1, mod/assign/locallib.php, download_submissions: $groupname",
        holds=(_file("A반-Kim Minsu_12345"), _file("A반-이지우_12346"), _file("C-Jun Park_12347")),
        gives={
            "kim": _gives("A반-Kim Minsu_12345"),
            "lee": _gives("A반-이지우_12346"),
            "C-Jun Park_12347": _gives("C-Jun Park_12347"),
        },
        told=(("not on the roster:", _file("C-Jun Park_12347")), MISSING),
        code=1,
    ),
    Download(
        name="moodle without a roster",
        system="moodle",
        source=PREFIX,
        roster=None,
        holds=(_file("Kim Minsu_12345"), _file("Kim Minsu_12399"), _file(":a?_1")),
        gives={
            "Kim Minsu_12345": _gives("Kim Minsu_12345"),
            "Kim Minsu_12399": _gives("Kim Minsu_12399"),
            "_a__1-a9532e83": _gives(":a?_1"),
        },
    ),
    Download(
        name="moodle with somebody new",
        system="moodle",
        source=PREFIX,
        holds=(_file("Kim Minsu_12345"), _file("Kim Minsoo_12360"), _file("kim_12361")),
        gives={
            "Kim Minsoo_12360": _gives("Kim Minsoo_12360"),
        },
        told=(
            ("not on the roster:", _file("Kim Minsoo_12360")),
            (
                "not collected:",
                _file("Kim Minsu_12345"),
                "2 people are called so, and the roster knows one, kim",
            ),
            (
                "not collected:",
                _file("kim_12361"),
                "2 people are called so, and the roster knows one, kim",
            ),
            MISSING,
        ),
        code=1,
    ),
)
