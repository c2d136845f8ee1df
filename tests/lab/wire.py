# SPDX-License-Identifier: GPL-2.0-or-later
"""VRRP and ARP on the wire, read and written without the help of the daemon under test."""

import socket
import struct
import time

import netns

VRRP_GROUP = "224.0.0.18"
IPPROTO_VRRP = 112
ETH_P_ALL = 3


def inet_checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def pseudo_header(source, destination, length):
    return socket.inet_aton(source) + socket.inet_aton(destination) + struct.pack("!BBH", 0, IPPROTO_VRRP, length)


class Advert:
    """A VRRP advertisement as it was on the wire (RFC 9568, 5)."""

    def __init__(self, at, source, destination, ttl, payload):
        self.at, self.source, self.destination, self.ttl, self.payload = at, source, destination, ttl, payload
        first, self.vrid, self.priority, n_addresses, interval, self.checksum = struct.unpack_from("!BBBBHH", payload)
        self.version, self.type = first >> 4, first & 15
        self.interval_cs = interval & 0xfff
        self.addresses = [socket.inet_ntoa(payload[8 + 4 * i:12 + 4 * i]) for i in range(n_addresses)]
        self.is_exact_length = len(payload) == 8 + 4 * n_addresses

    def has_pseudo_checksum(self):
        """The checksum is right with the pseudo-header before it."""
        return inet_checksum(pseudo_header(self.source, self.destination, len(self.payload)) + self.payload) == 0

    def __repr__(self):
        return (f"advert v{self.version} vrid {self.vrid} priority {self.priority} from {self.source} "
                f"interval {self.interval_cs} cs {self.addresses} at {self.at:.3f}")


class GratuitousArp:
    """An ARP packet that tells everybody where its sender's own address is."""

    def __init__(self, at, address, mac, operation):
        self.at, self.address, self.mac, self.operation = at, address, mac, operation

    def __repr__(self):
        return f"gratuitous ARP {self.address} is at {self.mac} at {self.at:.3f}"


def parse(at, frame):
    """An Advert, a GratuitousArp, or None."""
    kind = struct.unpack_from("!H", frame, 12)[0]
    if kind == 0x0806 and len(frame) >= 42:
        operation, mac = struct.unpack_from("!H", frame, 20)[0], frame[22:28]
        sender, target = frame[28:32], frame[38:42]
        if sender == target:
            return GratuitousArp(at, socket.inet_ntoa(sender), mac.hex(":"), operation)
    if kind == 0x0800 and len(frame) >= 34 and frame[23] == IPPROTO_VRRP:
        header, total = (frame[14] & 15) * 4, struct.unpack_from("!H", frame, 16)[0]
        payload = frame[14 + header:14 + total]
        if len(payload) >= 8:
            return Advert(at, socket.inet_ntoa(frame[26:30]), socket.inet_ntoa(frame[30:34]), frame[22], payload)
    return None


class WireWatch:
    """Hears what passes a namespace's eth0 from now on; times are the kernel's stamps, as time.monotonic() has them."""

    SO_TIMESTAMPNS = 35

    def __init__(self, name="client"):
        with netns.inside(name):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
            self.socket.setsockopt(socket.SOL_SOCKET, 33, 4 << 20)
            self.socket.setsockopt(socket.SOL_SOCKET, self.SO_TIMESTAMPNS, 1)
            self.socket.bind(("eth0", 0))
        self.socket.setblocking(False)
        self.heard = []
        self.offset = time.time() - time.monotonic()

    def read(self):
        """Everything heard so far."""
        while True:
            try:
                frame, control, _, _ = self.socket.recvmsg(65536, 64)
            except BlockingIOError:
                return self.heard
            seconds, nanoseconds = struct.unpack("=qq", control[0][2])
            packet = parse(seconds + nanoseconds / 1e9 - self.offset, frame)
            if packet:
                self.heard.append(packet)

    def adverts(self, source=None):
        return [p for p in self.read() if isinstance(p, Advert) and source in (None, p.source)]

    def arps(self, address):
        return [p for p in self.read() if isinstance(p, GratuitousArp) and p.address == address]

    def forget(self):
        self.read()
        self.heard = []

    def close(self):
        self.socket.close()


class Speaker:
    """Sends advertisements from a namespace, with any fault that a test wants."""

    def __init__(self, name, source):
        self.source = source
        self.socket = netns.open_socket(name, socket.AF_INET, socket.SOCK_RAW, IPPROTO_VRRP)
        with netns.inside(name):
            index = socket.if_nametoindex("eth0")
        self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                               struct.pack("=4s4si", b"\0" * 4, socket.inet_aton(source), index))

    def send(self, priority, addresses, vrid=51, interval_cs=20, ttl=255, version=3, pseudo=True, break_checksum=False):
        self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)
        body = struct.pack("!BBBBHH", version << 4 | 1, vrid, priority, len(addresses), interval_cs, 0)
        body += b"".join(socket.inet_aton(address) for address in addresses)
        before = pseudo_header(self.source, VRRP_GROUP, len(body)) if pseudo else b""
        checksum = inet_checksum(before + body) ^ (0x5555 if break_checksum else 0)
        self.socket.sendto(body[:6] + struct.pack("!H", checksum) + body[8:], (VRRP_GROUP, 0))

    def close(self):
        self.socket.close()
