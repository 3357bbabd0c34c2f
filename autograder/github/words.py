"""Sentences that students read on GitHub beside the result itself."""

from __future__ import annotations

from autograder.document.text import Text

WAITS = Text("Waiting to be graded", "채점을 기다리는 중")
WAITS_LONG = Text(
    "This commit was received and will be graded.", "이 커밋이 접수되었으며 곧 채점됩니다."
)
# GitHub's limits: 20 characters for the button, 40 for what it does.
REGRADE = Text("Grade again", "다시 채점")
REGRADE_LONG = Text("Grade this commit once more", "이 커밋을 한 번 더 채점합니다")

RECEIVED = Text("Commit {commit}, received {when}.", "커밋 {commit}, 접수 {when}.")
RECEIVED_BY = Text(
    "Commit {commit}, received {when} at the latest.", "커밋 {commit}, 늦어도 {when}에 접수."
)
COURSES_DEADLINE = Text("The course's deadline: {when}.", "수업의 제출 기한: {when}.")
OWN_DEADLINE = Text("Your own deadline: {when}.", "개인 제출 기한: {when}.")
EXCUSED = Text(
    "You are excused: no grade counts for you, and nothing is taken off.",
    "이 과제에서 면제되었으므로 점수가 반영되지 않으며 감점도 없습니다.",
)
LATE = Text(
    "Late: {late} points are taken off, so it counts {points}.",
    "지각 제출: {late}점이 감점되어 {points}점으로 계산됩니다.",
)
TOO_LATE = Text(
    "It was received after the last day of handing in and does not count.",
    "제출 기한이 지난 뒤에 접수되어 점수에 반영되지 않습니다.",
)
COUNTS = Text(
    "What counts for you now: {points} of {of}.", "현재 반영되는 점수: {of}점 중 {points}점."
)
LEFT_OUT = Text("Not taken over: {files}.", "가져오지 않은 파일: {files}.")

OPEN = Text("The grade is open: the staff is asked", "점수 미확정: 담당자에게 전달됨")
NO_GRADE = Text("Could not be graded", "채점하지 못함")
NO_GRADE_LONG = Text(
    "This commit could not be graded. Nothing was taken from you: a grade that you had before "
    "stands. The course sees it too; you may also press the button to have it graded again.",
    "이 커밋을 채점하지 못했습니다. 감점은 없으며, 이전에 받은 점수는 그대로 유지됩니다. 이 상황은 "
    "조교에게도 보입니다. 버튼을 눌러 다시 채점을 요청할 수도 있습니다.",
)
NOTHING = Text(
    "There is no Python file where the assignment's files belong: {folder}.",
    "과제 파일이 있어야 할 곳에 파이썬 파일이 없습니다: {folder}.",
)
TOP = Text("the top of the repository", "저장소의 최상위 폴더")
