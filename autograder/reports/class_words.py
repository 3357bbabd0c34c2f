"""The words of a class's pages, in both languages."""

from __future__ import annotations

from autograder.document.text import Text
from autograder.reports.class_summary import Status

CLASS = Text("The class", "반 전체")
STATUS: dict[Status, Text] = {
    Status.GRADED: Text("graded", "채점됨"),
    Status.NO_GRADE: Text("no grade", "점수 없음"),
    Status.MISSING: Text("missing", "제출 없음"),
    Status.EXCUSED: Text("excused", "면제"),
}
COUNTED = Text(
    "{graded} graded, {without} without a grade, {missing} missing, {excused} excused",
    "채점됨 {graded}명, 점수 없음 {without}명, 제출 없음 {missing}명, 면제 {excused}명",
)
FIGURES = Text(
    "of {points} points on average; median {median}, lowest {least}, highest {most}",
    "점 평균 ({points}점 만점). 중앙값 {median}, 최저 {least}, 최고 {most}",
)
MIXED = Text(
    "Not all were graded alike ({how}). `autograder course regrade` grades all by the same suites.",
    "모두 같은 기준으로 채점되지 않았습니다 ({how}). `autograder course regrade`로 모두 같은 "
    "기준으로 다시 채점할 수 있습니다.",
)
UNSAFE = Text(
    "NOT ISOLATED: {students}. These ran without a sandbox and are no grades of record.",
    "격리되지 않음: {students}. sandbox 없이 실행되었으므로 공식 점수가 아닙니다.",
)
SUITES_AND_SEED = Text("suites {suites}, seed {seed}", "채점 기준 {suites}, 시드 {seed}")

DISTRIBUTION = Text("Distribution", "분포")
STUDENTS_BY_POINTS = Text("Students by points", "점수별 학생 수")
BIN = Text("{low} to {high} points: {count}", "{low}~{high}점: {count}명")

TASKS = Text("Points by task", "과제별 점수")
MEAN = Text("Mean", "평균")
IN_FULL = Text("In full", "만점")
AT_ZERO = Text("Zero", "0점")

HARDEST = Text("Hardest checks", "가장 어려운 항목")
HARDEST_SAID = Text(
    "A check that nearly everybody loses may be a lesson to repeat, or a fault of the check.",
    "거의 모두가 잃은 항목은 다시 가르칠 내용일 수도 있고, 항목 자체의 잘못일 수도 있습니다.",
)
ALL_CHECKS = Text("All checks by task ({count})", "과제별 모든 항목 ({count}개)")
CHECK = Text("Check", "항목")
PASSED_BY = Text("Passed by", "통과")
LOST_BY = Text("Lost by", "잃은 까닭")
POINTS_LOST = Text("Points lost, mean", "잃은 점수 평균")
NOTHING_LOST = Text("No check was lost by anybody.", "아무도 항목을 잃지 않았습니다.")

MISCONCEPTIONS = Text("Misconceptions", "오개념")
MISCONCEPTION = Text("Told to the student", "학생이 읽는 설명")
NO_MISCONCEPTIONS = Text("None was recognised.", "알아낸 오개념이 없습니다.")
STUDENTS = Text("Students", "학생")
FUNCTION = Text("Function", "함수")

STOPPED = Text(
    "Stopped, refused, misnamed or slow",
    "중단되었거나 거부되었거나 파일 이름이 다르거나 느린 제출물",
)
STOPPED_SAID = Text(
    "Places to look at, not verdicts on a person: an endless loop looks like this too.",
    "살펴볼 곳일 뿐, 사람에 대한 판정이 아닙니다. 무한 루프도 이렇게 보입니다.",
)
NOT_STOPPED = Text("None.", "없음.")
WHAT_HAPPENED = Text("What happened", "내용")
CHECKS_OF = Text("{count} checks", "항목 {count}개")
CHECK_OF = Text("1 check", "항목 1개")
VERDICT = Text("Verdict", "판정")
TOOK = Text("Seconds", "초")
SLOW = Text("slow", "느림")
SLOW_SAID = Text(
    "{seconds} s by the clock, where half the class took less than {median} s",
    "실제 시간으로 {seconds}초 걸림. 절반은 {median}초 안에 끝남",
)

WITHOUT = Text("Without a grade", "점수가 없는 학생")
NOT_ON_ROSTER = Text("not on the roster", "명단에 없음")
NOTHING_HANDED_IN = Text("nothing was graded", "채점된 것이 없음")

EVERYBODY = Text("Every student", "학생별")
SORTING = Text(
    "A column's name sorts by it; a student's name leads to the report that the student gets.",
    "열 이름을 누르면 정렬됩니다. 학생 이름은 그 학생이 받는 채점 결과로 이어집니다.",
)
STUDENT = Text("Student", "학생")
FILES = Text("Files", "파일 점수")
LATE = Text("Late", "지각 감점")
HANDED_IN = Text("Handed in", "제출 시각")
DEADLINE = Text("Deadline", "마감")
OWN = Text("{deadline} (own)", "{deadline} (개인별)")
TOO_LATE = Text("too late", "인정 기간 지남")
STATE = Text("Status", "상태")
NOT_PASSED = Text("Not passed", "통과하지 못한 항목")
