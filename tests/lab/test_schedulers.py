# SPDX-License-Identifier: GPL-2.0-or-later
"""What each scheduler of the kernel does with connections, as the file asks for it.

The servers are reached by DR, so that client, port and destination are what the client sent. Connections
that stay open are what the schedulers which count them see.
"""

import contextlib
import socket

import netns
from configs import alone, global_defs, service
from lab import N_SERVERS, VIP, Session, expect, fetch, server_key, server_name, wait_for
from traffic import Namer

SERVERS = range(1, N_SERVERS + 1)
MARK = 5
VIPS = tuple(f"10.9.0.{last}" for last in range(101, 110))
CLIENTS = tuple(f"10.9.0.{last}" for last in range(225, 249))


def start(lab, scheduler, weights=None, flags="", text=None):
    """A director with the VIP and no checks; weights of servers 1, 2, 3."""
    weights = dict(zip(SERVERS, weights or (1, 1, 1)))
    lab.batch("dir1", f"addr add {VIP}/32 dev eth0")
    director = lab.director("dir1", text or alone(scheduler=scheduler, servers=weights, check="", extra=flags))
    director.wait_ready()
    key = f"fwm4:{MARK}" if text else f"tcp:{VIP}:80"
    wait_for(lambda: director.table().get(key), 5, f"{key} is there")
    expect(director.table()[key]["scheduler"] == scheduler, f"the table is {director.table()}")
    return director


def reload(director, text):
    """Puts text in force, in the kernel too: status is shown when the table is as the file says."""
    director.write(text)
    done = director.reload()
    expect(done.returncode == 0, f"the reload was refused: {done.stdout}{done.stderr}")
    director.status()


def hold(lab, count, address=VIP):
    """The servers of so many connections that stay open, in turn."""
    names = []
    for _ in range(count):
        session = Session(address)
        lab.sessions.append(session)
        names.append(session.exchange())
    return names


def counts(names):
    return tuple(names.count(server_name(number)) for number in SERVERS)


def expect_counts(names, *wanted):
    expect(counts(names) == wanted, f"servers had {counts(names)} of {len(names)}, wanted {wanted}: {names}")


@contextlib.contextmanager
def many_clients(lab):
    lab.batch("client", *(f"addr add {address}/24 dev eth0" for address in CLIENTS))
    try:
        yield
    finally:
        lab.batch("client", *(f"addr del {address}/24 dev eth0" for address in CLIENTS))


@contextlib.contextmanager
def many_vips(lab):
    """Addresses beside the VIP which the director marks, and the servers take."""
    places = (("dir1", "eth0"), *((server_name(number), "lo") for number in SERVERS))
    for name, device in places:
        lab.batch(name, *(f"addr replace {vip}/32 dev {device}" for vip in VIPS))
    for vip in VIPS:
        netns.run("dir1", "iptables-legacy", "-t", "mangle", "-A", "PREROUTING", "-d", vip, "-j", "MARK",
                  "--set-mark", str(MARK))
    try:
        yield
    finally:
        for name, device in places[1:]:
            lab.batch(name, *(f"addr del {vip}/32 dev {device}" for vip in VIPS))


def marked(scheduler, weight=1):
    return (global_defs() + f"virtual_server fwmark {MARK} {{\n\tlvs_sched {scheduler}\n\tlvs_method DR\n\tweight {weight}\n"
            + "".join(f"\treal_server 10.9.0.{20 + number} {{\n\t}}\n" for number in SERVERS) + "}\n")


def by_client(sources=CLIENTS, n=2, timeout=2.0):
    """{client: the servers that answered it}, None for no answer."""
    return {source: {fetch(source=source, timeout=timeout) for _ in range(n)} for source in sources}


def expect_sticky(found, n_servers=2):
    expect(all(len(names) == 1 for names in found.values()), f"a client had several servers: {found}")
    names = set().union(*found.values())
    expect(len(names) >= n_servers and None not in names, f"servers were {names}")


def test_rr(lab):
    """rr deals connections out in turn."""
    start(lab, "rr", (3, 2, 1))
    names = [fetch() for _ in range(12)]
    expect_counts(names, 4, 4, 4)
    expect(all(names[i] != names[i + 1] for i in range(11)), f"two in a row: {names}")


def test_wrr(lab):
    """wrr deals them out by weight."""
    start(lab, "wrr", (3, 2, 1))
    expect_counts([fetch() for _ in range(12)], 6, 4, 2)


def test_lc(lab):
    """lc takes the server with the fewest connections, whatever the weights; one that lost some gets the next."""
    start(lab, "lc", (3, 2, 1))
    expect_counts(hold(lab, 6), 2, 2, 2)
    for session in [session for session in lab.sessions if session.server == "rs2"]:
        session.close()
        lab.sessions.remove(session)
    wait_for(lambda: netns.ipvs_table("dir1")[f"tcp:{VIP}:80"]["servers"][server_key(2)]["active"] == 0, 3, "rs2 is idle")
    expect_counts(hold(lab, 2), 0, 2, 0)


