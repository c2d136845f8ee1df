# SPDX-License-Identifier: GPL-2.0-or-later
"""Network namespaces and netlink from inside this process, without starting programs.

Starting a program costs some 50 ms in the guest, a system call 0.1 ms: what is looked at often
is looked at from here. A namespace is entered by the calling thread alone (setns), so threads
can be in different ones.
"""

import contextlib
import ctypes
import os
import re
import socket
import struct
import subprocess
import threading
import time

CLONE_NEWNET = 0x40000000
NETLINK_ROUTE = 0
NETLINK_GENERIC = 16
RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR = 20, 21, 22
RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH = 28, 29, 30
NUD_NOARP, NUD_PERMANENT = 0x40, 0x80
RTMGRP_IPV4_IFADDR = 0x10
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 0x1, 0x4, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3

_libc = ctypes.CDLL(None, use_errno=True)
_home = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def _setns(fd):
    if _libc.setns(fd, CLONE_NEWNET) < 0:
        number = ctypes.get_errno()
        raise OSError(number, "setns: " + os.strerror(number))


@contextlib.contextmanager
def inside(name):
    """The calling thread is in namespace name (None: where the program began) until the block ends."""
    here = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    there = os.open("/run/netns/" + name, os.O_RDONLY | os.O_CLOEXEC) if name else os.dup(_home)
    try:
        _setns(there)
        yield
    finally:
        _setns(here)
        os.close(there)
        os.close(here)


def read(name, path):
    """The text of a file that depends on the namespace; path is below /proc/thread-self/net or /proc/sys."""
    with inside(name), open(path, encoding="ascii", errors="replace") as file:
        return file.read()


def sysctl(name, key, value=None):
    """The value of a sysctl of the namespace; sets it first when value is given."""
    path = "/proc/sys/" + key.replace(".", "/")
    with inside(name):
        if value is not None:
            with open(path, "w", encoding="ascii") as file:
                file.write(str(value))
        with open(path, encoding="ascii") as file:
            return file.read().strip()


def run(name, *command, timeout=20, check=True, **options):
    """Runs a program in the namespace; gives its output. Raises when it fails, unless check is false."""
    with inside(name):
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout,
                              check=False, **options)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: status {done.returncode}: {done.stderr.strip()}")
    return done


def start(name, command, log, env=None):
    """Starts a program in the namespace, leader of its own process group, its output in the file log."""
    with inside(name), open(log, "ab") as output:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                start_new_session=True, env=env)


def open_socket(name, *arguments):
    with inside(name):
        return socket.socket(*arguments)


def netlink_messages(data):
    """Yields (type, flags, sequence, body) for each message of a datagram."""
    at = 0
    while at + 16 <= len(data):
        length, kind, flags, sequence, _ = struct.unpack_from("=IHHII", data, at)
        if length < 16:
            return
        yield kind, flags, sequence, data[at + 16:at + length]
        at += (length + 3) & ~3


def attributes(data):
    """{type: bytes} of a run of netlink attributes."""
    found, at = {}, 0
    while at + 4 <= len(data):
        length, kind = struct.unpack_from("=HH", data, at)
        if length < 4:
            break
        found[kind & 0x3fff] = data[at + 4:at + length]
        at += (length + 3) & ~3
    return found


class Address:
    """An address on an interface: index, text, prefix, flags (IFA_F_*), broadcast (None without)."""

    NODAD, DADFAILED, DEPRECATED, TENTATIVE = 0x02, 0x08, 0x20, 0x40

    def __init__(self, body):
        family, self.prefix, flags, _, self.index = struct.unpack_from("=BBBBI", body)
        found = attributes(body[8:])
        local, broadcast = found.get(2, found.get(1)), found.get(4)
        self.text = socket.inet_ntop(family, local) if local else None
        self.broadcast = socket.inet_ntop(family, broadcast) if broadcast else None
        self.flags = struct.unpack("=I", found[8])[0] if 8 in found else flags


