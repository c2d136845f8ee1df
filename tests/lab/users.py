# SPDX-License-Identifier: GPL-2.0-or-later
"""The users of lvsd's processes, as an installation has them, and an operator."""

import contextlib

import netns

USERS = {"lvsd-check": 991, "lvsd-vrrp": 992, "lvsd-log": 993, "operator": 994, "lvsd-director": 996, "lvsd-mail": 997, "lvsd-sync": 998}
GROUPS = {**USERS, "lvsd-admin": 995}


def bring(scratch):
    """From now on these users exist on this machine, and the operator is in lvsd-admin."""
    lines = {"passwd": [f"{name}:x:{number}:{number}::/:/bin/false" for name, number in USERS.items()],
             "group": [f"{name}:x:{number}:" for name, number in GROUPS.items()]}
    for name, added in lines.items():
        with open(f"/etc/{name}", encoding="utf-8") as file:
            known = [line for line in file.read().splitlines() if line.split(":")[0] not in GROUPS]
        with open(f"{scratch}/{name}", "w", encoding="utf-8") as file:
            file.write("\n".join(known + added) + "\n")
        netns.run(None, "mount", "--bind", f"{scratch}/{name}", f"/etc/{name}")


@contextlib.contextmanager
def gone(scratch):
    """As before systemd-sysusers: none of them exists."""
    netns.run(None, "umount", "/etc/passwd", "/etc/group")
    try:
        yield
    finally:
        for name in ("passwd", "group"):
            netns.run(None, "mount", "--bind", f"{scratch}/{name}", f"/etc/{name}")
