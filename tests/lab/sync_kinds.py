# SPDX-License-Identifier: GPL-2.0-or-later
"""Every kind of connection that connection sync carries: services, clients and what the kernel lists of both."""

import re
import socket
import threading

import netns
from configs import SYNC, global_defs, instance
from lab import CLIENT, DIRECTORS, N_SERVERS, VIP, server_address, server_name
from test_traffic import LINK_LOCAL_VIP, Undo
from traffic import KINDS, Namer, family_of

GATEWAY, GATEWAY6 = "10.9.0.101", "fd09::101"
# Clients that the servers reach by themselves, by way of their gateway, and not at all.
NEAR, FAR, AWAY = ("10.8.0.9", "fd08::9"), ("10.8.0.1", "fd08::1"), ("10.7.0.1", None)
PERSISTENT = "\tpersistence_timeout 300\n"
SERVERS = range(1, N_SERVERS + 1)
REQUEST = b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n"


def translated(number):
    return f"10.9.0.{50 + number}"


class Kind:
    """One service, at an address of its own."""

    def __init__(self, name, vip, method="DR", protocol="tcp", port=80, mark=None, extra="", source=NEAR):
        self.name, self.vip, self.method, self.protocol = name, vip, method, protocol
        self.port, self.mark, self.extra = port, mark, extra
        self.is_ip6 = ":" in vip
        self.source = source[self.is_ip6]
        self.sessions, self.quiet, self.clients = [], [], []

    def server(self, number):
        if self.method == "FNAT":  # which needs addresses that no service by NAT has
            return translated(number)
        return f"fd09::{20 + number}" if self.is_ip6 else server_address(number)

    def config(self):
        name = f"fwmark {self.mark}" if self.mark else f"{self.vip} {self.port}"
        protocol = "" if self.mark else f"\tprotocol {self.protocol.upper()}\n"
        port = "" if self.mark else f" {self.port}"
        servers = "".join(f"\treal_server {self.server(number)}{port} {{\n\t\tweight 1\n\t}}\n" for number in SERVERS)
        return (f"virtual_server {name} {{\n\tlvs_sched rr\n\tlvs_method {self.method}\n{protocol}{self.extra}{servers}}}\n")

    def mark_rule(self):
        return ("ip6tables-legacy" if self.is_ip6 else "iptables-legacy", "-w", "-t", "mangle", "-A", "PREROUTING", "-d",
                self.vip, "-p", self.protocol, "--dport", str(self.port), "-j", "MARK", "--set-mark", str(self.mark))


def all_kinds():
    """Without SCTP and SIP. Addresses of IPv6 are those of IPv4 with another prefix."""
    kinds = []
    for prefix, mask, version in (("10.9.0.", "255.255.255.0", 0), ("fd09::", "64", 6)):
        network = PERSISTENT + f"\tpersistence_granularity {mask}\n"
        also = " IPv6" if version else ""
        kinds += [
            Kind("DR" + also, prefix + "120"),
            Kind("NAT" + also, prefix + "121", "NAT", source=FAR),
            Kind("TUN" + also, prefix + "122", "TUN"),
            Kind("mark" + also, prefix + "123", mark=7 + version),
            Kind("UDP" + also, prefix + "124", protocol="udp", port=53),
            Kind("persistent port" + also, prefix + "130", extra=PERSISTENT),
            Kind("persistent network" + also, prefix + "131", extra=network),
            Kind("persistent mark" + also, prefix + "132", mark=8 + version, extra=PERSISTENT),
            Kind("persistent UDP" + also, prefix + "133", protocol="udp", port=53, extra=PERSISTENT),
        ]
    return kinds + [Kind("FNAT", "10.9.0.125", "FNAT", source=AWAY)]


def sip_kind():
    return Kind("SIP", "10.9.0.140", protocol="udp", port=5060, extra=PERSISTENT + "\tpersistence_engine sip\n")


class Talker(threading.Thread):
    """Answers its name to each piece of an SCTP association, which stays open."""

    def __init__(self, namespace, address, port):
        super().__init__(daemon=True)
        self.name_line = namespace.encode() + b"\n"
        self.socket = netns.open_socket(namespace, family_of(address), *KINDS["sctp"])
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((address, port))
        self.socket.listen(64)
        self.socket.settimeout(0.2)
        self.is_stopping = False
        self.start()

    def talk(self, connection):
        with connection:
            while connection.recv(4096):
                connection.sendall(self.name_line)

    def run(self):
        while not self.is_stopping:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                continue
            connection.settimeout(None)
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def close(self):
        self.is_stopping = True
        self.join()
        self.socket.close()


class Talk:
    """A client's connection to a service, which stays open; of UDP: a socket that keeps its port."""

    def __init__(self, kind, source=None, timeout=3.0):
        self.is_udp = kind.protocol == "udp"
        self.socket = netns.open_socket("client", family_of(kind.vip), *KINDS[kind.protocol])
        self.socket.settimeout(timeout)
        self.socket.bind((source or kind.source, 0))
        try:
            self.socket.connect((kind.vip, kind.port))
        except OSError as error:
            raise OSError(f"{kind.name}: {error}") from error
        self.server = self.ask()

    def ask(self, timeout=4.0):
        """The name of the server that answers, or "" when none does."""
        self.socket.settimeout(timeout)
        try:
            self.socket.sendall(REQUEST)
            data = b""
            while not data.endswith(b"\n") or (data.startswith(b"HTTP") and b"\r\n\r\n" not in data):
                piece = self.socket.recv(4096)
                if not piece:
                    return ""
                data += piece
        except OSError:
            return ""
        return data.split()[-1].decode()

    def lives(self):
        return self.server != "" and self.ask() == self.server

    def close(self):
        self.socket.close()


