# SPDX-License-Identifier: GPL-2.0-or-later
"""One director for the other: failover, fail-back, connection sync."""

import os
import signal
import time

import netns
from configs import SYNC, global_defs, instance, pair_member, service
from lab import (CLIENT, DIRECTORS, N_SERVERS, VIP, Failure, Session, any_daemon, expect, expect_alive, fetch, hold,
                 knows_sessions, open_sessions, server_name, stalls, start_pair, takes_long, wait_for)
from test_reconcile import sync_roles
from traffic import Traffic
from wire import WireWatch

# The kernel tells of a connection at most once in sync_refresh_period, 10 s.
SYNC_REFRESH = 10.5
SYNC_RETRY = 1.5
SYNC_BUFFER = 3.5
MAC_DIR2 = "02:00:00:09:00:0c"


def pair(lab, advert_int="0.2", **options):
    return start_pair(lab, pair_member(150, advert_int, **options), pair_member(100, advert_int, **options))


def synced_sessions(lab, n=10):
    sessions = open_sessions(lab, n)
    wait_for(lambda: knows_sessions("dir2", sessions), 20, "dir2 knows the sessions")
    return sessions


@any_daemon
def test_sigkill_moves_vip_and_sessions(lab):
    """The master's process group killed and its link cut: the VIP moves in time and sessions carry on."""
    a, b = pair(lab)
    lab.wait_balanced()
    sessions = synced_sessions(lab)
    begin = time.monotonic()
    a.kill_group()
    lab.cut_link("dir1")
    wait_for(b.holds_vip, 10, "dir2 has the VIP")
    took = stalls.ran(begin)
    # Master-down interval: 3 * 0.2 s + (256 - 100) / 256 * 0.2 s; the rest is the guest's.
    expect(took < 1.3, f"the takeover took {took:.2f} s")
    expect_alive(sessions)
    wait_for(lambda: fetch(timeout=0.5), 3, "a new request is answered")


def test_term_hands_over_at_once(lab):
    """TERM sends priority 0, and the other director takes over after the skew time, not the master-down interval."""
    a, b = pair(lab, advert_int="1")
    watch = lab.watch(WireWatch("client"))
    a.process.terminate()
    wait_for(b.holds_vip, 10, "dir2 has the VIP")
    expect(a.process.wait(20) == 0, "the status after TERM is not 0")
    last = watch.adverts(DIRECTORS["dir1"])[-1]
    expect(last.priority == 0, f"the last advertisement of dir1 is {last}")
    first = wait_for(lambda: watch.adverts(DIRECTORS["dir2"]), 3, "dir2 advertises")[0]
    took = stalls.ran(last.at, first.at)
    expect(took < 1.2, f"dir2 advertises {took:.2f} s after dir1's priority 0; the skew time is 0.61 s")
    expect(not a.holds_vip(), "dir1 still has the VIP")


@any_daemon
def test_gratuitous_arp(lab):
    """The new master tells everybody by gratuitous ARP where the VIP is."""
    a, b = pair(lab)
    watch = lab.watch(WireWatch("client"))
    a.kill_group()
    lab.cut_link("dir1")
    wait_for(b.holds_vip, 10, "dir2 has the VIP")
    wait_for(lambda: [arp for arp in watch.arps(VIP) if arp.mac == MAC_DIR2], 3,
             "a gratuitous ARP of dir2 for the VIP")


def test_takeover_waits_for_no_probe(lab):
    """A takeover takes no longer when somebody still answers for the address: the dead director's kernel."""
    a, b = pair(lab)
    watch = lab.watch(WireWatch("client"))
    wait_for(lambda: watch.adverts(DIRECTORS["dir1"]), 3, "dir1 advertises")
    begin = time.monotonic()
    a.kill_group()
    expect(a.holds_vip(), "dir1's kernel has lost the VIP, so the test shows nothing")
    wait_for(b.holds_vip, 10, "dir2 has the VIP")
    took = stalls.ran(begin)
    expect(took < 1.3, f"the takeover took {took:.2f} s")
    first = wait_for(lambda: watch.adverts(DIRECTORS["dir2"]), 3, "dir2 advertises")[0]
    gap = stalls.ran(watch.adverts(DIRECTORS["dir1"])[-1].at, first.at)
    expect(gap < 1.0, f"{gap:.2f} s between the last advertisement of dir1 and the first of dir2 (0.72 s are due)")
    arp = wait_for(lambda: [arp for arp in watch.arps(VIP) if arp.mac == MAC_DIR2], 2, "a gratuitous ARP of dir2")[0]
    expect(stalls.ran(*sorted((arp.at, first.at))) < 0.3, f"the first ARP came {arp.at - first.at:.2f} s after the advertisement")


