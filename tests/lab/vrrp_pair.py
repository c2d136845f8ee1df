#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Two vrrp processes, and one beside keepalived, on a veth pair between network namespaces.

Usage: vrrp_pair.py PROGRAM [--measure]   (PROGRAM: tests/lab/vrrp_pair as built)
Exit status 0, 1 (something did not hold) or 77 (skipped). Only namespaces made here are touched.
"""
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

SKIPPED = 77
PROGRAM = sys.argv[1]
TAG = f"vp{os.getpid()}"
SIDES = ("a", "b")
VIP = "10.77.0.100"
failures = []


def ip(*args):
    subprocess.run(["ip", *args], check=True, capture_output=True)


def netns(side):
    return f"{TAG}{side}"


def run_in(side, *args, **kwargs):
    return subprocess.run(["ip", "netns", "exec", netns(side), *args], capture_output=True,
                          text=True, **kwargs)


def set_up():
    for side in SIDES:
        ip("netns", "add", netns(side))
    ip("link", "add", "vrrp0", "netns", netns("a"), "type", "veth",
       "peer", "name", "vrrp0", "netns", netns("b"))
    for number, side in enumerate(SIDES, 1):
        run_in(side, "sysctl", "-qw", "net.ipv6.conf.vrrp0.accept_dad=0")
        ip("-n", netns(side), "addr", "add", f"10.77.0.{number}/24", "dev", "vrrp0")
        ip("-n", netns(side), "link", "set", "vrrp0", "up")


def tear_down():
    for side in SIDES:
        subprocess.run(["ip", "netns", "del", netns(side)], capture_output=True)


def wait_for(what, claim, seconds=20):
    """Waits until the claim holds; one that never does is a failure with a name."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if claim():
            return True
        time.sleep(0.005)
    failures.append(what)
    print(f"FAILED: {what}", flush=True)
    return False


def check(what, is_true):
    if not is_true:
        failures.append(what)
    print(f"{'ok' if is_true else 'FAILED'}: {what}", flush=True)


def has_address(side, address=VIP):
    shown = run_in(side, "ip", "-o", "addr", "show", "dev", "vrrp0").stdout
    return f" {address}/" in shown


class Router:
    """The vrrp process under test with its director of a few lines."""

    def __init__(self, side, priority, interval, preempt=1, version=3, vrid=51,
                 vips=f"{VIP}/24 10.77.0.101", interface="vrrp0"):
        self.side = side
        self.lines = []
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", netns(side), PROGRAM, f"VI_{side}", interface, str(vrid),
             str(priority), str(version), str(interval), str(preempt), vips],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True,
            start_new_session=True)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            stamp, text = line.rstrip("\n").split(" ", 1)
            self.lines.append((float(stamp), text))

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def states(self):
        return [(at, text.split()[0]) for at, text in self.lines]

    def state(self):
        named = [s for _, s in self.states() if s in ("INIT", "BACKUP", "MASTER", "FAULT")]
        return named[-1] if named else None

    def since(self, state, after):
        """When the state was first reported after a moment; None if not yet."""
        return next((at for at, s in self.states() if s == state and at >= after), None)

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        began = time.monotonic()
        self.tell("stop")
        wait_for(f"{self.side} stops", lambda: any(t.startswith("EXIT") for _, t in self.lines), 5)
        self.process.wait(5)
        if self.lines[-1][1] != "EXIT 0":
            check(f"{self.side} ends well, not with {self.lines[-1][1]}", False)
            self.log.seek(0)
            print(self.log.read())
        return time.monotonic() - began

    def logged(self, words):
        self.log.seek(0)
        return words in self.log.read()


class Keepalived:
    def __init__(self, side, priority, interval, version=3, vrid=51,
                 vips=(f"{VIP}/24", "10.77.0.101")):
        self.directory = tempfile.mkdtemp(prefix="vrrp_pair")
        path = os.path.join(self.directory, "keepalived.conf")
        with open(path, "w") as out:
            out.write("vrrp_instance K {\n state BACKUP\n interface vrrp0\n"
                      f" virtual_router_id {vrid}\n priority {priority}\n version {version}\n"
                      f" advert_int {interval}\n virtual_ipaddress {{\n" +
                      "".join(f"  {vip}\n" for vip in vips) + " }\n}\n")
        self.out = open(os.path.join(self.directory, "log"), "w+")
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", netns(side), "keepalived", "-n", "-l", "-P", "-D", "-f", path,
             "-p", f"{self.directory}/pid", "-r", f"{self.directory}/vrrp"],
            stdout=self.out, stderr=subprocess.STDOUT, start_new_session=True)

    def logged(self, words):
        with open(self.out.name) as text:
            return words in text.read()

    def state(self):
        with open(self.out.name) as text:
            found = re.findall(r"\(K\) Entering (\w+) STATE", text.read())
        return found[-1] if found else None

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.out.close()
        shutil.rmtree(self.directory)

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.out.close()
        shutil.rmtree(self.directory)


