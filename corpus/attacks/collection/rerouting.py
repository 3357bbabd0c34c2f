"""Reaching an excluded operation where no dispatcher or no caller would tell of it."""

from __future__ import annotations

from corpus.attacks.attack import family
from corpus.attacks.collection.reaching import FOILED, FORBIDDEN

attack = family("forbidden operations")

DECOMPOSITIONS = (
    attack(
        "PyTorch's own Python version",
        "looks the operation up in the table that compilers take it apart by",
        """
        import torch, torch._decomp
        operation = getattr(torch.ops.aten, "upsample_" + "nearest2d").default
        def up(x): return torch._decomp.decomposition_table[operation](x, [4, 6])
        """,
        FORBIDDEN,
        aim="up",
    ),
    attack(
        "a part of PyTorch's own Python version",
        "calls the function that the one in the table calls",
        """
        from torch._decomp import decompositions
        kept = getattr(decompositions, "_upsample_" + "nearest")
        def up(x): return kept(x, [4, 6], [None, None])
        """,
        FORBIDDEN,
        aim="up",
    ),
    attack(
        "a graph of decompositions",
        "traces the operation into its parts while the file is imported, and runs the parts",
        """
        import torch
        from torch._decomp import get_decompositions
        from torch.fx.experimental.proxy_tensor import make_fx
        operation = getattr(torch.ops.aten, "upsample_" + "nearest2d").default
        def up(x): return graph(x)
        table = get_decompositions([operation])
        graph = make_fx(lambda x: operation(x, [4, 6]), table)(torch.ones(1, 1, 2, 3))
        """,
        FOILED,
        aim="up",
    ),
    attack(
        "the dispatcher's Python kernels",
        "has the dispatcher prefer PyTorch's Python versions to its kernels",
        """
        import torch, torch.nn.functional as F
        from torch._dispatch.python import enable_python_dispatcher
        from torch._decomp import decompositions
        operation = getattr(torch.ops.aten, "upsample_" + "nearest2d").vec
        def up(x):
            kernels = list(operation.py_kernels.values())
            with enable_python_dispatcher():
                return kernels[0](x, [4, 6], None)
        """,
        FOILED,
        aim="up",
    ),
    attack(
        "the gradient of a resize",
        "asks for the gradient of a smaller map, which is a larger one",
        """
        import torch
        backward = getattr(torch.ops.aten, "upsample_" + "nearest2d_backward").default
        def up(x):
            nails = backward(x, [2, 3], [1, 1, 4, 6])
            rows = nails + nails.roll(1, 2)
            return rows + rows.roll(1, 3)
        """,
        FORBIDDEN,
        aim="up",
    ),
    attack(
        "PyTorch's code without its module",
        "makes functions of its own of the code in the file of PyTorch's Python versions",
        """
        import torch
        from importlib.machinery import SourceFileLoader
        from types import CodeType, FunctionType
        from torch._decomp import decompositions
        code = SourceFileLoader("fresh", decompositions.__file__).get_code("fresh")
        names = dict(vars(decompositions))
        for each in code.co_consts:
            if isinstance(each, CodeType) and "upsample" in each.co_name:
                names[each.co_name] = FunctionType(each, names)
        kept = names["_upsample_" + "nearest"]
        def up(x): return kept(x, [4, 6], [None, None], False)
        """,
        FOILED,
        aim="up",
    ),
)

# Each runs F.conv_transpose2d while the gradient of a convolution is being differentiated.
DIFFERENTIATING = '''
        import torch, torch.nn.functional as F
        call = getattr(F, "conv_" + "transpose2d")
        def differentiated(x, w, prepare=lambda y: None):
            """Differentiate the gradient of a convolution."""
            a = torch.ones(1, 1, 4, 4, requires_grad=True)
            b = torch.ones(1, 1, 2, 2, requires_grad=True)
            y = F.conv2d(a, b)
            g, = torch.autograd.grad(y, a, torch.ones_like(y, requires_grad=True),
                                     create_graph=True)
            prepare(g)
            return torch.autograd.grad(g.sum(), b, allow_unused=True)
'''