@takes_long
def test_fail_back(lab):
    """A better director that returns takes the VIP back, and sessions that sent a packet after its backup role
    had started survive that too."""
    a, b = pair(lab, advert_int="1")
    sessions = synced_sessions(lab)
    a.kill_group()
    lab.cut_link("dir1")
    wait_for(b.holds_vip, 10, "dir2 has the VIP")
    expect_alive(sessions)
    lab.reboot("dir1")
    quiet_until = time.monotonic() + SYNC_REFRESH
    wait_for(lambda: time.monotonic() > quiet_until, SYNC_REFRESH + 5, "the refresh period is over")
    a.start()
    wait_for(lambda: "backup" in sync_roles("dir1"), 8, "dir1's backup role runs")
    expect_alive(sessions)
    for _ in range(25):  # a full datagram leaves the kernel at once
        fetch()
    wait_for(lambda: knows_sessions("dir1", sessions), 10, "dir1 knows the sessions")
    expect(not a.holds_vip(), "dir1 took the VIP before it knew the sessions")
    wait_for(a.holds_vip, 20, "dir1 has the VIP again")
    wait_for(lambda: not b.holds_vip(), 3, "dir2 has given it back")
    expect_alive(sessions)


@takes_long
def test_fail_back_of_busy_sessions(lab):
    """Sessions in use all the time survive the return of a better director that comes back at once: it hears a
    master at start, and preempts only when that one's kernel has had the time to tell of them."""
    a, b = pair(lab, advert_int="0.2")
    sessions = synced_sessions(lab)
    a.kill_group()
    lab.cut_link("dir1")
    wait_for(b.holds_vip, 10, "dir2 has the VIP")
    expect_alive(sessions)
    lab.reboot("dir1")
    a.start()

    def has_moved():
        expect_alive(sessions)
        return a.holds_vip()

    wait_for(has_moved, 20, "dir1 has the VIP again", 0.2)
    expect_alive(sessions)


@takes_long
def test_fail_back_of_one_early_packet(lab):
    """A session survives the return of a better director when its only packet meanwhile came right after the master
    had heard that one's hello, or some seconds later, but less than sync_refresh_period after the master's kernel
    had told of it."""
    a, b = pair(lab, advert_int="0.2")
    sessions = synced_sessions(lab)
    a.kill_group()
    lab.cut_link("dir1")
    wait_for(b.holds_vip, 10, "dir2 has the VIP")
    expect_alive(sessions)
    lab.reboot("dir1")
    # The kernel tells once more after an eighth of the period (sync_retries 1); after that it is silent.
    quiet_until = time.monotonic() + SYNC_RETRY
    wait_for(lambda: time.monotonic() > quiet_until, SYNC_RETRY + 5, "the time of the retry is there")
    expect_alive(sessions)
    told = time.monotonic()
    wait_for(lambda: time.monotonic() > told + SYNC_BUFFER, SYNC_BUFFER + 5, "the kernel's buffer is sent")
    n_hellos = b.log().count("has come back")
    a.start()
    wait_for(lambda: b.log().count("has come back") > n_hellos, 8, "dir2 has heard dir1's hello", 0.01)
    expect("backup" in sync_roles("dir1"), "dir1 said hello before its backup role ran")
    begun, until = time.monotonic(), told + SYNC_REFRESH - 1
    expect(begun < until - 1, "this machine is too slow: the kernel tells of the sessions anyway")
    for number, session in enumerate(sessions):
        turn = begun + min(0.45, (until - 0.5 - begun) / len(sessions)) * number
        wait_for(lambda: time.monotonic() >= turn, 2, "the session's turn")
        expect(session.lives(), f"session {number} died before the fail-back")
    expect(time.monotonic() < until, "this machine is too slow: the kernel told of the last ones anyway")
    wait_for(a.holds_vip, 20, "dir1 has the VIP again")
    wait_for(lambda: not b.holds_vip(), 3, "dir2 has given it back")
    expect_alive(sessions)


