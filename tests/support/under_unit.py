"""under_unit.py UNIT REFUSED COMMAND...: runs the command under the system call filters that systemd makes of a
unit's SystemCallFilter=, RestrictAddressFamilies= and MemoryDenyWriteExecute=. REFUSED is a
system call that is refused besides, or `nothing`; for `setrlimit` glibc uses a part of prlimit64(2)."""

import errno
import mmap
import os
import socket
import subprocess
import sys

from seccomp import ALLOW, EQ, ERRNO, MASKED_EQ, NE, Arch, Arg, SyscallFilter, resolve_syscall


def values(unit, name):
    with open(unit) as lines:
        return [line.strip().split("=", 1)[1] for line in lines if line.startswith(name + "=")]


def expanded(name):
    """All system calls of a set of systemd's."""
    if not name.startswith("@"):
        return {name}
    listed = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True, text=True, capture_output=True)
    names = [line.strip() for line in listed.stdout.splitlines()[1:]]
    return set().union(*(expanded(each) for each in names if each and not each.startswith("#")))


def allowed_calls(unit):
    allowed = expanded("@default")
    for value in values(unit, "SystemCallFilter"):
        calls = set().union(*(expanded(name) for name in value.removeprefix("~").split()))
        allowed = allowed - calls if value.startswith("~") else allowed | calls
    return allowed


unit, refused, *command = sys.argv[1:]

calls = SyscallFilter(ERRNO(errno.EPERM))
for call in allowed_calls(unit) - {refused}:
    if resolve_syscall(Arch(), call) >= 0:  # of this machine
        calls.add_rule(ALLOW, call)

arguments = SyscallFilter(ALLOW)
families = {getattr(socket, name) for name in values(unit, "RestrictAddressFamilies")[0].split()}
for family in set(range(64)) - families:
    arguments.add_rule(ERRNO(errno.EAFNOSUPPORT), "socket", Arg(0, EQ, family))
if values(unit, "MemoryDenyWriteExecute") == ["yes"]:
    both = mmap.PROT_WRITE | mmap.PROT_EXEC
    arguments.add_rule(ERRNO(errno.EPERM), "mmap", Arg(2, MASKED_EQ, both, both))
    arguments.add_rule(ERRNO(errno.EPERM), "mprotect", Arg(2, MASKED_EQ, mmap.PROT_EXEC, mmap.PROT_EXEC))
if refused == "setrlimit":
    arguments.add_rule(ERRNO(errno.EPERM), "prlimit64", Arg(2, NE, 0))

arguments.load()
calls.load()
os.execvp(command[0], command)
