# SPDX-License-Identifier: GPL-2.0-or-later
"""What the supervisor keeps from going wrong: signals, a process that stands still, a log that hangs or is flooded."""

import os
import shutil
import signal
import socket
import subprocess
import time

import netns

from configs import SYNC, global_defs, instance, service
from lab import VIP, Failure, Skip, expect, hold, stalls, start_pair, wait_for
from test_scripts import fresh, lines, misc, script
from wire import WireWatch

SURVIVED = (signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGIO, signal.SIGPWR, signal.SIGVTALRM,
            signal.SIGPROF, signal.SIGWINCH, signal.SIGTSTP, signal.SIGXFSZ, signal.SIGRTMIN + 2, 32)


def whole(lab, priority=150, sync="", advert_int="0.2"):
    """A file that needs every process, and the file that its check's script writes at each run."""
    seen = fresh(lab, f"script.seen.{priority}")
    path = script(lab, f"seen.{priority}.sh", f"grep -E '^Sig(Blk|Ign)' /proc/self/status >{seen}.new\nmv {seen}.new {seen}\n")
    return (global_defs(f"lab_{priority}", "\tscript_user root\n" + sync) + instance(priority, advert_int=advert_int)
            + service() + service(servers={2: 1}, port=81, check=misc(path))), seen


def test_signals(lab):
    """Signals that are neither a stop nor a fault end no process: each is logged with its sender, and SIGUSR1 with
    the command that does what keepalived would do. Scripts start with none blocked or ignored."""
    text, seen = whole(lab)
    director = lab.director("dir1", text).wait_ready()
    wait_for(lambda: len(director.children()) >= 5 and lines(seen), 10, "every process, and a script has run")
    before = director.children()
    for number in SURVIVED:
        for pid in (director.process.pid, *before.values()):
            os.kill(pid, number)
    for pid in before.values():
        os.kill(pid, signal.SIGHUP)
    for who in ("", "director: ", "vrrp: ", "check: ", "script: ", "log: "):
        wait_for(lambda: f"notice: {who}SIGUSR1 from pid {os.getpid()} (uid 0) has no effect: keepalived would"
                 in director.log(), 5, f"'{who}' logs SIGUSR1")
    expect("`lvsctl status --json`" in director.log(), "the way out is not named")
    hold(lambda: director.is_running() and director.children() == before, 1, "every process lives on")
    for name in ("SigBlk", "SigIgn"):
        expect(f"{name}:\t0000000000000000" in lines(seen), f"a script starts with {lines(seen)}")
    expect(director.term() == 0, "TERM did not end it")


def stop_processes(director, *names):
    for name in names:
        os.kill(director.child(name), signal.SIGSTOP)


def no_configuration_while_it_stops(director):
    """What would read or change a configuration is refused at once from TERM on; what only reads is answered."""
    def refuses(command):
        answer = director.ask(command=command, file=director.config_file) or {}
        return "lvsd is stopping" in answer.get("error", "")
    director.process.terminate()
    wait_for(lambda: refuses("plan"), 3, "a plan is refused")
    for command in ("reload", "confirm", "rollback"):
        expect(refuses(command), f"{command} is not refused")
    plan = director.ctl("plan", director.config_file)
    expect(plan.returncode == 1 and "lvsd is stopping" in plan.stderr, f"lvsctl plan: {plan}")
    director.process.send_signal(signal.SIGHUP)
    expect(director.status(), "status is not answered")


def test_term_with_processes_that_stand_still(lab):
    """TERM ends lvsd in time whichever process stands still: the others still do their end, and no VIP stays. Until
    then no command makes the director wait."""
    text, _ = whole(lab, sync="\tlvs_flush_on_stop\n")
    for names, most in ((("lvsd: vrrp",), 5), (("lvsd: director", "lvsd: vrrp", "lvsd: check", "lvsd: script"), 14)):
        director = lab.director("dir1", text).wait_ready()
        wait_for(director.holds_vip, 10, "dir1 has the VIP")
        wait_for(lambda: len(director.children()) >= 5, 5, "every process")
        stop_processes(director, *names)
        if len(names) == 1:
            no_configuration_while_it_stops(director)
        expect(director.term(most) == 0, "TERM did not end it well")
        expect(not director.holds_vip(), f"{names}: the VIP stays")
        for name in names:
            expect(f"{name} did not end within" in director.log(), f"{name}: nothing is said")
        expect("release: removed 10.9.0.100/32 from eth0" in director.log(), "nobody released the VIP")
        if len(names) == 1:
            expect(not director.table(), "the director did not do its end")
            expect("SIGHUP is ignored, because lvsd is stopping" in director.log(), "SIGHUP is not named")