# A client that the servers answer by way of their gateway, an address that moves with the VIP: for NAT.
FAR_CLIENT, GATEWAY, PORT_NAT = "10.8.0.1", "10.9.0.101", 81
LINK_DOWN, PORT_BLOCKED = 4.5, 12
HOLD = 13


class FarClient:
    """The client's second address, and the ways to and from it, until the test ends."""

    def __init__(self, lab):
        self.lab = lab
        lab.batch("client", f"addr replace {FAR_CLIENT}/32 dev lo")
        for name in DIRECTORS:
            self.route(name)
        for number in range(1, N_SERVERS + 1):
            lab.batch(server_name(number), f"route replace default via {GATEWAY}")

    def route(self, name):
        self.lab.batch(name, f"route replace {FAR_CLIENT}/32 via {CLIENT}")

    def close(self):
        for number in range(1, N_SERVERS + 1):
            self.lab.batch(server_name(number), "route del default")
        self.lab.batch("client", f"addr del {FAR_CLIENT}/32 dev lo")


def mixed_member(priority):
    """One service by direct routing, one by NAT; the servers' gateway moves with the VIP."""
    return (global_defs(f"lab_{priority}", SYNC)
            + instance(priority, vips=(VIP + "/32", GATEWAY + "/32"))
            + service() + service(port=PORT_NAT, method="NAT"))


def open_mixed_sessions(lab, n=5):
    """n sessions by direct routing and n by NAT, each with two requests a second until the test ends."""
    sessions = [Session() for _ in range(n)] + [Session(port=PORT_NAT, source=FAR_CLIENT) for _ in range(n)]
    lab.sessions.extend(sessions)
    return [lab.watch(Traffic(session.exchange, pause=0.5)) for session in sessions]


def expect_unhurt(traffics):
    """Each one has had an answer in the last seconds, and never none."""
    now = time.monotonic()
    hurt = [traffic for traffic in traffics if traffic.failures or not traffic.names_since(now - 3)]
    expect(not hurt, f"{len(hurt)} of {len(traffics)} busy sessions were lost: {[t.failures[:1] for t in hurt]}")


def held_for(director):
    """For how many seconds the instance still leaves the other master alone, by the status; None: it does not."""
    status = director.status()
    return status and status["vrrp"][0]["held_for"]


def kill_director(director):
    before = director.child("lvsd: director")
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: director.children().get("lvsd: director", before) != before, 5, "a new director runs")


def return_unhurt(lab, a, b, bring_back, seconds):
    """dir1 has no link; sessions begin on dir2 and are busy; the link is back after so many seconds in all, and
    bring_back() returns when it forwarded. dir1 leaves the VIP where it is until it has been told of them, also when
    its director dies meanwhile, then takes it, and none is lost."""
    wait_for(b.holds_vip, 5, "dir2 has the VIP")
    wait_for(lambda: not a.holds_vip() and a.vrrp_state() == "FAULT", 5, "dir1 has given it up and is in FAULT")
    began = time.monotonic()
    for port, source in ((80, None), (PORT_NAT, FAR_CLIENT)):
        wait_for(lambda: fetch(port=port, source=source, timeout=1), 5, f"dir2 answers on port {port}")
    busy = open_mixed_sessions(lab)
    wait_for(lambda: time.monotonic() > began + seconds, seconds + 5, "the link has been down for long enough")
    expect_unhurt(busy)
    back = bring_back()
    wait_for(lambda: held_for(a), 8, "the status says that dir1 leaves dir2 alone")
    kill_director(a)
    wait_for(a.holds_vip, 25, "dir1 has the VIP again")
    expect(time.monotonic() - back > HOLD, f"dir1 took the VIP {time.monotonic() - back:.1f} s after its return")
    wait_for(lambda: not b.holds_vip(), 3, "dir2 has given it back")
    moved = time.monotonic()
    wait_for(lambda: all(t.failures or t.names_since(moved + 1) for t in busy), 8, "each session is answered by dir1")
    expect_unhurt(busy)
    wait_for(lambda: a.vrrp_state() == "MASTER" and b.vrrp_state() == "BACKUP", 3, "MASTER and BACKUP")


