# SPDX-License-Identifier: GPL-2.0-or-later
"""What scripts leave behind when the script process, or lvsd, ends."""

import os
import signal

from configs import instance, service
from lab import expect, wait_for
from manager import Manager
from test_scripts import DEFS, fresh, lines, misc, script


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def zombies(director):
    found = []
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8") as file:
                state, parent = file.read().rpartition(") ")[2].split()[:2]
        except OSError:
            continue
        if state == "Z" and int(parent) == director.process.pid:
            found.append(name)
    return found


def text_with(lab, started, daemon, is_escaping=False):
    """A check that stands still with a child that ignores TERM, and a notify_master that starts a daemon."""
    keep = "trap '' TERM INT HUP; exec sleep 600"
    child = f'setsid sh -c "{keep}" &' if is_escaping else f'sh -c "{keep}" &'
    check = script(lab, "stands.sh", f"{child}\necho $! >> {started}\necho $$ >> {started}\nwait\n")
    serve = script(lab, "serve.sh", f"setsid sleep 600 </dev/null >/dev/null 2>&1 &\necho $! >> {daemon}\n")
    quick = script(lab, "quick.sh", "setsid true &\nexit 0\n")
    late = misc(check).replace("misc_timeout 2", "misc_timeout 60")
    return (DEFS % "" + instance(150, extra=f'\tnotify_master "{serve}"\n')
            + service(check=late + "\n\t\t" + misc(quick), servers={1: 1, 2: 1, 3: 1}))


def kill_the_script_process(director):
    old = director.child("lvsd: script")
    os.kill(old, signal.SIGKILL)
    wait_for(lambda: director.children().get("lvsd: script") not in (None, old), 5, "there is a new script process")


def test_killed_script_process(lab):
    """A killed script process leaves no script: the groups of its checks are ended before they run again, three times in
    a row; no zombie stays, and the daemon that notify_master started lives on, also when lvsd ends."""
    started, daemon = fresh(lab, "started"), fresh(lab, "daemon")
    director = lab.director("dir1", text_with(lab, started, daemon)).wait_ready()
    # setsid runs after its shell has written the pid; before, the daemon belongs to the group of notify_master.
    wait_for(lambda: lines(daemon) and os.getsid(int(lines(daemon)[0])) == int(lines(daemon)[0]), 10,
             "notify_master has started a daemon with a session of its own")
    for n in (1, 2, 3):
        wait_for(lambda: len(lines(started)) == 6 * n, 10, "three checks run")
        kill_the_script_process(director)
        wait_for(lambda: not any(is_alive(pid) for pid in lines(started)[6 * n - 6:6 * n]), 5, "they are ended")
    wait_for(lambda: len(lines(started)) == 24, 10, "three checks run again")
    expect(sum(is_alive(pid) for pid in lines(started)) == 6, "more than the three checks are left")
    wait_for(lambda: not zombies(director), 5, "no zombie stays")
    expect(" scripts ran: lvsd has killed them" in director.log(), "the log is silent")
    expect(is_alive(lines(daemon)[0]), "the daemon of notify_master was ended")
    expect(director.term() == 0, "the status after TERM is not 0")
    wait_for(lambda: not any(is_alive(pid) for pid in lines(started)), 5, "no check outlives lvsd")
    expect(is_alive(lines(daemon)[0]), "the daemon of notify_master was ended with lvsd")
    os.kill(int(lines(daemon)[0]), signal.SIGKILL)


def test_escaping_checks(lab):
    """Under systemd, which delegates a control group, a check's child that left the process group is ended too."""
    started, daemon = fresh(lab, "started"), fresh(lab, "daemon")
    manager = lab.watch(Manager(lab, "dir1", text_with(lab, started, daemon, is_escaping=True)))
    wait_for(manager.is_active, 15, "lvsd is active")
    wait_for(lambda: len(lines(started)) == 6, 15, "three checks run")

    def escaped():
        """Every `sleep 600` of the machine but the daemon of notify_master."""
        return [name for name in os.listdir("/proc") if name.isdigit() and command(name) == "sleep\x00600\x00"]

    def command(pid):
        try:
            with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:
                return file.read()
        except OSError:
            return ""

    wait_for(lambda: len(escaped()) == 4, 30, "three children and the daemon")
    before = set(escaped())
    # A script that is about to be executed still has the name of its parent, which is older.
    os.kill(min(int(name) for name in os.listdir("/proc")
                if name.isdigit() and command(name).startswith("lvsd: script")), signal.SIGKILL)
    wait_for(lambda: len(before & set(escaped())) == 1, 10, "the three children are ended, the daemon is not")