def full_pipe(lab):
    """A pipe for standard error: its path, what fills it until nobody can write any more, and what ends it."""
    path = fresh(lab, "stderr.pipe")
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    def fill():
        writer = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        try:
            while True:
                os.write(writer, b"x" * 4096)
        except BlockingIOError:
            os.close(writer)
    return path, fill, lambda: os.close(reader)


def deaf_log_daemon():
    """A log daemon at /dev/log that never reads: what fills its queue, and what ends it."""
    daemon = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    if os.path.lexists("/dev/log"):
        os.unlink("/dev/log")
    daemon.bind("/dev/log")
    os.chmod("/dev/log", 0o666)

    def fill():
        client = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        client.setblocking(False)
        try:
            while True:
                client.sendto(b"<30>lab: full", "/dev/log")
        except BlockingIOError:
            client.close()

    def close():
        daemon.close()
        os.unlink("/dev/log")
    return fill, close


def live_with_hung_log(director):
    """What nothing of lvsd may wait for: a process that dies, a reload, TERM."""
    for name in ("lvsd: check", "lvsd: director", "lvsd: vrrp"):
        old = director.child(name)
        os.kill(old, signal.SIGKILL)
        wait_for(lambda: director.children().get(name) not in (None, old), 3, f"`{name}` is back")
    wait_for(lambda: director.vrrp_state() == "MASTER", 5, "dir1 is MASTER")
    for _ in range(10):
        expect(director.reload().returncode == 0, "a reload failed")
    expect(director.holds_vip(), "the VIP left")
    expect(director.term(4) == 0, "TERM did not end it in time")
    expect(not director.holds_vip(), "the VIP stays")


def test_log_that_hangs(lab):
    """A pipe as standard error, or a log daemon, that nobody reads stops nothing: dead processes are replaced, a
    reload works, TERM ends lvsd in time."""
    text = global_defs() + instance(150)
    director = lab.director("dir1", label="pipe")
    path, fill, close = full_pipe(lab)
    director.log_file = path
    director.start(text + service(servers={1: 1})).wait_ready()
    director.log_file = path + ".none"
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    fill()
    live_with_hung_log(director)
    close()

    fill, close = deaf_log_daemon()
    director = lab.director("dir1", label="devlog")
    director.command = lambda: [lab.lvsd, "-n", "-f", director.config_file, "-R", director.run_dir]
    director.start(text + service(servers={1: 1})).wait_ready()
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    fill()
    live_with_hung_log(director)
    close()


def pauses_that_kill_nobody(director):
    """A short pause of vrrp, and one of supervisor and vrrp together, as of a suspended machine."""
    before = director.children()
    vrrp = before["lvsd: vrrp"]
    os.kill(vrrp, signal.SIGSTOP)
    hold(lambda: director.children() == before, 0.2, "every process")
    os.kill(vrrp, signal.SIGCONT)
    os.kill(director.process.pid, signal.SIGSTOP)
    os.kill(vrrp, signal.SIGSTOP)
    hold(lambda: director.children() == before, 3, "every process")
    os.kill(vrrp, signal.SIGCONT)
    os.kill(director.process.pid, signal.SIGCONT)
    hold(lambda: director.children() == before, 2, "every process after the pause")