def addresses(name):
    """The addresses of the namespace, IPv4 and IPv6."""
    request = struct.pack("=IHHII", 24, RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP, 1, 0)
    request += struct.pack("=BBBBI", socket.AF_UNSPEC, 0, 0, 0, 0)
    found = []
    with open_socket(name, socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_ROUTE) as route:
        route.send(request)
        while True:
            for kind, _, _, body in netlink_messages(route.recv(65536)):
                if kind == NLMSG_DONE:
                    return found
                if kind == RTM_NEWADDR:
                    found.append(Address(body))


def forget_neighbours(name):
    """Deletes every neighbour of IPv4 and IPv6 that the namespace knows, as `ip neigh flush` does."""
    with open_socket(name, socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_ROUTE) as route:
        route.send(struct.pack("=IHHII", 28, RTM_GETNEIGH, NLM_F_REQUEST | NLM_F_DUMP, 1, 0) + bytes(12))
        found, is_done = [], False
        while not is_done:
            for kind, _, _, body in netlink_messages(route.recv(65536)):
                is_done |= kind in (NLMSG_DONE, NLMSG_ERROR)
                if kind == RTM_NEWNEIGH and not struct.unpack_from("=H", body, 8)[0] & (NUD_PERMANENT | NUD_NOARP):
                    found.append(body[:12] + struct.pack("=HH", 4 + len(attributes(body[12:])[1]), 1)
                                 + attributes(body[12:])[1])
        for body in found:
            route.send(struct.pack("=IHHII", 16 + len(body), RTM_DELNEIGH, NLM_F_REQUEST | NLM_F_ACK, 1, 0) + body)
            route.recv(65536)  # it may be gone already


def has_address(name, address):
    return any(found.text == address for found in addresses(name))


def genl_family(name):
    """The number of a generic netlink family."""
    wanted = name.encode() + b"\0"
    attribute = struct.pack("=HH", 4 + len(wanted), 2) + wanted
    attribute += b"\0" * (-len(attribute) % 4)
    request = struct.pack("=IHHII", 20 + len(attribute), 16, NLM_F_REQUEST, 1, 0)
    request += struct.pack("=BBH", 3, 1, 0) + attribute
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC) as genl:
        genl.send(request)
        for kind, _, _, body in netlink_messages(genl.recv(65536)):
            if kind == 16:
                return struct.unpack("=H", attributes(body[4:])[1])[0]
    raise RuntimeError(f"the kernel has no generic netlink family {name}")


def _hex_endpoint(text):
    """ADDR:PORT of what /proc/net/ip_vs writes: 0A090064:0050, or [fd09:...:0100]:0050."""
    address, port = text.rsplit(":", 1)
    if address.startswith("["):
        packed = socket.inet_pton(socket.AF_INET6, address[1:-1])
        return f"[{socket.inet_ntop(socket.AF_INET6, packed)}]:{int(port, 16)}"
    return f"{socket.inet_ntoa(bytes.fromhex(address))}:{int(port, 16)}"


def _service_key(word, rows):
    """The kernel does not write the family of a firewall mark: the first real server tells it."""
    if word[0] != "FWM":
        return f"{word[0].lower()}:{_hex_endpoint(word[1])}"
    return f"fwm{6 if rows and rows[0][1].startswith('[') else 4}:{int(word[1], 16)}"


def ipvs_table(name):
    """What /proc/net/ip_vs shows: {"tcp:ADDR:PORT": {"scheduler", "flags", "servers"}}, where
    servers is {"ADDR:PORT": {"method", "weight", "active", "inactive"}} in the kernel's order."""
    blocks = []
    try:
        text = read(name, "/proc/thread-self/net/ip_vs")
    except FileNotFoundError:
        return {}
    for line in text.splitlines()[3:]:
        word = line.split()
        if word[0] == "->":
            blocks[-1][1].append(word)
        else:
            blocks.append((word, []))
    return {_service_key(word, rows): {
        "scheduler": word[2], "flags": " ".join(word[3:]),
        "servers": {_hex_endpoint(row[1]): {"method": row[2], "weight": int(row[3]), "active": int(row[4]),
                                            "inactive": int(row[5])} for row in rows}}
            for word, rows in blocks}


def ipvs_shape(name):
    """The table without its counters: what a configuration decides."""
    return {key: (service["scheduler"], service["flags"],
                  [(server, row["method"], row["weight"]) for server, row in service["servers"].items()])
            for key, service in ipvs_table(name).items()}