def flush(side):
    """A killed router's addresses: a dead machine would not answer for them."""
    for vip in (f"{VIP}/24", "10.77.0.101/32", "fe80::51/128", "fd77::51/128"):
        subprocess.run(["ip", "-n", netns(side), "addr", "del", vip, "dev", "vrrp0"],
                       capture_output=True)


def test_election():
    low, high = Router("b", 100, 0.1), Router("a", 150, 0.1)
    wait_for("the higher priority becomes master", lambda: high.state() == "MASTER")
    wait_for("the lower priority is backup", lambda: low.state() == "BACKUP")
    check("the VIP is on the master alone", has_address("a") and not has_address("b"))
    seconds = high.stop()
    check(f"stops in a fraction of a second ({seconds * 1000:.0f} ms)", seconds < 0.5)
    check("no address stays behind", not has_address("a"))
    wait_for("the backup takes over after priority 0", lambda: low.state() == "MASTER")
    check("and says why", low.logged("BACKUP -> MASTER: 10.77.0.1 resigned (priority 0)"))
    low.stop()


def test_crash_is_no_failover():
    low, high = Router("b", 100, 0.1), Router("a", 150, 0.1)
    wait_for("master is there", lambda: high.state() == "MASTER" and low.state() == "BACKUP")
    for _ in range(5):
        began = time.monotonic()
        high.tell("crash")
        wait_for("the new process goes on as master", lambda: high.since("MASTER", began))
        time.sleep(0.5)
    check("a replaced process is no failover", low.since("MASTER", 0) is None)
    check("the VIP stayed", has_address("a"))
    high.stop()
    low.stop()


def test_crash_without_preemption():
    low, high = Router("b", 100, 0.1, preempt=0), Router("a", 150, 0.1, preempt=0)
    wait_for("a master is there", lambda: "MASTER" in (high.state(), low.state()))
    time.sleep(0.5)
    master, backup = (high, low) if high.state() == "MASTER" else (low, high)
    began = time.monotonic()
    master.tell("crash")
    time.sleep(1)
    check("a replaced process with nopreempt is no failover",
          master.state() == "MASTER" and backup.since("MASTER", began) is None)
    high.stop()
    low.stop()


def test_pause():
    low, high = Router("b", 100, 0.1, preempt=0), Router("a", 150, 0.1, preempt=0)
    wait_for("a master is there", lambda: "MASTER" in (high.state(), low.state()))
    time.sleep(0.5)
    master, backup = (high, low) if high.state() == "MASTER" else (low, high)
    master.tell("pause")
    wait_for("the other takes over from a paused master", lambda: backup.state() == "MASTER")
    master.tell("continue")
    wait_for("a master that wakes up yields", lambda: master.state() == "BACKUP")
    time.sleep(0.5)
    check("and stays so", master.state() == "BACKUP" and backup.state() == "MASTER")
    high.stop()
    low.stop()


def test_guard_and_reload():
    router = Router("a", 150, 0.1)
    wait_for("master is there", lambda: router.state() == "MASTER")
    wait_for("the VIP is there", lambda: has_address("a"))
    ip("-n", netns("a"), "addr", "del", f"{VIP}/24", "dev", "vrrp0")
    wait_for("an address that was taken away is put back", lambda: has_address("a"), 3)
    router.tell("vips 10.77.0.101 10.77.0.102")
    wait_for("a new address is added live", lambda: has_address("a", "10.77.0.102"), 3)
    wait_for("an old address is removed live", lambda: not has_address("a"), 3)
    check("one address stayed", has_address("a", "10.77.0.101"))
    ip("-n", netns("a"), "link", "set", "vrrp0", "down")
    wait_for("an interface that is down is FAULT", lambda: router.state() == "FAULT")
    ip("-n", netns("a"), "link", "set", "vrrp0", "up")
    wait_for("it recovers", lambda: router.state() == "MASTER")
    check("and says why", router.logged("MASTER -> FAULT: interface vrrp0 is down"))
    router.stop()
    check("nothing stays behind", not has_address("a", "10.77.0.101"))