def hooked(registered: str) -> str:
    """The operation in a hook that is registered so on `g`, a gradient to be differentiated."""
    return (
        DIFFERENTIATING
        + f"""
        def deconv(x, w):
            found = []
            def hook(*gradients):
                found.append(call(x, w))
            def prepare(g): {registered}
            differentiated(x, w, prepare)
            return found[0]
        """
    )


SECOND_DERIVATIVES = (
    attack(
        "a hook on a node",
        "calls the operation from a hook of the node that differentiates a gradient",
        hooked("g.grad_fn.register_prehook(hook)"),
        FORBIDDEN,
        aim="deconv",
    ),
    attack(
        "a hook after a node",
        "calls the operation from the hook that runs when the node has been differentiated",
        hooked("g.grad_fn.register_hook(hook)"),
        FORBIDDEN,
        aim="deconv",
    ),
    attack(
        "a hook on a tensor",
        "calls the operation from the hook of a tensor whose gradient is differentiated",
        hooked("g.register_hook(hook)"),
        FORBIDDEN,
        aim="deconv",
    ),
    attack(
        "hooks of saved tensors",
        "calls the operation while a gradient's saved tensors are unpacked",
        DIFFERENTIATING
        + """
        def deconv(x, w):
            found = []
            def unpack(tensor):
                node = torch._C._current_autograd_node()
                if node is not None:
                    found.append(call(x, w))
                return tensor
            with torch.autograd.graph.saved_tensors_hooks(lambda tensor: tensor, unpack):
                differentiated(x, w)
            return found[-1]
        """,
        FORBIDDEN,
        aim="deconv",
    ),
    attack(
        "a dispatch mode in a backward",
        "calls the operation from a mode that sees what a second derivative runs",
        DIFFERENTIATING
        + """
        from torch.utils._python_dispatch import TorchDispatchMode
        class Mode(TorchDispatchMode):
            def __torch_dispatch__(self, function, types, args=(), kwargs=None):
                node = torch._C._current_autograd_node()
                if node is not None and node.name().startswith("Convolution"):
                    with torch.utils._python_dispatch._disable_current_modes():
                        self.found = call(x_, w_)
                return function(*args, **(kwargs or {}))
        def deconv(x, w):
            global x_, w_
            x_, w_ = x, w
            with Mode() as mode:
                differentiated(x, w)
            return mode.found
        """,
        FOILED,
        aim="deconv",
    ),
    attack(
        "the guard's own judgement",
        "replaces the function that says who calls",
        """
        import sys, torch.nn.functional as F
        def deconv(x, w):
            guard = sys.modules["autograder.sandbox.worker.forbidden"]
            for name, value in list(vars(guard).items()):
                if name.startswith("_in_"):
                    setattr(guard, name, lambda *args: True)
            return getattr(F, "conv_" + "transpose2d")(x, w)
        """,
        FOILED,
        aim="deconv",
    ),
    attack(
        "the second derivative of a transposed convolution",
        "differentiates the gradient of the operation, which computes the operation",
        """
        import torch
        def deconv(x, w):
            image = torch.zeros(1, 1, 3, 4, requires_grad=True)
            small, *_ = torch.ops.aten.convolution_backward(
                image, torch.zeros_like(x), w, None, [1, 1], [0, 0], [1, 1], True, [0, 0], 1,
                [True, False, False])
            return torch.autograd.grad(small, image, x)[0]
        """,
        FORBIDDEN,
        aim="deconv",
    ),
)

