# SPDX-License-Identifier: GPL-2.0-or-later
"""Started with fewer capabilities than root has, as in a container."""

import contextlib
import os
import re
import time

import netns
from configs import alone, instance, pair_member, service
from lab import Failure, expect, wait_for
from mails import MAIL, Mails
from test_host import everything
from test_processes import proc_status
from users import GROUPS, USERS, gone

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
    with gone(lab.scratch):
        director = start(lab, CONTAINER, pair_member(150))
    director.wait_servers((1, 2, 3))
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    for name in ("director", "vrrp"):
        expect(f"there is no user 'lvsd-{name}'" in director.log(), f"the log does not say that {name} is root")
        expect(known_rights(proc_status(director.child(f"lvsd: {name}")))[0] == 0, f"{name} is not root")
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


CAPABILITIES = {"CAP_CHOWN": 0, "CAP_KILL": 5, "CAP_SETGID": 6, "CAP_SETUID": 7, "CAP_NET_ADMIN": 12, "CAP_NET_RAW": 13,
                "CAP_SYS_NICE": 23}


def documented_rights():
    """What the table of doc/architecture.md says of each process: user, capabilities, no_new_privs, whether it has a list of
    system calls."""
    with open(os.path.dirname(os.path.abspath(__file__)) + "/../../doc/architecture.md", encoding="utf-8") as file:
        rows = dict(re.findall(r"^\| `(lvsd: \w+)` \| ([^|]*) \|", file.read(), re.M))
    return {name: ((re.findall(r"user `([\w-]+)`", text) or ["root"])[0],
                   sum(1 << CAPABILITIES[word] for word in re.findall(r"\bCAP_\w+", text)),
                   "without no_new_privs" not in text, "seccomp" in text) for name, text in rows.items()}


def known_rights(status):
    """What /proc says of a process: user, group, other groups, capabilities, no_new_privs, list of system calls."""
    (uid,), (gid,) = set(status["Uid"].split()), set(status["Gid"].split())
    sets = [int(status[name], 16) for name in ("CapPrm", "CapEff", "CapInh", "CapAmb")]
    return (int(uid), int(gid), status["Groups"].split(), sets, status["NoNewPrivs"] == "1", status["Seccomp"] == "2")


def wanted_rights(row, own_groups, has_seccomp):
    """Processes of root have the groups that lvsd was started with, the others none."""
    user, capabilities, is_kept_low, is_confined = row
    number = USERS.get(user, 0)
    groups = [] if number else own_groups
    return (number, number, groups, [capabilities, capabilities, 0, 0], is_kept_low, is_confined and has_seccomp)


def outputs(pid):
    """Where the standard input, output and error of a process lead."""
    return [os.readlink(f"/proc/{pid}/fd/{number}") for number in range(3)]


def loader_rights(director):
    """Of a loader, which lives as long as a reload; None: it was not caught."""
    director.hup()
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        pid = director.all_children().get("lvsd: loader")
        with contextlib.suppress(OSError):
            if pid:
                return known_rights(proc_status(pid))
    return None


def test_each_process_has_the_rights_of_its_row(lab):
    """With the users of sysusers.d, /proc shows for each process the user, groups, capabilities, no_new_privs and seccomp
    that the table in doc/architecture.md says; only the log process has a way to standard error. A member of lvsd-admin gets a plan of his own file, and nothing of /etc/shadow."""
    mails = Mails(lab, "dir1")
    text = (everything(keep="\tscript_user nobody\n" + MAIL)
            + instance(150, extra="\tnotify /bin/true\n\tsmtp_alert\n"))
    director = lab.director("dir1", text).wait_ready()
    own_groups = proc_status(director.process.pid)["Groups"].split()
    has_seccomp = "this kernel has no seccomp" not in director.log()
    rows = documented_rights()
    del rows["lvsd: release"]  # it runs only when a vrrp process has left addresses
    wait_for(lambda: set(director.children()) == set(rows) - {"lvsd: loader"}, 10, "all processes")
    for name, row in rows.items():
        wanted = wanted_rights(row, own_groups, has_seccomp)
        seen = {"rights": None}

        def is_as_wanted(name=name, wanted=wanted, seen=seen):
            seen["rights"] = (loader_rights(director) if name == "lvsd: loader"
                              else known_rights(proc_status(director.child(name))))
            return seen["rights"] == wanted

        try:
            wait_for(is_as_wanted, 5, name)
        except Failure:
            raise Failure(f"`{name}` has {seen['rights']}, doc/architecture.md says {wanted}") from None
    for name, pid in director.children().items():
        error = os.path.realpath(director.log_file) if name == "lvsd: log" else "socket:"
        expect([output.split("[")[0] for output in outputs(pid)] == ["/dev/null", "/dev/null", error],
               f"`{name}` has {outputs(pid)}")
    # Under these rights the mail process resolves a name and sends.
    wait_for(lambda: "[lab] VRRP Instance VI_1 - Entering MASTER state" in mails.subjects(), 20, "a mail has come")
    operator_plans(lab, director, text)


def operator_plans(lab, director, text):
    def plan(path):
        return netns.run(None, lab.lvsctl, "-R", director.run_dir, "plan", path, check=False, user=USERS["operator"],
                         group=USERS["operator"], extra_groups=[GROUPS["lvsd-admin"]])

    own = lab.scratch + "/operator.conf"
    with open(own, "w", encoding="ascii") as file:
        file.write(text)
    os.chown(own, USERS["operator"], USERS["operator"])
    os.chmod(own, 0o600)
    done = plan(own)
    expect(done.returncode == 0 and done.stdout, f"{done}")
    for path in ("/etc/shadow", director.log_file + ".secret"):
        if path != "/etc/shadow":
            with open(path, "w", encoding="ascii") as file:
                file.write("root:secret\n")
            os.chmod(path, 0o600)
        done = plan(path)
        expect(done.returncode != 0 and "cannot be opened: Permission denied" in done.stderr + done.stdout
               and "root:" not in done.stderr + done.stdout, f"{done}")