def test_leftovers():
    ip("-n", netns("a"), "addr", "add", f"{VIP}/24", "dev", "vrrp0")
    router = Router("a", 100, 1)
    wait_for("a leftover address is removed at start", lambda: not has_address("a"), 2)
    router.stop()


def test_owner():
    """The VIP is the interface's own and only address: it must survive everything."""
    router = Router("a", 255, 0.1, vips="10.77.0.1/24")
    wait_for("an owner is master at once", lambda: router.since("MASTER", 0), 2)
    router.tell("crash")
    time.sleep(0.3)
    router.stop()
    check("an owner's own address stays", has_address("a", "10.77.0.1"))


def test_interface_comes_and_goes():
    router = Router("a", 100, 0.1, interface="vrrp9")
    wait_for("a missing interface is FAULT", lambda: router.state() == "FAULT")
    check("and is named", router.logged("INIT -> FAULT: interface vrrp9 is missing"))
    ip("-n", netns("a"), "link", "add", "vrrp9", "type", "veth", "peer", "name", "vrrp8")
    for name in ("vrrp8", "vrrp9"):
        ip("-n", netns("a"), "link", "set", name, "up")
    time.sleep(0.2)
    check("an interface without an address is FAULT", router.state() == "FAULT")
    ip("-n", netns("a"), "addr", "add", "10.78.0.1/24", "dev", "vrrp9")
    wait_for("it recovers when it can be used", lambda: router.state() == "MASTER")
    ip("-n", netns("a"), "link", "del", "vrrp9")
    wait_for("FAULT again", lambda: router.state() == "FAULT")
    router.stop()


def test_priority():
    low, high = Router("b", 100, 0.1), Router("a", 150, 0.1)
    wait_for("master is there", lambda: high.state() == "MASTER" and low.state() == "BACKUP")
    low.tell("priority 200")
    wait_for("a higher priority set live wins",
             lambda: low.state() == "MASTER" and high.state() == "BACKUP")
    wait_for("the VIP moves", lambda: has_address("b") and not has_address("a"), 2)
    high.stop()
    low.stop()


FORGER = """
import socket, struct, sys
def words(b): return sum(struct.unpack(f'!{len(b)//2}H', b))
def checksum(b):
    s = words(b)
    while s >> 16: s = (s & 0xffff) + (s >> 16)
    return ~s & 0xffff
head = struct.pack('!BBBBHH4s', 0x31, 51, 254, 1, 10, 0, socket.inet_aton('10.77.0.100'))
good = head[:6] + struct.pack('!H', checksum(head)) + head[8:]
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 112)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton('10.77.0.2'))
def send(message, ttl):
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)
    s.sendto(message, ('224.0.0.18', 0))
for _ in range(100):
    send(good, 254)
    send(good[:6] + bytes(2) + good[8:], 255)
    send(good[:10], 255)
    send(good[:3], 255)
    send(bytes([0x51]) + good[1:], 255)
    send(good[:1], 255)
"""


def test_forged():
    router = Router("a", 100, 0.1)
    wait_for("master is there", lambda: router.state() == "MASTER")
    began = time.monotonic()
    run_in("b", sys.executable, "-c", FORGER)
    time.sleep(0.2)
    check("forged adverts change nothing", router.since("BACKUP", began) is None)
    for words in ("its TTL is not 255", "its checksum is wrong", "does not fit its count",
                  "its VRRP version", "shorter than its headers"):
        check(f"they are logged: {words}", router.logged(words))
    router.log.seek(0)
    lines = router.log.read().count("is ignored")
    check(f"in one line each ({lines})", lines == 5)
    router.stop()


def capture(side, path):
    process = subprocess.Popen(
        ["ip", "netns", "exec", netns(side), "tcpdump", "-i", "vrrp0", "--immediate-mode",
         "-U", "-w", path],
        stderr=subprocess.PIPE, text=True)
    process.stderr.readline()
    return process


