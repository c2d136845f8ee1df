# SPDX-License-Identifier: GPL-2.0-or-later
"""The processes: their rights, and what the death of one means (nothing)."""

import contextlib
import os
import signal
import time

import netns
from configs import http_get, pair_member
from lab import ROLES, VIP, expect, expect_alive, fetch, hold, open_sessions, server_key, stalls, start_pair, wait_for
from wire import WireWatch


def proc_status(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def pair(lab, **options):
    return start_pair(lab, pair_member(150, **options), pair_member(100, **options))


def test_names(lab):
    """The supervisor is `lvsd`; its children are `lvsd: director`, `lvsd: vrrp`, `lvsd: check`, `lvsd: sync` and
    `lvsd: log`."""
    director = lab.director("dir1", pair_member(150)).wait_ready()
    wait_for(lambda: set(director.children()) == set(ROLES), 5, "the processes")
    expect(proc_status(director.process.pid)["Name"] == "lvsd", "the supervisor has another name")


def test_check_has_no_rights(lab):
    """Probes run as an unprivileged user, without capabilities, with no_new_privs."""
    director = lab.director("dir1", pair_member(150)).wait_ready()
    pid = director.child("lvsd: check")
    wait_for(lambda: proc_status(pid)["NoNewPrivs"] == "1", 2, "no_new_privs is set")
    status = proc_status(pid)
    expect("0" not in status["Uid"].split() and "0" not in status["Gid"].split(),
           f"uids {status['Uid']}, gids {status['Gid']}")
    for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        expect(int(status[name], 16) == 0, f"{name} is {status[name]}")
    expect(status["Groups"].strip() in ("", status["Gid"].split()[0]), f"groups: {status['Groups']}")


def test_others_have_what_they_need(lab):
    """The director keeps CAP_NET_ADMIN and CAP_NET_RAW, the vrrp process CAP_SYS_NICE besides, with its memory
    locked; neither has more. All have no_new_privs; vrrp and check can make the system calls alone that they need."""
    director = lab.director("dir1", pair_member(150)).wait_ready()
    admin, raw, nice = 1 << 12, 1 << 13, 1 << 23
    table = {"lvsd: director": (admin | raw, False), "lvsd: vrrp": (admin | raw | nice, True),
             "lvsd: check": (0, True), "lvsd: sync": (0, True), "lvsd: log": (0, False)}
    expect(set(table) == set(ROLES), "a process is not in this table")
    for name, (allowed, is_confined) in table.items():
        pid = director.child(name)
        wait_for(lambda: int(proc_status(pid)["CapEff"], 16) & ~allowed == 0, 2, f"`{name}` gave up its other rights")
        wait_for(lambda: proc_status(pid)["NoNewPrivs"] == "1", 2, f"`{name}` has no_new_privs")
        if is_confined and "this kernel has no seccomp" not in director.log():
            wait_for(lambda: proc_status(pid)["Seccomp"] == "2", 2, f"`{name}` has its system calls alone")
    wait_for(lambda: int(proc_status(director.child("lvsd: vrrp"))["VmLck"].split()[0]) > 0, 2,
             "the vrrp process has its memory locked")


def test_nobody_looks_into_them(lab):
    """The memory of no process can be read by its own user, or by root without CAP_SYS_PTRACE, and none leaves a core
    file; with --core-dump both are allowed again."""
    director = lab.director("dir1", pair_member(150)).wait_ready()

    def is_open(pid):
        user, group = (proc_status(pid)[name].split()[0] for name in ("Uid", "Gid"))
        return netns.run(None, "setpriv", "--reuid", user, "--regid", group, "--clear-groups", "--bounding-set",
                         "-sys_ptrace", "cat", f"/proc/{pid}/environ", check=False).returncode == 0

    def core_limit(pid):
        with open(f"/proc/{pid}/limits", encoding="ascii") as file:
            return next(line.split()[4] for line in file if line.startswith("Max core file size"))

    for name in ROLES:
        pid = director.child(name)
        wait_for(lambda: core_limit(pid) == "0", 2, f"`{name}` leaves no core file")
        expect(not is_open(pid), f"`{name}` can be read by its own user")
    expect(not is_open(director.process.pid), "the supervisor can be read without CAP_SYS_PTRACE")
    expect(director.term() == 0, "the status after TERM is not 0")
    director.process = netns.start("dir1", director.command() + ["--core-dump"], director.log_file)
    director.wait_ready()
    # A process with capabilities is closed to those of its user without them.
    wait_for(lambda: is_open(director.child("lvsd: check")), 2, "--core-dump lets its user look into it")


def since_and_cause(director):
    return [(one["state"], one["since"], one["cause"]) for one in director.status()["vrrp"]]


def libcurl_of(pid):
    """The file of the libcurl that a process has loaded, or None."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as file:
        return next((line.split()[-1] for line in file if "/libcurl" in line), None)


@contextlib.contextmanager
def without(path):
    """Meanwhile nobody can load the library."""
    netns.run(None, "mount", "--bind", "/dev/null", path)
    try:
        yield
    finally:
        netns.run(None, "umount", path)


def test_libcurl(lab):
    """Without checks that ask for URLs libcurl is not loaded. A start or reload that needs it and cannot load it is
    refused, with the sentence of `lvsd -t`. The check process that runs then loads it too; one that is killed is back
    without the file."""
    http = pair_member(150, check=http_get())
    director = lab.director("dir1", http).wait_ready()
    library = libcurl_of(director.process.pid)
    expect(library, "no libcurl is loaded")
    expect(director.term() == 0, "the status after TERM is not 0")
    sentence = "libcurl cannot be loaded ("
    with without(library):
        director.start()
        wait_for(lambda: not director.is_running(), 10, "the start is refused")
        expect(director.process.returncode == 1 and sentence in director.log(), director.log_tail())
        said = netns.run("dir1", director.lvsd, "-t", "-f", director.config_file, check=False)
        expect(said.returncode == 0 and sentence in said.stderr, said.stderr)
        director.start(pair_member(150)).wait_ready()
        director.wait_servers((1, 2, 3))
        before, table = director.children(), director.shape()
        director.write(http)
        done = director.reload()
        expect(done.returncode != 0 and sentence in done.stderr and "libcurl4" in done.stderr, done.stderr)
        expect(director.children() == before and director.shape() == table, "a refused reload changed something")
        for pid in (director.process.pid, *before.values()):
            expect(libcurl_of(pid) is None, f"libcurl is loaded by process {pid} of {before}")
    done = director.reload()
    expect(done.returncode == 0, done.stderr)
    wait_for(lambda: libcurl_of(before["lvsd: check"]), 5, "the check process loads libcurl")
    expect(director.children() == before, "the reload replaced a process")
    expect(libcurl_of(before["lvsd: director"]) is None, "the director has loaded libcurl")
    lab.web[2].stop()
    director.wait_servers((1, 3), 8)
    with without(library):
        before = director.child("lvsd: check")
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: director.children().get("lvsd: check", before) != before, 3, "the check process is back")
        lab.web[1].stop()
        director.wait_servers((3,), 8)


def killed_and_back(lab, role):
    """Kills one process of the master; gives the director, the other one and the sessions."""
    # A new vrrp process has 2 s before the other director takes over: with the usual 0.2 a busy machine is too slow.
    a, b = pair(lab, advert_int="0.5")
    lab.wait_balanced()
    sessions = open_sessions(lab, 5)
    watch, addresses = lab.watch(netns.IpvsWatch("dir1")), lab.watch(netns.AddressWatch("dir1"))
    others = lab.watch(netns.AddressWatch("dir2"))
    before, table = a.children(), a.shape()
    state = since_and_cause(a)
    os.kill(before[role], signal.SIGKILL)
    begin = time.monotonic()

    def is_back():
        expect(a.shape() == table, f"the table became {a.shape()}")
        expect(a.holds_vip(), "the VIP left")
        now = a.children()
        return set(now) == set(before) and now[role] != before[role]

    wait_for(is_back, 5, f"`{role}` is back")
    took = stalls.ran(begin)
    expect(took <= 1.0, f"`{role}` was back only after {took:.2f} s")
    hold(lambda: a.holds_vip() and a.shape() == table, 3, "VIP and table")
    expect(since_and_cause(a) == state, f"{state} became {since_and_cause(a)}")
    after = a.children()
    expect({name: pid for name, pid in after.items() if name != role}
           == {name: pid for name, pid in before.items() if name != role}, f"processes were {before}, are {after}")
    expect(not watch.changes(), "requests were made to the kernel")
    expect(not addresses.events(), "an address changed on dir1")
    expect(not others.events(), "an address changed on dir2")
    expect_alive(sessions)
    return a, b


def test_killed_check_is_back(lab):
    """A killed check process is back within a second, neither VIP nor table changes; probes go on."""
    a, _ = killed_and_back(lab, "lvsd: check")
    lab.web[1].stop()
    a.wait_servers((2, 3), 5)


def test_killed_vrrp_is_back(lab):
    """A killed vrrp process is back within a second, neither VIP nor table changes; failover still works."""
    a, b = killed_and_back(lab, "lvsd: vrrp")
    wait_for(lambda: a.vrrp_state() == "MASTER", 3, "dir1 is MASTER")
    a.kill_group()
    lab.cut_link("dir1")
    wait_for(b.holds_vip, 5, "dir2 has the VIP")


def test_killed_director_is_back(lab):
    """A killed director process is back within a second, neither VIP nor table changes; commands and probes work."""
    a, _ = killed_and_back(lab, "lvsd: director")
    wait_for(lambda: a.vrrp_state() == "MASTER", 3, "lvsctl says MASTER")
    a.write(pair_member(150, servers={1: 2, 2: 1, 3: 1}))
    done = a.reload()
    expect(done.returncode == 0, f"reload: status {done.returncode}: {done.stderr}")
    a.wait_servers({server_key(1): 2, server_key(2): 1, server_key(3): 1}, 3)
    lab.web[3].stop()
    a.wait_servers((1, 2), 5)


def test_killed_director_while_a_server_is_down(lab):
    """A director process killed while a server is down does not put that server in again."""
    director = lab.director("dir1", pair_member(150)).wait_ready()
    director.wait_servers((1, 2, 3))
    lab.web[2].stop()
    director.wait_servers((1, 3), 5)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    os.kill(director.child("lvsd: director"), signal.SIGKILL)
    wait_for(director.status, 3, "lvsctl is answered")
    hold(lambda: set(director.servers()) == {server_key(1), server_key(3)}, 3, "rs1 and rs3 in the table")
    changes = watch.changes()
    expect(not changes, f"requests to the kernel: {changes}")


def test_killed_ones_on_the_backup(lab):
    """The same on the backup: no process's death there makes it take the VIP."""
    _, b = pair(lab)
    addresses = lab.watch(netns.AddressWatch("dir2"))
    for role in ROLES:
        before = b.child(role)
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: b.children().get(role) not in (None, before), 5, f"`{role}` is back")
    hold(lambda: not b.holds_vip(), 3, "dir2 without the VIP")
    expect(not addresses.events(), "an address changed on dir2")
    wait_for(lambda: b.vrrp_state() == "BACKUP", 3, "dir2 is BACKUP")


