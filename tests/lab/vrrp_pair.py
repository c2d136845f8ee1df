#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Two vrrp processes, and one beside keepalived, on veth pairs between network namespaces.

Usage: vrrp_pair.py PROGRAM [--measure] [PATTERN]...   (PROGRAM: tests/lab/vrrp_pair as built)
Exit status 0, 1 (something did not hold) or 77 (skipped). Only namespaces made here are touched.
"""

import concurrent.futures
import contextlib
import datetime
import functools
import os
import random
import shutil
import socket
import statistics
import struct
import sys
import time
import traceback

sys.dont_write_bytecode = True

import netns
import vrrp_accept
import vrrp_deleted
from vrrp_rig import ADDRESSES, VIP, VIPS, VIPS6, Pair, dissect
from wire import inet_checksum

SKIPPED = 77
AT_ONCE = 12  # they mostly wait
WARNING = 0x600000  # of tshark's expert information


def start_two(pair, interval=0.1, preempt=1, **options):
    """(master, backup): two routers whose election is over."""
    low = pair.router("b", 100, interval, preempt=preempt, **options)
    high = pair.router("a", 150, interval, preempt=preempt, **options)
    routers = (high, low)
    pair.wait_for("one is master, the other one backup",
                  lambda: sorted(str(r.state()) for r in routers) == ["BACKUP", "MASTER"])
    if preempt:
        pair.wait_for("the better one is master",
                      lambda: high.state() == "MASTER" and low.state() == "BACKUP")
    return routers if high.state() == "MASTER" else routers[::-1]


def wait_adverts(pair, capture, n, source=None):
    """So many adverts more, by which time everybody has heard and decided."""
    before = len(capture.adverts(source))
    pair.wait_for(f"{n} adverts", lambda: len(capture.adverts(source)) >= before + n)


def test_election(pair):
    master, backup = start_two(pair)
    pair.check("the VIP is on the master alone", pair.has("a") and not pair.has("b"))
    seconds = master.stop()
    # Most of it is the leak check of a sanitizer build.
    pair.check(f"stops quickly ({seconds * 1000:.0f} ms)", seconds < 10)
    pair.check("no address stays behind", not pair.has("a"))
    pair.wait_for("the backup takes over after priority 0", lambda: backup.state() == "MASTER")
    pair.check("and says why", backup.logged("BACKUP -> MASTER: 10.77.0.1 resigned (priority 0)"))
    backup.stop()


def test_crash_is_no_failover(pair, preempt):
    capture = pair.capture("b")
    master, backup = start_two(pair, 0.5, preempt)
    began = time.monotonic()
    for _ in range(3):
        at = time.monotonic()
        master.tell("crash")
        pair.wait_for("the new process goes on as master", lambda: master.since("MASTER", at))
        wait_adverts(pair, capture, 2)
    pair.check("a replaced process is no failover",
               backup.since("MASTER", began) is None and master.state() == "MASTER")
    pair.check("the VIP stayed", pair.has(master.side))
    master.stop()
    backup.stop()


def test_pause(pair):
    master, backup = start_two(pair, preempt=0)
    capture = pair.capture("a")
    master.tell("pause")
    pair.wait_for("the other takes over from a paused master", lambda: backup.state() == "MASTER")
    pair.check("which is a warning",
               backup.logged(f"warning: vrrp=VI_{backup.side} BACKUP -> MASTER: no advertisement"))
    master.tell("continue")
    pair.wait_for("a master that wakes up yields", lambda: master.state() == "BACKUP")
    wait_adverts(pair, capture, 5)
    pair.check("and stays so", master.state() == "BACKUP" and backup.state() == "MASTER")
    master.stop()
    backup.stop()


def test_reload(pair):
    router = pair.router("a", 150)
    pair.wait_for("master is there", lambda: router.state() == "MASTER" and pair.has("a"))
    pair.check("a first election is no warning",
               router.logged("notice: vrrp=VI_a BACKUP -> MASTER: no advertisement"))
    router.tell("vips 10.77.0.101/32 10.77.0.102")
    pair.wait_for("a new address is added live", lambda: pair.has("a", "10.77.0.102"))
    pair.wait_for("an old address is removed live", lambda: not pair.has("a"))
    pair.check("one address stayed", pair.has("a", "10.77.0.101"))
    pair.batch("a", "link set vrrp0 down")
    pair.wait_for("an interface that is down is FAULT", lambda: router.state() == "FAULT")
    pair.batch("a", "link set vrrp0 up")
    pair.wait_for("it recovers", lambda: router.state() == "MASTER")
    pair.check("and says why", router.logged("MASTER -> FAULT: interface vrrp0 is down"))
    pair.batch("b", "link set vrrp0 down")
    pair.wait_for("a pulled cable is FAULT", lambda: router.state() == "FAULT")
    pair.batch("b", "link set vrrp0 up")
    pair.wait_for("it recovers", lambda: router.state() == "MASTER")
    pair.check("and says that it was the carrier", router.logged("MASTER -> FAULT: interface vrrp0 has no carrier"))
    router.stop()
    pair.check("nothing stays behind", not pair.has("a", "10.77.0.101"))


def start_guarded(pair):
    """(router, other): a master that has heard the other one, which was master before."""
    other = pair.router("b", 100, 0.2, vips=(f"{VIP}/24",))
    pair.wait_for("the other one is master at first", lambda: other.state() == "MASTER")
    router = pair.router("a", 150, 0.2, vips=(f"{VIP}/24",), broadcast="10.77.0.255")
    pair.wait_for("the VIP is there", lambda: pair.has("a"))
    pair.wait_for("the other one is backup", lambda: other.state() == "BACKUP")
    return router, other


def lose(pair, times):
    """Somebody removes the VIP so often, each time when it is there, and more than a second after the time before."""
    for _ in range(times):
        pair.wait_for("the VIP is there", lambda: pair.has("a"))
        pair.batch("a", f"addr del {VIP}/24 dev vrrp0")
        time.sleep(1.3)  # less than a second apart they would count as one


def test_guard_alone(pair):
    """A router that gave up takes part again when nobody else serves, and gives up no more: it knows no other one."""
    router, other = start_guarded(pair)
    lose(pair, 6)
    pair.wait_for("the sixth one is FAULT", lambda: router.state() == "FAULT")
    pair.wait_for("the other one serves", lambda: other.state() == "MASTER")
    other.stop()
    stopped = time.monotonic()
    pair.wait_for("it serves again when the other one is gone", lambda: router.state() == "MASTER" and pair.has("a"))
    pair.check(f"at once ({time.monotonic() - stopped:.1f} s)", time.monotonic() - stopped < 20)
    pair.check("and says why", router.logged("takes part again, as no other director advertises"))
    served = time.monotonic()
    lose(pair, 8)
    pair.wait_for("the VIP is put back", lambda: pair.has("a"))
    pair.check("it stays master", router.since("FAULT", served) is None and router.state() == "MASTER")
    pair.check("with an alarm", router.logged("removes the addresses of this master again and again"))
    router.stop()


def test_guard(pair):
    """An address that somebody removes is put back at once; whoever goes on is left alone for a minute, in which the
    other router serves, and afterwards all is as before."""
    router, other = start_guarded(pair)
    pair.check("with its broadcast address", pair.addresses("a")[VIP].broadcast == "10.77.0.255")
    began = time.monotonic()
    for n in range(5):
        removed = time.monotonic()
        pair.batch("a", f"addr del {VIP}/24 dev vrrp0")
        pair.wait_for("an address that was taken away is put back", lambda: pair.has("a"))
        pair.check(f"at once ({time.monotonic() - removed:.2f} s)", time.monotonic() - removed < 3)
        pair.wait_for("it is said", lambda: router.logged(f"({n + 1} of 5 times in a minute)"))
        # The next one counts when a second is over.
        time.sleep(max(0, removed + 1.3 - time.monotonic()))
    pair.check("the other one did not take over", other.since("MASTER", began) is None)
    given_up = time.monotonic()  # or a little later
    pair.batch("a", f"addr del {VIP}/24 dev vrrp0")
    pair.wait_for("the sixth one is FAULT", lambda: router.state() == "FAULT")
    pair.check("the log says why", router.logged("MASTER -> FAULT: something on this machine removed its addresses"))
    pair.wait_for("the other one serves", lambda: other.state() == "MASTER" and pair.has("b"))
    crashed = time.monotonic()
    router.tell("crash")
    pair.wait_for("a process that is replaced meanwhile knows of it",
                  lambda: router.logged("INIT -> FAULT: something on this machine removed its addresses"))
    pair.wait_for("it takes part again and preempts", lambda: router.state() == "MASTER", 75)
    pair.check(f"after a minute ({time.monotonic() - given_up:.1f} s)", time.monotonic() - given_up > 60)
    pair.check("the replacement did not shorten it", router.since("MASTER", crashed) > given_up + 60)
    pair.check("and says why", router.logged("FAULT -> BACKUP: it takes part again after its addresses were removed"))
    pair.wait_for("the VIP is where it was", lambda: pair.has("a") and not pair.has("b"))
    router.stop()
    other.stop()


def test_long_interval(pair):
    """A backup adopts the interval of a version 3 master, and says so; advert_int_max bounds it."""
    master, backup = pair.router("a", 200, 1), pair.router("b", 100, 0.2)
    pair.wait_for("the adopted interval is said",
                  lambda: backup.logged("10.77.0.1 advertises every 1.00 s (advert_int here: 0.20 s): its silence "
                                        "counts after 3.61 s"))
    backup.tell("set interval_max=0.5")
    backup.tell("crash")
    pair.wait_for("the bound is said",
                  lambda: backup.logged("more than advert_int_max, which counts instead: its silence counts after "
                                        "1.80 s"))
    pair.check("the master stays", master.state() == "MASTER")
    for router in (master, backup):
        router.stop()


def test_leftovers(pair):
    pair.batch("a", f"addr add {VIP}/24 dev vrrp0")
    router = pair.router("a", 100, 1)
    pair.wait_for("a leftover address is removed at start", lambda: not pair.has("a"))
    router.stop()


def test_owner(pair):
    """The VIP is the interface's own and only address: it must survive everything."""
    router = pair.router("a", 255, vips=("10.77.0.1/24",))
    pair.wait_for("an owner is master at once", lambda: router.since("MASTER"))
    began = time.monotonic()
    router.tell("crash")
    pair.wait_for("and again after a crash", lambda: router.since("MASTER", began))
    router.stop()
    pair.check("an owner's own address stays", pair.has("a", "10.77.0.1"))