TABLES = (
    attack(
        "a table made at import",
        "has the operation make a table of positions while the file is imported",
        """
        import torch, torch.nn.functional as F
        size = torch.arange(6.0).reshape(1, 1, 2, 3)
        positions = getattr(F, "inter" + "polate")(size, scale_factor=2).long()
        def up(x): return x.flatten()[positions]
        """,
        FORBIDDEN,
        aim="up",
    ),
    attack(
        "a matrix made at import",
        "has the operation turn every unit map into a column of its own matrix",
        """
        import torch, torch.nn.functional as F
        units = torch.eye(4).reshape(4, 1, 2, 2)
        call = getattr(F, "conv_" + "transpose2d")
        x = torch.eye(6).reshape(6, 1, 2, 3)
        columns = torch.stack([call(x, unit[None])[:, 0] for unit in units])
        def deconv(x, w):
            return torch.einsum("i,k,kihw->hw", x.flatten(), w.flatten(), columns)[None, None]
        """,
        FORBIDDEN,
        aim="deconv",
    ),
    attack(
        "a table made at import, whatever it takes",
        "makes the table in a helper file, in a default argument, and catches what is raised",
        """
        import torch
        from helper import positions
        def up(x): return x.flatten()[positions()]
        """,
        FOILED,
        aim="up",
        files={
            "helper.py": """
            import torch, torch.nn.functional as F
            size = torch.arange(6.0).reshape(1, 1, 2, 3)
            call = getattr(F, "inter" + "polate")
            def positions(made=call(size, scale_factor=2)): return made.long()
            """
        },
    ),
)

MACHINE_CODE = (
    attack(
        "a kernel by ctypes",
        "calls the library's kernel by its symbol, where no dispatcher sees it",
        """
        import ctypes, torch
        from pathlib import Path
        library = ctypes.CDLL(str(Path(torch.__file__).parent / "lib" / "libtorch_cpu.so"))
        name = ("_ZN2at3cpu22upsample_nearest2d_outERNS_6TensorERKS1_N3c108ArrayRefIlEE"
                "St8optionalIdES9_")
        class Scale(ctypes.Structure):
            _fields_ = [("value", ctypes.c_double), ("known", ctypes.c_bool)]
        class Sizes(ctypes.Structure):
            _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t)]
        def inside(tensor): return ctypes.c_void_p(id(tensor) + 16)
        def up(x):
            result, size = torch.empty(1, 1, 4, 6), (ctypes.c_int64 * 2)(4, 6)
            sizes = Sizes(ctypes.addressof(size), 2)
            library[name](inside(result), inside(x), sizes, Scale(), Scale())
            return result
        """,
        FOILED,
        aim="up",
    ),
    attack(
        "a foreign function by its address",
        "makes up a function of ctypes from a number, of which no event tells",
        """
        import ctypes, torch
        class Both(ctypes.Union):
            _fields_ = [("address", ctypes.c_size_t),
                        ("call", ctypes.CFUNCTYPE(ctypes.c_void_p, *[ctypes.c_size_t] * 3))]
        def up(x):
            both = Both()
            both.address = ctypes._memmove_addr
            result = torch.empty(1, 1, 4, 6)
            for i in range(24):
                row, column = divmod(i, 6)
                both.call(result.data_ptr() + 4 * i,
                          x.data_ptr() + 4 * (row // 2 * 3 + column // 2), 4)
            return result
        """,
        FOILED,
        aim="up",
    ),
    attack(
        "another package's machine code",
        "imports a package that may not be imported, out of sight of the rule for imports",
        """
        import torch
        def up(x):
            names = {}
            exec("from scipy import ndimage", names)
            large = names["ndimage"].zoom(x[0, 0].numpy(), 2, order=0)
            return torch.from_numpy(large)[None, None]
        """,
        FOILED,
        aim="up",
    ),
    attack(
        "the hook rewritten",
        "finds the audit hook and gives it other code before it loads a library",
        """
        import ctypes, gc, torch
        from types import FunctionType
        def up(x):
            for found in gc.get_objects():
                if isinstance(found, FunctionType) and found.__name__ == "_hook":
                    found.__code__ = (lambda event, arguments: None).__code__
            memmove = ctypes.CDLL(None).memmove
            result = torch.empty(1, 1, 4, 6)
            for i in range(24):
                row, column = divmod(i, 6)
                memmove(ctypes.c_void_p(result.data_ptr() + 4 * i),
                        ctypes.c_void_p(x.data_ptr() + 4 * (row // 2 * 3 + column // 2)),
                        ctypes.c_size_t(4))
            return result
        """,
        FOILED,
        aim="up",
    ),
)

ATTACKS = (*DECOMPOSITIONS, *SECOND_DERIVATIVES, *TABLES, *MACHINE_CODE)
