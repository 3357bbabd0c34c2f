"""Causes of a call's end or refusal, in words for the student."""

from __future__ import annotations

from autograder.document.text import Text
from autograder.sandbox.protocol.errors import Cause, StudentEnd

# `{}` is the number, the signal or the code that goes with the cause.
_STOPPED = {
    Cause.CALL_SECONDS: Text(
        "one call took longer than {} seconds", "호출 하나가 {}초를 넘겼습니다"
    ),
    Cause.CALL_WALL_SECONDS: Text(
        "one call was not over after {} seconds by the clock",
        "호출 하나가 실제 시간으로 {}초 안에 끝나지 않았습니다",
    ),
    Cause.TASK_SECONDS: Text(
        "all calls of this file together took longer than {} seconds",
        "이 파일의 모든 호출에 걸린 시간이 합하여 {}초를 넘겼습니다",
    ),
    Cause.SUBMISSION_SECONDS: Text(
        "the calls of all files together took longer than they may: {} seconds, of which a share "
        "is kept for each file that is still to come",
        "모든 파일의 호출에 걸린 시간이 한도를 넘겼습니다. 한도는 합하여 {}초이며, 아직 채점하지 "
        "않은 파일마다 몫을 남겨 둡니다",
    ),
    Cause.TASK_CPU_SECONDS: Text(
        "this file used more than {} seconds of processor time in all",
        "이 파일이 쓴 프로세서 시간이 모두 {}초를 넘겼습니다",
    ),
    Cause.PRINTED: Text("it printed more than {}", "출력이 {}를 넘겼습니다"),
}
_DIED = {
    Cause.EXITED: Text(
        "it left with exit code {}, and graded code must return instead",
        "종료 코드 {}(으)로 스스로 끝났습니다. 채점되는 코드는 끝내지 말고 값을 반환해야 합니다",
    ),
    Cause.DIED: Text("the system ended it with {}", "시스템이 {}로 끝냈습니다"),
    Cause.KILLED: Text(
        "it was killed ({}), and what killed it is not known",
        "강제 종료되었으며({}) 그 원인은 알 수 없습니다",
    ),
    Cause.DISCONNECTED: Text(
        "it closed its connection to the grader", "채점기와의 연결을 스스로 닫았습니다"
    ),
    Cause.NOT_UNDERSTOOD: Text(
        "its answer was not understood ({})", "그 응답을 이해할 수 없었습니다 ({})"
    ),
}
_REFUSED = {
    Cause.DISK: Text(
        "Graded code has next to no room for files, and needs none.",
        "채점되는 코드가 쓸 수 있는 파일 공간은 거의 없으며, 필요하지도 않습니다.",
    ),
    Cause.OPEN_FILES: Text(
        "Only a few files may be open at the same time: close them.",
        "동시에 열 수 있는 파일 수는 적습니다. 파일을 닫으십시오.",
    ),
    Cause.PROCESSES: Text(
        "Threads and processes are not supported in graded code.",
        "채점되는 코드에서는 스레드와 프로세스를 지원하지 않습니다.",
    ),
    Cause.PACKAGE: Text(
        "Graded files may import the standard library, torch, numpy and the files beside them; "
        "what is left over from the notebook must not be used.",
        "채점되는 파일은 표준 라이브러리, torch, numpy, 같은 폴더의 파일만 import할 수 있습니다. "
        "노트북에서 남은 패키지는 사용할 수 없습니다.",
    ),
    Cause.ENCODING: Text("Save the file as UTF-8.", "파일을 UTF-8로 저장하십시오."),
}


def stopped(ending: StudentEnd) -> Text | None:
    """The limit that stopped the call, if any."""
    return _told(_STOPPED, ending)


def died(ending: StudentEnd) -> Text | None:
    """The way the process died; None where it did not."""
    return _told(_DIED, ending)


def refused(ending: StudentEnd) -> Text | None:
    """The limit that the exception comes from, if any."""
    return _told(_REFUSED, ending)


def _told(words: dict[Cause, Text], ending: StudentEnd) -> Text | None:
    text = None if ending.cause is None else words.get(ending.cause)
    if text is None:
        return None
    en, ko = (words.format(ending.amount) for words in (text.en, text.ko))
    if ending.during_import:
        en += f", while {ending.during_import} was imported"
        ko = f"{ending.during_import}을(를) import하는 동안 {ko}"
    return Text(en, ko)
