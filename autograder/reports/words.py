"""The words around a result, in both languages."""

from __future__ import annotations

from autograder.grading.text import Text
from autograder.sandbox.errors import Verdict

VERDICTS: dict[Verdict, Text] = {
    Verdict.PASSED: Text("passed", "통과"),
    Verdict.FAILED: Text("failed", "틀림"),
    Verdict.ERROR: Text("error", "예외 발생"),
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
LOST = Text("Lost checks", "잃은 항목")
TOTAL = Text("Total", "합계")
HINT = Text("Hint", "힌트")
DIAGNOSIS = Text("Diagnosis", "진단")
GOT = Text("got", "결과")
EXPECTED = Text("expected", "기대값")
YOUR_CODE = Text("In your code", "여러분의 코드")
CHECKS = Text("{count} checks, for the same reason", "항목 {count}개, 같은 이유")
LARGE = Text("too large to print", "너무 커서 생략")
KEPT = Text("Not lost through a mistake elsewhere", "다른 함수의 실수로 잃지 않은 항목")
PERFECT = Text("Every check passed.", "모든 항목을 통과했습니다.")
UNSAFE = Text(
    "NOT ISOLATED: the submission ran without a sandbox. This is not a grade of record.",
    "격리되지 않음: 제출물이 sandbox 없이 실행되었습니다. 공식 점수가 아닙니다.",
)
SEED = Text("seed", "시드")
SECONDS = Text("s", "초")
