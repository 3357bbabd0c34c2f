"""Folders and archives are read as one tree, of which nothing is believed."""

from __future__ import annotations

import gzip
import os
import socket
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.course import members as members_module
from autograder.course import trees, zip_members
from autograder.course.trees import FileTree, is_archive, nested, open_tree, stem
from autograder.sandbox.grader.intake import FILE_CAP, NoSubmission
from tests.support.laid_out import code, tarred, written, zipped


def paths(tree: FileTree) -> list[str]:
    return [member.path for member in tree.members]


def reasons(tree: FileTree) -> dict[str, str]:
    return {gone.path: gone.reason for gone in tree.passed_over}


def paths_at(path: Path) -> list[str]:
    with open_tree(path) as tree:
        return paths(tree)


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("kim.zip", "kim"),
        ("kim.ZIP", "kim"),
        ("kim.tar.gz", "kim"),
        ("Kim.Tar.GZ", "Kim"),
        ("kim.tgz", "kim"),
        ("kim.tar", "kim"),
        ("hw.v2.zip", "hw.v2"),
        ("hw.tar-1.gz", "hw"),
    ],
)
def test_an_archive_is_known_by_its_ending(name: str, student: str) -> None:
    assert is_archive(name)
    assert stem(name) == student


@pytest.mark.parametrize("name", ["kim.rar", "kim.7z", "iou.py.gz", "zip", "kim.zip.txt", "kim"])
def test_what_is_no_archive_is_not_opened(name: str, tmp_path: Path) -> None:
    assert not is_archive(name)
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(NoSubmission, match=r"is not a folder, and no \.zip, \.tar or \.tar\.gz"):
        paths_at(tmp_path / name)


REFUSED = {
    "../iou.py": "a path that leads out of its folder",
    "a/../../iou.py": "a path that leads out of its folder",
    "..\\iou.py": "a path that leads out of its folder",
    "/etc/iou.py": "an absolute path",
    "\\iou.py": "an absolute path",
    "C:\\hw\\iou.py": "an absolute path",
    "C:/hw/iou.py": "an absolute path",
    "a/" * 40 + "iou.py": "more than 40 folders deep",
}


@pytest.mark.parametrize("path", REFUSED)
@pytest.mark.parametrize(("ending", "pack"), [("zip", zipped), ("tar.gz", tarred)])
def test_a_path_that_leads_elsewhere_is_refused_and_named(
    ending: str, pack: Callable[[dict[str, str]], bytes], path: str, tmp_path: Path
) -> None:
    (tmp_path / f"kim.{ending}").write_bytes(pack({path: "x", "unet.py": "x"}))
    with open_tree(tmp_path / f"kim.{ending}") as tree:
        assert paths(tree) == ["unet.py"]
        assert reasons(tree) == {path: REFUSED[path]}


@pytest.mark.parametrize(("ending", "pack"), [("zip", zipped), ("tar.gz", tarred)])
def test_backslashes_and_empty_parts_separate_folders(
    ending: str, pack: Callable[[dict[str, str]], bytes], tmp_path: Path
) -> None:
    (tmp_path / f"kim.{ending}").write_bytes(pack({"./a\\b//iou.py": "x"}))
    assert paths_at(tmp_path / f"kim.{ending}") == ["a/b/iou.py"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_korean_names_are_read_as_windows_and_macs_write_them(
    encoding: str, tmp_path: Path
) -> None:
    name = "과제.py"
    raw = name.encode(encoding)
    data = zipped({"x" * len(raw): ""}).replace(b"x" * len(raw), raw)
    (tmp_path / "kim.zip").write_bytes(data)
    assert paths_at(tmp_path / "kim.zip") == [name]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (tarfile.SYMTYPE, "a link"),
        (tarfile.LNKTYPE, "a hard link"),
        (tarfile.CHRTYPE, "not a regular file"),
        (tarfile.FIFOTYPE, "not a regular file"),
    ],
)
def test_links_and_devices_in_a_tar_file_are_refused(
    kind: bytes, reason: str, tmp_path: Path
) -> None:
    with tarfile.open(tmp_path / "kim.tar.gz", "w:gz") as archive:
        about = tarfile.TarInfo("iou.py")
        about.type, about.linkname = kind, "/etc/passwd"
        archive.addfile(about)
    with open_tree(tmp_path / "kim.tar.gz") as tree:
        assert (paths(tree), reasons(tree)) == ([], {"iou.py": reason})