def test_interface_comes_and_goes(pair):
    router = pair.router("a", 100, interface="vrrp9")
    pair.wait_for("a missing interface is FAULT", lambda: router.state() == "FAULT")
    pair.check("and is named", router.logged("INIT -> FAULT: interface vrrp9 is missing"))
    pair.batch("a", "link add vrrp9 type veth peer name vrrp8", "link set vrrp8 up", "link set vrrp9 up")
    router.tell("set interval=0.11")  # its answer shows that it has seen the interface by now
    pair.check("an interface without an address is FAULT", router.state() == "FAULT")
    pair.batch("a", "addr add 10.78.0.1/24 dev vrrp9")
    pair.wait_for("it recovers when it can be used", lambda: router.state() == "MASTER")
    pair.batch("a", "link del vrrp9")
    pair.wait_for("FAULT again", lambda: router.state() == "FAULT")
    router.stop()


def test_priority(pair):
    master, backup = start_two(pair)
    backup.tell("set priority=200")
    pair.wait_for("a higher priority set live wins",
                  lambda: backup.state() == "MASTER" and master.state() == "BACKUP")
    pair.wait_for("the VIP moves", lambda: pair.has("b") and not pair.has("a"))
    for router, priority in ((backup, 190), (backup, 180), (master, 120)):
        router.tell(f"set priority={priority}")
        pair.wait_for(f"priority {priority} is reported though no state changes",
                      lambda: router.counter("priority") == priority)
    master.stop()
    backup.stop()


