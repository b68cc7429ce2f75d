"""Requests to the kernel that no student's code needs, refused before the kernel looks at them: a seccomp filter.

Namespaces hide files, processes and networks. They do not make the kernel smaller, and the rarely used parts of a kernel are
where ways out have been found. A refused request fails with "operation not permitted"; all others go on as before, so that
NumPy and the C library, whose needs differ from version to version, never notice.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

REFUSED = {
    "keys that outlive the sandbox": ("keyctl", "add_key", "request_key"),
    "queues that bypass these very rules": ("io_uring_setup", "io_uring_enter", "io_uring_register"),
    "programs inside the kernel": ("bpf", "perf_event_open", "userfaultfd"),
    "other processes' memory": ("ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd", "process_madvise"),
    "mounts": ("mount", "umount2", "pivot_root", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick"),
    "other namespaces": ("unshare", "setns", "chroot"),
    "files by number": ("name_to_handle_at", "open_by_handle_at"),
    "the kernel itself": ("kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "reboot"),
    "the machine": ("swapon", "swapoff", "acct", "quotactl", "syslog", "settimeofday", "clock_settime", "clock_adjtime",
                    "adjtimex"),  # fmt: skip  # one row
}
"""What is refused, by what it would reach."""
REFUSED_ALONE = {
    "other processes": ("fork", "vfork", "kill", "tkill", "tgkill", "pidfd_open", "pidfd_send_signal", "rt_sigqueueinfo",
                        "rt_tgsigqueueinfo", "setpriority", "sched_setaffinity", "sched_setscheduler", "sched_setparam",
                        "sched_setattr", "ioprio_set", "migrate_pages", "move_pages"),
    "networks": ("socket",),
    "what Landlock leaves open of files": ("chmod", "fchmod", "fchmodat", "chown", "lchown", "fchown", "fchownat", "utime",
                                           "utimes", "futimesat", "utimensat", "setxattr", "lsetxattr", "fsetxattr",
                                           "removexattr", "lremovexattr", "fremovexattr", "inotify_init", "inotify_init1",
                                           "fanotify_init"),
    "memory that all programs share": ("shmget", "shmat", "shmctl", "msgget", "semget", "mq_open", "mq_unlink"),
}  # fmt: skip  # one table
"""What is refused as well where there are no namespaces around the process."""
CLONE_THREAD = 0x10000
PR_SET_PDEATHSIG = 1
LAST_FAMILY = 10
"""AF_INET6. Sockets of families with larger numbers (netlink, packet, the kernel's ciphers, virtual machines) are refused."""


class Filter(NamedTuple):
    """A compiled filter, empty where there is none; then ``trouble`` says why."""

    program: bytes
    trouble: str


@functools.cache
def compiled() -> Filter:
    """Compile the filter for this machine with libseccomp, once."""
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError) as error:  # the binding looks for the library when it is imported
        return Filter(b"", f"libseccomp does not load ({error}); to install it: sudo apt-get install --yes libseccomp2")
    names = [name for group in (*REFUSED.values(), *REFUSED_ALONE.values()) for name in group]
    unknown = [name for name in names if pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) == -1]
    if unknown:
        return Filter(b"", f"this libseccomp is too old to know {', '.join(unknown)}")
    with os.fdopen(os.memfd_create("filter"), "w+b", buffering=0) as file:
        made(alone=False).export_bpf(file)
        file.seek(0)
        return Filter(file.read(), "")


def made(*, alone: bool, shortening: bool = True) -> Any:
    """The filter as libseccomp's; with ``alone``, the one for a process that has no namespaces of its own.

    Without ``shortening`` no file can be cut short, which Landlock sees to by itself from its version 3 on.
    """
    import pyseccomp

    refused = pyseccomp.ERRNO(errno.EPERM)
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in (name for group in (REFUSED | REFUSED_ALONE if alone else REFUSED).values() for name in group):
        rules.add_rule(refused, name)
    if not alone:
        rules.add_rule(pyseccomp.ERRNO(errno.EAFNOSUPPORT), "socket", pyseccomp.Arg(0, pyseccomp.GT, LAST_FAMILY))
        return rules
    rules.add_rule(refused, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, CLONE_THREAD, 0))
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags lie in memory; the C library then takes clone
    rules.add_rule(refused, "prlimit64", pyseccomp.Arg(0, pyseccomp.NE, 0))
    if not shortening:
        for name, place in (("open", 1), ("openat", 2)):
            rules.add_rule(refused, name, pyseccomp.Arg(place, pyseccomp.MASKED_EQ, os.O_TRUNC, os.O_TRUNC))
        rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "openat2")  # as clone3
        for name in ("creat", "truncate"):
            rules.add_rule(refused, name)
    rules.add_rule(refused, "prctl", pyseccomp.Arg(0, pyseccomp.EQ, PR_SET_PDEATHSIG))
    return rules


@contextlib.contextmanager
def inherited(wanted: bool) -> Iterator[tuple[int, ...]]:
    """The file descriptor from which bubblewrap, started within, reads the compiled filter; none where none is wanted."""
    if not wanted:
        yield ()
        return
    number = os.memfd_create("filter")
    try:
        os.write(number, compiled().program)
        os.lseek(number, 0, os.SEEK_SET)
        yield (number,)
    finally:
        os.close(number)
