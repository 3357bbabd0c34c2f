"""Frames: what is sent arrives, and nothing else is accepted."""

from __future__ import annotations

import msgspec
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox.protocol import wire
from autograder.sandbox.protocol.errors import WireError
from autograder.sandbox.protocol.messages import Items, ObjectRef, Returned, TensorHeader
from autograder.sandbox.protocol.wire import DTYPES, Payload

shapes = st.lists(st.integers(0, 4), max_size=5).map(tuple)


def joined(payload: Payload) -> bytearray:
    return bytearray().join(payload.chunks)


@given(shape=shapes, name=st.sampled_from(sorted(DTYPES)), seed=st.integers(0, 1000))
def test_a_tensor_survives_the_wire(shape: tuple[int, ...], name: str, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    tensor = torch.randint(0, 100, shape, generator=generator).to(DTYPES[name])  # type: ignore[index]
    payload = Payload()
    payload.add(torch.zeros(3))
    header = payload.add(tensor)
    back = wire.read_tensor(header, joined(payload))
    assert back.dtype == tensor.dtype
    assert torch.equal(back, tensor)


def test_a_negative_that_is_still_to_be_computed_crosses() -> None:
    tensor = torch.complex(torch.ones(2, 3), torch.arange(6.0).reshape(2, 3)).conj().imag
    assert tensor.is_neg()
    for add in (Payload.add, Payload.add_strided):
        payload = Payload()
        back = wire.read_tensor(add(payload, tensor), joined(payload))
        assert torch.equal(back, -torch.arange(6.0).reshape(2, 3))


@given(seed=st.integers(0, 1000), step=st.integers(1, 3), swap=st.booleans())
def test_a_view_keeps_its_values_and_its_stride(seed: int, step: int, swap: bool) -> None:
    tensor = torch.randn((4, 5, 6), generator=torch.Generator().manual_seed(seed))[1:, ::step]
    view = tensor.transpose(0, 2) if swap else tensor.expand(2, *tensor.shape)
    payload = Payload()
    back = wire.read_tensor(payload.add_strided(view), joined(payload))
    assert torch.equal(back, view)
    assert back.stride() == view.stride()


def test_arguments_of_every_kind_cross() -> None:
    payload = Payload()
    value = (1, 2.5, None, True, "a", [torch.ones(2), (3,)])
    packed = wire.pack_value(value, payload, lambda _: None)
    back = wire.unpack_value(packed, joined(payload), lambda handle: handle)
    assert str(back) == str(value)
    assert wire.unpack_value(ObjectRef(7), b"", lambda handle: handle) == 7


def test_what_has_no_place_on_the_wire_is_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        wire.pack_value({1}, Payload(), lambda _: None)


@pytest.mark.parametrize(
    "header",
    [
        TensorHeader("float32", (2,), 0, 4),
        TensorHeader("float32", (1,), 0, 3),
        TensorHeader("float32", (-1,), 0, 4),
        TensorHeader("float32", (1,), -4, 4),
        TensorHeader("float32", (1,), 0, -4),
        TensorHeader("float32", (5,), 0, 20),
        TensorHeader("float32", (1,), 14, 4),
        TensorHeader("float32", (2**40, 2**40), 0, 16),
        TensorHeader("float32", (1,) * 9, 0, 4),
        TensorHeader("float32", (2, 2), 0, 16, stride=(1,)),
        TensorHeader("float32", (2, 2), 0, 16, stride=(4, 1)),
        TensorHeader("float32", (2, 2), 0, 16, stride=(-1, 1)),
        TensorHeader("float32", (2, 2), 0, 16, stride=(2, 1), offset=1),
        TensorHeader("float32", (2, 2), 0, 16, stride=(2, 1), offset=-1),
    ],
)
def test_a_header_that_does_not_fit_its_payload_is_refused(header: TensorHeader) -> None:
    with pytest.raises(WireError):
        wire.read_tensor(header, bytearray(16))


def test_lengths_are_capped_before_anything_is_allocated() -> None:
    with pytest.raises(WireError, match="header"):
        wire.parse_prefix(wire.PREFIX.pack(2**32 - 1, 0), 100)
    with pytest.raises(WireError, match="payload"):
        wire.parse_prefix(wire.PREFIX.pack(10, 2**63), 100)
    with pytest.raises(WireError, match="header"):
        wire.parse_prefix(wire.PREFIX.pack(0, 0), 100)


@given(st.binary(max_size=200))
def test_noise_is_never_a_reply(noise: bytes) -> None:
    with pytest.raises(WireError):
        wire.decode_reply(noise)


@given(st.integers(0, 200), st.integers(0, 255))
def test_a_damaged_reply_is_refused_or_still_a_reply(position: int, byte: int) -> None:
    reply = Returned(3, TensorHeader("float32", (2, 3), 0, 24), "cpu", ("0",), (None,))
    data = bytearray(msgspec.msgpack.encode(reply))
    data[position % len(data)] = byte
    try:
        decoded = wire.decode_reply(data)
    except WireError:
        return
    assert isinstance(decoded, msgspec.Struct)


def test_a_deeply_nested_reply_is_refused() -> None:
    with pytest.raises(WireError):
        wire.decode_reply(b"\x91" * 100_000)


def test_an_argument_list_is_told_from_a_tuple() -> None:
    packed = wire.pack_value([1, 2], Payload(), lambda _: None)
    assert isinstance(packed, Items)
    assert wire.unpack_value(packed, b"", lambda _: None) == [1, 2]
