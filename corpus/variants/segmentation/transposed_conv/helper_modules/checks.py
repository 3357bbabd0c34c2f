"""인자 검사 모음."""

from sizes import output_size


def check_arguments(x, weight, bias, stride, padding, output_padding):
    _require(x.shape[1] == weight.shape[0], "x와 weight의 입력 채널 수가 다릅니다")
    if bias is not None:
        _require(tuple(bias.shape) == (weight.shape[1],), "bias의 shape은 (C_out,)이어야 합니다")
    _require(min(stride) >= 1, f"stride는 1 이상이어야 합니다: {stride}")
    _require(min(padding) >= 0, f"padding은 0 이상이어야 합니다: {padding}")
    _require(
        all(0 <= o < s for o, s in zip(output_padding, stride)),
        f"output_padding은 0 이상 stride 미만이어야 합니다: {output_padding}",
    )
    _require(
        min(output_size(x, weight, stride, padding, output_padding)) >= 1,
        f"padding이 너무 큽니다: {padding}",
    )


def _require(condition, message):
    if not condition:
        raise ValueError(message)
