"""The words around a result, in both languages."""

from __future__ import annotations

from autograder.document.result import Result
from autograder.document.text import Language, Text
from autograder.reports.lost_check import WORDS
from autograder.sandbox.protocol.errors import Verdict
from autograder.sandbox.protocol.messages import Touched

VERDICTS: dict[Verdict, Text] = {
    Verdict.PASSED: Text("passed", "통과"),
    Verdict.FAILED: Text("failed", "틀림"),
    Verdict.ERROR: Text("error", "예외 발생"),
    Verdict.UNDECIDED: Text("undecided", "판정 보류"),
    Verdict.NOT_IMPLEMENTED: Text("not implemented", "미구현"),
    Verdict.MISSING: Text("missing", "없음"),
    Verdict.TIMEOUT: Text("timeout", "시간 초과"),
    Verdict.MEMORY: Text("memory", "메모리 초과"),
    Verdict.CRASH: Text("crash", "비정상 종료"),
    Verdict.FORBIDDEN: Text("forbidden", "허용되지 않음"),
    Verdict.BAD_SUBMISSION: Text("bad submission", "잘못된 제출물"),
}

TASK = Text("Task", "과제")
POINTS = Text("Points", "점수")
LOST = Text("Points lost", "잃은 점수")
TOTAL = Text("Total", "합계")
HINT = Text(*WORDS["hint"])
DIAGNOSIS = Text(*WORDS["diagnosis"])
YOUR_CODE = Text(*WORDS["code"])
CHECKS = Text("{count} checks, for the same reason", "항목 {count}개, 같은 이유")
KEPT = Text("Not lost through a mistake elsewhere", "다른 함수의 실수로 잃지 않은 항목")
PERFECT = Text("Every check passed.", "모든 항목을 통과했습니다.")
OPEN = Text(
    "THE GRADE IS OPEN: a check could not be decided, through no fault of yours. The staff is "
    "asked. These are the points so far, and not a final grade.",
    "점수 미확정: 판정하지 못한 항목이 있습니다. 여러분의 잘못이 아니며, 담당자에게 전달됩니다. "
    "현재까지의 점수일 뿐이며 최종 점수가 아닙니다.",
)
EXCUSED = Text("Excused", "면제")
BY_HAND = Text(
    "given by a person; the hidden tests say {suites}", "담당자가 준 점수, 자동 채점은 {suites}"
)
WRITTEN = Text("Written question", "서술형 문제")
ANSWERS = Text("Written answers", "서술형 답안")
COMMENT = Text("Comment", "의견")
TO_BE_READ = Text("still to be read", "채점 대기")
SO_FAR = Text("so far", "현재까지")
TOTAL_SO_FAR = Text("Total so far", "현재까지 합계")
UNSAFE = Text(
    "NOT ISOLATED: the submission ran without a sandbox. This is not a grade of record.",
    "격리되지 않음: 제출물이 sandbox 없이 실행되었습니다. 공식 점수가 아닙니다.",
)
TOUCHED = Text(
    "For the course staff: {file} reached for {what}.",
    "조교 확인 필요: {file}에서 사용하려 한 것: {what}.",
)
TOUCHED_KINDS: dict[Touched, Text] = {
    "excluded operation at import": Text(
        "an excluded operation while it was imported", "import 중에 허용되지 않는 연산"
    ),
    "decompositions": Text("PyTorch's own code of operations", "PyTorch의 연산 구현 코드"),
    "ctypes": Text("ctypes", "ctypes 모듈"),
    "native code": Text("machine code of its own", "자체 기계어 코드"),
    "guard": Text("the sandbox's own code", "sandbox의 코드"),
}
SEED = Text("seed", "시드")
SECONDS = Text("s", "초")

# A page says more than a terminal.
FEEDBACK = Text("Feedback", "채점 결과")
SKIP_TO = Text("Where points wait", "점수를 되찾을 곳")
OF_CHECKS = Text(
    "{passed} of {count} checks passed.", "항목 {count}개 중 {passed}개를 통과했습니다."
)
START = Text(
    "The most points wait here; begin at the top:",
    "점수가 가장 많이 남은 곳입니다. 위에서부터 시작하십시오.",
)
WAITING = Text("{points} points", "{points}점")
RIGHT = Text("What is right ({count})", "맞은 항목 ({count}개)")
READ_AGAIN = Text("Read again", "다시 읽어 볼 곳")
DIFFERENCES = Text(
    "Where they differ: {wrong} of {values} values. The larger the dot, the larger the difference.",
    "다른 곳: 값 {values}개 중 {wrong}개. 점이 클수록 차이가 큽니다.",
)
CELLS = Text(
    "Where they differ, in all samples and channels: {wrong} of {values} cells, each of {rows} × "
    "{columns} values. The larger the dot, the larger the difference.",
    "다른 곳(모든 샘플과 채널을 겹쳐서): 칸 {values}개 중 {wrong}개. 한 칸은 값 "
    "{rows} × {columns}개이며, 점이 클수록 차이가 큽니다.",
)
STAMPS = Text(
    "Step by step: every input value stamps its kernel",
    "한 단계씩: 입력값마다 커널을 도장처럼 찍습니다",
)
STEP = Text(
    "Step {number}: row {row}, column {column} holds {value}",
    "{number}단계: {row}행 {column}열의 값 {value}",
)
SUM = Text("row {row}, column {column}", "{row}행 {column}열")
YOURS = Text("yours", "제출한 값")
RIGHT_SUM = Text("right", "맞는 값")
PLACE = Text("Place", "위치")
STAMPS_THERE = Text("Stamps that reach it", "그곳에 닿는 도장")
ABOUT = Text("About this grading", "채점 정보")
GRADED_AT = Text("graded", "채점 시각")
SUITES = Text("suites", "채점 기준")
DEVICE = Text("device", "장치")
FILES = Text("What was graded (SHA-256)", "채점한 파일 (SHA-256)")

LEFT_OUT = Text(
    "Checks left out, for there is room for no more: {count}",
    "공간이 모자라 생략한 항목: {count}개",
)


def reached_for(result: Result, language: Language = Language.EN) -> list[tuple[str, str]]:
    """Each file that reached for something no guard can close, and for what."""
    return [
        (file, ", ".join(TOUCHED_KINDS[each].in_(language) for each in kinds))
        for file, kinds in result.touched.items()
    ]