@takes_long
def test_link_cut_alone(lab):
    """A master that loses its link gives the VIP up (FAULT) and the other takes it. When the link returns at a port
    that forwards 12 s later, sessions that began meanwhile by direct routing and NAT are kept; so they are when the
    interface is made anew and forwards at once."""
    lab.serve((1, 2, 3), PORT_NAT)
    a, b = lab.director("dir1", mixed_member(150)), lab.director("dir2", mixed_member(100))
    far = lab.watch(FarClient(lab))
    for director in (a, b):
        director.wait_ready()
        director.wait_servers((1, 2, 3))
    wait_for(a.holds_vip, 25, "dir1 has the VIP")
    lab.cut_link("dir1")

    def forward_late():
        lab.plug_blocked_link("dir1")
        plugged = time.monotonic()
        wait_for(lambda: a.vrrp_state() == "BACKUP", 5, "dir1 is BACKUP")
        hold(lambda: not a.holds_vip() and b.holds_vip(), plugged + PORT_BLOCKED - time.monotonic(),
             "dir1 hears no frame, and leaves the VIP where it is")
        forwards = time.monotonic()
        lab.forward_link("dir1")
        return forwards

    return_unhurt(lab, a, b, forward_late, LINK_DOWN)
    log = a.log_tail(200)
    expect("has the lower priority 100 (heard 0." in log, "the log does not say why dir1 preempts")

    def make_anew():
        begins = time.monotonic()
        lab.make_link("dir1")
        far.route("dir1")
        return begins

    lab.batch(None, "link del dir1")
    return_unhurt(lab, a, b, make_anew, 3)


def test_nopreempt(lab):
    """With nopreempt a better director that returns leaves the VIP where it is, until lvsctl vrrp release moves it. A
    release that nobody takes over, and a take beside a better master, are refused and change nothing. A resume ends a
    release in any case."""
    def text(priority):
        return pair_member(priority).replace("\tversion 3\n", "\tversion 3\n\tnopreempt\n")

    b = lab.director("dir2", text(100)).wait_ready()
    wait_for(b.holds_vip, 5, "dir2 has the VIP")
    a = lab.director("dir1", text(150)).wait_ready()
    wait_for(lambda: a.vrrp_state() == "BACKUP", 3, "dir1 is BACKUP")
    hold(lambda: b.holds_vip() and not a.holds_vip(), 2, "the VIP on dir2")
    line = "vrrp=VI_1 does not preempt the master 10.9.0.12, which has the lower priority 100, here 150: nopreempt"
    expect(a.log().count(line) == 1 and line not in b.log(), a.log_tail(8))
    expect(b.ctl("vrrp", "hold", "VI_2").returncode == 1, "an unknown instance was taken")
    released = b.ctl("vrrp", "release", "VI_1")
    expect(released.returncode == 0 and "is released: it is BACKUP" in released.stdout, released)
    expect(a.holds_vip() and not b.holds_vip(), "release has not moved the VIP")
    expect(b.status()["vrrp"][0]["order"]["kind"] == "release", "the status does not show it")
    expect("released by an operator since" in b.ctl("status").stdout, "the text of the status does not show it")
    refused = b.ctl("vrrp", "take", "VI_1")
    expect(refused.returncode == 1 and "has priority 150" in refused.stderr, refused)
    expect(b.status()["vrrp"][0]["order"]["kind"] == "release", "a refused take has ended the release")
    word = b.ctl("status").stdout.split("since ", 1)[1].split("`")[1].split()[1:]
    expect(word == ["vrrp", "resume", "VI_1"], word)
    resumed = b.ctl(*word)
    expect(resumed.returncode == 0 and "follows its file again: it is BACKUP, and 10.9.0.11" in resumed.stdout, resumed)
    instance = b.status()["vrrp"][0]
    expect(instance["order"] is None and instance["effective_priority"] == 100, instance)
    expect("ends that" not in b.ctl("status").stdout, "the text of the status still shows the release")
    b.term()
    alone = a.ctl("vrrp", "release")
    expect(alone.returncode == 1 and "stays MASTER" in alone.stderr and a.holds_vip(), alone)