def test_forged(pair):
    """Malformed and foreign adverts, many of each: they change nothing and are said in one line each."""
    router = pair.router("a", 100)
    pair.wait_for("master is there", lambda: router.state() == "MASTER")
    head = struct.pack("!BBBBHH4s", 0x31, 51, 254, 1, 10, 0, socket.inet_aton(VIP))
    good = head[:6] + struct.pack("!H", inet_checksum(head)) + head[8:]
    forged = ((good, 254), (good[:6] + bytes(2) + good[8:], 255), (good[:10], 255), (good[:3], 255),
              (b"\x51" + good[1:], 255), (good[:1], 255))
    began = time.monotonic()
    with netns.open_socket(pair.netns("b"), socket.AF_INET, socket.SOCK_RAW, 112) as speaker:
        speaker.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("10.77.0.2"))
        for _ in range(100):
            for message, ttl in forged:
                speaker.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)
                speaker.sendto(message, ("224.0.0.18", 0))
    for words in ("its TTL is not 255", "its checksum is wrong", "does not fit its count",
                  "its VRRP version", "shorter than its headers"):
        pair.wait_for(f"they are logged: {words}", lambda: router.logged(words))

    def are_counted():
        router.tell("ask")
        return all(router.counter(name) == 100
                   for name in ("hop_limit", "checksum", "length", "version", "truncated"))
    pair.wait_for("they are counted by reason", are_counted)
    lines = router.read_log().count("is ignored")
    pair.check(f"in one line each ({lines})", lines == 5)
    pair.check("forged adverts change nothing", router.since("BACKUP", began) is None)
    pair.wait_for("when the flood is over the rest is counted",
                  lambda: router.read_log().count("(99 since the last line, the last one from 10.77.0.2)") == 5, 75)
    pair.check("and once", router.read_log().count("since the last line") == 10)
    router.stop()


def test_source(pair):
    """Adverts come from the configured source; without it on the interface the instance is in FAULT."""
    capture = pair.capture("b")
    router = pair.router("a", 100, source="10.77.0.9")
    pair.wait_for("a source that is missing is FAULT", lambda: router.state() == "FAULT")
    pair.check("and is named", router.logged(
        "INIT -> FAULT: interface vrrp0 does not have the source address 10.77.0.9"))
    pair.batch("a", "addr add 10.77.0.9/24 dev vrrp0")
    pair.wait_for("it recovers", lambda: router.state() == "MASTER")
    wait_adverts(pair, capture, 2)
    pair.check("adverts come from it", {advert.source for advert in capture.adverts()} == {"10.77.0.9"})
    router.stop()


def test_resigns_without(pair, command, may_be_refused=False):
    """Its source address, or the name of its interface, goes: it resigns, so that nobody waits for its silence."""
    capture = pair.capture("b")
    router = pair.router("a", 100)
    pair.wait_for("it is MASTER", lambda: router.state() == "MASTER")
    if netns.run(pair.netns("a"), "ip", *command.split(), check=not may_be_refused).returncode:
        pair.lines.append("skipped: this kernel renames no interface that is up")
        return
    pair.wait_for("it is FAULT", lambda: router.since("FAULT") is not None)
    pair.wait_for("it has said so", lambda: any(advert.priority == 0 for advert in capture.adverts("10.77.0.1")), 5)
    pair.check("and has no address any more", not pair.has("a"))
    router.stop()


