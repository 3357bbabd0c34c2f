"""Objects that lie about themselves, or are more than a grader can hold."""

from __future__ import annotations

from autograder.sandbox.protocol.errors import Verdict
from corpus.attacks.attack import Evidence, family

attack = family("lying objects")

ATTACKS = (
    attack(
        "a tensor that equals everything",
        "returns a subclass whose __torch_function__ answers every comparison with yes",
        """
        import torch
        class Liar(torch.Tensor):
            @classmethod
            def __torch_function__(cls, function, types, args=(), kwargs=None):
                return True
        def f(x): return x.as_subclass(Liar)
        """,
        Verdict.FAILED,
    ),
    attack(
        "an object that equals everything",
        "returns what answers every question with itself",
        """
        class Liar:
            shape = property(lambda self: self)
            dtype = property(lambda self: self)
            def __eq__(self, other): return True
            def __getattr__(self, name): return self
            def __call__(self, *args, **kwargs): return self
            def __bool__(self): return True
            @classmethod
            def __torch_function__(cls, function, types, args=(), kwargs=None): return True
        def f(x): return Liar()
        """,
        Verdict.FAILED,
    ),
    attack(
        "an object that pretends to be a tensor",
        "overrides __class__ so that isinstance says Tensor",
        """
        import torch
        class Liar:
            __class__ = torch.Tensor
            @classmethod
            def __torch_function__(cls, function, types, args=(), kwargs=None): return True
        def f(x): return Liar()
        """,
        (Verdict.ERROR, Verdict.FAILED, Verdict.CRASH),
    ),
    attack(
        "code in a pickle",
        "returns an object whose unpickling writes a file",
        """
        import os
        from target import MARKS
        class Bomb:
            def __reduce__(self): return os.system, (f"touch {MARKS}/pickled",)
        def f(x): return Bomb()
        """,
        Verdict.FAILED,
        shows=Evidence.MARK,
    ),
    attack(
        "a trillion elements",
        "returns one number, expanded to 10**12",
        "def f(x): return x[:1].expand(10**12)",
        Verdict.FAILED,
        shows=Evidence.NO_GRADE,
    ),
    *(
        attack(
            f"a tensor that is {word}",
            "returns a kind of tensor that comparisons may choke on",
            f"import torch\ndef f(x): return {expression}",
            (Verdict.FAILED, Verdict.ERROR),
        )
        for word, expression in (
            ("on the meta device", "x.to('meta')"),
            ("sparse", "x.to_sparse()"),
            ("quantised", "torch.quantize_per_tensor(x, 0.1, 0, torch.qint8)"),
            ("complex", "x.to(torch.complex64)"),
            ("not a number", "x * float('nan')"),
            ("infinite", "x * float('inf')"),
            ("nested", "torch.nested.nested_tensor([x, x])"),
            ("empty with a huge shape", "torch.empty((0, 2**31, 2**30))"),
            ("conjugated and negated", "torch._neg_view((x + 0j).conj().real)"),
        )
    ),
    attack(
        "lists 10,000 deep",
        "returns lists within lists",
        """
        def f(x):
            nested = []
            for _ in range(10_000):
                nested = [nested]
            return nested
        """,
        Verdict.FAILED,
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a string of 100 MB as a message",
        "raises an exception whose text fills the log",
        "def f(x): raise ValueError('y' * 10**8)",
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a name of a megabyte",
        "returns an object of a class with an endless name",
        "def f(x): return type('y' * 10**6, (), {})()",
        Verdict.FAILED,
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a gradient of another kind",
        "gives gradients that equal everything, from a backward of its own",
        """
        import torch
        class Liar(torch.Tensor):
            @classmethod
            def __torch_function__(cls, function, types, args=(), kwargs=None): return True
        class Odd(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x): return x * x
            @staticmethod
            def backward(ctx, g): return g.new_zeros(g.shape).as_subclass(Liar)
        def slope(x): return Odd.apply(x)
        """,
        (Verdict.FAILED, Verdict.ERROR),
        aim="slope",
    ),
    attack(
        "a string of 100 MB",
        "returns text that fills the log",
        "def f(x): return 'y' * 10**8",
        Verdict.FAILED,
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a generator",
        "returns a generator that never ends",
        "import itertools\ndef f(x): return (x for _ in itertools.count())",
        Verdict.FAILED,
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "an exception that fights back",
        "raises an exception whose text, class and traceback raise again",
        """
        class Meta(type):
            __mro__ = property(lambda cls: 1 / 0)
            __name__ = property(lambda cls: 1 / 0)
            __module__ = property(lambda cls: 1 / 0)
        class Bomb(Exception, metaclass=Meta):
            def __str__(self): raise SystemExit(0)
            __repr__ = __str__
        def f(x): raise Bomb()
        """,
        (Verdict.ERROR, Verdict.CRASH),
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "an exception that never ends",
        "raises an exception whose text is computed for ever",
        """
        class Bomb(Exception):
            def __str__(self):
                while True: pass
        def f(x): raise Bomb()
        """,
        (Verdict.TIMEOUT,),
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "exceptions in a ring",
        "raises an exception that is its own cause and context",
        """
        def f(x):
            first, second = ValueError("a"), ValueError("b")
            first.__cause__, second.__cause__ = second, first
            first.__context__ = first
            raise first
        """,
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "an answer that changes",
        "answers wrongly at first and at random later, so that a search for it ends confused",
        """
        calls = 0
        def f(x):
            global calls
            calls += 1
            return x * (calls % 3)
        """,
        Verdict.FAILED,
        shows=Evidence.NO_GRADE,
    ),
    attack(
        "a graph that never ends",
        "returns a tensor whose backward never returns",
        """
        import torch
        class Endless(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x): return x * x
            @staticmethod
            def backward(ctx, g):
                while True: pass
        def slope(x): return Endless.apply(x)
        """,
        Verdict.TIMEOUT,
        shows=Evidence.NO_GRADE,
        aim="slope",
    ),
    attack(
        "an object that will not die",
        "comes back to life in __del__ and calls back by weakref when the process ends",
        """
        import weakref
        from target import MARKS
        class Undead:
            def __del__(self):
                global kept
                kept = self
                (MARKS / "undead").write_text("alive")
        def f(x):
            undead = Undead()
            weakref.finalize(undead, lambda: (MARKS / "undead").write_text("alive"))
            return x
        """,
        Verdict.FAILED,
        shows=Evidence.MARK,
    ),
)
