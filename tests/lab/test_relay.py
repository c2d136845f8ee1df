# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's side of the relay (relay_probe.c): its private interface, both roles there, and who may send to them."""

import socket
import struct
import subprocess
import threading

import netns
from configs import global_defs
from lab import CLIENT, VIP, expect, fetch, hold, server_address, wait_for

NAME, GROUP = "lvsd-sync0", "224.0.0.81"
MASTER_PORT, BACKUP_PORT = 8848, 8864
STRANGER = 65534
ESTABLISHED = 1
LOADED = ("dummy", "iptable_filter", "xt_owner", "xt_comment", "xt_tcpudp", "ip_vs_rr")


class Probe:
    """relay_probe in dir1; it ends with its standard input."""

    def __init__(self, lab):
        for module in LOADED:
            netns.run(None, "modprobe", module, check=False)
        with netns.inside("dir1"):
            self.process = subprocess.Popen([f"{lab.build}/tests/lab/relay_probe"], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, failure, *_):
        self.process.stdin.close()
        self.process.wait(20)
        self.reader.join(20)
        if failure:
            for command in (("ipvsadm", "--stop-daemon", "master"), ("ipvsadm", "--stop-daemon", "backup"),
                            ("ip", "link", "del", NAME)):
                netns.run("dir1", *command, check=False)

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def said(self, start):
        return [line for line in self.lines if line.startswith(start)]

    def wait(self, start, n=1):
        wait_for(lambda: len(self.said(start)) >= n, 10, lambda: f"{start}, {n} times: {self.lines}")
        return self.said(start)[n - 1]

    def heard(self, text):
        return any(text in line for line in self.said("heard "))


def shown():
    """What `ip` shows of the interface; "": it is not there."""
    done = netns.run("dir1", "ip", "-d", "addr", "show", "dev", NAME, check=False)
    return done.stdout if done.returncode == 0 else ""


def index():
    text = shown()
    return int(text.split(":")[0]) if text else 0


def is_right():
    text = shown()
    return all(word in text for word in ("MULTICAST", "UP", "mtu 1500", "dummy", "inet 169.254.81.1/32 scope global",
                                         "alias lvsd: ")) and "inet6" not in text and text.count("inet ") == 1


def expect_right(why):
    wait_for(is_right, 2, lambda: f"{why}: {shown()}")


def roles():
    return netns.run("dir1", "ipvsadm", "--list", "--daemon").stdout


def remove(probe):
    """The configuration has no relay any more."""
    probe.tell("remove")
    expect(probe.wait("removed") == "removed 0" and not shown(), f"the interface stays: {shown()}")
    expect("sync daemon" not in roles(), f"a role stays: {roles()}")


def entry(port):
    """A datagram of the kernel's protocol, with one connection of the client to a real server."""
    body = struct.pack(">BBHIHHHHII4s4s4s", 0, socket.IPPROTO_TCP, 36, 3, ESTABLISHED, port, 80, 80, 0, 900,
                       socket.inet_aton(CLIENT), socket.inet_aton(VIP), socket.inet_aton(server_address(1)))
    return struct.pack(">BBHBBH", 0, 51, 8 + len(body), 1, 1, 0) + body


def knows(port):
    return f" {socket.inet_aton(CLIENT).hex().upper()} {port:04X} " in netns.read("dir1", "/proc/thread-self/net/ip_vs_conn")


def send_as(uid, port, data):
    """As a process of this user; gives whether the kernel let it pass."""
    script = ("import os, socket, sys\n"
              "os.setgid(int(sys.argv[1])); os.setuid(int(sys.argv[1]))\n"
              "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
              "s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton('169.254.81.1'))\n"
              "try:\n    s.sendto(bytes.fromhex(sys.argv[3]), (sys.argv[4], int(sys.argv[2])))\n"
              "except PermissionError:\n    sys.exit(3)\n")
    done = netns.run("dir1", "/usr/bin/python3", "-ISc", script, str(uid), str(port), data.hex(), GROUP, check=False)
    expect(done.returncode in (0, 3), f"the sender fails: {done.stderr}")
    return done.returncode == 0


def test_private_interface(lab):
    """The private interface is made, made again when somebody deletes or renames it, and then the roles are restarted;
    what somebody changes is corrected. It stays when its keeper ends, is adopted, and goes with the mode."""
    with Probe(lab) as probe:
        probe.wait("index")
        expect_right("made")
        first = index()
        expect(probe.said("role") == ["role start backup", "role start master"], f"roles: {probe.lines}")
        netns.run("dir1", "ip", "link", "del", NAME)
        probe.wait("index", 2)
        expect_right("after its deletion")
        expect(index() not in (0, first), "it has the old index")
        expect(len(probe.said("role stop")) == 2 and len(probe.said("role start")) == 4, f"roles: {probe.lines}")
        # Older kernels rename only what is down; one program is faster than lvsd.
        lab.batch("dir1", f"link set {NAME} down", f"link set {NAME} name other0")
        probe.wait("index", 3)
        expect_right("after it was renamed")
        expect("other0" not in netns.run("dir1", "ip", "link").stdout, "the renamed one is left")
        for change in (("link", "set", NAME, "mtu", "9000"), ("link", "set", NAME, "down"), ("addr", "flush", "dev", NAME),
                       ("link", "set", NAME, "multicast", "off"), ("addr", "add", "10.1.1.1/24", "dev", NAME),
                       ("link", "set", NAME, "alias", "mine")):
            netns.run("dir1", "ip", *change)
            expect_right(" ".join(change))
        netns.sysctl("dir1", f"net.ipv6.conf.{NAME}.disable_ipv6", 0)
        expect_right("IPv6")
        kept = index()
    expect(is_right() and index() == kept and NAME in roles(), f"it goes with its keeper: {shown()}")
    with Probe(lab) as probe:
        probe.wait("index")
        expect(index() == kept and not probe.said("role"), f"it is not adopted: {probe.lines}")
        remove(probe)


