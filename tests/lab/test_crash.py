# SPDX-License-Identifier: GPL-2.0-or-later
"""The supervisor is killed: the vrrp process goes on, and the next lvsd takes over from it."""

import os
import shutil
import signal
import sys
import time

import netns
from configs import global_defs, instance, pair_member, service
from lab import DIRECTORS, VIP, expect, expect_alive, hold, open_sessions, stalls, start_pair, wait_for
from manager import Manager
from test_scripts import fresh, misc, script
from wire import WireWatch

A = DIRECTORS["dir1"]
TAKEN = "taken over from the vrrp process of an lvsd that died"
BOUND = 30  # VRRP_ORPHAN_MS


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(") ", 1)[1][0] not in "ZX"
    except OSError:
        return False


def crash(director):
    """Kills the supervisor alone. Returns the number of the vrrp process, when the others have ended."""
    processes = director.children()
    director.process.kill()
    director.process.wait()
    vrrp, log = processes.pop("lvsd: vrrp"), processes.pop("lvsd: log")
    for name, pid in processes.items():
        wait_for(lambda pid=pid: not is_alive(pid), 5, f"{name} ends")
    expect(is_alive(vrrp) and is_alive(log), "vrrp or log process has ended too")
    return vrrp


def come_back(director, orphan, text=None):
    director.start(text).wait_ready()
    wait_for(lambda: not is_alive(orphan), 5, "the vrrp process of the dead lvsd ends")
    wait_for(lambda: director.vrrp_state() is not None, 5, "the new vrrp process reports")


def expect_one_master(watch, longest):
    adverts = watch.adverts()
    expect({advert.source for advert in adverts} == {A}, f"adverts of {sorted({a.source for a in adverts})}")
    expect(all(advert.priority for advert in adverts), "priority 0 was sent")
    gap = stalls.longest_gap([advert.at for advert in adverts])
    expect(gap < longest, f"{gap:.2f} s without an advertisement")


def test_failover_of_nothing(lab):
    """The master's supervisor dies three times, once after it stood still, once in a reload; each time an lvsd is started
    a second later: no other master, no gap in which there could be one, and each TCP session lives."""
    a, b = start_pair(lab, pair_member(150), pair_member(100))
    sessions = open_sessions(lab)
    addresses, watch = lab.watch(netns.AddressWatch("dir1")), lab.watch(WireWatch("client"))

    def stand_still():
        a.process.send_signal(signal.SIGSTOP)
        hold(a.holds_vip, 1, "dir1 has the VIP")

    def reload():
        a.write(pair_member(150, servers={1: 2, 2: 1, 3: 1}))
        a.hup()

    for before in (lambda: None, stand_still, reload):
        before()
        orphan = crash(a)
        expect_alive(sessions)
        hold(lambda: a.holds_vip() and not b.holds_vip(), 1, "dir1 serves on")
        come_back(a, orphan)
        wait_for(lambda: a.vrrp_state() == "MASTER", 3, "the new lvsd is MASTER")
        expect_alive(sessions)
    expect(a.log().count(TAKEN) == 3, "the log does not say that it was taken over")
    hold(lambda: not b.holds_vip(), 1, "dir2 has not the VIP")
    expect_one_master(watch, 0.6)
    expect(not [event for event in addresses.events() if event[1] == VIP], "the VIP was touched")
    expect(b.vrrp_state() == "BACKUP", "dir2 is not BACKUP")


def test_again_and_again(lab):
    """Each lvsd that is started is killed while it starts, a little later each time: the VIP is served all the time."""
    a, b = start_pair(lab, pair_member(150), pair_member(100))
    watch = lab.watch(WireWatch("client"))
    crash(a)
    for tenths in range(0, 12, 2):
        a.start()
        time.sleep(tenths / 10)
        a.process.kill()
        a.process.wait()
        expect(a.holds_vip(), f"no VIP after a kill {tenths / 10} s after the start")
    a.start().wait_ready()
    wait_for(lambda: a.vrrp_state() == "MASTER", 5, "dir1 is MASTER")
    expect(not b.holds_vip(), "dir2 has the VIP")
    expect({advert.source for advert in watch.adverts()} == {A}, "dir2 advertised")