def test_a_link_in_a_zip_file_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("iou.py")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "kim.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with open_tree(tmp_path / "kim.zip") as tree:
        assert (paths(tree), reasons(tree)) == ([], {"iou.py": "a link"})


def socket_at(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (os.mkfifo, "not a regular file"),
        (socket_at, "not a regular file"),
        (lambda path: path.symlink_to("/dev/zero"), "a link"),
        (lambda path: path.symlink_to("/etc"), "a link"),
        (lambda path: path.symlink_to("gone"), "a link"),
    ],
)
def test_what_is_no_regular_file_of_a_folder_is_refused(
    make: Callable[[Path], None], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    written(Path("kim/hw"), code("unet.py"))
    make(Path("kim/hw/iou.py"))
    with open_tree(Path("kim")) as tree:
        assert (paths(tree), reasons(tree)) == (["hw/unet.py"], {"hw/iou.py": reason})


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file another user's")
def test_a_hard_link_to_another_owners_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "theirs.py").write_text("secret")
    os.chown(tmp_path / "theirs.py", 12345, -1)
    written(tmp_path / "kim" / "hw", {})
    (tmp_path / "kim" / "hw" / "iou.py").hardlink_to(tmp_path / "theirs.py")
    with open_tree(tmp_path / "kim") as tree:
        assert tree.members[0].read(FILE_CAP) == "a hard link to another owner's file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path / "kim", {**code("unet.py", "iou.py"), "secret/fcn8s.py": ""})
    (folder / "iou.py").chmod(0)
    (folder / "secret").chmod(0)
    try:
        with open_tree(folder) as tree:
            assert reasons(tree) == {"secret": "a folder that is not readable (Permission denied)"}
            (iou,) = (member for member in tree.members if member.name == "iou.py")
            assert iou.read(FILE_CAP) == "not readable (Permission denied)"
    finally:
        (folder / "secret").chmod(0o700)


def test_a_folder_that_became_a_link_is_not_followed(tmp_path: Path) -> None:
    written(tmp_path / "elsewhere", code("iou.py"))
    folder = written(tmp_path / "kim", code("hw/iou.py"))
    with open_tree(folder) as tree:
        (folder / "hw" / "iou.py").unlink()
        (folder / "hw").rmdir()
        (folder / "hw").symlink_to(tmp_path / "elsewhere")
        said = tree.members[0].read(FILE_CAP)
    assert isinstance(said, str)
    assert said.startswith("not readable (")


@pytest.mark.parametrize(("name", "said"), [("link", "a link"), ("broken", "a broken link")])
def test_a_link_in_place_of_a_tree_is_not_followed(name: str, said: str, tmp_path: Path) -> None:
    written(tmp_path / "kim", code("iou.py"))
    (tmp_path / "link").symlink_to("kim")
    (tmp_path / "broken").symlink_to("gone")
    with pytest.raises(NoSubmission, match=f"{name} is {said}, which is not followed"):
        paths_at(tmp_path / name)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("kim.zip", "is not a zip file that can be read"),
        ("kim.tar", "is not a tar file that can be read"),
        ("kim.tar.gz", "is not a tar file that can be read"),
    ],
)
@pytest.mark.parametrize(
    "content", [b"", b"neither of them", b"PK\5\6", gzip.compress(b"x" * 600, mtime=0)]
)
def test_what_is_no_archive_for_all_its_name_is_a_reason(
    file: str, said: str, content: bytes, tmp_path: Path
) -> None:
    (tmp_path / file).write_bytes(content)
    with pytest.raises(NoSubmission, match=said):
        paths_at(tmp_path / file)