def test_private_interface_of_others(lab):
    """An interface of that name that is somebody else's is refused with a sentence, and stays; when it goes, lvsd's
    comes."""
    for kind, address in (("bridge", None), ("dummy", "10.1.1.1/24")):
        lab.batch("dir1", f"link add {NAME} type {kind}", *([f"addr add {address} dev {NAME}"] if address else []))
        before = index()
        with Probe(lab) as probe:
            fault = probe.wait("fault")
            expect(f"interface {NAME}" in fault and "is not lvsd's" in fault, f"the fault: {fault}")
            expect(index() == before and not probe.said("role"), f"{probe.lines}")
            netns.run("dir1", "ip", "link", "del", NAME)
            probe.wait("index")
            expect_right("when the name is free")
            remove(probe)


def serve(lab):
    """A director that serves the VIP, so that the kernel has a service and a client."""
    text = global_defs("dir1") + (f"virtual_server {VIP} 80 {{\n\tlvs_sched rr\n\tlvs_method DR\n\tprotocol TCP\n"
                                  f"\treal_server {server_address(1)} 80 {{\n\t}}\n}}\n")
    netns.run("dir1", "ip", "addr", "add", f"{VIP}/32", "dev", "eth0")
    netns.sysctl("dir1", "net.ipv4.vs.sync_refresh_period", 10)
    netns.sysctl("dir1", "net.ipv4.vs.sync_threshold", "0 0")
    lab.director("dir1", text)


def test_private_owners(lab):
    """A process without privileges forges no connection by way of the private interface, while lvsd's own datagrams
    reach the kernel, and the kernel's own are heard."""
    serve(lab)
    try:
        with Probe(lab) as probe:
            probe.wait("index")
            # Without the rules anybody can: this is what they are for.
            expect(send_as(STRANGER, BACKUP_PORT, entry(7001)), "no packet leaves")
            wait_for(lambda: knows(7001), 5, "the kernel takes a forged entry without the rules")
            expect(send_as(STRANGER, MASTER_PORT, entry(7002)), "no packet leaves")
            wait_for(lambda: probe.heard(entry(7002).hex()), 5, "a forged datagram is heard without the rules")
            probe.tell("rules")
            probe.wait("end")
            rules = "\n".join(probe.lines[probe.lines.index("*filter"):probe.lines.index("end")]) + "\n"
            netns.run("dir1", "iptables-legacy-restore", "--noflush", input=rules)
            for number in range(10):
                expect(not send_as(STRANGER, BACKUP_PORT, entry(7100 + number)), "a forged entry leaves")
                expect(not send_as(STRANGER, MASTER_PORT, entry(7200 + number)), "a forged datagram leaves")
            expect(not send_as(0, MASTER_PORT, entry(7300)), "root plays the kernel")
            probe.tell("say " + entry(7003).hex())
            wait_for(lambda: knows(7003), 5, "the kernel takes what lvsd says")
            expect(not probe.heard(entry(7003).hex()), "lvsd hears itself")
            n_heard = len(probe.said("heard"))
            fetch()
            wait_for(lambda: len(probe.said("heard")) > n_heard, 10, "what the kernel says is heard")
            expect(probe.heard(socket.inet_aton(CLIENT).hex() + socket.inet_aton(VIP).hex()), "it is the client's")
            forged = [port for port in (*range(7100, 7110), *range(7200, 7210), 7300) if knows(port)]
            expect(not forged, f"accepted: {forged}")
            remove(probe)
    finally:
        netns.run("dir1", "iptables-legacy", "-F")
        netns.run("dir1", "iptables-legacy", "-X")
        netns.run("dir1", "ip", "addr", "del", f"{VIP}/32", "dev", "eth0")


def drops_now():
    for line in netns.read("dir1", "/proc/thread-self/net/udp").splitlines():
        words = line.split()
        if words[1] == f"510000E0:{BACKUP_PORT:04X}":
            return int(words[12])
    return 0


def test_private_drops(lab):
    """What the backup role's socket has no room for is counted."""
    with Probe(lab) as probe:
        probe.wait("index")
        expect(not drops_now(), "the kernel dropped datagrams before")
        with netns.open_socket("dir1", socket.AF_INET, socket.SOCK_DGRAM) as flood:
            flood.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("169.254.81.1"))
            for _ in range(40):
                for _ in range(200):
                    flood.sendto(bytes(1400), (GROUP, BACKUP_PORT))
                if drops_now():
                    break
        expect(drops_now(), "the kernel dropped nothing")
        wait_for(lambda: probe.said("drops") and int(probe.said("drops")[-1].split()[-1]) == drops_now(), 10,
                 lambda: f"the drops are {drops_now()}, counted: {probe.said('drops')}")
        hold(lambda: int(probe.said("drops")[-1].split()[-1]) == drops_now(), 2, "the count")
        remove(probe)