def ask_once(kind, source):
    """The server that a client's new connection gets; it is closed at once."""
    try:
        talk = Talk(kind, source, timeout=2.0)
    except OSError:
        return ""
    talk.close()
    return talk.server


def call(kind, call_id, source):
    """The server that answers a message of SIP from a port of its own."""
    with netns.open_socket("client", socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.settimeout(3)
        phone.bind((source, 0))
        phone.connect((kind.vip, kind.port))
        local = "%s:%d" % phone.getsockname()
        phone.send((f"INFO sip:bob@{kind.vip} SIP/2.0\r\nVia: SIP/2.0/UDP {local};branch=z9hG4bK1\r\n"
                    f"From: <sip:alice@lab>;tag=1\r\nTo: <sip:bob@lab>\r\nCall-ID: {call_id}\r\nCSeq: 1 INFO\r\n"
                    "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n").encode())
        try:
            return phone.recv(4096).split()[-1].decode()
        except OSError:
            return ""


def config(kinds, priority, sync=SYNC):
    own = [kind.vip for kind in kinds]
    return (global_defs(f"lab_{priority}", sync)
            + instance(priority, vips=(VIP + "/32", GATEWAY + "/32", *(f"{vip}/32" for vip in own if ":" not in vip)))
            + instance(priority, name="VI_6", vips=(LINK_LOCAL_VIP + "/64", GATEWAY6 + "/128",
                                                    *(f"{vip}/128" for vip in own if ":" in vip)))
            + "".join(kind.config() for kind in kinds))


def prepare_director(lab, kinds, name):
    """Marks and routes, again after a reboot."""
    for kind in kinds:
        if kind.mark:
            netns.run(name, *kind.mark_rule())
    netns.sysctl(name, "net.ipv6.conf.all.forwarding", 1)
    lab.batch(name, f"route replace 10.8.0.0/16 via {CLIENT}", f"route replace 10.7.0.0/16 via {CLIENT}",
              "route replace fd08::/16 via fd09::1")


def networks(n):
    """Clients of IPv4 and IPv6, each in a network of its own."""
    return [(f"10.8.{10 + i}.1", f"fd08:{i + 1:x}::1") for i in range(n)]


def prepare(lab, kinds, n_clients):
    for module in ("ipip", "ip6_tunnel", "ip_vs_pe_sip"):
        netns.run(None, "modprobe", module, check=False)
    for name in DIRECTORS:
        prepare_director(lab, kinds, name)
    pairs = [NEAR, FAR, AWAY] + networks(n_clients)
    own = [f"{address}/32" for address, _ in pairs] + [f"{address}/128" for _, address in pairs if address]
    more = [f"addr {{}} {address} dev lo{' nodad' if ':' in address else ''}" for address in own]
    lab.watch(Undo(lab, "client", *(line.format("add") for line in more),
                   undo=[line.format("del").replace(" nodad", "") for line in more]))
    for number in SERVERS:
        name = server_name(number)
        netns.sysctl(name, "net.ipv6.conf.eth0.accept_redirects", 0)
        lines = [f"addr {{}} {kind.vip}/{128 if kind.is_ip6 else 32} dev lo{' nodad' if kind.is_ip6 else ''}"
                 for kind in kinds if "NAT" not in kind.method]
        lines += [f"addr {{}} {translated(number)}/24 dev eth0", f"route {{}} 10.8.0.0/16 via {CLIENT}", f"route {{}} {FAR[0]}/32 via {GATEWAY}",
                  "route {} fd08::/16 via fd09::1", f"route {{}} {FAR[1]}/128 via {GATEWAY6}"]
        lab.watch(Undo(lab, name, *(line.format("add") for line in lines), "link set tunl0 up", "link set ip6tnl0 up",
                       undo=[*(line.format("del").replace(" nodad", "") for line in lines),
                             "link set tunl0 down", "link set ip6tnl0 down"]))
        for kind in kinds:
            if kind.protocol == "udp":
                lab.watch(Namer(name, "udp", kind.vip, kind.port))
            elif kind.protocol == "sctp":
                lab.watch(Talker(name, kind.vip, kind.port))


def connections(namespace):
    """{(protocol, client, service, engine's data): (server, state, seconds)} of /proc/net/ip_vs_conn."""
    found = {}
    for line in netns.read(namespace, "/proc/thread-self/net/ip_vs_conn").splitlines()[1:]:
        word = line.split()
        if len(word) >= 9 and re.fullmatch("[0-9A-Fa-f:]+", word[1]):
            found[(word[0], *word[1:5], *word[9:])] = (":".join(word[5:7]), word[7], int(word[8]))
    return found


def counters(namespace):
    """{service: {server: what ipvsadm counts of it}}."""
    found, service = {}, None
    for line in netns.run(namespace, "ipvsadm", "-Ln", "--persistent-conn").stdout.splitlines()[3:]:
        word = line.split()
        if word[0] == "->":
            found[service][word[1]] = word[2:]
        else:
            service = " ".join(word[:2])
            found[service] = {}
    return found