@pytest.mark.parametrize("cut", [1, 300, 1024])
def test_half_a_tar_file_is_a_reason(cut: int, tmp_path: Path) -> None:
    data = tarred({"iou.py": os.urandom(2000), "unet.py": os.urandom(2000)})
    (tmp_path / "kim.tar.gz").write_bytes(data[: -cut - 8])
    with pytest.raises(NoSubmission, match="is not a tar file that can be read"):
        paths_at(tmp_path / "kim.tar.gz")


def test_damage_in_the_middle_of_a_tar_file_is_no_end(tmp_path: Path) -> None:
    data = bytearray(tarred(code("fcn8s.py", "iou.py", "unet.py"), "w"))
    data[1024:1100] = b"\xff" * 76  # the second header
    (tmp_path / "kim.tar").write_bytes(data)
    with pytest.raises(NoSubmission, match="damaged before its end"):
        paths_at(tmp_path / "kim.tar")


def test_a_tar_file_is_unpacked_up_to_a_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trees, "UNPACKED_CAP", 4 * FILE_CAP)
    (tmp_path / "kim.tar.gz").write_bytes(tarred({"a": b"\0" * 5 * FILE_CAP}))
    with pytest.raises(NoSubmission, match="unpacked it is larger than 4 MiB"):
        paths_at(tmp_path / "kim.tar.gz")


def header(name: str, size: bytes, kind: bytes) -> bytes:
    """One header of a tar file, with a size as it is written there."""
    about = tarfile.TarInfo(name)
    about.type = kind
    block = bytearray(about.tobuf(tarfile.USTAR_FORMAT))
    block[124:136] = size
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


END = b"\0" * 1024
BACK = b"\xff" + (2**88 - 1024).to_bytes(11, "big")  # minus 1024


@pytest.mark.parametrize("kind", [b"0", b"x", b"g", b"L", b"K", b"Z"])
def test_a_size_below_zero_leads_nowhere(kind: bytes, tmp_path: Path) -> None:
    (tmp_path / "kim.tar").write_bytes(header("iou.py", BACK, kind) + END)
    with pytest.raises(NoSubmission, match="is not a tar file that can be read"):
        paths_at(tmp_path / "kim.tar")


@pytest.mark.parametrize(
    ("size", "said"),
    [(200 * 1024, "a number that is none"), (2**32, "a header of 4294967296 bytes")],
)
def test_a_header_that_would_take_hours_is_not_read(size: int, said: str, tmp_path: Path) -> None:
    digits = b"1" * (200 * 1024)
    data = header("about", b"%011o\0" % size, b"x") + digits + header("iou.py", b"0" * 12, b"0")
    (tmp_path / "kim.tar").write_bytes(data + END)
    with pytest.raises(NoSubmission, match=said):
        paths_at(tmp_path / "kim.tar")


@pytest.mark.parametrize("kind", ["folder", "zip", "tar"])
def test_more_files_than_anybody_looks_through_are_a_reason(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members_module, "MEMBERS_CAP", 20)
    files = code(*(f"a{n}.py" for n in range(21)))
    place = tmp_path / ("kim" if kind == "folder" else f"kim.{kind}")
    if kind == "folder":
        written(place, files)
    else:
        place.write_bytes(zipped(files) if kind == "zip" else tarred(files, "w"))
    with pytest.raises(NoSubmission, match="there are more than 20 files"):
        paths_at(place)


def test_paths_are_kept_up_to_a_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members_module, "PATHS_CAP", 500)
    (tmp_path / "kim.tar").write_bytes(tarred({"a" * 600: ""}, "w"))
    with pytest.raises(NoSubmission, match="their paths are long"):
        paths_at(tmp_path / "kim.tar")