def test_unicast(pair):
    """With peers: one advert to each, the group is not joined, nobody else is heard."""
    capture = pair.capture("a")
    # Both are in the list: a file that the routers share.
    master, backup = start_two(pair, peers="10.77.0.1,10.77.0.2,10.77.0.3")
    ours = [advert for advert in capture.adverts() if advert.source == "10.77.0.1"]
    pair.check("adverts go to the peer, not to the group",
               {advert.destination for advert in ours} <= {"10.77.0.2", "10.77.0.3"} and ours)
    pair.check("with TTL 255", {advert.hop_limit for advert in ours} == {255})
    pair.check("nobody joined the group",
               not any("120000E0" in netns.read(pair.netns(side), "/proc/thread-self/net/igmp")
                       for side in ADDRESSES))
    master.tell("set peers=10.77.0.3")
    backup.tell("set priority=200")
    pair.wait_for("a peer that was removed is not heard", lambda: backup.state() == "MASTER" and
                  master.logged("its source is none of the configured peers"))
    pair.check("and changes nothing", master.state() == "MASTER")
    pair.wait_for("it is counted", lambda: master.counter("peer") >= 1)
    master.tell("set peers=")
    backup.tell("set peers=")
    pair.wait_for("without peers they meet in the group", lambda: master.state() == "BACKUP")
    pair.check("which they joined",
               all("120000E0" in netns.read(pair.netns(side), "/proc/thread-self/net/igmp")
                   for side in ADDRESSES))
    master.stop()
    backup.stop()


def test_ip6(pair):
    capture = pair.capture("b")
    master, backup = start_two(pair, vips=VIPS6)
    own = pair.link_local("a")
    adverts = capture.adverts(own)
    pair.check("adverts come from the link-local address, to the group, with hop limit 255", adverts and
               {(advert.destination, advert.hop_limit) for advert in adverts} == {("ff02::12", 255)})
    shown = pair.addresses("a")
    pair.wait_for("both VIPs are there", lambda: {"fe80::51", "fd77::51"} <= set(pair.addresses("a")))
    shown = pair.addresses("a")
    pair.check("without duplicate address detection",
               all(shown[vip].flags & netns.Address.NODAD and not shown[vip].flags & netns.Address.TENTATIVE
                   for vip in ("fe80::51", "fd77::51")))
    pair.wait_for("both are announced", lambda: {"fe80::51", "fd77::51"} <= capture.announced())
    master.stop()
    pair.wait_for("the backup takes over", lambda: backup.state() == "MASTER")
    pair.check("no address stays behind", not pair.has("a", "fd77::51"))
    backup.stop()


def test_ip6_password(pair):
    """Two lvsd of version 2 for IPv6 with a password, which no keepalived 2.2.7 survives, agree."""
    capture = pair.capture("b")
    master, backup = start_two(pair, 1, version=2, vips=VIPS6, auth="secret")
    wait_adverts(pair, capture, 5)
    pair.check("they agree", (master.state(), backup.state()) == ("MASTER", "BACKUP"))
    pair.check("nothing is ignored", not any(router.logged("is ignored") for router in (master, backup)))
    master.stop()
    pair.wait_for("the backup takes over", lambda: backup.state() == "MASTER")
    backup.stop()


def test_version_2(pair, ours, theirs, words, counter):
    """Two routers of version 2 whose files differ do not hear each other, and say why."""
    low = pair.router("b", 100, version=2, **{"interval": 1, **ours})
    high = pair.router("a", 150, version=2, **{"interval": 1, **theirs})
    pair.wait_for("both are master", lambda: high.state() == "MASTER" and low.state() == "MASTER")
    pair.wait_for(f"it is said: {words}", lambda: low.logged(words))
    pair.wait_for("it is counted", lambda: low.counter(counter) >= 1)
    low.stop()
    high.stop()


# --- bytes ---

failed_texts = []  # what the tests that failed said
captured = []  # (what, wants announcements of, frames), dissected in one go at the end


def test_bytes(pair, what, version=3, vips=VIPS, **options):
    """A short life of one router; tshark decodes its packets when all tests are over."""
    capture = pair.capture("b")
    router = pair.router("a", 200, 1 if version == 2 else 0.1, version=version, vips=vips, **options)
    announced = {vip.split("/")[0] for vip in vips}
    pair.wait_for("the addresses are announced", lambda: announced <= capture.announced())
    pair.wait_for("adverts are sent", lambda: capture.adverts())
    router.stop()
    pair.wait_for("priority 0 is the last", lambda: capture.adverts()[-1].priority == 0)
    captured.append((what, capture.read()))


def look_at_bytes():
    """Every packet decodes without a complaint. Returns the failures."""
    failures = []
    rows = iter(dissect([frame for _, frames in captured for frame in frames]))
    for what, frames in captured:
        found = [next(rows) for _ in frames]
        adverts = [row for row in found if row["vrrp.type"]]
        announcements = [row for row in found
                         if row["arp.isgratuitous"] or row["icmpv6.nd.na.flag.o"]]
        bad = [row for row in adverts if row["vrrp.checksum.status"] != "1"]
        bad += [row for row in adverts + announcements
                if row["_ws.malformed"] or any(int(word) >= WARNING for word
                                               in row["_ws.expert.severity"].split(",") if word)]
        is_good = len(adverts) >= 2 and announcements and not bad
        if not is_good:
            failures.append(what)
        print(f"{'ok' if is_good else 'FAILED'}: bytes {what}: {len(adverts)} adverts and "
              f"{len(announcements)} announcements decode without a complaint {bad or ''}", flush=True)
    return failures


