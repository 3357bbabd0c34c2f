"""The notebook's first cell: finds the assignment's folder in Colab, or says what is missing.

노트북의 첫 셀입니다. Colab에서 과제 폴더를 찾고, 없으면 무엇을 올려야 하는지 알려 줍니다.

Colab opens a notebook alone, so this function stands in that cell too, to the letter, below
the two names that it takes from here.
"""

from __future__ import annotations

from assignment import FUNCTIONS, NAME

FILES = [f"{name}.py" for name in FUNCTIONS]


def start(folder: str | None = None) -> None:
    """Go to the assignment's folder, or unpack a zip file of it. · 과제 폴더로 갑니다."""
    import os
    import sys
    import zipfile
    from pathlib import Path, PurePosixPath

    drive = "/content/drive/MyDrive"
    usual = (".", drive, f"{drive}/Colab Notebooks", "/content")
    roots = [Path(root).absolute() for root in ([folder] if folder else usual)]

    def find(places: list[Path]) -> Path | None:
        marks = [place / "practice.py" for place in places]
        marks += [mark for place in places for mark in sorted(place.glob("*/practice.py"))]
        there = (mark.parent for mark in marks if mark.is_file())
        # Another assignment's folder has other files.
        return next((each for each in there if any((each / file).exists() for file in FILES)), None)

    def unpack(file: Path) -> Path | None:
        with zipfile.ZipFile(file) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
            names = [PurePosixPath(each.filename.replace("\\", "/")) for each in members]
            size = sum(each.file_size for each in members)
            there = {name.name for name in names}
            if size > 500e6 or "practice.py" not in there or not there.intersection(FILES):
                return None
            for member, name in zip(members, names, strict=True):
                outside = name.is_absolute() or ".." in name.parts or ":" in str(name)
                path = file.with_suffix("") / name
                if not outside and not path.exists():  # your work stays as it is
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(archive.read(member))
        return find([file.with_suffix("")])

    here = find(roots)
    for file in [each for root in roots for each in (root, *sorted(root.glob("*.zip")))]:
        if here is None and file.is_file():
            try:
                here = unpack(file)
            except Exception as error:
                print(f"{file}: cannot be unpacked, upload it again · 다시 올리세요 ({error})")
    if here is None:
        print(f"The assignment is not here: upload its folder as {NAME}.zip in Colab's Files")
        print("panel, or mount your Drive there, and run this cell again. · 과제 파일이 없습니다.")
        print(f"과제 폴더를 {NAME}.zip으로 묶어 Colab의 파일 패널에 올리거나 Drive를 연결한 뒤")
        print("이 셀을 다시 실행하세요.")
        return
    os.chdir(here)
    sys.path[:0] = [] if str(here) in sys.path else [str(here)]
    needed = (*FILES, "data", "tests")
    if missing := ", ".join(name for name in needed if not (here / name).exists()):
        print(f"Missing in {here}, upload it there · 빠진 것, 올리세요: {missing}")
    if here.is_relative_to("/content") and not here.is_relative_to(drive):
        print(f"Colab deletes {here} later: download your work · 나중에 지워지니 내려받으세요.")
