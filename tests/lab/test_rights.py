# SPDX-License-Identifier: GPL-2.0-or-later
"""Started with fewer capabilities than root has, as in a container."""

import netns
from configs import alone, pair_member, service
from lab import Failure, expect, wait_for
from test_processes import proc_status

# What a container has that is started with --cap-add NET_ADMIN, and nothing else is asked for.
CONTAINER = ("chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap", "net_bind_service",
             "net_raw", "sys_chroot", "mknod", "audit_write", "setfcap", "net_admin")
DEFS = "global_defs {\n\trouter_id lab\n\tscript_user %s\n}\n"
MISC = 'MISC_CHECK {\n\t\t\tmisc_path "/bin/true"\n\t\t}'


def command(director, capabilities, *options):
    names = ",".join(["-all", *("+" + name for name in capabilities)])
    words = [word for word in director.command() if word not in options]
    return ["sh", "-c", 'ulimit -l 8192; exec "$@"', "sh", "setpriv", f"--bounding-set={names}", *words]


def start(lab, capabilities, text):
    director = lab.director("dir1")
    director.write(text)
    director.process = netns.start("dir1", command(director, capabilities), director.log_file)
    return director.wait_ready()


def refused(lab, capabilities, text):
    """What a start without these capabilities says on stderr, in the background as well; it must have failed."""
    director = lab.director("dir1")
    director.write(text)
    done = netns.run("dir1", *command(director, capabilities, "-n", "-l"), check=False, timeout=30)
    if done.returncode != 3:
        raise Failure(f"the status is {done.returncode}: {done.stderr}")
    return done.stderr


def test_container(lab):
    """With a container's capabilities, NET_ADMIN and 8 MiB to lock lvsd serves; what is missing is named with its cost, and
    what VRRP uses is locked."""
    director = start(lab, CONTAINER, pair_member(150))
    director.wait_servers((1, 2, 3))
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    lacks = director.status()["lacks"]
    expect([lack["capability"] for lack in lacks] == ["CAP_SYS_NICE"], f"{lacks}")
    expect("CAP_SYS_NICE is missing: the vrrp process has no real-time priority" in director.log(), "the log is silent")
    locked = int(proc_status(director.child("lvsd: vrrp"))["VmLck"].split()[0])
    expect(3000 < locked <= 8192, f"{locked} KiB are locked under a limit of 8192 KiB")
    expect("WITHOUT CAP_SYS_NICE" in director.ctl("status").stdout, "lvsctl status is silent")


def test_checks_never_run_as_root(lab):
    """A start whose check process cannot leave root's uid fails and says why, in the background too."""
    fewer = [name for name in CONTAINER if name != "setuid"]
    said = refused(lab, fewer, alone())
    expect("the check process never runs as root" in said and "CAP_SETUID" in said and "--cap-add" in said, said)
    expect("the start has failed" in said, said)


def test_scripts_need_their_user(lab):
    """Without CAP_SETUID a script of another user refuses the start; one of lvsd's own user runs."""
    fewer = [name for name in CONTAINER if name not in ("setuid", "setgid")]
    said = refused(lab, fewer, DEFS % "nobody" + service(check=MISC, servers={1: 1}))
    expect("the script /bin/true is to run as uid" in said and "CAP_SETUID" in said, said)
    director = start(lab, fewer, DEFS % "root" + service(check=MISC, servers={1: 1}))
    director.wait_servers((1,))
    wait_for(lambda: director.status()["virtual_servers"][0]["real_servers"][0]["state"] == "up", 10, "it is up")
    expect("CAP_SETUID" in [lack["capability"] for lack in director.status()["lacks"]], "status is silent")