def test_killed_in_the_takeover(lab):
    """Each lvsd that is started is killed as soon as it has relieved the vrrp process: nobody else becomes master."""
    a, b = start_pair(lab, pair_member(150), pair_member(100))
    watch = lab.watch(WireWatch("client"))
    crash(a)
    for n in range(1, 6):
        a.start()
        wait_for(lambda n=n: a.log().count("has taken over the addresses from this process") >= n, 10, "it is relieved",
                 interval=0.001)
        a.process.kill()
        a.process.wait()
        hold(lambda: a.holds_vip() and not b.holds_vip(), 1, f"dir1 serves on after kill {n}")
    a.start().wait_ready()
    wait_for(lambda: a.vrrp_state() == "MASTER", 5, "dir1 is MASTER")
    expect({advert.source for advert in watch.adverts()} == {A}, "dir2 advertised")


def test_killed_before_its_vrrp_process_acts(lab):
    """The vrrp process was relieved, and all of the new lvsd is killed before its vrrp process acts, which is stopped for
    that: the first vrrp process goes on, and nobody else becomes master."""
    a, b = start_pair(lab, pair_member(150, advert_int="1"), pair_member(100, advert_int="1"))
    watch = lab.watch(WireWatch("client"))
    orphan = crash(a)
    for tenths in range(1, 6):
        begun = a.log().count(" is in force: ")
        os.kill(orphan, signal.SIGSTOP)  # it must not answer before the other one is stopped
        a.start()
        wait_for(lambda begun=begun: "lvsd: vrrp" in a.children() and a.log().count(" is in force: ") > begun, 10,
                 "the new lvsd has its file", interval=0.01)
        time.sleep(tenths / 10)  # until the director has met its vrrp process
        second = a.child("lvsd: vrrp")
        os.kill(second, signal.SIGSTOP)
        os.kill(orphan, signal.SIGCONT)
        time.sleep(0.5)
        a.process.kill()
        a.process.wait()
        os.kill(second, signal.SIGKILL)
        if "has taken over the addresses from this process" in a.log():
            break
    wait_for(lambda: "has died before it had taken over: this process goes on" in a.log(), 5, "it goes on")
    hold(lambda: is_alive(orphan) and a.holds_vip() and not b.holds_vip(), 4, "dir1 serves on")
    come_back(a, orphan)
    wait_for(lambda: a.vrrp_state() == "MASTER", 5, "dir1 is MASTER")
    expect_one_master(watch, 3)


def test_nobody_comes(lab):
    """No lvsd is started: the vrrp process hands over after its time. Meanwhile --release-addresses leaves the VIP alone;
    a TERM for the process hands over at once."""
    a, b = start_pair(lab, pair_member(150), pair_member(100))
    died = time.monotonic()
    orphan = crash(a)
    seen = netns.run("dir1", lab.lvsctl, "-R", a.run_dir, "status", check=False)
    expect(seen.returncode != 0 and f"(process {orphan}) of an lvsd that died serves VI_1 (MASTER) for 2" in seen.stderr,
           f"lvsctl status: {seen}")
    seen = netns.run("dir1", lab.lvsctl, "-R", a.run_dir, "doctor", check=False).stdout
    expect(f"lvsd does not run here, but the vrrp process (process {orphan})" in seen and "release-addresses" not in seen,
           f"lvsctl doctor: {seen}")
    done = netns.run("dir1", lab.lvsd, "--release-addresses", *a.command()[3:], check=False)
    expect(done.returncode == 3 and "of an lvsd that died" in done.stderr, f"--release-addresses: {done}")
    hold(lambda: a.holds_vip() and not b.holds_vip(), BOUND - 3 - (time.monotonic() - died), "dir1 serves on")
    wait_for(b.holds_vip, 8, "dir2 has the VIP")
    wait_for(lambda: not is_alive(orphan) and not a.holds_vip(), 3, "dir1 has given the VIP up")
    expect("no lvsd was started within 30 s" in a.log(), "the log does not say why")
    a.start().wait_ready()
    wait_for(a.holds_vip, 25, "dir1 has the VIP again")
    orphan = crash(a)
    os.kill(orphan, signal.SIGTERM)
    wait_for(lambda: b.holds_vip() and not a.holds_vip(), 5, "dir2 has the VIP")