# --- keepalived ---

def test_keepalived(pair, is_ours_better, version=3, vips=VIPS, peers=None, source=None, **both):
    """The better one is master, they agree, and the other one takes over from priority 0.
    peers and source: (of a, of b)."""
    # keepalived runs here without real-time priority: shorter ones would test the machine's load.
    interval = 1 if version == 2 else 0.3
    ours, theirs = (150, 100) if is_ours_better else (100, 150)
    capture = pair.capture("a")
    options = [{"version": version, "vips": vips, "peers": peers and peers[i],
                "source": source and source[i], **both} for i in (0, 1)]
    other = pair.keepalived("b", theirs, interval, **options[1])
    router = pair.router("a", ours, interval, **options[0])
    winner, loser = (router, other) if is_ours_better else (other, router)
    side = "a" if is_ours_better else "b"
    vip = vips[-1].split("/")[0]
    pair.wait_for(f"the better of lvsd {ours} and keepalived {theirs} is master",
                  lambda: winner.state() == "MASTER" and loser.state() == "BACKUP")
    pair.wait_for("its address is there", lambda: pair.has(side, vip))

    def agree():
        # Routers that do not understand each other never pass a master-down interval like this.
        wait_adverts(pair, capture, 5 if version == 3 else 4)
        return winner.state() == "MASTER" and loser.state() == "BACKUP"
    pair.wait_for("they agree", agree)
    pair.check(f"keepalived does not complain {other.complaints() or ''}", not other.complaints())
    pair.check("lvsd does not complain", not router.logged("is ignored"))
    winner.stop()
    pair.wait_for("the other takes over from priority 0", lambda: loser.state() == "MASTER")
    loser.stop()


def test_keepalived_is_heard(pair, **options):
    """keepalived advertises before lvsd starts, and does not receive while it is master: lvsd understands its
    advertisements. keepalived 2.2.7 dies by SIGSEGV when it receives one of version 2 for IPv6 with a password, its
    own kind included (it looks for the password behind an IPv4 header that is not there)."""
    capture = pair.capture("a")
    other = pair.keepalived("b", 150, 1, **options)
    pair.wait_for("keepalived is master", lambda: other.state() == "MASTER")
    router = pair.router("a", 100, 1, **options)
    pair.wait_for("lvsd is backup", lambda: router.state() == "BACKUP")
    wait_adverts(pair, capture, 5)  # more than the master-down interval
    pair.check("and stays so", router.since("MASTER") is None)
    pair.check(f"keepalived does not complain {other.complaints() or ''}", not other.complaints())
    pair.check("lvsd does not complain", not router.logged("is ignored"))
    other.stop()
    pair.wait_for("lvsd takes over from priority 0", lambda: router.state() == "MASTER")
    pair.check("and says so", router.logged("resigned (priority 0)"))
    router.stop()


def test_keepalived_refuses(pair, is_ours_better):
    """With different passwords neither hears the other."""
    ours, theirs = (150, 100) if is_ours_better else (100, 150)
    other = pair.keepalived("b", theirs, 1, version=2, auth="secret")
    router = pair.router("a", ours, 1, version=2, auth="wrong")
    pair.wait_for("both are master", lambda: router.state() == "MASTER" and other.state() == "MASTER")
    pair.wait_for("lvsd says why", lambda: router.logged("its password is wrong"))
    pair.wait_for("so does keepalived", lambda: other.logged("invalid passwd"))
    router.stop()
    other.stop()


VMAC, VMAC6 = "00:00:5e:00:01:33", "00:00:5e:00:02:33"
ARP_SYSCTLS = ("arp_ignore", "arp_announce")


def sysctls(pair):
    return [netns.sysctl(pair.netns("a"), f"net.ipv4.conf.vrrp0.{name}") for name in ARP_SYSCTLS]


def test_vmac(pair, is_ours_better):
    """lvsd and keepalived with use_vmac: a client that believes no gratuitous ARP goes on at each failover."""
    pair.add_client("10.77.0.9", {VIP: VMAC})
    ours, theirs = (150, 100) if is_ours_better else (100, 150)
    other = pair.keepalived("b", theirs, 1, vips=VIPS[:1], vmac="vrrp.51")
    router = pair.router("a", ours, 1, vips=VIPS[:1], vmac="vrrp.51")
    winner, loser = (router, other) if is_ours_better else (other, router)
    pair.wait_for("the better one is master, the other one backup",
                  lambda: winner.state() == "MASTER" and loser.state() == "BACKUP")
    pair.wait_for("the client reaches the master", lambda: pair.is_answered(VIP))
    pair.check("the macvlan is there, in BACKUP too", pair.has_link("a", "vrrp.51"))
    pair.check(f"the interface below does not answer for it: {sysctls(pair)}", sysctls(pair) == ["1", "2"])
    winner.stop()
    pair.wait_for("the other one takes over", lambda: loser.state() == "MASTER")
    pair.wait_for("the client reaches it too", lambda: pair.is_answered(VIP))
    again = (pair.router if is_ours_better else pair.keepalived)(
        "a" if is_ours_better else "b", 150, 1, vips=VIPS[:1], vmac="vrrp.51")
    pair.wait_for("the better one comes back",
                  lambda: again.state() == "MASTER" and loser.state() == "BACKUP")
    pair.wait_for("the client reaches that one", lambda: pair.is_answered(VIP))
    for thing in (again, loser):
        thing.stop()
    pair.check("the macvlan is gone", not pair.has_link("a", "vrrp.51"))
    pair.check(f"the sysctls are as before: {sysctls(pair)}", sysctls(pair) == ["0", "0"])


