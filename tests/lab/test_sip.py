# SPDX-License-Identifier: GPL-2.0-or-later
"""The persistence engine sip: the messages of a call have one real server, whoever sends them.

The engine keeps a template for each Call-ID of a client's network (net/netfilter/ipvs/ip_vs_pe_sip.c). The kernel
asks it only where no connection is there for the client's port, so `ops`, which keeps none, has it asked for each.
"""

import socket

import netns
from configs import global_defs, service
from lab import CLIENT, VIP, expect, server_name
from test_schedulers import CLIENTS, SERVERS, many_clients, reload
from traffic import Namer

PORT = 5060
OPS = "\tops\n"
PERSISTENT = "\tpersistence_timeout 300\n"
ANY_CLIENT = "\tpersistence_granularity 0.0.0.0\n"
ENGINE = "\tpersistence_engine sip\n"
CALLS = tuple(f"call-{number}@lab" for number in range(6))
METHODS = ("INVITE", "ACK", "INFO", "UPDATE", "BYE")


def header(message, name):
    """The value of a header of a SIP message."""
    for line in message.decode().split("\r\n"):
        if line.lower().startswith(name.lower() + ":"):
            return line.split(":", 1)[1].strip()
    return None


class Proxy(Namer):
    """Answers each SIP request with 200; the header Server has the name of its namespace."""

    def __init__(self, number):
        super().__init__(server_name(number), "udp", VIP, PORT)

    def answer(self):
        request, sender = self.socket.recvfrom(4096)
        same = "".join(f"{name}: {header(request, name)}\r\n" for name in ("Via", "From", "To", "Call-ID", "CSeq"))
        name = self.name_line.decode().strip()
        self.socket.sendto(f"SIP/2.0 200 OK\r\n{same}Server: {name}\r\nContent-Length: 0\r\n\r\n".encode(), sender)


class Phone:
    """A socket of the client, at an address of its own and a port that the kernel gives it."""

    def __init__(self, address):
        self.socket = netns.open_socket("client", socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(5)
        self.socket.bind((address, 0))
        self.socket.connect((VIP, PORT))
        self.n_sent = 0

    def say(self, method, call):
        """The real server that answers the message."""
        self.n_sent += 1
        local = "%s:%d" % self.socket.getsockname()
        self.socket.send((f"{method} sip:bob@{VIP} SIP/2.0\r\nVia: SIP/2.0/UDP {local};branch=z9hG4bK{self.n_sent}\r\n"
                          f"From: <sip:alice@lab>;tag=1\r\nTo: <sip:bob@lab>\r\nCall-ID: {call}\r\n"
                          f"CSeq: {self.n_sent} {method}\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n").encode())
        answer = self.socket.recv(4096)
        expect(answer.startswith(b"SIP/2.0 200 ") and header(answer, "Call-ID") == call, f"{call} had {answer}")
        return header(answer, "Server")

    def close(self):
        self.socket.close()


def start(lab, extra):
    """A director before three proxies, and its file."""
    lab.batch("dir1", f"addr add {VIP}/32 dev eth0")
    for number in SERVERS:
        lab.watch(Proxy(number))
    text = global_defs() + service(port=PORT, scheduler="rr", protocol="UDP", check="", extra=extra)
    director = lab.director("dir1", text).wait_ready()
    director.wait_servers({f"10.9.0.{20 + number}:{PORT}": 1 for number in SERVERS}, 5, f"udp:{VIP}:{PORT}")
    return director, text


def talk(phones):
    """The servers of each call, whose messages come from one phone after the other. The calls take turns in an order
    that shifts, so that rr alone would not give a call the same server twice."""
    found = {call: [] for call in CALLS}
    for turn, phone in enumerate(phones):
        for call in CALLS[turn:] + CALLS[:turn]:
            found[call].append(phone.say(METHODS[turn], call))
    return found


def expect_together(found):
    """Each call has one server, and each server the same number of calls."""
    expect(all(len(set(names)) == 1 for names in found.values()), f"a call had several servers: {found}")
    names = sorted(names[0] for names in found.values())
    expect(names == [server_name(number) for number in SERVERS for _ in range(2)], f"the calls had {names}")


def templates():
    """{Call-ID: clients of its templates} in the kernel."""
    found = {}
    for line in netns.read("dir1", "/proc/thread-self/net/ip_vs_conn").splitlines()[1:]:
        word = line.split()
        if word[-2] == "sip":
            found.setdefault(word[-1], []).append(socket.inet_ntoa(bytes.fromhex(word[1])))
    return found


def test_ports(lab):
    """The messages of a call have one real server from whichever port of the client they come, and the calls of the
    client are dealt out; with persistence alone they all have the same, and without it calls are torn apart."""
    director, text = start(lab, OPS + PERSISTENT + ENGINE)
    phones = [lab.watch(Phone(CLIENT)) for _ in METHODS]
    expect_together(talk(phones))
    expect(templates() == {call: [CLIENT] for call in CALLS}, f"templates: {templates()}")
    reload(director, text.replace(ENGINE, ""))
    found = talk(phones)
    expect(len({name for names in found.values() for name in names}) == 1, f"with persistence alone: {found}")
    reload(director, text.replace(PERSISTENT + ENGINE, ""))
    found = talk(phones)
    expect(all(len(set(names)) > 1 for names in found.values()), f"without persistence: {found}")


def test_addresses(lab):
    """With persistence_granularity 0.0.0.0 the Call-ID alone decides, also between clients of other addresses; else
    each client's address has a server of its own for the call."""
    director, text = start(lab, OPS + PERSISTENT + ANY_CLIENT + ENGINE)
    with many_clients(lab):
        phones = [lab.watch(Phone(address)) for address in CLIENTS[:len(METHODS)]]
        expect_together(talk(phones))
        expect(templates() == {call: ["0.0.0.0"] for call in CALLS}, f"templates: {templates()}")
        reload(director, text.replace(ANY_CLIENT, ""))
        found = talk(phones)
    expect(all(len(set(names)) > 1 for names in found.values()), f"with the client's address: {found}")


def test_one_port(lab):
    """Without ops the connection of a port's first call has all that come from it, as a telephone system sends them."""
    director, text = start(lab, OPS + PERSISTENT + ENGINE)
    phone = lab.watch(Phone(CLIENT))
    expect_together(talk([phone] * len(METHODS)))
    reload(director, text.replace(OPS, ""))
    names = {phone.say("INVITE", "new-" + call) for call in CALLS}
    expect(len(names) == 1, f"without ops one port had {names}")
