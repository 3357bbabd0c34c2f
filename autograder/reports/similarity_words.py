"""The words of the page that shows similar texts, in both languages."""

from __future__ import annotations

from autograder.document.text import Text

SIMILAR = Text("Similar texts", "비슷한 텍스트")
PLACES = Text(
    "These are places to look at, not verdicts.",
    "살펴볼 곳일 뿐, 판정이 아닙니다.",
)
CANNOT = Text(
    "The functions are short, and their formulas leave few ways to write them. What is shared may "
    "come from the lecture, from a textbook, from working together as the course allows it, from "
    "one and the same assistant, or from chance; who had it first cannot be told. What was "
    "rewritten by hand beyond its names, comments and order is not found. Talk with the students "
    "before you think anything of it.",
    "함수가 짧고 수식을 코드로 옮기는 방법도 몇 가지 되지 않습니다. 겹치는 부분은 강의나 교재, "
    "수업에서 허용한 공동 작업, 같은 도우미, 또는 우연에서 나왔을 수 있으며, 누가 먼저 썼는지는 "
    "알 수 없습니다. 이름과 주석과 순서를 넘어 손으로 다시 쓴 것은 찾지 못합니다. 무엇이든 "
    "결론을 내리기 전에 학생들과 이야기하십시오.",
)
COMPARED = Text(
    "{compared} pairs of files were compared, names of variables and comments aside, and without "
    "what the stubs gave; {pairs} share {threshold} or more of one of the two.",
    "파일 {compared}쌍을 변수 이름과 주석, 나누어 준 코드를 빼고 비교했습니다. 둘 중 하나의 "
    "{threshold} 이상이 겹치는 쌍은 {pairs}개입니다.",
)
NONE = Text("No pair of files shares as much.", "그만큼 겹치는 쌍이 없습니다.")
PAIR = Text("Students", "학생")
SHARED = Text("Shared", "겹치는 비율")
SHARE_OF = Text(
    "{share} of {student}'s own text is in the other.",
    "{student} 학생이 쓴 부분의 {share}이(가) 다른 쪽에도 있습니다.",
)
MARKED = Text(
    "Lines with a bar at their left are in both.", "왼쪽에 막대가 있는 줄은 양쪽에 다 있습니다."
)
FIRST = Text(
    "The first {shown} pairs are shown side by side.", "처음 {shown}쌍을 나란히 보여 줍니다."
)
NOT_COMPARED = Text("Not comparable", "비교할 수 없는 파일")
TOO_LITTLE = Text(
    "In these files too little is the student's own: they are short, or mostly the stub.",
    "너무 짧거나 대부분 나누어 준 코드여서 학생이 쓴 부분이 너무 적은 파일입니다.",
)