def test_vmac_left(pair, vips=VIPS[:1], mac=VMAC):
    """A macvlan that goes, and what a killed lvsd leaves."""
    capture = pair.capture("b")
    pair.batch("a", "link add name vrrp.51 type veth peer name else")
    router = pair.router("a", 150, 0.1, vips=vips, vmac="vrrp.51")
    pair.wait_for("it does not take the interface of somebody else",
                  lambda: router.state() == "FAULT" and router.logged("is there already"))
    pair.batch("a", "link del vrrp.51")
    vip = vips[-1].split("/")[0]
    pair.wait_for("it is master when that has gone", lambda: router.state() == "MASTER" and pair.has("a", vip))
    pair.batch("a", "link del vrrp.51")
    pair.wait_for("it makes the macvlan again, with the address", lambda: pair.has("a", vip))
    pair.wait_for("it announces", lambda: vip in capture.announced())
    router.tell("crash")
    pair.wait_for("it goes on after a crash", lambda: router.states()[-2:] and router.logged("takes over interface"))
    pair.check("it was master all the time", router.state() == "MASTER" and pair.has("a", vip))
    wait_adverts(pair, capture, 3)
    pair.check("all advertisements came from the virtual hardware address",
               {advert.mac for advert in capture.adverts()} == {mac})
    router.tell("set vmac=other.51")
    pair.wait_for("another name", lambda: pair.has_link("a", "other.51") and pair.has("a", vip))
    pair.wait_for("the old one is gone", lambda: not pair.has_link("a", "vrrp.51"))
    router.tell("set vmac=")
    pair.wait_for("without use_vmac it is on the interface",
                  lambda: not pair.has_link("a", "other.51") and pair.has("a", vip))
    pair.check("and master", router.state() == "MASTER")
    router.tell("set vmac=vrrp.51")
    pair.wait_for("back", lambda: pair.has_link("a", "vrrp.51") and pair.has("a", vip))
    router.kill()
    pair.check("a killed one leaves it", pair.has_link("a", "vrrp.51"))
    router = pair.router("a", 150, 0.1, vips=vips)
    pair.wait_for("the next one removes it", lambda: router.state() and not pair.has_link("a", "vrrp.51"))
    router.stop()
    pair.check(f"the sysctls are as before: {sysctls(pair)}", sysctls(pair) == ["0", "0"])


def test_vmac_two(pair):
    """Two lvsd with other run dirs in one network namespace leave each other's macvlans alone."""
    alias = "lvsd use_vmac, before: arp_ignore 0, arp_announce 0"
    one = pair.router("a", 150, 0.1, vips=VIPS[:1], vmac="vrrp.51", run_dir="/run/one")
    pair.wait_for("one is master", lambda: one.state() == "MASTER" and pair.has("a"))
    two = pair.router("a", 150, 0.1, vrid=52, vips=("10.77.0.102",), vmac="vrrp.52", run_dir="/run/two")
    pair.wait_for("the other one too", lambda: two.state() == "MASTER" and pair.has("a", "10.77.0.102"))
    names = {"vrrp.51", "vrrp.52"}
    had = {name: pair.link_index("a", name) for name in names}
    for router in (one, two):
        router.tell("set priority=151")
        pair.wait_for("a reload", lambda r=router: "priority=151" in r.lines[-1][1])
    two.tell("crash")
    pair.wait_for("it takes over its own after a crash",
                  lambda: two.logged("takes over interface vrrp.52") and two.state() == "MASTER")
    pair.check("all are there still", {name: pair.link_index("a", name) for name in names} == had)
    two.tell("set vmac=vrrp.51")
    pair.wait_for("it does not take the other one's",
                  lambda: two.state() == "FAULT" and two.logged("is of the lvsd with the run dir /run/one"))
    pair.wait_for("its former one is gone", lambda: not pair.has_link("a", "vrrp.52"))
    two.tell("set vmac=vrrp.52")
    pair.wait_for("another name", lambda: two.state() == "MASTER" and pair.has_link("a", "vrrp.52"))
    two.stop()
    pair.check("it stops without the other one's", not pair.has_link("a", "vrrp.52")
               and pair.link_index("a", "vrrp.51") == had["vrrp.51"] and pair.has("a"))
    pair.check(f"the sysctls stay while one is there: {sysctls(pair)}", sysctls(pair) == ["1", "2"])
    one.kill()
    two = pair.router("a", 150, 0.1, vrid=52, vips=("10.77.0.102",), vmac="vrrp.52", run_dir="/run/two")
    pair.wait_for("it is back", lambda: two.state() == "MASTER")
    pair.check("what the killed one left stays for its successor", pair.has_link("a", "vrrp.51"))
    one = pair.router("a", 150, 0.1, vips=VIPS[:1], run_dir="/run/one")
    pair.wait_for("who removes it", lambda: one.state() == "MASTER" and not pair.has_link("a", "vrrp.51"))
    two.stop()
    one.stop()
    pair.batch("a", "link add link vrrp0 name vrrp.51 type macvlan", f'link set vrrp.51 alias "{alias}"')
    one = pair.router("a", 150, 0.1, vips=VIPS[:1], run_dir="/run/one")
    pair.wait_for("one of a former version is removed", lambda: one.state() and not pair.has_link("a", "vrrp.51"))
    one.stop()
    pair.check(f"the sysctls are as before: {sysctls(pair)}", sysctls(pair) == ["0", "0"])


