# SPDX-License-Identifier: GPL-2.0-or-later
"""What the native tests of the vrrp process run in: pairs of namespaces, routers, keepalived, captures.

A test gets a Pair of its own, so that many run at once. A Pair owns what it started and ends only that.
"""

import itertools
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

import netns

VIP = "10.77.0.100"
VIPS = (f"{VIP}/24", "10.77.0.101/32")
VIPS6 = ("fe80::51/128", "fd77::51/128")
ADDRESSES = {"a": ("10.77.0.1", "fd77::1"), "b": ("10.77.0.2", "fd77::2")}
INTERFACE = "vrrp0"

_numbers = itertools.count()


class Pair:
    """Two namespaces, `a` and `b`, joined by a veth pair named vrrp0 on both sides."""

    def __init__(self, name, program):
        self.name, self.program = name, program
        self.tag = f"vp{os.getpid()}.{next(_numbers)}"
        self.directory = tempfile.mkdtemp(prefix="vrrp_pair")
        self.lines, self.failures, self.started = [], [], []
        self.sides = list(ADDRESSES)

    def __enter__(self):
        for side in ADDRESSES:
            netns.run(None, "ip", "netns", "add", self.netns(side))
        netns.run(None, "ip", "link", "add", INTERFACE, "netns", self.netns("a"), "type", "veth",
                  "peer", "name", INTERFACE, "netns", self.netns("b"))
        for side, (address, address6) in ADDRESSES.items():
            netns.sysctl(self.netns(side), f"net.ipv6.conf.{INTERFACE}.accept_dad", 0)
            self.batch(side, f"addr add {address}/24 dev {INTERFACE}",
                       f"addr add {address6}/64 dev {INTERFACE}", f"link set {INTERFACE} up")
        return self

    def __exit__(self, *_):
        for side in self.sides:
            netns.run(None, "ip", "netns", "del", self.netns(side), check=False)
        shutil.rmtree(self.directory)

    def wait_links(self):
        self.wait_for("the links carry packets",
                      lambda: all(self.link_local(side) for side in ADDRESSES))

    def close(self):
        """Ends what the test started."""
        for thing in self.started:
            thing.close()

    def netns(self, side):
        return self.tag + side

    def batch(self, side, *commands):
        netns.run(self.netns(side), "ip", "-batch", "-", input="\n".join(commands))

    def addresses(self, side):
        return {found.text: found for found in netns.addresses(self.netns(side))}

    def has(self, side, address=VIP):
        return address in self.addresses(side)

    def link_local(self, side):
        """The link-local address that is no VIP, once it can be used; None before."""
        for text, found in self.addresses(side).items():
            if (text.startswith("fe80::") and text + "/128" not in VIPS6
                    and not found.flags & netns.Address.TENTATIVE):
                return text
        return None

    def add_client(self, address, neighbours):
        """A third namespace, `c`, with a switch between all three. neighbours: the only hardware addresses
        that it sends to, whatever it is told: {address: hardware address}."""
        netns.run(None, "ip", "netns", "add", self.netns("c"))
        self.sides += "c"
        netns.run(self.netns("a"), "ip", "link", "del", INTERFACE)
        self.batch("c", "link add lan type bridge", f"addr add {address}/24 dev lan", "link set lan up",
                   *(f"neigh replace {ip} lladdr {mac} nud permanent dev lan"
                     for ip, mac in neighbours.items()))
        for side, (own, own6) in ADDRESSES.items():
            netns.run(self.netns("c"), "ip", "link", "add", "name", "to" + side, "master", "lan", "type", "veth",
                      "peer", "name", INTERFACE, "netns", self.netns(side))
            self.batch("c", f"link set to{side} up")
            netns.sysctl(self.netns(side), f"net.ipv6.conf.{INTERFACE}.accept_dad", 0)
            self.batch(side, f"addr add {own}/24 dev {INTERFACE}", f"addr add {own6}/64 dev {INTERFACE}",
                       f"link set {INTERFACE} up")
        self.wait_links()

    def is_answered(self, address, seconds=1):
        """Does a machine with the address answer the client? It has no such port, and says so."""
        with netns.inside(self.netns("c")):
            client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with client:
            client.settimeout(seconds)
            client.connect((address, 9))
            client.send(b"are you there?")
            try:
                client.recv(1)
            except ConnectionRefusedError:
                return True
            except OSError:
                pass
            return False

    def has_link(self, side, name):
        return netns.run(self.netns(side), "ip", "link", "show", name, check=False).returncode == 0

    def link_index(self, side, name):
        """The index of an interface; it tells one that was made anew. None: there is no such interface."""
        done = netns.run(self.netns(side), "ip", "-o", "link", "show", name, check=False)
        return int(done.stdout.split(":")[0]) if done.returncode == 0 else None

    # --- claims ---

    def check(self, what, is_true):
        if not is_true:
            self.failures.append(what)
        self.lines.append(f"{'ok' if is_true else 'FAILED'}: {what}")
        return bool(is_true)

    def wait_for(self, what, claim, seconds=60):
        """Waits until the claim holds; one that never does is a failure with a name."""
        deadline = time.monotonic() + seconds
        while not claim():
            if time.monotonic() > deadline:
                return self.check(f"{what} (waited {seconds} s)", False)
            time.sleep(0.01)
        return True

    # --- what runs in it ---

    def router(self, side, priority, interval=0.1, **options):
        return self._keep(Router(self, side, priority, interval, **options))

    def keepalived(self, side, priority, interval=0.1, **options):
        return self._keep(Keepalived(self, side, priority, interval, **options))

    def capture(self, side):
        return self._keep(Capture(self, side))

    def _keep(self, thing):
        self.started.append(thing)
        return thing