def test_a_directory_of_members_is_read_up_to_a_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zip_members, "DIRECTORY_CAP", 5000)
    (tmp_path / "kim.zip").write_bytes(zipped({f"m{n:03}.py": "" for n in range(100)}))
    with pytest.raises(NoSubmission, match="a directory of 5300 bytes"):
        paths_at(tmp_path / "kim.zip")


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_an_archive_in_an_archive_is_read_as_one(
    pack: Callable[[dict[str, bytes]], bytes], tmp_path: Path
) -> None:
    ending = "zip" if pack is zipped else "tar.gz"
    (tmp_path / "kim.zip").write_bytes(zipped({f"a.{ending}": pack({"iou.py": b"x = 1"})}))
    with open_tree(tmp_path / "kim.zip") as tree, nested(tree.members[0]) as inner:
        assert inner.name == f"a.{ending}"
        assert inner.members[0].read(FILE_CAP) == b"x = 1"


def test_an_archive_in_an_archive_is_unpacked_up_to_a_size(tmp_path: Path) -> None:
    bomb = zipped({"a.zip": b"\0" * (80 * FILE_CAP)})
    (tmp_path / "kim.zip").write_bytes(bomb)
    tracemalloc.start()
    try:
        with (
            open_tree(tmp_path / "kim.zip") as tree,
            pytest.raises(NoSubmission, match=r"a\.zip is larger than 4 MiB"),
            nested(tree.members[0], 4 * FILE_CAP),
        ):
            pass
        assert tracemalloc.get_traced_memory()[1] < 40 * FILE_CAP
    finally:
        tracemalloc.stop()


def test_the_times_of_files_are_as_good_as_they_are_known(tmp_path: Path) -> None:
    zip_time = zipfile.ZipInfo("iou.py", (2026, 11, 27, 20, 0, 0))
    in_utc = zipfile.ZipInfo("unet.py", (2026, 11, 27, 20, 0, 0))
    in_utc.extra = b"UT\5\0\1" + int(datetime(2026, 11, 27, 11, tzinfo=UTC).timestamp()).to_bytes(
        4, "little"
    )
    never = zipfile.ZipInfo("fcn8s.py", (1980, 0, 0, 0, 0, 0))
    with zipfile.ZipFile(tmp_path / "kim.zip", "w") as archive:
        for member in (zip_time, in_utc, never):
            archive.writestr(member, "")
    with open_tree(tmp_path / "kim.zip") as tree:
        times = {member.name: member.modified for member in tree.members}
    assert times == {
        "iou.py": datetime(2026, 11, 27, 20),
        "unet.py": datetime(2026, 11, 27, 11, tzinfo=UTC),
        "fcn8s.py": None,
    }


def test_a_tar_files_and_a_folders_times_are_in_utc(tmp_path: Path) -> None:
    (tmp_path / "kim.tar").write_bytes(tarred(code("iou.py"), "w"))
    folder = written(tmp_path / "kim", code("iou.py"))
    os.utime(folder / "iou.py", (60, 60))
    with open_tree(tmp_path / "kim.tar") as packed, open_tree(folder) as unpacked:
        assert packed.members[0].modified == datetime(1970, 1, 1, tzinfo=UTC)
        assert unpacked.members[0].modified == datetime(1970, 1, 1, 0, 1, tzinfo=UTC)


def test_a_large_member_is_read_whole(tmp_path: Path) -> None:
    content = os.urandom(3 * FILE_CAP)
    for name, data in (("zip", zipped({"a.bin": content})), ("tar", tarred({"a.bin": content}))):
        path = tmp_path / f"kim.{'tar.gz' if name == 'tar' else name}"
        path.write_bytes(data)
        with open_tree(path) as tree:
            assert tree.members[0].read(4 * FILE_CAP) == content


def test_a_file_that_is_opened_can_be_searched(tmp_path: Path) -> None:
    for path in (tmp_path / "kim.zip", tmp_path / "kim.tar.gz"):
        path.write_bytes((zipped if path.suffix == ".zip" else tarred)({"iou.py": "0123456789"}))
        with open_tree(path) as tree:
            file = tree.members[0].open(FILE_CAP)
            assert not isinstance(file, str)
            file.seek(5)
            assert file.read() == b"56789"
