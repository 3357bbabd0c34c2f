"""Getting at the machine: other processes, the kernel, the network, files of others."""

from __future__ import annotations

from autograder.sandbox.jail.linux import system_call
from autograder.sandbox.protocol.errors import Verdict
from corpus.attacks.attack import Attack, Evidence, family

attack = family("escaping")

HURT, BYTE, PROOF, MARK = Evidence.BYSTANDER, Evidence.BYTE, Evidence.PROOF, Evidence.MARK


def refused_call(title: str, tries: str, call: str, *, denied: str = "1") -> Attack:
    """An attack that is one call of the C library; it proves itself by not failing.

    `denied` are the errors that mean no; any other means that the kernel listened.
    """
    return attack(
        title,
        tries,
        f"""
        import ctypes, os, struct
        from target import BYSTANDER, MARKS, proof
        libc = ctypes.CDLL(None, use_errno=True)
        def f(x):
            result = {call}
            error = ctypes.get_errno() if result == -1 else 0
            if error not in ({denied}, 38):
                proof("the kernel listened")
            raise OSError(error, "refused")
        """,
        shows=PROOF,
    )


ATTACKS = (
    attack(
        "kill everybody",
        "sends SIGKILL to every process that it may",
        """
        import os, signal
        from target import BYSTANDER
        def f(x):
            for pid in (-1, 0, BYSTANDER):
                try: os.kill(pid, signal.SIGKILL)
                except OSError as error: refused = error
            raise refused
        """,
        (Verdict.ERROR, Verdict.CRASH),
        shows=HURT,
    ),
    attack(
        "stop the neighbours",
        "sends SIGSTOP to another process of the same user",
        """
        import os, signal
        from target import BYSTANDER
        def f(x): os.kill(BYSTANDER, signal.SIGSTOP)
        """,
        shows=HURT,
    ),
    attack(
        "a signal by way of a pipe",
        "asks the kernel to signal another process whenever its pipe is read from",
        """
        import fcntl, os
        from target import BYSTANDER
        def f(x):
            fcntl.fcntl(1, fcntl.F_SETOWN, BYSTANDER)
            fcntl.fcntl(1, 10, 9)  # F_SETSIG, SIGKILL
            fcntl.fcntl(1, fcntl.F_SETFL, fcntl.fcntl(1, fcntl.F_GETFL) | os.O_ASYNC)
            ours, theirs = os.pipe()
            for end in (ours, theirs):
                fcntl.fcntl(end, fcntl.F_SETOWN, BYSTANDER)
                fcntl.fcntl(end, 10, 9)
                fcntl.fcntl(end, fcntl.F_SETFL, fcntl.fcntl(end, fcntl.F_GETFL) | os.O_ASYNC)
            os.write(theirs, b"y")
            os.read(ours, 1)
            return x
        """,
        shows=HURT,
    ),
    attack(
        "a process descriptor",
        "opens another process and kills it by its descriptor",
        """
        import os, signal
        from target import BYSTANDER
        def f(x): signal.pidfd_send_signal(os.pidfd_open(BYSTANDER), signal.SIGKILL)
        """,
        shows=HURT,
    ),
    refused_call(
        "ptrace",
        "attaches to another process",
        "libc.ptrace(16, BYSTANDER, 0, 0)",
    ),
    attack(
        "a daemon",
        "leaves a process behind that has a session of its own",
        """
        import os, time
        def f(x):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.closerange(0, 4096)
                    time.sleep(600)
                os._exit(0)
            return x
        """,
        shows=Evidence.LEFT_OVER,
    ),
    attack(
        "a daemon at import",
        "leaves a process behind while it is imported",
        """
        import os, time
        def leave():
            if os.fork() == 0:
                os.setsid()
                os.closerange(0, 4096)
                time.sleep(600)
        try: leave()
        except OSError: pass
        def f(x): return x
        """,
        Verdict.FAILED,
        shows=Evidence.LEFT_OVER,
    ),
    attack(
        "a shell",
        "runs a program",
        """
        import subprocess
        from target import MARKS
        def f(x): subprocess.run(["touch", str(MARKS / "shell")], check=True)
        """,
        shows=MARK,
    ),
    attack(
        "another program in its place",
        "replaces itself with a shell that has the pipes",
        """
        import os
        from target import MARKS
        def f(x): os.execv("/bin/sh", ["sh", "-c", f"touch {MARKS}/exec; printf y >&4; exit 0"])
        """,
        shows=MARK,
    ),
    refused_call("unshare", "makes a user namespace in which it is root", "libc.unshare(1 << 28)"),
    refused_call(
        "mount",
        "mounts a file system over another",
        'libc.mount(b"none", b"/", None, 1 << 18, None)',
    ),
    attack(
        "chroot",
        "leaves its root by way of another",
        """
        import os
        from target import proof
        def f(x):
            os.chroot("/proc" if os.path.exists("/proc") else "/")
            proof("a root of its own")
        """,
        shows=PROOF,
    ),
    attack(
        "setuid",
        "becomes another user",
        """
        import os
        from target import proof
        def f(x):
            os.setgroups([])
            os.setresuid(12345, 12345, 12345)
            proof("another user")
        """,
        shows=PROOF,
    ),
    attack(
        "a file that runs as its owner",
        "makes a copy of itself that runs with its owner's rights",
        """
        import os
        from target import MARKS
        def f(x):
            path = MARKS / "suid"
            path.write_bytes(b"#!/bin/sh")
            os.chmod(path, 0o4755)
        """,
        shows=MARK,
    ),
    attack(
        "rights of others' files",
        "closes another student's file, or opens it to the world",
        """
        import os
        from target import NEIGHBOUR
        def f(x):
            os.chmod(NEIGHBOUR / "student.py", 0o666)
            os.chmod(NEIGHBOUR, 0o777)
        """,
        shows=Evidence.NEIGHBOUR,
    ),
    attack(
        "times of others' files",
        "makes another student's submission late",
        """
        import os
        from target import NEIGHBOUR
        def f(x): os.utime(NEIGHBOUR / "student.py", (0, 2**31))
        """,
        shows=Evidence.NEIGHBOUR,
    ),
    attack(
        "others' files",
        "overwrites, renames and removes another student's submission",
        """
        import os
        from target import NEIGHBOUR
        def f(x):
            for tried in (
                lambda: (NEIGHBOUR / "student.py").write_text("def f(x): pass"),
                lambda: os.truncate(NEIGHBOUR / "student.py", 0),
                lambda: os.rename(NEIGHBOUR / "student.py", NEIGHBOUR / "gone.py"),
                lambda: os.link(NEIGHBOUR / "student.py", NEIGHBOUR / "two.py"),
                lambda: os.symlink("/etc/passwd", NEIGHBOUR / "three.py"),
                lambda: os.setxattr(NEIGHBOUR / "student.py", "user.a", b"b"),
                lambda: os.remove(NEIGHBOUR / "student.py"),
            ):
                try: tried()
                except OSError as error: refused = error
            raise refused
        """,
        shows=Evidence.NEIGHBOUR,
    ),
    attack(
        "files in shared places",
        "leaves a file where everybody may write",
        """
        import os, tempfile
        from target import MARKS
        def f(x):
            (MARKS / "here").write_text("x")
            return x
        """,
        shows=MARK,
    ),
    attack(
        "a device file",
        "makes a device file for the kernel's memory",
        """
        import os, stat
        from target import MARKS
        def f(x): os.mknod(MARKS / "mem", stat.S_IFCHR | 0o600, os.makedev(1, 1))
        """,
        shows=MARK,
    ),
    attack(
        "a FIFO",
        "makes a FIFO on which whoever opens it waits",
        """
        import os
        from target import MARKS
        def f(x): os.mkfifo(MARKS / "fifo")
        """,
        shows=MARK,
    ),
    attack(
        "TCP",
        "connects to a listener and sends a byte",
        """
        import socket
        from target import PORT
        def f(x): socket.create_connection(("127.0.0.1", PORT), 1).sendall(b"y")
        """,
        shows=BYTE,
    ),
    attack(
        "UDP",
        "sends a datagram",
        """
        import socket
        from target import PORT
        def f(x): socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"y", ("127.0.0.1", PORT))
        """,
        shows=BYTE,
    ),
    attack(
        "a request to the web",
        "fetches a page with what it has seen in the address",
        """
        import urllib.request
        from target import PORT
        def f(x): urllib.request.urlopen(f"http://127.0.0.1:{PORT}/?seen={x.sum()}", timeout=0.5)
        """,
        shows=BYTE,
    ),
    attack(
        "unix sockets",
        "listens under a name that has no file",
        """
        import socket
        from target import proof
        def f(x):
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(chr(0) + "attack")
            proof("an abstract socket")
        """,
        shows=PROOF,
    ),
    attack(
        "raw packets",
        "opens a raw socket, a netlink socket and a packet socket",
        """
        import socket
        from target import proof
        def f(x):
            for kind in ((socket.AF_NETLINK, socket.SOCK_RAW, 0), (socket.AF_PACKET, 3, 3)):
                try:
                    socket.socket(*kind)
                except OSError as error:
                    refused = error
                    continue
                proof("a raw socket")
            raise refused
        """,
        shows=PROOF,
    ),
    attack(
        "shared memory",
        "leaves a segment of System V shared memory behind",
        """
        import ctypes
        from target import proof
        def f(x):
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.shmget(0x5EC2E7, 4096, 0o1666) == -1:
                raise OSError(ctypes.get_errno(), "shmget")
            proof("a segment of shared memory")
        """,
        shows=PROOF,
    ),
    attack(
        "POSIX shared memory",
        "leaves a segment in /dev/shm for the next student's process",
        """
        from multiprocessing.shared_memory import SharedMemory
        from target import proof
        def f(x):
            segment = SharedMemory(create=True, size=100)
            proof("a segment in /dev/shm")
            segment.unlink()
        """,
        shows=PROOF,
    ),
    refused_call(
        "io_uring",
        "asks for what system calls are sent by without a filter",
        f"libc.syscall({system_call('io_uring_setup')}, 8, ctypes.create_string_buffer(200))",
    ),
    refused_call(
        "userfaultfd",
        "asks to handle page faults, the start of many an exploit",
        f"libc.syscall({system_call('userfaultfd')}, 1)",
    ),
    refused_call(
        "keyctl",
        "looks for keys of the user",
        f"libc.syscall({system_call('keyctl')}, 0, -3, 0, 0, 0)",
    ),
    refused_call(
        "bpf",
        "loads a program into the kernel",
        f"libc.syscall({system_call('bpf')}, 0, ctypes.create_string_buffer(200), 200)",
    ),
    refused_call(
        "perf_event_open",
        "samples what others compute",
        f"libc.syscall({system_call('perf_event_open')}, "
        "ctypes.create_string_buffer(200), 0, -1, -1, 0)",
        denied="1, 13",
    ),
    refused_call(
        "open by handle",
        "opens a file by its number, past every folder",
        "libc.open_by_handle_at(3, ctypes.create_string_buffer(200), 0)",
        denied="1, 13",
    ),
    refused_call(
        "modules",
        "loads a kernel module",
        f'libc.syscall({system_call("init_module")}, ctypes.create_string_buffer(10), 10, b"")',
    ),
    refused_call("host name", "renames the machine", 'libc.sethostname(b"mine", 4)'),
    refused_call(
        "a tracer's seccomp",
        "puts a filter of its own over the one it has",
        f"libc.syscall({system_call('seccomp')}, 1, 0, struct.pack('HxxxxxxQ', 0, 0))",
    ),
    attack(
        "calls of another architecture",
        "calls the kernel as a 32-bit program would, where a filter may be blind",
        """
        import ctypes, mmap, platform
        from target import proof
        def f(x):
            if platform.machine() != "x86_64":
                raise OSError("another architecture")
            code = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7)
            # getpid by int 0x80: mov eax, 20; int 0x80; ret
            code.write(bytes.fromhex("b814000000cd80c3"))
            start = ctypes.addressof(ctypes.c_char.from_buffer(code))
            call = ctypes.CFUNCTYPE(ctypes.c_long)(start)
            if call() > 0:
                proof("a call the filter does not know")
            raise OSError("refused")
        """,
        (Verdict.CRASH, Verdict.ERROR),
        shows=PROOF,
    ),
    attack(
        "calls by the x32 numbers",
        "calls the kernel by the numbers of the x32 ABI",
        """
        import ctypes, os, platform
        from target import proof
        def f(x):
            if platform.machine() != "x86_64":
                raise OSError("another architecture")
            if ctypes.CDLL(None).syscall(0x40000000 + 57) >= 0:
                proof("a fork by another number")
                os._exit(1)
            raise OSError("refused")
        """,
        (Verdict.CRASH, Verdict.ERROR),
        shows=PROOF,
    ),
    attack(
        "keys to the terminal",
        "types a command into the terminal of whoever grades",
        """
        import fcntl, termios
        from target import proof
        def f(x):
            for fd in range(3):
                try: fcntl.ioctl(fd, termios.TIOCSTI, b"y")
                except OSError as error: refused = error
                else: proof("typed")
            open("/dev/tty", "w").write("typed")
            proof("the terminal is open")
        """,
        shows=PROOF,
    ),
    attack(
        "a life without its parent",
        "hides its parent-death signal, so that it outlives its grader",
        """
        import ctypes
        from target import proof
        def f(x):
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.prctl(1, 0, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "prctl")
            proof("may outlive its grader")
        """,
        shows=PROOF,
    ),
)