class Router:
    """The vrrp process under test with its director of a few lines (vrrp_pair.c)."""

    STATES = ("INIT", "BACKUP", "MASTER", "FAULT")

    def __init__(self, pair, side, priority, interval, preempt=1, version=3, vrid=51, vips=VIPS,
                 interface=INTERFACE, **options):
        self.pair, self.side = pair, side
        self.lines = []
        self.log = tempfile.TemporaryFile("w+")
        command = [pair.program, f"VI_{side}", interface, str(vrid), str(priority), str(version),
                   str(interval), str(preempt), " ".join(vips)]
        command += [f"{key}={value}" for key, value in options.items() if value]
        with netns.inside(pair.netns(side)):
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=self.log, text=True, start_new_session=True)
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        for line in self.process.stdout:
            stamp, text = line.rstrip("\n").split(" ", 1)
            self.lines.append((float(stamp), text))

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def states(self):
        words = [(at, text.split()[0]) for at, text in self.lines]
        return [(at, word) for at, word in words if word in self.STATES]

    def state(self):
        states = self.states()
        return states[-1][1] if states else None

    def since(self, state, after=0.0):
        """When the state was first reported after a moment; None if not yet."""
        return next((at for at, s in self.states() if s == state and at >= after), None)

    def counter(self, name):
        """The last reported value of a counter."""
        found = re.findall(rf" {name}=(\d+)", " ".join(" " + text for _, text in self.lines))
        return int(found[-1]) if found else 0

    def logged(self, words):
        return words in self.read_log()

    def read_log(self):
        # Not seek() and read(): the process writes at the same offset.
        return os.pread(self.log.fileno(), 1 << 20, 0).decode()

    def stop(self):
        """TERM; the seconds that it took to end."""
        began = time.monotonic()
        self.tell("stop")
        self.process.wait(20)
        took = time.monotonic() - began
        self.thread.join(5)
        last = self.lines[-1][1] if self.lines else "no line"
        if not self.pair.check(f"{self.side} ends well", last == "EXIT 0"):
            self.pair.lines += [last, self.read_log()]
        return took

    def kill(self):
        """The whole group: nobody is left to clean up."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self):
        if self.process.poll() is None:
            self.kill()
        self.thread.join(5)
        self.process.stdin.close()
        self.process.stdout.close()
        self.log.close()


class Keepalived:
    """Debian's keepalived as the other router; the options are those of Router."""

    COMPLAINTS = ("ncorrect", "nvalid", "ogus", "ismatch", "checksum", "Unknown", "ignor",
                  "exited due to")

    def __init__(self, pair, side, priority, interval, version=3, vrid=51, vips=VIPS, auth=None,
                 source=None, peers=None, auth_type="PASS", group=None, ttl=None, vmac=None, base=None):
        self.pair, self.side = pair, side
        self.path = f"{pair.directory}/keepalived.{side}"
        lines = ["state BACKUP", f"interface {INTERFACE}", f"virtual_router_id {vrid}",
                 f"priority {priority}", f"version {version}", f"advert_int {interval}"]
        if auth:
            lines.append(f"authentication {{\n auth_type {auth_type}\n auth_pass {auth}\n}}")
        if group:
            lines.append(f"mcast_dst_ip {group}")
        if ttl:
            lines.append(f"unicast_ttl {ttl}")
        if vmac:
            lines.append(f"use_vmac {vmac}")
        if base:
            lines.append("vmac_xmit_base")
        if source:
            lines.append(f"{'unicast_src_ip' if peers else 'mcast_src_ip'} {source}")
        if peers:
            lines.append("unicast_peer {\n" + peers.replace(",", "\n") + "\n}")
        lines.append("virtual_ipaddress {\n" + "\n".join(vips) + "\n}")
        with open(self.path + ".conf", "w", encoding="utf-8") as out:
            out.write("vrrp_instance K {\n" + "\n".join(lines) + "\n}\n")
        self.process = netns.start(
            pair.netns(side),
            ["keepalived", "-n", "-l", "-P", "-D", "-f", self.path + ".conf",
             "-p", self.path + ".pid", "-r", self.path + ".vrrp"], self.path + ".log")

    def read_log(self):
        with open(self.path + ".log", encoding="utf-8", errors="replace") as log:
            return log.read()

    def logged(self, words):
        return words in self.read_log()

    def complaints(self):
        return [line for line in self.read_log().splitlines()
                if any(word in line for word in self.COMPLAINTS)]

    def state(self):
        found = re.findall(r"\(K\) Entering (\w+) STATE", self.read_log())
        return found[-1] if found else None

    def stop(self):
        self.process.terminate()
        self.process.wait(20)

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Capture:
    """Everything that passes one side from now on. The socket hears before the constructor returns, so
    that nothing is missed, and the kernel keeps what it heard until it is read."""

    SO_RCVBUFFORCE, SO_TIMESTAMPNS, ETH_P_ALL = 33, 35, 3

    def __init__(self, pair, side):
        with netns.inside(pair.netns(side)):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(self.ETH_P_ALL))
            self.socket.setsockopt(socket.SOL_SOCKET, self.SO_RCVBUFFORCE, 8 << 20)
            self.socket.setsockopt(socket.SOL_SOCKET, self.SO_TIMESTAMPNS, 1)
            self.socket.bind((INTERFACE, 0))
        self.socket.setblocking(False)
        self.frames = []  # (seconds, nanoseconds, bytes)

    def read(self):
        while True:
            try:
                frame, control, _, _ = self.socket.recvmsg(65536, 64)
            except BlockingIOError:
                return self.frames
            self.frames.append((*struct.unpack("=qq", control[0][2]), frame))

    def adverts(self, source=None):
        found = [parse_advert(frame) for _, _, frame in self.read()]
        return [advert for advert in found if advert and source in (None, advert.source)]

    def announced(self):
        """The addresses that gratuitous ARP or unsolicited neighbour advertisements told."""
        return {parse_announcement(frame) for _, _, frame in self.read()} - {None}

    def close(self):
        self.socket.close()