def test_another_file(lab):
    """The next lvsd has another file: what it does not have any more goes, what it has stays; without an instance the
    vrrp process hands over; and a file that is refused changes nothing."""
    two = instance(150) + instance(150, name="VI_2", vrid=52, vips=("10.0.0.201/32",))
    a = lab.director("dir1", global_defs() + two).wait_ready()
    wait_for(lambda: a.holds_vip() and a.holds_vip("10.0.0.201"), 10, "dir1 has both")
    orphan = crash(a)
    a.start("nonsense\n")
    expect(a.process.wait(10) == 1, "the file is not refused")
    expect(a.holds_vip() and is_alive(orphan), "a refused file has ended the vrrp process")
    come_back(a, orphan, global_defs() + instance(140))
    wait_for(lambda: not a.holds_vip("10.0.0.201"), 3, "the second address goes")
    expect(a.holds_vip() and a.vrrp_state() == "MASTER", "the first instance did not go on")
    orphan = crash(a)
    a.start(global_defs() + service()).wait_ready()
    wait_for(lambda: not is_alive(orphan) and not a.holds_vip(), 5, "the VIP is gone")


def test_other_addresses(lab):
    """The next lvsd's file has another address for an instance that is MASTER, then use_vmac: it goes on as MASTER, with
    the new address, as a reload would."""
    def slow(priority):
        return pair_member(priority, advert_int="0.5")  # to make a macvlan takes the guest some tenths of a second

    other = "10.0.0.202"
    a, b = start_pair(lab, slow(150), slow(100))
    watch = lab.watch(WireWatch("client"))
    for text in (slow(150).replace(VIP + "/32", other + "/32"),
                 slow(150).replace(VIP + "/32", other + "/32").replace("\tversion 3\n", "\tversion 3\n\tuse_vmac\n")):
        orphan = crash(a)
        come_back(a, orphan, text)
        wait_for(lambda: a.holds_vip(other) and not a.holds_vip(), 3, "dir1 has the new address alone")
        expect(a.vrrp_state() == "MASTER" and not b.holds_vip(), "dir1 did not go on as MASTER")
    hold(lambda: a.holds_vip(other) and not b.holds_vip(), 1, "dir1 has the new address")
    on = [line.split()[1] for line in netns.run("dir1", "ip", "-o", "-4", "addr").stdout.splitlines() if other in line]
    expect(on and on[0].startswith("vrrp."), f"the address is on {on}")
    expect_one_master(watch, 1.5)


def test_another_run_dir(lab):
    """The next lvsd has another run dir: it is refused while the vrrp process serves its instances, and starts when it has
    handed over. Only the first lvsd's successor takes over."""
    a, b = start_pair(lab, pair_member(150), pair_member(100))
    other = lab.director("dir1", label="other")
    for _ in range(2):
        orphan = crash(a)
        other.start(pair_member(150))
        expect(other.process.wait(10) != 0, "an lvsd with another run dir has started")
        expect(f"the vrrp process (process {orphan}) of an lvsd that died" in other.log(), f"the log: {other.log()}")
        expect(is_alive(orphan) and a.holds_vip() and not b.holds_vip(), "dir1 does not serve on")
        come_back(a, orphan)
    wait_for(lambda: a.vrrp_state() == "MASTER", 3, "the new lvsd is MASTER")
    orphan = crash(a)
    other.start(global_defs() + instance(150, name="VI_2", vrid=52, vips=("10.0.0.201/32",))).wait_ready()
    wait_for(lambda: other.holds_vip("10.0.0.201"), 10, "another instance may be served")
    other.write(global_defs() + instance(150, name="VI_2", vrid=52, vips=("10.0.0.201/32",)) + instance(150))
    expect("the vrrp process" in other.ctl("reload").stderr, "a reload takes the instance of the orphan")
    os.kill(orphan, signal.SIGTERM)
    wait_for(lambda: not is_alive(orphan) and b.holds_vip(), 5, "dir2 has the VIP")
    expect(other.ctl("reload").returncode == 0, "the reload is refused when the orphan is gone")