def ipvs_connections(name):
    """The (client, server) endpoints of the connections that the director knows."""
    try:
        text = read(name, "/proc/thread-self/net/ip_vs_conn")
    except FileNotFoundError:
        return set()
    found = set()
    for line in text.splitlines()[1:]:
        word = line.split()
        if len(word) >= 8 and re.fullmatch("[0-9A-F]{8}", word[1]):
            found.add((_hex_endpoint(f"{word[1]}:{word[2]}"), _hex_endpoint(f"{word[5]}:{word[6]}")))
    return found


class AddressWatch:
    """Hears every IPv4 address that comes to or leaves a namespace from now on."""

    def __init__(self, name):
        self.socket = open_socket(name, socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_ROUTE)
        self.socket.bind((0, RTMGRP_IPV4_IFADDR))
        self.socket.setblocking(False)

    def events(self):
        """[("add" or "remove", address)] since the last call."""
        found = []
        while True:
            try:
                data = self.socket.recv(65536)
            except BlockingIOError:
                return found
            for kind, _, _, body in netlink_messages(data):
                local = attributes(body[8:]).get(2)
                if local and kind in (RTM_NEWADDR, RTM_DELADDR):
                    found.append(("add" if kind == RTM_NEWADDR else "remove", socket.inet_ntoa(local)))

    def close(self):
        self.socket.close()


class IpvsWatch:
    """Hears every request to change the kernel's IPVS that is made in a namespace, by anybody, through
    a netlink monitor device. One datagram with several requests is one batch."""

    CHANGES = {1: "new-service", 2: "set-service", 3: "del-service", 5: "new-dest", 6: "set-dest",
               7: "del-dest", 9: "new-daemon", 10: "del-daemon", 12: "set-config", 16: "zero", 17: "flush"}
    PACKET_KERNEL, SOL_SOCKET, SO_RCVBUFFORCE = 7, 1, 33

    def __init__(self, name):
        self.name = name
        self.family = genl_family("IPVS")
        run(name, "ip", "link", "add", "nlmon0", "type", "nlmon")
        run(name, "ip", "link", "set", "nlmon0", "up")
        with inside(name):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            self.socket.setsockopt(self.SOL_SOCKET, self.SO_RCVBUFFORCE, 8 << 20)
            self.socket.bind(("nlmon0", 0))
        self.socket.setblocking(False)
        self.n_dumps = 0

    def batches(self):
        """[[change, ...], ...] since the last call: the requests to change something, one list a datagram."""
        found = []
        while True:
            try:
                data = self.socket.recv(1 << 20)
            except BlockingIOError:
                return found
            batch = []
            for kind, flags, _, body in netlink_messages(data):
                if kind != self.family or not flags & NLM_F_REQUEST or not body:
                    continue
                if body[0] in self.CHANGES:
                    batch.append(self.CHANGES[body[0]])
                else:
                    self.n_dumps += 1
            if batch:
                found.append(batch)

    def changes(self):
        """The same as one list."""
        return [change for batch in self.batches() for change in batch]

    def wait_changes(self, n, timeout=3):
        """changes() when there are n of them, or what there is after timeout seconds."""
        found, deadline = self.changes(), time.monotonic() + timeout
        while len(found) < n and time.monotonic() < deadline:
            time.sleep(0.02)
            found += self.changes()
        return found

    def close(self):
        self.socket.close()
        run(self.name, "ip", "link", "del", "nlmon0", check=False)


class Sampler(threading.Thread):
    """Calls look() again and again in a thread and keeps each value that differs from the one before,
    with the time at which it was first seen."""

    def __init__(self, look, pause=0.01):
        super().__init__(daemon=True)
        self.look, self.pause = look, pause
        self.seen, self.n_looks, self.is_stopping = [], 0, False
        self.start()

    def run(self):
        while not self.is_stopping:
            value = self.look()
            if not self.seen or self.seen[-1][1] != value:
                self.seen.append((time.monotonic(), value))
            self.n_looks += 1
            time.sleep(self.pause)

    def stop(self):
        """Ends the thread; gives [(time, value)]."""
        self.is_stopping = True
        self.join()
        return self.seen
