# SPDX-License-Identifier: GPL-2.0-or-later
"""VRRP version 3 on the wire, and with Debian's keepalived as the other director."""

import os
import shutil
import time

import netns
from configs import global_defs, instance, pair_member, service
from lab import DIRECTORS, VIP, Skip, expect, fetch, hold, only_in_all, stalls, takes_long, wait_for
from wire import Speaker, WireWatch

COMPLAINTS = ("checksum", "bogus", "invalid", "wrong", "mismatch", "discard", "incorrect", "malformed")


def keepalived(lab, namespace, priority, advert_int="0.2"):
    if not shutil.which("keepalived"):
        raise Skip("keepalived is not installed")
    director = lab.director(namespace, label="keepalived")
    director.daemon = "keepalived"
    return director.start(global_defs("peer") + instance(priority, advert_int=advert_int) + service())


def lvsd(lab, namespace, priority, advert_int="0.2"):
    return lab.director(namespace, pair_member(priority, advert_int, sync="")).wait_ready()


def no_complaints(director):
    lines = [line for line in director.log().splitlines()
             if any(word in line.lower() for word in COMPLAINTS) and "lower priority" not in line]
    expect(not lines, f"{director.label} complains: {lines}")


def test_lvsd_master_keepalived_backup(lab):
    """keepalived as backup accepts lvsd's advertisements, takes over when it stops, and gives back."""
    ours, peer = lvsd(lab, "dir1", 150), keepalived(lab, "dir2", 100)
    wait_for(ours.holds_vip, 5, "lvsd has the VIP")
    wait_for(lambda: "BACKUP STATE" in peer.log(), 8, "keepalived is in BACKUP state")
    hold(lambda: ours.holds_vip() and not peer.holds_vip(), 3, "the VIP on lvsd alone")
    ours.term()
    wait_for(peer.holds_vip, 10, "keepalived has the VIP")
    # Without the other one's advertisement the log says that nobody has taken over.
    expect("MASTER -> INIT: handed over to 10.9.0.12 (priority 100)" in ours.log(),
           "lvsd removed its addresses before keepalived advertised")
    ours.start().wait_ready()
    wait_for(ours.holds_vip, 5, "lvsd has the VIP again")
    wait_for(lambda: not peer.holds_vip(), 3, "keepalived has given the VIP back")
    no_complaints(peer)


def test_keepalived_master_lvsd_backup(lab):
    """lvsd as backup stays so under keepalived, takes over when it is killed or stops, and gives back."""
    peer, ours = keepalived(lab, "dir1", 150), lvsd(lab, "dir2", 100)
    wait_for(peer.holds_vip, 8, "keepalived has the VIP")
    wait_for(lambda: ours.vrrp_state() == "BACKUP" and not ours.holds_vip(), 5, "lvsd is BACKUP")
    hold(lambda: peer.holds_vip() and not ours.holds_vip(), 3, "the VIP on keepalived alone")
    begin = time.monotonic()
    peer.term()
    wait_for(ours.holds_vip, 5, "lvsd has the VIP")
    took = stalls.ran(begin)
    expect(took < 2.0, f"the takeover took {took:.2f} s")
    expect(fetch(timeout=1) is not None or fetch(timeout=1) is not None, "no answer through lvsd")
    peer.start()
    wait_for(peer.holds_vip, 8, "keepalived has the VIP again")
    wait_for(lambda: not ours.holds_vip(), 3, "lvsd has given the VIP back")
    peer.kill_group()
    lab.cut_link("dir1")
    wait_for(ours.holds_vip, 5, "lvsd has the VIP")
    no_complaints(peer)


@takes_long
def test_strict_pair_without_authentication(lab):
    """With vrrp_strict keepalived leaves the authentication of the file out, and lvsd does: one of the two holds the
    VIP, whichever has the higher priority."""
    secret = "\tauthentication {\n\t\tauth_type PASS\n\t\tauth_pass secret\n\t}\n"

    def text(priority):
        return (global_defs("strict", "\tvrrp_strict\n")
                + instance(priority, advert_int="1", extra=secret).replace("version 3", "version 2"))

    if not shutil.which("keepalived"):
        raise Skip("keepalived is not installed")
    for priority in (150, 50):
        ours = lab.director("dir1", text(priority), label=f"ours{priority}").wait_ready()
        peer = lab.director("dir2", label=f"keepalived{priority}")
        peer.daemon = "keepalived"
        peer.start(text(100))
        master, backup = (ours, peer) if priority > 100 else (peer, ours)
        wait_for(master.holds_vip, 10, f"{master.label} has the VIP")
        wait_for(lambda: not backup.holds_vip(), 5, f"{backup.label} has not")
        watch = lab.watch(WireWatch("client"))
        hold(lambda: master.holds_vip() and not backup.holds_vip(), 4, f"the VIP on {master.label} alone")
        adverts = watch.adverts()
        expect({(advert.version, advert.priority) for advert in adverts} == {(2, max(priority, 100))}, f"{adverts}")
        expect("authentication is left out, as keepalived does in strict mode" in ours.log(), ours.log())
        peer.term()
        ours.term()


