"""Titles and hints of the checks that many functions share."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from autograder.document.text import Text

# The same ideas for many functions; a check that asked several of them at once would let a
# fault in one take the points of the others.
FORM = Text(
    "The result keeps the input's dtype and device",
    "결과는 입력의 dtype과 장치를 유지합니다",
)
NEW_TENSOR = Text(
    "A new tensor has a dtype and a device of its own: which ones should they be?",
    "새로 만든 텐서에도 dtype과 장치가 있습니다. 무엇이어야 합니까?",
)
NEW_INTEGERS = Text(
    f"{NEW_TENSOR.en} A detour by way of floating-point numbers rounds large integers.",
    f"{NEW_TENSOR.ko} 부동소수점을 거치면 큰 정수는 반올림됩니다.",
)
FLOW_HINT = Text(
    "Each output cell hands its gradient back to the value it came from. What on the way "
    "would cut the connection: detach, .data, a new tensor, no_grad?",
    "각 출력 칸은 자신의 값이 온 입력으로 gradient를 돌려줍니다. 도중에 연결을 끊는 것이 "
    "있습니까(detach, .data, 새 텐서, no_grad)?",
)


def form_hint(dtypes: Sequence[torch.dtype]) -> Text:
    """The hint for a result that should keep one of these dtypes."""
    return NEW_TENSOR if all(each.is_floating_point for each in dtypes) else NEW_INTEGERS


def flow_to(names: Sequence[str], *, parameters: bool = False) -> Text:
    """The title of a check of the gradients in these arguments, and in a module's parameters."""
    *first, last = [*names, "every parameter"] if parameters else names
    en = f"{', '.join(first)} and {last}" if first else last
    ko = ", ".join([*names, "모든 파라미터"] if parameters else names)
    return Text(f"Gradients flow back to {en}", f"gradient가 {ko}까지 전달됩니다")


DTYPE = Text(
    "float32 stays float32, float64 stays float64 to its last digits",
    "float32는 float32로, float64는 마지막 자리까지 float64로 남습니다",
)
DEVICE = Text(
    "On a GPU every tensor of the computation lies there",
    "입력이 GPU에 있으면 계산의 모든 텐서가 그곳에 있습니다",
)
DEVICE_HINT = Text(
    "A new tensor lies on the CPU unless told otherwise. Where should it lie?",
    "새 텐서는 따로 지정하지 않으면 CPU에 놓입니다. 어디에 있어야 합니까?",
)
LAYOUTS = Text(
    "Memory layout and no_grad change nothing, and inputs stay as they were",
    "메모리 배치나 no_grad와 무관하게 결과가 같고, 입력은 바뀌지 않습니다",
)
ARGUMENTS = Text(
    "Arguments come by position or by name, a pair as a tuple or a list",
    "인자는 위치로도 이름으로도, 쌍은 tuple로도 list로도 전달됩니다",
)
ARGUMENTS_HINT = Text(
    "Do all arguments bear the names of the assignment? May a pair be a list?",
    "인자 이름이 과제와 같습니까? 쌍이 list여도 됩니까?",
)
MODULE = Text(
    "dtype and device are kept, views are read, and inputs stay as they were",
    "dtype과 장치를 유지하고, view도 읽으며, 입력을 바꾸지 않습니다",
)
MODULE_HINT = Text(
    "Every step from the input to the result has to be one that PyTorch can follow back. What do "
    "you create on the way, of which dtype, on which device?",
    "입력에서 결과까지의 모든 단계를 PyTorch가 거꾸로 따라갈 수 있어야 합니다. 도중에 만드는 "
    "텐서의 dtype과 장치는 무엇입니까?",
)
CALLS = Text(
    "Memory layout, keywords and no_grad change nothing, and inputs stay as they were",
    "메모리 배치, 키워드 인자, no_grad와 무관하게 결과가 같고, 입력은 바뀌지 않습니다",
)
CALLS_HINT = Text(
    "Not every tensor lies contiguously in memory, which `view` relies on. "
    "Do all arguments bear the names of the assignment? Is an input written to?",
    "모든 텐서가 메모리에 연속으로 놓인 것은 아닙니다(`view`는 연속을 가정합니다). "
    "인자 이름이 과제와 같습니까? 입력에 값을 쓰지는 않습니까?",
)