def test_another_namespace(lab):
    """An lvsd with the run dir of the dead one is started in another network namespace: it leaves the vrrp process of the
    first one alone, which hands over in its time."""
    a, b = start_pair(lab, pair_member(150), pair_member(100))
    orphan = crash(a)
    b.term()
    wait_for(lambda: not b.holds_vip(), 3, "dir2 has ended")
    b.run_dir, own = a.run_dir, b.run_dir
    b.start().wait_ready()
    hold(lambda: a.holds_vip() and is_alive(orphan) and not b.holds_vip(), 3, "dir1 serves on")
    expect(b.vrrp_state() == "BACKUP", "dir2 is not BACKUP")
    os.kill(orphan, signal.SIGTERM)
    wait_for(lambda: not a.holds_vip() and b.holds_vip() and not is_alive(orphan), 5, "dir1 hands over")
    b.term()
    b.run_dir = own


STRANGER = """
import os, socket, sys, time
os.setgid(65534); os.setuid(65534)
name, is_taking = "\\0" + sys.argv[1], sys.argv[2] == "take"
held = []
if is_taking:
    held.append(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
    held[0].bind(name)
    held[0].listen(0)
print("ready", flush=True)
while True:
    try:
        one = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        one.setblocking(False)
        one.connect(name)
        held.append(one)
    except OSError:
        one.close()
        time.sleep(0.01)
        del held[is_taking:-60]
"""


def stranger(lab, name, what):
    """A process of user nobody that takes a name, or has 60 connections to it all the time."""
    log = os.path.join(lab.scratch, f"stranger.{what}")
    process = netns.start("dir1", [sys.executable, "-c", STRANGER, name, what], log)
    wait_for(lambda: "ready" in open(log, encoding="utf-8").read(), 10, "the stranger is at work")
    return process


def doors():
    """The names that are listened at; connections have them too."""
    return [line.rsplit("@", 1)[1] for line in netns.run("dir1", "cat", "/proc/net/unix").stdout.splitlines()
            if "@lvsd/door/" in line and line.split()[3] == "00010000"]


def test_a_stranger_in_the_way(lab):
    """A process of another user has the name by which the vrrp process is found, and another one connects to whatever name
    that has: the next lvsd takes over all the same, and the log names the first one."""
    a, b = start_pair(lab, pair_member(150), pair_member(100))
    door = doors()[0]
    a.term()
    wait_for(lambda: not doors(), 5, "the name is free")
    taker = stranger(lab, door, "take")
    a.start().wait_ready()
    wait_for(lambda: a.holds_vip() and len(doors()) == 2, 25, "dir1 has the VIP, and another name")
    expect(f"process {taker.pid} of user 65534 listens at the socket" in a.log() or
           "a process that does not answer listens at the socket" in a.log(), f"the log: {a.log()}")
    caller = stranger(lab, next(name for name in doors() if name != door), "call")
    try:
        for _ in range(2):
            orphan = crash(a)
            done = netns.run("dir1", lab.lvsd, "--release-addresses", *a.command()[3:], check=False)
            expect(done.returncode == 3 and "of an lvsd that died" in done.stderr, f"--release-addresses: {done}")
            come_back(a, orphan)
            wait_for(lambda: a.vrrp_state() == "MASTER", 5, "the new lvsd is MASTER")
        hold(lambda: a.holds_vip() and not b.holds_vip(), 1, "dir1 has the VIP")
        expect(a.log().count(TAKEN) == 2, "the log does not say that it was taken over")
    finally:
        for process in (taker, caller):
            process.kill()
            process.wait()