def test_bytes(version, vips):
    """Every packet decodes without a complaint."""
    if not shutil.which("tshark") or not shutil.which("tcpdump"):
        print("SKIP: tshark or tcpdump is missing: the bytes on the wire are not looked at")
        return
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "pcap")
        tcpdump = capture("b", path)
        router = Router("a", 200, 1 if version == 2 else 0.1, version=version, vips=vips)
        wait_for("master is there", lambda: router.state() == "MASTER")
        time.sleep(0.5)
        router.stop()
        time.sleep(0.2)
        tcpdump.terminate()
        tcpdump.wait()

        def tshark(*args):
            return subprocess.run(["tshark", "-n", "-r", path, *args], capture_output=True,
                                  text=True).stdout.splitlines()
        # The IP header's checksum is only verified on request.
        verify = ["-o", "ip.check_checksum:TRUE"]
        sent = tshark("-Y", "vrrp")
        complaints = tshark(*verify, "-Y",
                            "(vrrp or arp or icmpv6.type==136) and "
                            "(_ws.expert.severity>=warn or _ws.malformed)")
        wrong = tshark(*verify, "-Y", "vrrp and vrrp.checksum.status != 1")
        check(f"v{version} {vips}: {len(sent)} adverts decode without a complaint",
              len(sent) >= 2 and not complaints and not wrong)
        for line in complaints + wrong:
            print("   ", line)
        announced = tshark("-Y", "arp.isgratuitous" if "." in vips else
                           "icmpv6.type==136 and icmpv6.nd.na.flag.o==1")
        check(f"v{version} {vips}: the address is announced", len(announced) > 0)


def test_keepalived(version, vips, vip):
    if not shutil.which("keepalived"):
        print("SKIP: keepalived is missing: no interoperation test")
        return
    what = f"v{version} {vip}"
    interval = 1 if version == 2 else 0.1
    for ours, theirs in ((150, 100), (100, 150)):
        other = Keepalived("b", theirs, interval, version, vips=vips)
        router = Router("a", ours, interval, version=version, vips=" ".join(vips))
        winner, loser = (router, other) if ours > theirs else (other, router)
        side = "a" if ours > theirs else "b"
        wait_for(f"{what}: the better of lvsd {ours} and keepalived {theirs} is master",
                 lambda: winner.state() == "MASTER" and loser.state() == "BACKUP")
        wait_for(f"{what}: its address is there", lambda: has_address(side, vip))
        time.sleep(max(0.5, 2 * interval))
        check(f"{what}: lvsd {ours} and keepalived {theirs} agree",
              winner.state() == "MASTER" and loser.state() == "BACKUP")
        check(f"{what}: keepalived does not complain",
              not any(other.logged(w) for w in
                      ("ncorrect", "nvalid", "ogus", "ismatch", "checksum")))
        check(f"{what}: lvsd does not complain", not router.logged("is ignored"))
        winner.stop()
        wait_for(f"{what}: the other takes over from priority 0",
                 lambda: loser.state() == "MASTER", 3)
        loser.stop()


def measure(interval, runs):
    gaps = []
    for _ in range(runs):
        low, high = Router("b", 100, interval), Router("a", 150, interval)
        wait_for("master is there", lambda: high.state() == "MASTER" and low.state() == "BACKUP")
        time.sleep(random.uniform(2, 3) * interval)
        began = time.monotonic()
        high.kill()
        wait_for("the backup takes over", lambda: low.since("MASTER", began))
        gaps.append(low.since("MASTER", began) - began)
        flush("a")
        low.stop()
    skew = interval * 156 / 256
    print(f"advert_int {interval}: failover after SIGKILL of the group, {runs} runs: "
          f"median {statistics.median(gaps) * 1000:.1f} ms, worst {max(gaps) * 1000:.1f} ms "
          f"(by the RFC {(2 * interval + skew) * 1000:.0f} to "
          f"{(3 * interval + skew) * 1000:.0f} ms)",
          flush=True)
    check(f"advert_int {interval}: no failover is late", max(gaps) < 3 * interval + skew + 0.05)


def main():
    if os.geteuid() != 0 or not shutil.which("ip"):
        print("SKIP: network namespaces need root and iproute2")
        return SKIPPED
    try:
        set_up()
    except subprocess.CalledProcessError as error:
        print(f"SKIP: network namespaces cannot be made here: {error.stderr.decode().strip()}")
        tear_down()
        return SKIPPED
    try:
        if "--measure" in sys.argv:
            for interval, runs in ((0.01, 20), (0.1, 20), (1, 10)):
                measure(interval, runs)
            return 1 if failures else 0
        test_election()
        test_crash_is_no_failover()
        test_crash_without_preemption()
        test_pause()
        test_guard_and_reload()
        test_leftovers()
        test_owner()
        test_interface_comes_and_goes()
        test_priority()
        test_forged()
        test_bytes(3, f"{VIP}/24 10.77.0.101")
        test_bytes(2, f"{VIP}/24")
        test_bytes(3, "fe80::51 fd77::51")
        test_keepalived(3, (f"{VIP}/24", "10.77.0.101"), VIP)
        test_keepalived(2, (f"{VIP}/24",), VIP)
        test_keepalived(3, ("fe80::51", "fd77::51"), "fd77::51")
        measure(0.1, 3)
    finally:
        tear_down()
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