def test_partly_carried_out(lab):
    """An order for all instances of which the other director has but one: each instance has its line, and the exit status
    says that it was carried out for a part. A take beside a better master names the priority that the take would use."""
    second = instance(100, name="VI_2", vrid=52, vips=("10.9.0.102/32",))
    a = lab.director("dir1", global_defs("dir1") + instance(150) + second).wait_ready()
    b = lab.director("dir2", global_defs("dir2") + instance(100)).wait_ready()
    wait_for(lambda: [i["state"] for i in a.status()["vrrp"]] == ["MASTER"] * 2, 15, "dir1 is MASTER of both")
    wait_for(lambda: b.vrrp_state() == "BACKUP", 15, "dir2 is BACKUP")
    released = a.ctl("vrrp", "release")
    lines = released.stderr.splitlines()
    expect(released.returncode == 5 and lines[0] == "lvsctl: vrrp carried out for 1 of 2 instances:", released)
    expect(lines[1].startswith("vrrp=VI_1 is released: it is BACKUP") and lines[2].startswith("vrrp=VI_2 stays MASTER"),
           lines)
    orders = [i["order"] and i["order"]["kind"] for i in a.status()["vrrp"]]
    expect(b.holds_vip() and orders == ["release", None], orders)
    expect(a.ctl("vrrp", "take").returncode == 0 and a.holds_vip(), a.log_tail(8))
    expect(b.ctl("vrrp", "release").returncode == 0, "the release of a backup was refused")
    refused = b.ctl("vrrp", "take")
    expect(refused.returncode == 1 and "has priority 150, and this router would be master with 100" in refused.stderr,
           refused)


def test_waits_for_proof(lab):
    """In a network without a frame an instance waits for startup_gate: the log says it once, the status how long still."""
    lab.batch("dir1", "link add quiet0 type dummy", "addr add 10.77.0.1/24 dev quiet0", "link set quiet0 up")
    text = (global_defs("lab", "\tstartup_gate 6\n")
            + instance(100, vips=("10.77.0.100/32",)).replace("interface eth0", "interface quiet0"))
    director = lab.director("dir1", text).wait_ready()
    wait_for(lambda: director.vrrp_state() == "BACKUP", 3, "it waits")
    left = director.status()["vrrp"][0]["proof_wait"]
    expect(left and 0 < left <= 6, f"proof_wait is {left}")
    said = director.ctl("status").stdout
    expect("s more for proof that it can receive: no frame of another machine has come on quiet0" in said, said)
    wait_for(lambda: director.vrrp_state() == "MASTER", 12, "it is MASTER after startup_gate")
    expect(director.status()["vrrp"][0]["proof_wait"] is None, "it still waits")
    expect(director.log().count("vrrp=VI_1 waits up to 6.0 s for proof that it can receive") == 1, director.log_tail(12))


def test_unknown_vrids(lab):
    """With log_unknown_vrids the status lists a VRID that no instance has, until an instance has it."""
    def text(priority, vrid, *more):
        return (global_defs(f"lab_{priority}", "\tlog_unknown_vrids\n") + instance(priority, vrid=vrid)
                + "".join(instance(50, name=f"VI_{other}", vrid=other, vips=("10.9.0.101/32",)) for other in more))

    def unknown(director):
        return [(row["vrid"], row["interface"], row["source"]) for row in director.status()["unknown_vrids"]]

    a = lab.director("dir1", text(100, 51)).wait_ready()
    b = lab.director("dir2", text(150, 77).replace(VIP + "/32", "10.9.0.101/32")).wait_ready()
    wait_for(lambda: unknown(a) == [(77, "eth0", "10.9.0.12")], 15, "dir1 lists the VRID of dir2")
    wait_for(lambda: unknown(b) == [(51, "eth0", "10.9.0.11")], 15, "dir2 lists the VRID of dir1")
    expect(a.status()["unknown_vrids"][0]["seconds_ago"] < 2, a.status()["unknown_vrids"])
    said = a.ctl("status").stdout
    expect("UNKNOWN virtual_router_id 77 on eth0: 10.9.0.12 advertises it" in said, said)
    a.write(text(100, 51, 77))
    expect(a.reload().returncode == 0, a.log_tail(8))
    wait_for(lambda: unknown(a) == [], 5, "the VRID is known")