def test_wlc(lab):
    """wlc keeps the connections in the ratio of the weights."""
    start(lab, "wlc", (3, 2, 1))
    expect_counts(hold(lab, 12), 6, 4, 2)


def test_sed(lab):
    """sed takes the shortest expected delay: the strong server gets several before an idle weak one."""
    start(lab, "sed", (4, 1, 1))
    expect_counts(hold(lab, 3), 3, 0, 0)
    expect_counts(hold(lab, 3), 1, 1, 1)


def test_nq(lab):
    """nq lets no server idle, then does as sed."""
    start(lab, "nq", (4, 1, 1))
    expect_counts(hold(lab, 3), 1, 1, 1)
    expect_counts(hold(lab, 3), 3, 0, 0)


def test_fo(lab):
    """fo sends all to the server of the greatest weight that is there."""
    director = start(lab, "fo", (1, 9, 5))
    expect_counts([fetch() for _ in range(4)], 0, 4, 0)
    reload(director, alone(scheduler="fo", servers={1: 1, 2: 0, 3: 5}, check=""))
    expect_counts([fetch() for _ in range(4)], 0, 0, 4)


def test_ovf(lab):
    """ovf fills the server of the greatest weight before it goes on to the next."""
    start(lab, "ovf", (1, 4, 2))
    names = hold(lab, 8)
    # The kernel lets one more in than the weight (ip_vs_ovf_schedule).
    expect(names == ["rs2"] * 5 + ["rs3"] * 3, f"servers were {names}")


def test_dh(lab):
    """dh chooses by the destination: an address behind a mark has one server, addresses have several."""
    with many_vips(lab):
        start(lab, "dh", text=marked("dh"))
        found = {vip: {fetch(vip) for _ in range(3)} for vip in VIPS}
    expect_sticky(found)


def destination_locality(lab, scheduler):
    with many_vips(lab):
        start(lab, scheduler, text=marked(scheduler, 100))
        first = [hold(lab, 1, vip)[0] for vip in VIPS[:3]]
        expect_counts(first, 1, 1, 1)
        for _ in range(3):
            again = [hold(lab, 1, vip)[0] for vip in VIPS[:3]]
            expect(again == first, f"addresses moved from {first} to {again}")


def test_lblc(lab):
    """lblc gives each destination the least loaded server and keeps it there."""
    destination_locality(lab, "lblc")


def test_lblcr(lab):
    """lblcr does so too while its set of servers is not overloaded."""
    destination_locality(lab, "lblcr")


def test_sh(lab):
    """sh chooses by the client's address; with sh-port by its port too."""
    director = start(lab, "sh")
    with many_clients(lab):
        expect_sticky(by_client())
        reload(director, alone(scheduler="sh", check="", extra="\tsh-port\n"))
        names = {fetch(source=CLIENTS[0]) for _ in range(24)}
    expect(len(names) >= 2 and None not in names, f"24 ports of one client went to {names}")


def fallback(lab, scheduler):
    director = start(lab, scheduler, (0, 1, 1))
    with many_clients(lab):
        found = by_client(n=1, timeout=0.3)
        lost = [source for source in CLIENTS if found[source] == {None}]
        expect(0 < len(lost) < len(CLIENTS), f"{len(lost)} of {len(CLIENTS)} clients belong to the server of weight 0")
        reload(director, alone(scheduler=scheduler, servers={1: 0, 2: 1, 3: 1}, check="",
                               extra=f"\t{scheduler}-fallback\n"))
        expect_sticky(by_client(lost), 1)


def test_sh_fallback(lab):
    """Clients of a server of weight 0 get no answer with sh, and another server's with sh-fallback."""
    fallback(lab, "sh")


