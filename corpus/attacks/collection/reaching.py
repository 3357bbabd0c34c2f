"""Reaching an operation that the contract excludes, past the one who watches."""

from __future__ import annotations

from autograder.sandbox.protocol.errors import Verdict
from corpus.attacks.attack import family

attack = family("forbidden operations")

FORBIDDEN = (Verdict.FORBIDDEN,)
# Caught, or unable to compute at all: both earn nothing.
FOILED = (Verdict.FORBIDDEN, Verdict.ERROR, Verdict.FAILED, Verdict.CRASH, Verdict.TIMEOUT)

ATTACKS = (
    attack(
        "a name put together",
        "finds the operation by a name that no search of the source finds",
        """
        import torch.nn.functional as F
        def deconv(x, w): return getattr(F, "conv_" + "transpose2d")(x, w)
        """,
        FORBIDDEN,
        aim="deconv",
    ),
    attack(
        "a resize by another name",
        "resizes by a name put together",
        """
        import torch.nn.functional as F
        def up(x): return getattr(F, "inter" + "polate")(x, scale_factor=2)
        """,
        FORBIDDEN,
        aim="up",
    ),
    attack(
        "an operation kept from the import",
        "keeps the bound operation before anybody watches, and calls it later",
        """
        import torch
        kept = getattr(torch.ops.aten, "upsample_" + "nearest2d").default
        def up(x): return kept(x, [4, 6])
        """,
        FORBIDDEN,
        aim="up",
    ),
    attack(
        "a kernel kept from the import",
        "takes the kernel out of the dispatcher before it is overridden",
        """
        import torch
        name = "aten::upsample_" + "nearest2d"
        kept = torch.library.get_kernel(name, "CPU")
        def up(x):
            keys = torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)
            return kept.call_boxed(keys, x, [4, 6], None, None)
        """,
        FOILED,
        aim="up",
    ),
    attack(
        "a kernel below the override",
        "asks the dispatcher for the kernel of another backend, which is the general one",
        """
        import torch
        def deconv(x, w):
            for key in ("CompositeExplicitAutograd", "XPU", "MPS", "Meta", "PrivateUse1"):
                try:
                    kernel = torch.library.get_kernel("aten::_convolution", key)
                    keys = torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)
                    return kernel.call_boxed(
                        keys, x, w, None, [1, 1], [0, 0], [1, 1], True, [0, 0], 1,
                        False, False, False, False)
                except Exception:
                    continue
            raise LookupError
        """,
        FOILED,
        aim="deconv",
    ),
    attack(
        "a dispatch below the override",
        "redispatches to the keys of other backends, whose kernel is the general one",
        """
        import torch
        def deconv(x, w):
            for key in ("XPU", "MPS", "HPU", "PrivateUse1", "Meta", "IPU", "XLA", "Lazy", "MTIA"):
                keys = torch._C.DispatchKeySet(getattr(torch._C.DispatchKey, key))
                for operation in (torch.ops.aten._convolution, torch.ops.aten.convolution):
                    flags = [False] * 4 if operation is torch.ops.aten._convolution else []
                    for batch in (1, 32):  # a large batch takes oneDNN's way
                        try:
                            y = operation.default.redispatch(
                                keys, x.repeat(batch, 1, 1, 1), w, None, [1, 1], [0, 0],
                                [1, 1], True, [0, 0], 1, *flags)
                        except Exception:
                            continue
                        if y.device.type == "cpu":
                            return y[:1]
            raise LookupError
        """,
        FOILED,
        aim="deconv",
    ),
    attack(
        "the guard told not to look",
        "walks up the frames to the guard and turns it off",
        """
        import sys, torch.nn.functional as F
        def deconv(x, w):
            frame = sys._getframe()
            while frame:
                guard = getattr(frame.f_locals.get("self"), "_guard", None)
                if guard is not None:
                    for name, value in vars(guard).items():
                        if isinstance(value, bool):
                            setattr(guard, name, not value)
                frame = frame.f_back
            return getattr(F, "conv_" + "transpose2d")(x, w)
        """,
        FOILED,
        aim="deconv",
    ),
    attack(
        "the guard made to forget",
        "is caught, and erases that it was",
        """
        import sys, torch, torch.nn.functional as F
        def deconv(x, w):
            try:
                return getattr(F, "conv_" + "transpose2d")(x, w)
            except Exception:
                frame = sys._getframe()
                while frame:
                    guard = getattr(frame.f_locals.get("self"), "_guard", None)
                    if guard is not None:
                        guard.reached = None
                    frame = frame.f_back
                return torch.zeros(1, 1, 3, 4)
        """,
        FOILED,
        aim="deconv",
    ),
    attack(
        "the override undone",
        "finds the library that overrides and destroys it",
        """
        import gc, torch, torch.nn.functional as F
        def up(x):
            for found in gc.get_objects():
                if isinstance(found, torch.library.Library):
                    found._destroy()
            return getattr(F, "inter" + "polate")(x, scale_factor=2)
        """,
        FOILED,
        aim="up",
    ),
    attack(
        "the handle of the override let go",
        "finds whatever refers to the dispatcher and drops it",
        """
        import gc, sys, torch, torch.nn.functional as F
        def up(x):
            for module in list(sys.modules.values()):
                if getattr(module, "__name__", "").startswith("autograder"):
                    for value in list(vars(module).values()):
                        if isinstance(value, (list, dict, set)):
                            value.clear()
            for found in gc.get_objects():
                if type(found).__name__ in ("Guard", "Library"):
                    vars(found).clear()
            gc.collect()
            return getattr(F, "inter" + "polate")(x, scale_factor=2)
        """,
        FOILED,
        aim="up",
    ),
    attack(
        "an override over the override",
        "registers a kernel of its own that calls the one below",
        """
        import torch, torch.nn.functional as F
        library = torch.library.Library("aten", "IMPL")
        name = "upsample_" + "nearest2d"
        original = getattr(torch.ops.aten, name).default
        def up(x):
            def below(*args):
                keys = torch._C._dispatch_keys(x).remove(torch._C.DispatchKey.CPU)
                return original.redispatch(keys, *args)
            library.impl(name, below, "CPU")
            return getattr(F, "inter" + "polate")(x, scale_factor=2)
        """,
        FOILED,
        aim="up",
    ),
    attack(
        "a compiled graph",
        "compiles the operation while the file is imported and runs the graph later",
        """
        import torch
        name = "conv_" + "transpose2d"
        kept = torch.jit.CompilationUnit("def g(x, w): return torch." + name + "(x, w)" + chr(10)).g
        kept(torch.ones(1, 1, 2, 3), torch.ones(1, 1, 2, 2))
        def deconv(x, w): return kept(x, w)
        """,
        FOILED,
        aim="deconv",
    ),
    attack(
        "another backend",
        "asks oneDNN's own operation for the same",
        """
        import torch
        def deconv(x, w):
            operation = getattr(torch.ops.mkldnn, "_convolution_transpose_" + "pointwise")
            return operation(
                x, w.transpose(0, 1).contiguous(), None, [0, 0], [0, 0], [1, 1], [1, 1], 1,
                "none", [], "")
        """,
        FOILED,
        aim="deconv",
    ),
    attack(
        "mkldnn tensors",
        "converts to a layout whose kernels are elsewhere",
        """
        import torch, torch.nn.functional as F
        def deconv(x, w):
            return getattr(F, "conv_" + "transpose2d")(x.to_mkldnn(), w.to_mkldnn()).to_dense()
        """,
        FOILED,
        aim="deconv",
    ),
    attack(
        "quantised numbers",
        "computes with eight bits, where a scale of 1 is exact",
        """
        import torch
        def deconv(x, w):
            q = torch.quantize_per_tensor(w, 1.0, 0, torch.qint8)
            names = torch.ops.quantized
            packed = getattr(names, "conv_" + "transpose2d_prepack")(
                q, None, [1, 1], [0, 0], [0, 0], [1, 1], 1)
            return getattr(names, "conv_" + "transpose2d_dynamic")(x, packed)
        """,
        FOILED,
        aim="deconv",
    ),
    attack(
        "under vmap, in complex numbers, with out=",
        "takes roads to the operation that few take",
        """
        import torch, torch.nn.functional as F
        call = getattr(F, "conv_" + "transpose2d")
        def deconv(x, w):
            for way in (
                lambda: torch.vmap(lambda a: call(a, w))(x[None])[0],
                lambda: call(x + 0j, w + 0j).real,
                lambda: torch.ops.aten.convolution.out(
                    x, w, None, [1, 1], [0, 0], [1, 1], True, [0, 0], 1,
                    out=torch.empty(1, 1, 3, 4)),
                lambda: torch.func.jvp(lambda a: call(a, w), (x,), (x,))[1],
                lambda: torch.nested.nested_tensor([call(x[0], w)])[0][None],
            ):
                try:
                    return way()
                except Exception:
                    continue
        """,
        FORBIDDEN,
        aim="deconv",
    ),
    attack(
        "in the backward of one's own",
        "calls the operation in an autograd function's backward, run inside the call",
        """
        import torch, torch.nn.functional as F
        call = getattr(F, "conv_" + "transpose2d")
        class Sneak(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x, w):
                ctx.save_for_backward(x, w)
                return x.sum()
            @staticmethod
            def backward(ctx, g):
                kept.append(call(*ctx.saved_tensors))
                return None, None
        kept = []
        def deconv(x, w):
            Sneak.apply(x.clone().requires_grad_(), w).backward()
            return kept.pop()
        """,
        FORBIDDEN,
        aim="deconv",
    ),
)