def test_equal_priority(lab):
    """With equal priorities both settle on one master, and the other one's log names the equal priority."""
    a, b = lab.director("dir1", pair_member(100)), lab.director("dir2", pair_member(100))
    a.wait_ready()
    b.wait_ready()
    wait_for(lambda: a.holds_vip() != b.holds_vip(), 10, "one of them has the VIP")
    holder = [director.holds_vip() for director in (a, b)]
    hold(lambda: [director.holds_vip() for director in (a, b)] == holder, 2, "the VIP where it is")
    backup, other = (b, "10.9.0.11") if holder[0] else (a, "10.9.0.12")
    expect(f"vrrp=VI_1 {other} has the same priority 100 as this router" in backup.log(), backup.log_tail(8))


def master_of(director):
    """Whom the status of a director has for master."""
    return director.status()["vrrp"][0]["master"]


def isolate(directors, is_isolated):
    """The bridge drops what the directors say to each other, while both keep their links; or does so no more."""
    for name in directors:
        netns.run(None, "bridge", "link", "set", "dev", name, "isolated", "on" if is_isolated else "off")


def test_split_heals(lab):
    """Two masters after a split: when they hear each other again the better one stays, without losing the VIP."""
    a, b = pair(lab, sync="")
    isolate(DIRECTORS, True)
    wait_for(b.holds_vip, 5, "dir2 has the VIP too")
    expect(a.holds_vip(), "dir1 has lost the VIP")
    expect((master_of(a), master_of(b)) == (DIRECTORS["dir1"], DIRECTORS["dir2"]), "a master does not name itself")
    addresses = lab.watch(netns.AddressWatch("dir1"))
    isolate(DIRECTORS, False)
    wait_for(lambda: not b.holds_vip(), 3, "dir2 has given the VIP up")
    wait_for(lambda: master_of(b) == DIRECTORS["dir1"], 3, "dir2 names dir1 as master")
    expect(a.holds_vip() and ("remove", VIP) not in addresses.events(), "dir1 lost the VIP meanwhile")
    wait_for(lambda: fetch(timeout=0.5), 3, "a request is answered")


def test_split_after_a_start(lab):
    """Both start, the worse one behind a port that does not forward, and both become master by silence. When the port
    forwards, the better one stays master, with its sessions: it has heard the network, and nobody who served."""
    lab.batch(None, "link set dir2 nomaster")
    a, b = (lab.director(name, pair_member(priority, "0.2")).wait_ready()
            for name, priority in (("dir1", 150), ("dir2", 100)))
    wait_for(lambda: a.holds_vip() and b.holds_vip(), 25, "both have the VIP")
    lab.wait_balanced()
    sessions = open_sessions(lab, 10)
    lab.forward_link("dir2")
    wait_for(lambda: not b.holds_vip(), 5, "dir2 has stepped down")
    hold(a.holds_vip, 2, "the VIP on dir1")
    expect("was master while this router heard nobody" not in a.log(), "dir1 has given way")
    expect_alive(sessions)


def test_both_sync_roles(lab):
    """Both kernel roles run on both directors whatever the VRRP state, with the syncid of the instance."""
    a, b = pair(lab)
    for director in (a, b):
        wait_for(lambda: sync_roles(director.namespace) == {"master", "backup"}, 5,
                 f"both roles on {director.namespace}")
        text = netns.run(director.namespace, "ipvsadm", "-L", "--daemon").stdout
        expect(text.count("syncid=51") == 2 and text.count("mcast=eth0") == 2, f"{director.namespace}: {text}")
    watch = lab.watch(netns.IpvsWatch("dir2"))
    a.kill_group()
    lab.cut_link("dir1")
    wait_for(b.holds_vip, 5, "dir2 has the VIP")
    wait_for(lambda: b.vrrp_state() == "MASTER", 3, "dir2 is MASTER")
    changes = [change for change in watch.changes() if "daemon" in change]
    expect(not changes, f"requests to the kernel at the takeover: {changes}")
    expect(sync_roles("dir2") == {"master", "backup"}, "dir2 has not both roles any more")