def test_a_successor_that_dies_at_once(lab):
    """The next lvsd is killed before it has taken over: its vrrp process, which has no configuration yet, ends, and removes
    nothing of what the vrrp process of the first lvsd has: macvlan, addresses and table of no_accept."""
    text = pair_member(150, sync="").replace("\tversion 3\n", "\tversion 3\n\tuse_vmac\n\tno_accept\n")
    a = lab.director("dir1", text).wait_ready()
    wait_for(a.holds_vip, 40, "dir1 has the VIP")

    def holdings():
        links = netns.run("dir1", "ip", "-o", "link", "show", "type", "macvlan").stdout
        tables = netns.run("dir1", "nft", "list", "tables").stdout
        return len(links.splitlines()), "lvsd" in tables, a.holds_vip()

    before = holdings()
    expect(before[0] == 1 and before[2], f"it has {before}")
    orphan = crash(a)
    os.kill(orphan, signal.SIGSTOP)  # it does not answer: nothing is taken over meanwhile
    a.start()
    wait_for(lambda: "lvsd: vrrp" in a.children(), 10, "the new lvsd has a vrrp process", interval=0.01)
    second = a.child("lvsd: vrrp")
    a.process.kill()
    a.process.wait()
    wait_for(lambda: not is_alive(second), 10, "the second vrrp process ends")
    expect(holdings() == before, f"it had {before}, and now {holdings()}")
    os.kill(orphan, signal.SIGCONT)
    a.start().wait_ready()
    wait_for(lambda: not is_alive(orphan) and a.vrrp_state() == "MASTER", 10, "the third lvsd is MASTER")
    expect(holdings() == before, f"it had {before}, and now {holdings()}")


def test_it_hands_over_slowly(lab):
    """SIGTERM for the vrrp process when its supervisor is dead, and no other director: the handover takes longer than an
    answer. The next lvsd waits for its end, and does not take it for one that hangs."""
    text = pair_member(150, advert_int="3", sync="")
    a = lab.director("dir1", text).wait_ready()
    wait_for(a.holds_vip, 40, "dir1 has the VIP")
    orphan = crash(a)
    os.kill(orphan, signal.SIGTERM)
    a.start().wait_ready()
    wait_for(lambda: not is_alive(orphan), 15, "the vrrp process ends")
    wait_for(a.holds_vip, 40, "dir1 has the VIP again")
    expect("hands over: lvsd waits" in a.log() and "did not answer" not in a.log(), f"the log: {a.log()}")


def test_run_dir_is_removed(lab):
    """Somebody has removed the run dir, while lvsd ran or after its death: the next lvsd takes over all the same."""
    a, b = start_pair(lab, pair_member(150), pair_member(100))
    watch = lab.watch(WireWatch("client"))
    shutil.rmtree(a.run_dir)
    wait_for(a.status, 5, "lvsd has made the run dir anew")
    come_back(a, crash(a))
    orphan = crash(a)
    shutil.rmtree(a.run_dir)
    come_back(a, orphan)
    wait_for(lambda: a.vrrp_state() == "MASTER", 3, "the new lvsd is MASTER")
    hold(lambda: a.holds_vip() and not b.holds_vip(), 1, "dir1 has the VIP")
    expect_one_master(watch, 0.6)