def test_advertisements_on_the_wire(lab):
    """Advertisements are VRRP version 3 to 224.0.0.18 with TTL 255, the checksum with its pseudo-header, the
    interval and the addresses of the file, one each interval."""
    ours = lvsd(lab, "dir1", 150)
    wait_for(ours.holds_vip, 5, "lvsd has the VIP")
    watch = lab.watch(WireWatch("client"))
    adverts = wait_for(lambda: len(watch.adverts()) >= 12 and watch.adverts(), 6, "12 advertisements")
    for advert in adverts:
        expect((advert.version, advert.type, advert.ttl, advert.destination) == (3, 1, 255, "224.0.0.18"), repr(advert))
        expect((advert.vrid, advert.priority, advert.interval_cs) == (51, 150, 20), repr(advert))
        expect(advert.source == DIRECTORS["dir1"] and advert.addresses == [VIP], repr(advert))
        expect(advert.is_exact_length and advert.has_pseudo_checksum(), f"checksum of {advert}")
    moments = [advert.at for advert in adverts]
    usual = sorted(after - before for before, after in zip(moments, moments[1:]))[len(moments) // 2]
    longest = stalls.longest_gap(moments)
    expect(0.15 < usual < 0.25 and longest < 0.35, f"{usual} s between advertisements, at most {longest} s: {moments}")


def heard(lab, seconds=1.5, **fault):
    """Whether lvsd, being master with priority 150, gives way to adverts of priority 200 from the client."""
    ours = lvsd(lab, "dir1", 150)
    wait_for(ours.holds_vip, 5, "lvsd has the VIP")
    speaker = lab.watch(Speaker("client", "10.9.0.1"))
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        speaker.send(200, [VIP], **fault)
        try:
            wait_for(lambda: not ours.holds_vip(), 0.1, "lvsd gives way")
        except Exception:
            continue
        return True
    return False


def test_accepts_checksum_with_pseudo_header(lab):
    """An advertisement whose checksum covers the pseudo-header is accepted."""
    expect(heard(lab), "it was ignored")


def test_accepts_checksum_without_pseudo_header(lab):
    """An advertisement whose checksum does not cover the pseudo-header is accepted."""
    expect(heard(lab, pseudo=False), "it was ignored")


def test_ignores_wrong_checksum(lab):
    """An advertisement with a wrong checksum is ignored."""
    expect(not heard(lab, break_checksum=True), "it was accepted")


def test_ignores_other_ttl(lab):
    """An advertisement that came through a router (TTL not 255) is ignored (RFC 9568, 7.1)."""
    expect(not heard(lab, ttl=254), "it was accepted")


def test_ignores_other_vrid(lab):
    """An advertisement of another virtual router is ignored."""
    expect(not heard(lab, vrid=52), "it was accepted")


def test_ignores_version_2(lab):
    """An advertisement of version 2 is ignored by an instance of version 3."""
    expect(not heard(lab, version=2, pseudo=False), "it was accepted")


def test_priority_zero_on_the_wire(lab):
    """At TERM the last thing that the master says is priority 0; the VIP is gone afterwards."""
    ours = lvsd(lab, "dir1", 150)
    wait_for(ours.holds_vip, 5, "lvsd has the VIP")
    watch = lab.watch(WireWatch("client"))
    expect(ours.term() == 0, "the status after TERM is not 0")
    last = watch.adverts()[-1]
    expect(last.priority == 0 and last.has_pseudo_checksum(), f"the last one is {last}")
    expect(not ours.holds_vip(), "the VIP is still there")


def test_advertisements_go_on_under_load(lab):
    """Reloads and commands in a row do not delay an advertisement."""
    ours = lvsd(lab, "dir1", 150)
    wait_for(ours.holds_vip, 5, "lvsd has the VIP")
    watch = lab.watch(WireWatch("client"))
    weight, until = 2, time.monotonic() + 3
    while time.monotonic() < until:
        weight += 1
        ours.write(pair_member(150, sync="", servers={1: weight, 2: 1, 3: 1}))
        expect(ours.reload().returncode == 0, "the reload was refused")
    adverts = watch.adverts()
    longest = stalls.longest_gap([advert.at for advert in adverts])
    expect(len(adverts) > 10 and longest < 0.45, f"{len(adverts)} advertisements, at most {longest} s apart")
    expect(netns.has_address("dir1", VIP), "the VIP left")


class Frr:
    """FRR's vrrpd in a namespace, which has the VIP on a macvlan interface with the virtual router's MAC."""

    def __init__(self, lab, namespace, priority):
        self.namespace, self.folder, self.processes = namespace, f"{lab.scratch}/frr", []
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        with open(self.folder + "/zebra.conf", "w", encoding="ascii") as file:
            file.write("hostname frr\n")
        with open(self.folder + "/vrrpd.conf", "w", encoding="ascii") as file:
            file.write("interface eth0\n vrrp 51 version 3\n vrrp 51 advertisement-interval 200\n"
                       f" vrrp 51 priority {priority}\n vrrp 51 ip {VIP}\n")
        for path in (self.folder, self.folder + "/zebra.conf", self.folder + "/vrrpd.conf"):
            shutil.chown(path, "frr", "frr")
        lab.batch(namespace, "link add vrrp51 link eth0 type macvlan mode bridge",
                  "link set vrrp51 address 00:00:5e:00:01:33", f"addr add {VIP}/24 dev vrrp51", "link set vrrp51 up")
        for name in ("zebra", "vrrpd"):
            self.processes.append(netns.start(namespace, [
                f"/usr/lib/frr/{name}", "-u", "frr", "-g", "frr", "-f", f"{self.folder}/{name}.conf",
                "-i", f"{self.folder}/{name}.pid", "-z", self.folder + "/zserv", "--vty_socket", self.folder],
                f"{self.folder}/{name}.log"))
            wait_for(lambda socket=f"{self.folder}/{name}.vty": os.path.exists(socket), 10, f"{name} answers")

    def tell(self, *commands):
        return netns.run(self.namespace, "vtysh", "--vty_socket", self.folder,
                         *(word for command in commands for word in ("-c", command)), check=False).stdout

    def set(self, line):
        self.tell("configure terminal", "interface eth0", "vrrp 51 " + line)

    def is_in(self, state):
        return any(line.split()[:3] == ["Status", "(v4)", state] for line in self.tell("show vrrp").splitlines())

    def close(self):
        for process in self.processes:
            process.kill()
            process.wait()
        netns.run(self.namespace, "ip", "link", "del", "vrrp51", check=False)


@only_in_all
def test_frr(lab):
    """Beside FRR's vrrpd, as the better and as the other router: one of them has the VIP, by its priority, by its end
    and back."""
    if not os.path.exists("/usr/lib/frr/vrrpd"):
        raise Skip("frr is not installed")
    netns.run(None, "modprobe", "macvlan", check=False)
    peer = lab.watch(Frr(lab, "dir2", 100))
    wait_for(lambda: peer.is_in("Master"), 10, "FRR has the VIP alone")
    ours = lvsd(lab, "dir1", 150)
    wait_for(lambda: ours.holds_vip() and peer.is_in("Backup"), 10, "lvsd has the VIP")
    hold(lambda: ours.holds_vip() and peer.is_in("Backup"), 2, "the VIP on lvsd alone")
    peer.set("priority 200")
    wait_for(lambda: peer.is_in("Master") and not ours.holds_vip(), 10, "FRR has it with the higher priority")
    expect(ours.vrrp_state() == "BACKUP", "lvsd is not BACKUP")
    peer.set("shutdown")
    wait_for(ours.holds_vip, 10, "lvsd has it when FRR shuts down")
    peer.tell("configure terminal", "interface eth0", "no vrrp 51 shutdown")
    wait_for(lambda: peer.is_in("Master") and not ours.holds_vip(), 10, "FRR has it again")
    peer.set("priority 100")
    wait_for(lambda: ours.holds_vip() and peer.is_in("Backup"), 10, "lvsd has it with the higher priority")
    ours.term()
    wait_for(lambda: peer.is_in("Master"), 10, "FRR has it when lvsd stops")
    expect("handed over to 10.9.0.12 (priority 100)" in ours.log(), "lvsd removed its addresses before FRR advertised")
    no_complaints(ours)