def test_hung_vrrp_is_replaced(lab):
    """A vrrp process of the master that stands still is killed within the bound (1 s at advert_int 0.2, and 1 ms for its
    address). The other director has the addresses by then: without connection sync it steps down when it hears the
    successor, and nobody has them twice afterwards. A script process that hangs is replaced as well. A pause of the
    whole machine kills nobody."""
    (text, _), (other, _) = whole(lab), whole(lab, 100)
    a, b = start_pair(lab, text, other)
    wait_for(lambda: len(a.children()) >= 5 and a.holds_vip(), 10, "dir1 serves")
    pauses_that_kill_nobody(a)
    wait_for(lambda: a.holds_vip() and not b.holds_vip() and a.vrrp_state() == "MASTER", 10, "dir1 has the VIP alone")
    mine, others = lab.watch(netns.AddressWatch("dir1")), lab.watch(netns.AddressWatch("dir2"))
    vrrp, script = a.child("lvsd: vrrp"), a.child("lvsd: script")
    os.kill(script, signal.SIGSTOP)
    os.kill(vrrp, signal.SIGSTOP)
    begin = time.monotonic()
    wait_for(lambda: a.children().get("lvsd: vrrp") not in (None, vrrp), 5, "vrrp is replaced")
    took = stalls.ran(begin)
    expect(took < 3, f"vrrp was replaced only after {took:.1f} s")
    expect("lvsd: vrrp has not answered for 1001 ms (5 advertisement intervals)" in a.log(), "the log does not say why")
    wait_for(lambda: not (a.holds_vip() and b.holds_vip()), 2, "the VIP has one holder")
    hold(lambda: not (a.holds_vip() and b.holds_vip()), 2, "at most one holder")
    wait_for(lambda: a.holds_vip() and a.vrrp_state() == "MASTER", 10, "dir1 is MASTER")
    expect(others.events().count(("add", VIP)) == 1, "dir2 took over more than once")
    expect(("remove", VIP) not in mine.events(), "dir1 gave the VIP up")
    wait_for(lambda: a.children().get("lvsd: script") not in (None, script), 15, "the script process is replaced")


TOOK_OVER = "took over while this router did not run"
TOO_LATE = "too late to go on as MASTER"


def hang_after_advert(lab, a, b):
    """Stops a's vrrp process right after an advertisement. Returns whether b took over. If its successor spoke before b's
    time was over, nothing may have moved: how soon it is there depends on when it was asked last whether it lives. On a
    machine on which it begins too late, the supervisor has removed the addresses (test_no_vrrp_no_addresses)."""
    vrrp, wire = a.child("lvsd: vrrp"), lab.watch(WireWatch("client"))
    mine, others = lab.watch(netns.AddressWatch("dir1")), lab.watch(netns.AddressWatch("dir2"))
    wait_for(lambda: wire.adverts("10.9.0.11"), 3, "dir1 advertises")
    os.kill(vrrp, signal.SIGSTOP)
    begin, removed = time.monotonic(), []
    while time.monotonic() < begin + 8 and not removed:
        removed = [event for event in mine.events() if event == ("remove", VIP)]
    expect(a.child("lvsd: vrrp") != vrrp, f"vrrp is replaced\n{a.log()}")
    if not removed:
        expect(("add", VIP) not in others.events() and a.holds_vip(), f"dir1 keeps the VIP, which dir2 has\n{b.log()}")
        return False
    why = wait_for(lambda: [why for why in (TOOK_OVER, TOO_LATE) if why in a.log()], 2, lambda: f"why: {a.log()}")
    if why == [TOO_LATE]:
        return False
    # The other director sends its advertisement first, and adds the address then.
    wait_for(lambda: ("add", VIP) in others.events(), 0.3, "dir2 has the VIP when dir1 gives it up")
    hold(lambda: b.holds_vip() and not a.holds_vip(), 3, "dir2 alone has the VIP during the hold of dir1")
    return True


def test_hung_vrrp_leaves_no_gap(lab):
    """A vrrp process that stands still right after its advertisement is replaced before the other director takes over
    (at advert_int 1 3.6 s later), or soon after. Its successor keeps the address until the other director advertises."""
    (text, _), (other, _) = whole(lab, sync=SYNC, advert_int="1"), whole(lab, 100, sync=SYNC, advert_int="1")
    for _ in range(5):
        a, b = start_pair(lab, text, other)
        if hang_after_advert(lab, a, b):
            return
        a.term()
        b.term()
    raise Failure("the successor of the vrrp process that hung was never there between the two times")