def test_the_vrrp_process_hangs(lab):
    """The vrrp process is stopped when its supervisor is killed: the next lvsd kills it, and only one of the two directors
    has the VIP then. Without another director the VIP stays where it is."""
    a, b = start_pair(lab, pair_member(150, advert_int="0.1"), pair_member(100, advert_int="0.1"))
    vrrp = a.child("lvsd: vrrp")
    os.kill(vrrp, signal.SIGSTOP)
    crash(a)
    wait_for(b.holds_vip, 3, "dir2 has the VIP")
    begin = time.monotonic()
    a.start()
    wait_for(lambda: not a.holds_vip() or not b.holds_vip(), 3, "one of them gives up")
    expect("did not answer: killed" in a.log(), f"the log: {a.log()}")
    expect(not is_alive(vrrp), "the process was not killed")
    a.wait_ready()
    wait_for(lambda: a.holds_vip() != b.holds_vip(), 3, f"one has the VIP, {time.monotonic() - begin:.1f} s after the start")
    b.term()
    wait_for(a.holds_vip, 5, "dir1 has the VIP")
    addresses = lab.watch(netns.AddressWatch("dir1"))
    vrrp = a.child("lvsd: vrrp")
    os.kill(vrrp, signal.SIGSTOP)
    crash(a)
    come_back(a, vrrp)
    wait_for(lambda: a.vrrp_state() == "MASTER", 3, "the new lvsd is MASTER")
    expect(not [event for event in addresses.events() if event[1] == VIP], "the VIP was touched")


def test_killed_while_it_stops(lab):
    """SIGKILL for the supervisor just after TERM: the vrrp process goes on handing over, and waits for nobody."""
    a, b = start_pair(lab, pair_member(150), pair_member(100))
    vrrp = a.child("lvsd: vrrp")
    a.process.terminate()
    wait_for(lambda: "hands over" in a.log(), 3, "the handover begins", interval=0.01)
    a.process.kill()
    a.process.wait()
    wait_for(lambda: not is_alive(vrrp) and b.holds_vip() and not a.holds_vip(), 5, "dir2 has the VIP")


def test_scripts_of_the_dead(lab):
    """A check's script that runs when the supervisor dies is ended before the next lvsd runs it."""
    first = fresh(lab, "slow.first")
    path = script(lab, "slow.sh", f"test -e {first} && exec sleep 600\n>{first}\n")
    text = global_defs(sync="\tscript_user root\n") + instance(150) + service(check=misc(path).replace("misc_timeout 2", "misc_timeout 300"))
    a = lab.director("dir1", text).wait_ready()

    def sleepers():
        return netns.run(None, "pgrep", "-f", "sleep 600", check=False).stdout.split()

    wait_for(lambda: a.holds_vip() and sleepers(), 25, "a script runs, and dir1 has the VIP")
    former = sleepers()
    crash(a)
    wait_for(lambda: not set(sleepers()) & set(former), 5, "the script is ended")


def test_under_systemd(lab):
    """The unit's main process is killed: systemd starts lvsd again, and neither it nor ExecStopPost touches the VIP."""
    manager = lab.watch(Manager(lab, "dir1", pair_member(150, sync=""))).wait_serving()
    b = lab.director("dir2", pair_member(100, sync="")).wait_ready()
    addresses, watch = lab.watch(netns.AddressWatch("dir1")), lab.watch(WireWatch("client"))
    for n in ("1", "2"):
        before = manager.show("MainPID")
        expect(manager.ctl("kill", "--kill-whom=main", "-s", "KILL", "lvsd").returncode == 0, "systemctl kill failed")
        wait_for(lambda n=n: manager.show("NRestarts") == n, 10, "lvsd is started again")
        manager.wait_serving()
        wait_for(lambda: manager.director.vrrp_state() == "MASTER", 10, "it is MASTER")
        wait_for(lambda: len(manager.run("pgrep", "-f", "^lvsd: vrrp").stdout.split()) == 1, 5, "one vrrp process")
        expect(manager.show("MainPID") not in ("0", before), "there is no new main process")
    hold(lambda: manager.director.holds_vip() and not b.holds_vip(), 2, "dir1 has the VIP")
    expect_one_master(watch, 0.6)
    expect(not [event for event in addresses.events() if event[1] == VIP], "the VIP was touched")
    expect(manager.ctl("stop", "lvsd").returncode == 0, "systemctl stop failed")
    wait_for(lambda: b.holds_vip() and not manager.director.holds_vip(), 5, "a stop hands over")