# --- failover times ---

def measure(pair, interval, runs, slack_s=0.05):
    gaps = []
    for _ in range(runs):
        master, backup = start_two(pair, interval)
        time.sleep(random.uniform(2, 3) * interval)
        began = time.monotonic()
        master.kill()
        pair.wait_for("the backup takes over", lambda: backup.since("MASTER", began))
        gaps.append(backup.since("MASTER", began) - began)
        # A dead machine would not answer for its addresses.
        pair.batch("a", *(f"addr del {vip} dev vrrp0" for vip in VIPS))
        backup.stop()
    skew = interval * 156 / 256
    pair.lines.append(
        f"advert_int {interval}: failover after SIGKILL of the group, {runs} runs: "
        f"median {statistics.median(gaps) * 1000:.1f} ms, worst {max(gaps) * 1000:.1f} ms "
        f"(by the RFC {(2 * interval + skew) * 1000:.0f} to {(3 * interval + skew) * 1000:.0f} ms)")
    pair.check(f"advert_int {interval}: no failover is late", max(gaps) < 3 * interval + skew + slack_s)


# --- all of them ---

UNICAST = {"peers": ("10.77.0.2", "10.77.0.1"), "source": ("10.77.0.1", "10.77.0.2")}
UNICAST6 = {"peers": ("fd77::2", "fd77::1"), "source": ("fd77::1", "fd77::2")}
INTEROP = {
    "v3": {},
    "v2": {"version": 2, "vips": VIPS[:1]},
    "v2 PASS": {"version": 2, "auth": "secret"},
    "v2 AH": {"version": 2, "auth": "secret", "auth_type": "AH"},
    "v2 AH unicast": {"version": 2, "auth": "secret", "auth_type": "AH", "ttl": 9, **UNICAST},
    "v3 another group": {"group": "224.0.0.99"},
    "v3 unicast": UNICAST,
    "v2 PASS unicast": {"version": 2, "auth": "12345678", **UNICAST},
    "v3 IPv6": {"vips": VIPS6},
    "v3 IPv6 unicast": {"vips": VIPS6, **UNICAST6},
    "v3 IPv6 wide source": {"vips": VIPS6, "source": ("fd77::1", "fd77::2")},
    "v3 vmac": {"vips": VIPS[:1], "vmac": "vrrp.51"},
    "v3 vmac_xmit_base": {"vips": VIPS[:1], "vmac": "vrrp.51", "base": "1"},
    "v2 AH vmac": {"version": 2, "auth": "secret", "auth_type": "AH", "vips": VIPS[:1], "vmac": "vrrp.51"},
    "v3 IPv6 vmac": {"vips": VIPS6, "vmac": "vrrp.51"},
    "v2 IPv6": {"version": 2, "vips": VIPS6},
    "v2 IPv6 unicast": {"version": 2, "vips": VIPS6, **UNICAST6},
}