def without_fork(lab, text):
    """A director with nofork.c in front of its fork(), and the file that makes it fail."""
    if not shutil.which("cc"):
        raise Skip("no compiler")
    library, trigger = lab.scratch + "/nofork.so", fresh(lab, "nofork")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "nofork.c")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, source], check=True)
    os.environ.update(LD_PRELOAD=library, LAB_NOFORK=trigger)
    try:
        return lab.director("dir1", text).wait_ready(), trigger
    finally:
        del os.environ["LD_PRELOAD"], os.environ["LAB_NOFORK"]


def test_no_vrrp_no_addresses(lab):
    """When no vrrp process is at work for a master-down time (0.7 s here), its addresses leave the machine: no process
    can be forked, or vrrp hangs together with the director that would hand its successor the configuration. The next
    vrrp process begins as BACKUP."""
    (text, _), (other, _) = whole(lab), whole(lab, 100)
    a, trigger = without_fork(lab, text)
    b = lab.director("dir2", other).wait_ready()
    wait_for(lambda: a.holds_vip() and not b.holds_vip() and len(a.children()) >= 5, 10, "dir1 serves")
    others = lab.watch(netns.AddressWatch("dir2"))
    with open(trigger, "w", encoding="ascii"):
        os.kill(a.child("lvsd: vrrp"), signal.SIGKILL)
    wait_for(lambda: b.holds_vip() and not a.holds_vip(), 4, "dir2 alone has the VIP")
    expect("the supervisor removes the virtual addresses itself" in a.log(), "the log does not say who removed them")
    hold(lambda: not a.holds_vip(), 1, "dir1 without the VIP")
    os.unlink(trigger)
    wait_for(lambda: a.holds_vip() and a.vrrp_state() == "MASTER" and not b.holds_vip(), 10, "dir1 preempts")
    expect(others.events().count(("add", VIP)) == 1, "dir2 took over more than once")

    director, vrrp = a.child("lvsd: director"), a.child("lvsd: vrrp")
    os.kill(director, signal.SIGSTOP)
    os.kill(vrrp, signal.SIGSTOP)
    wait_for(lambda: b.holds_vip() and not a.holds_vip(), 4, "dir2 alone has the VIP again")
    os.kill(director, signal.SIGCONT)
    expect("release: removed 10.9.0.100/32 from eth0" in a.log(), "the release process did not remove it")
    expect(a.log().count("no vrrp process has been at work for") == 2, "the cause is not said once each time")
    wait_for(lambda: a.holds_vip() and a.vrrp_state() == "MASTER" and not b.holds_vip(), 10, "dir1 preempts again")


def test_hung_supervisor_dead_vrrp(lab):
    """The supervisor hangs, and vrrp dies meanwhile: dir2 takes over, and dir1 says that it has no vrrp process. When
    the supervisor goes on, the new vrrp process listens first, and gives the VIP up to dir2, whose connections it does
    not know."""
    (text, _), (other, _) = whole(lab, sync=SYNC), whole(lab, 100, sync=SYNC)
    a, b = lab.director("dir1", text).wait_ready(), lab.director("dir2", other).wait_ready()
    wait_for(lambda: a.holds_vip() and not b.holds_vip(), 10, "dir1 serves")
    vrrp = a.child("lvsd: vrrp")
    os.kill(a.process.pid, signal.SIGSTOP)
    try:
        os.kill(vrrp, signal.SIGKILL)
        wait_for(lambda: a.status()["vrrp_gone"], 2, "the status has the end of vrrp")
        wait_for(b.holds_vip, 5, "dir2 has the VIP")
        wait_for(lambda: "no vrrp process since" in a.log(), 4, "the log has it")
        expect("NO VRRP PROCESS since" in a.ctl("status").stdout, "lvsctl status does not say it")
        expect("lvsd has no vrrp process since" in a.ctl("doctor").stdout, "lvsctl doctor does not say it")
        hold(b.holds_vip, 2, "dir2 serves")
    finally:
        os.kill(a.process.pid, signal.SIGCONT)
    wait_for(lambda: not a.holds_vip(), 5, "dir1 gives the VIP up")
    expect("took over while this router did not run" in a.log(), a.log())
    expect("there is a vrrp process again" in a.log() and not a.status()["vrrp_gone"], "its return is not said")
    hold(lambda: b.holds_vip() and not a.holds_vip(), 2, "dir2 alone has the VIP")