class Advert:
    def __init__(self, family, frame, source, destination, hop_limit, payload):
        self.mac = frame[6:12].hex(":")
        self.source, self.destination = (socket.inet_ntop(family, text) for text in (source, destination))
        self.hop_limit = hop_limit
        self.version, self.vrid, self.priority = payload[0] >> 4, payload[1], payload[2]


AH, AH_LEN = 51, 24


def parse_advert(frame):
    kind = frame[12:14]
    if kind == b"\x08\x00" and frame[23] in (112, AH):
        start = 14 + (frame[14] & 15) * 4 + (AH_LEN if frame[23] == AH else 0)
        return Advert(socket.AF_INET, frame, frame[26:30], frame[30:34], frame[22], frame[start:])
    if kind == b"\x86\xdd" and frame[20] == 112:
        return Advert(socket.AF_INET6, frame, frame[22:38], frame[38:54], frame[21], frame[54:])
    return None


def parse_announcement(frame):
    kind = frame[12:14]
    if kind == b"\x08\x06" and frame[28:32] == frame[38:42]:
        return socket.inet_ntoa(frame[28:32])
    # To all nodes, unsolicited, override.
    if (kind == b"\x86\xdd" and frame[20] == 58 and frame[54] == 136 and frame[58] & 0x60 == 0x20
            and frame[38:54] == socket.inet_pton(socket.AF_INET6, "ff02::1")):
        return socket.inet_ntop(socket.AF_INET6, frame[62:78])
    return None


def write_pcap(path, frames):
    with open(path, "wb") as out:
        out.write(struct.pack("=IHHIIII", 0xa1b23c4d, 2, 4, 0, 0, 65536, 1))
        for seconds, nanoseconds, frame in frames:
            out.write(struct.pack("=IIII", seconds, nanoseconds, len(frame), len(frame)) + frame)


def dissect(frames):
    """What tshark says about each frame: a dictionary of its fields. One run for all, it starts slowly."""
    fields = ("vrrp.type", "vrrp.checksum.status", "vrrp.auth_type", "arp.isgratuitous",
              "icmpv6.nd.na.flag.o", "_ws.malformed", "_ws.expert.severity", "_ws.expert.message")
    with tempfile.TemporaryDirectory() as directory:
        write_pcap(directory + "/pcap", frames)
        # The IP header's checksum is only verified on request; each test has MAC addresses of its own.
        command = ["tshark", "-n", "-r", directory + "/pcap", "-o", "ip.check_checksum:TRUE",
                   "-o", "arp.detect_duplicate_ips:FALSE", "-T", "fields"]
        done = subprocess.run(command + [word for field in fields for word in ("-e", field)],
                              capture_output=True, text=True, check=False)
    rows = [dict(zip(fields, line.split("\t"))) for line in done.stdout.split("\n")[:-1]]
    if len(rows) != len(frames):
        sys.exit(f"tshark gave {len(rows)} rows for {len(frames)} frames: {done.stderr}")
    return rows