def all_tests():
    """{name: function of a Pair}, the longest ones first."""
    partial = functools.partial
    tests = {}
    if shutil.which("keepalived"):
        for what, options in sorted(INTEROP.items()):
            for is_ours_better, role in ((True, "master"), (False, "backup")):
                tests[f"keepalived {what}, lvsd {role}"] = partial(
                    test_keepalived, is_ours_better=is_ours_better, **options)
        for is_ours_better, role in ((True, "better"), (False, "worse")):
            tests[f"keepalived vmac and a client, lvsd {role}"] = partial(
                test_vmac, is_ours_better=is_ours_better)
        tests["keepalived v2 IPv6 PASS is heard"] = partial(
            test_keepalived_is_heard, version=2, vips=VIPS6, auth="secret")
        for is_ours_better in (True, False):
            tests[f"keepalived wrong password, lvsd {'better' if is_ours_better else 'worse'}"] = partial(
                test_keepalived_refuses, is_ours_better=is_ours_better)
    else:
        print("SKIP: keepalived is missing: no interoperation test")
    if shutil.which("nft") and vrrp_accept.can_filter():
        for file in vrrp_accept.FILES:
            for daemon in ("lvsd", "keepalived") if shutil.which("keepalived") else ("lvsd",):
                tests[f"{daemon} {file}"] = partial(vrrp_accept.test_accept, daemon=daemon, file=file)
    else:
        print("SKIP: nftables cannot be had here: no_accept is not tested natively")
    tests["vmac: what is left"] = test_vmac_left
    tests["vmac: two lvsd"] = test_vmac_two
    tests.update(vrrp_deleted.tests())
    tests["vmac of IPv6: what is left"] = partial(test_vmac_left, vips=VIPS6, mac=VMAC6)
    for what, theirs, words, counter in (
            ("password", {"auth": "one"}, "its password is wrong", "auth_data"),
            ("authentication", {}, "its authentication type is not this instance's", "auth_type"),
            ("interval", {"auth": "two", "interval": 2}, "its advertisement interval is not", "interval")):
        tests[f"version 2, another {what}"] = partial(
            test_version_2, ours={"auth": "two"}, theirs=theirs, words=words, counter=counter)
    if shutil.which("tshark"):
        for what, options in sorted({
                "v3": {}, "v2": {"version": 2}, "v2 PASS": {"version": 2, "auth": "secret"},
                "v2 AH": {"version": 2, "auth": "secret", "auth_type": "AH"},
                "v3 vmac": {"vips": VIPS[:1], "vmac": "vrrp.51"},
                "v3 unicast": {"peers": "10.77.0.2"}, "v3 IPv6": {"vips": VIPS6},
                "v3 IPv6 unicast": {"vips": VIPS6, "peers": "fd77::2"}}.items()):
            tests[f"bytes {what}"] = partial(test_bytes, what=what, **options)
    else:
        print("SKIP: tshark is missing: the bytes on the wire are not looked at")
    tests["crash is no failover"] = partial(test_crash_is_no_failover, preempt=1)
    tests["crash without preemption"] = partial(test_crash_is_no_failover, preempt=0)
    for function in (test_guard, test_guard_alone, test_long_interval, test_pause, test_reload, test_election,
                     test_leftovers, test_owner, test_interface_comes_and_goes, test_priority, test_forged, test_source,
                     test_unicast, test_ip6, test_ip6_password):
        tests[function.__name__[5:]] = function
    tests["resigns without its source"] = partial(
        test_resigns_without, command="addr del 10.77.0.1/24 dev vrrp0")
    tests["resigns without its name"] = partial(
        test_resigns_without, command="link set vrrp0 name vrrp9", may_be_refused=True)
    return tests


def timed_tests():
    """Those that measure: alone, as the others make them late."""
    if "--measure" in sys.argv:
        return {f"advert_int {interval}": functools.partial(measure, interval=interval, runs=runs)
                for interval, runs in ((0.01, 20), (0.1, 20), (1, 10))}
    # The bound is for a machine that has other work too; --measure is strict.
    return {"failover time": functools.partial(measure, interval=0.1, runs=2, slack_s=1)}


def shortened(text, n=60):
    """The first and the last n lines of a log."""
    lines = text.splitlines()
    return lines if len(lines) <= 2 * n else lines[:n] + [f"... {len(lines) - 2 * n} lines ..."] + lines[-n:]


def run(pair, function):
    """Returns the failures. What a test said is printed when it is over, as others run beside it; what one said that
    failed, with its logs, comes last of all."""
    began = time.monotonic()
    try:
        pair.wait_links()
        function(pair)
    except Exception:
        pair.check(traceback.format_exc(), False)
    if pair.failures:
        for thing in pair.started:
            if hasattr(thing, "read_log"):
                pair.lines += [f"--- log of {type(thing).__name__} on side {thing.side}:", *shortened(thing.read_log())]
    pair.close()
    text = "\n".join([f"{pair.name} [{time.monotonic() - began:.1f} s]"] + ["  " + line for line in pair.lines])
    if pair.failures:
        failed_texts.append(text)
    else:
        print(text, flush=True)
    return [f"{pair.name}: {what}" for what in pair.failures]


def run_all(tests, last, namespaces):
    """All tests side by side, then the last ones alone. The namespaces are made before and removed
    after: both hold the kernel's lock on links and addresses for so long that every router is late."""
    pairs = [namespaces.enter_context(Pair(name, sys.argv[1])) for name in tests]
    last_pairs = [namespaces.enter_context(Pair(name, sys.argv[1])) for name in last]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        failures = sum(pool.map(run, pairs, tests.values()), [])
    if captured:
        failures += look_at_bytes()
    return failures + sum(map(run, last_pairs, last.values()), [])


def can_make_namespaces():
    try:
        with Pair("trial", sys.argv[1]):
            return True
    except (RuntimeError, OSError) as error:
        print(f"SKIP: network namespaces cannot be made here: {error}")
        return False


def main():
    if os.geteuid() != 0 or not shutil.which("ip"):
        print("SKIP: network namespaces need root and iproute2")
        return SKIPPED
    if not can_make_namespaces():
        return SKIPPED
    tests, last = all_tests(), timed_tests()
    patterns = sys.argv[2:]
    if "--measure" in patterns:
        tests = {}
    elif patterns:
        tests, last = ({name: function for name, function in some.items()
                        if any(pattern in name for pattern in patterns)} for some in (tests, last))
    with contextlib.ExitStack() as namespaces:
        failures = run_all(tests, last, namespaces)
    for text in failed_texts:
        print(text)
    for failure in failures:
        print(f"FAILED: {failure}")
    print(f"{len(tests) + len(last)} tests, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