def sync_sysctls(name):
    return {key: netns.sysctl(name, "net.ipv4.vs." + key).split()
            for key in ("sync_refresh_period", "sync_threshold", "sync_retries", "backup_only")}


SYNC_USUAL = {"sync_threshold": ["0", "0"], "sync_refresh_period": ["10"], "sync_retries": ["1"], "backup_only": ["0"]}


def test_sync_sysctls(lab):
    """sync_threshold "0 0", sync_refresh_period 10, sync_retries 1, backup_only 0 on both directors, some seconds
    after both have come."""
    for director in pair(lab):
        wait_for(lambda: sync_sysctls(director.namespace) == SYNC_USUAL, 12,
                 f"{director.namespace}: {sync_sysctls(director.namespace)}")


def test_hello_of_a_returned_director(lab):
    """A director whose backup role starts says hello, and the other's kernel tells of every packet at first, then
    with a refresh period that grows to the usual one; TERM meanwhile gives the sysctls their former values back."""
    before = sync_sysctls("dir2")
    b = lab.director("dir2", pair_member(100)).wait_ready()
    wait_for(lambda: sync_sysctls("dir2") == SYNC_USUAL, 5, "the usual sysctls")
    sampler = netns.Sampler(lambda: sync_sysctls("dir2")["sync_refresh_period"][0], pause=0.05)
    a = lab.director("dir1", pair_member(150))  # not awaited: every packet is told for 1.25 s alone
    wait_for(lambda: sync_sysctls("dir2")["sync_threshold"] == ["0", "1"], 8, "every packet is told")
    wait_for(lambda: sync_sysctls("dir2") == SYNC_USUAL, 12, "the usual sysctls again")
    wait_for(lambda: sampler.seen[-1][1] == "10", 1, "the sampler has seen it")
    periods = [period for _, period in sampler.stop()]
    expect(periods == ["10"] + [str(n) for n in range(11)], f"the refresh periods were {periods}")
    a.kill_group()
    lab.reboot("dir1")
    a.start()
    wait_for(lambda: sync_sysctls("dir2")["sync_threshold"] == ["0", "1"], 8, "every packet is told")
    b.ctl("reconcile", check=True)  # sysctls are read while they are at values of the moment
    expect(b.term() == 0 and sync_sysctls("dir2") == before, f"TERM left {sync_sysctls('dir2')}")


def test_hello_over_ipv6(lab):
    """The hello goes the way of connection sync, to an IPv6 group too."""
    sync = SYNC.replace("VI_1", "VI_1 group ff02::81")
    lab.director("dir2", pair_member(100, sync=sync)).wait_ready()
    wait_for(lambda: sync_sysctls("dir2") == SYNC_USUAL, 5, "the usual sysctls")
    wait_for(lambda: len(sync_roles("dir2")) == 2, 5, "both roles")
    lab.director("dir1", pair_member(150, sync=sync))  # not awaited: every packet is told for 1.25 s alone
    wait_for(lambda: sync_sysctls("dir2")["sync_threshold"] == ["0", "1"], 8, "every packet is told")


def test_syncid_in_the_file(lab):
    """lvs_sync_daemon with `id` uses that syncid."""
    director = lab.director("dir1", pair_member(150, sync=SYNC.replace("VI_1", "VI_1 id 7"))).wait_ready()
    wait_for(lambda: sync_roles("dir1") == {"master", "backup"}, 5, "both roles")
    text = netns.run("dir1", "ipvsadm", "-L", "--daemon").stdout
    expect(text.count("syncid=7") == 2, text)
    expect(director.is_running(), "the daemon ended")


def test_requests_during_failover(lab):
    """Of requests made all the time, only those of the takeover itself fail; none fails at a planned hand-over's end."""
    a, b = pair(lab)
    lab.wait_balanced()
    lost, begin = 0, time.monotonic()
    a.process.terminate()
    while time.monotonic() - begin < 3:
        if fetch(timeout=0.3) is None:
            lost += 1
            if lost > 6:
                raise Failure(f"{lost} requests in a row or more were lost at a planned hand-over")
    expect(b.holds_vip() and fetch(), "dir2 does not answer")