def test_mh(lab):
    """mh chooses by the client's address; a server that goes moves its own clients and few others. With mh-port
    the port counts too."""
    director = start(lab, "mh")
    with many_clients(lab):
        before = by_client()
        expect_sticky(before)
        reload(director, alone(scheduler="mh", servers={1: 1, 2: 1}, check=""))
        after = by_client()
        stayed = [source for source in CLIENTS if before[source] != {"rs3"}]
        moved = [source for source in stayed if after[source] != before[source]]
        expect(len(moved) <= len(stayed) // 4, f"{len(moved)} of {len(stayed)} clients moved needlessly")
        expect("rs3" not in set().union(*after.values()), f"rs3 still answers: {after}")
        reload(director, alone(scheduler="mh", check="", extra="\tmh-port\n"))
        names = {fetch(source=CLIENTS[0]) for _ in range(24)}
    expect(len(names) >= 2 and None not in names, f"24 ports of one client went to {names}")


def test_twos(lab):
    """A scheduler that this kernel does not have: one sentence names the service and the module, the other service
    is served, and the missing one comes when it can."""
    lab.batch("dir1", f"addr add {VIP}/32 dev eth0")
    director = lab.director("dir1", alone(scheduler="twos", check="")
                            + service(port=81, scheduler="rr", check="")).wait_ready()
    wait_for(lambda: director.servers(f"tcp:{VIP}:81") is not None, 5, "the other service is there")
    if director.servers() is not None:
        expect({fetch() for _ in range(12)} <= {server_name(number) for number in SERVERS}, "twos does not serve")
        return
    wait_for(lambda: "has no scheduler" in director.log(), 3, "the log says it")
    line = [line for line in director.log().splitlines() if "has no scheduler" in line][0]
    for word in (f"vs=tcp:{VIP}:80", '"twos"', "modprobe ip_vs_twos"):
        expect(word in line, f"`{word}` is not in: {line}")
    reload(director, alone(scheduler="wrr", check="") + service(port=81, scheduler="rr", check=""))
    director.wait_servers((1, 2, 3), 3)


class Datagrams:
    """One UDP socket of the client: who answers each datagram of it."""

    def __init__(self, port):
        self.socket = netns.open_socket("client", socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(2)
        self.socket.connect((VIP, port))

    def ask(self, n):
        names = []
        for _ in range(n):
            self.socket.send(b"who\n")
            names.append(self.socket.recv(100).decode().strip())
        return names

    def close(self):
        self.socket.close()


def test_ops(lab):
    """Without ops the datagrams of a socket stay with one server; with it each is dealt out by itself and no
    connection is kept. The change is one request."""
    lab.batch("dir1", f"addr add {VIP}/32 dev eth0")
    for number in SERVERS:
        lab.watch(Namer(server_name(number), "udp", VIP, 5300))
    text = global_defs() + service(port=5300, scheduler="rr", protocol="UDP", check="")
    director = lab.director("dir1", text).wait_ready()
    director.wait_servers({f"10.9.0.{20 + number}:5300": 1 for number in SERVERS}, 5, f"udp:{VIP}:5300")
    datagrams = lab.watch(Datagrams(5300))
    expect(len(set(datagrams.ask(6))) == 1, "the datagrams of a socket have several servers without ops")
    watch = lab.watch(netns.IpvsWatch("dir1"))
    reload(director, text.replace("protocol UDP", "protocol UDP\n\tops"))
    changes = watch.wait_changes(1)
    expect(changes == ["set-service"], f"requests: {changes}")
    others = lab.watch(Datagrams(5300))
    expect_counts(others.ask(6), 2, 2, 2)
    local = "%s:%d" % others.socket.getsockname()[:2]
    expect(local not in {client for client, _ in netns.ipvs_connections("dir1")}, "a connection was kept")


def test_persistence_granularity(lab):
    """Clients of one network of persistence_granularity have one server; another network has another."""
    start(lab, "rr", flags="\tpersistence_timeout 60\n\tpersistence_granularity 255.255.255.248\n")
    with many_clients(lab):
        networks = [{fetch(source=source) for source in CLIENTS[first:first + 6]} for first in (0, 8, 16)]
    expect(all(len(names) == 1 for names in networks), f"clients of a network had {networks}")
    expect(set().union(*networks) == {"rs1", "rs2", "rs3"}, f"the networks had {networks}")


def limited(scheduler, limit, extra=""):
    """The file of a director whose first server takes so many connections."""
    return alone(scheduler=scheduler, check="", extra=extra).replace("weight 1", f"weight 1\n\t\tuthreshold {limit}", 1)


def test_mh_fallback(lab):
    """Clients of a server above its uthreshold get no answer with mh, and another server's with mh-fallback."""
    director = start(lab, "mh")
    reload(director, limited("mh", 1))
    with many_clients(lab):
        found = by_client(n=1, timeout=0.3)
        lost = [source for source in CLIENTS if found[source] == {None}]
        expect(0 < len(lost) < len(CLIENTS), f"{len(lost)} of {len(CLIENTS)} clients were lost: {found}")
        reload(director, limited("mh", 1, "\tmh-fallback\n"))
        expect_sticky(by_client(lost), 1)


def test_thresholds(lab):
    """A server with uthreshold connections gets no more of them; a higher one reaches the kernel by one request and
    is in force at once."""
    director = start(lab, "rr")
    reload(director, limited("rr", 3))
    names = hold(lab, 12)
    expect(names.count("rs1") == 3, f"rs1 has {names.count('rs1')} of {names}")
    watch = lab.watch(netns.IpvsWatch("dir1"))
    reload(director, limited("rr", 5))
    changes = watch.wait_changes(1)
    expect(changes == ["set-dest"], f"requests: {changes}")
    names = hold(lab, 9)
    expect(names.count("rs1") == 2, f"rs1 got {names.count('rs1')} of {names}")