def test_all_children_killed_at_once(lab):
    """All killed at once are back: the next advertisement comes within the master-down time (3.4 s), VIP and table are
    as before."""
    director = lab.director("dir1", pair_member(150, advert_int="1")).wait_ready()
    director.wait_servers((1, 2, 3))
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    lab.wait_balanced()
    watch, addresses = lab.watch(netns.IpvsWatch("dir1")), lab.watch(netns.AddressWatch("dir1"))
    wire = lab.watch(WireWatch())
    wait_for(wire.adverts, 10, "an advertisement")
    before = director.children()
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: set(director.children()) == set(ROLES) and not
             set(director.children().values()) & set(before.values()), 20, "the processes are back")
    wait_for(lambda: director.vrrp_state() == "MASTER", 5, "dir1 is MASTER")
    n = len(wire.adverts())
    wait_for(lambda: len(wire.adverts()) > n, 5, "an advertisement of the new process")
    longest = stalls.longest_gap([advert.at for advert in wire.adverts()])
    expect(longest < 3.4, f"{longest:.1f} s without an advertisement")
    expect(("remove", VIP) not in addresses.events(), "the VIP left")
    expect(not watch.changes(), "requests were made to the kernel")
    expect(fetch() is not None, "a request was not answered")


def test_term_ends_every_process(lab):
    """TERM and INT each end every process with status 0, release the VIP and keep the IPVS table."""
    for number in (signal.SIGTERM, signal.SIGINT):
        director = lab.director("dir1", pair_member(150)).wait_ready()
        director.wait_servers((1, 2, 3))
        wait_for(director.holds_vip, 10, "dir1 has the VIP")
        pids = [director.process.pid, *director.children().values()]
        director.process.send_signal(number)
        status = director.process.wait(5)
        expect(status == 0, f"the status is {status}")
        wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in pids), 2, "every process ended")
        expect(not director.holds_vip(), "the VIP is still there")
        expect(set(director.servers() or ()) == {server_key(n) for n in (1, 2, 3)}, "the table was changed")
        left = [name for name in os.listdir(director.run_dir) if name in ("lvsd.pid", "control.sock")]
        expect(not left, f"the run dir still has {left}")


def test_hung_check_process_is_replaced(lab):
    """A check process that stands still is replaced, so that a server that dies meanwhile leaves all the same."""
    director = lab.director("dir1", pair_member(150)).wait_ready()
    director.wait_servers((1, 2, 3))
    old = director.child("lvsd: check")
    os.kill(old, signal.SIGSTOP)
    lab.web[2].stop()
    wait_for(lambda: director.children().get("lvsd: check") not in (None, old), 15, "it is replaced")
    director.wait_servers((1, 3), 3)
