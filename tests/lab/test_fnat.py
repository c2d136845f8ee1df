# SPDX-License-Identifier: GPL-2.0-or-later
"""Full NAT: real servers that do not route back through the director, by IPVS NAT and a translated source."""

import socket

import netns
from configs import SYNC, global_defs, instance, real_server, service, tcp_check
from lab import (DIRECTORS, N_SERVERS, Failure, Session, expect, expect_alive, knows_sessions, server_address,
                 server_name, wait_for)

# Not on lo of the servers, as the address of the services by direct routing is.
VIP = "10.9.0.200"
SERVICE = f"tcp:{VIP}:80"
VIP6 = "fd09::200"
SET = f"lvsd-fnat-{VIP}"


def alone(address=VIP, **options):
    return global_defs() + instance(150, vips=(address + "/32",)) + service(address=address, **options)


def turn_away(lab):
    """The default route of the servers points to a router that is not a director (and not there)."""
    for number in range(1, N_SERVERS + 1):
        lab.batch(server_name(number), "route replace default via 10.9.0.254")
    lab.batch("client", "addr replace 10.8.0.1/32 dev lo")
    for name in DIRECTORS:
        lab.batch(name, "route replace 10.8.0.1/32 via 10.9.0.1")


def turn_back(lab):
    for number in range(1, N_SERVERS + 1):
        lab.batch(server_name(number), "route del default")
    lab.batch("client", "addr del 10.8.0.1/32 dev lo")


class Away:
    """The state of turn_away(), until the test ends."""

    def __init__(self, lab):
        self.lab = lab
        turn_away(lab)

    def close(self):
        turn_back(self.lab)


class AwayOverIpv6:
    """Takes back what test_ipv6 did to the routes."""

    def __init__(self, lab):
        self.lab = lab

    def close(self):
        for number in (1, 2):
            self.lab.batch(server_name(number), "route del default via fd09::fe")
        self.lab.batch("client", "addr del fd08::1/128 dev lo")


def far_session(address=VIP, port=80, timeout=3.0, source="10.8.0.1"):
    """A session of a client that the servers have no route to."""
    session = Session.__new__(Session)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    session.socket = netns.open_socket("client", family, socket.SOCK_STREAM)
    session.socket.settimeout(timeout)
    if source:
        session.socket.bind((source, 0))
    session.socket.connect((address, port))
    session.local = "%s:%d" % session.socket.getsockname()[:2]
    session.server = None
    return session


def far_fetch(address=VIP, port=80, timeout=1.0, source="10.8.0.1"):
    try:
        session = far_session(address, port, timeout, source)
    except OSError:
        return None
    try:
        return session.exchange(timeout)
    except OSError:
        return None
    finally:
        session.close()


def members(namespace, name=SET):
    text = netns.run(namespace, "ipset", "save", name, check=False).stdout
    return {line.split()[2] for line in text.splitlines() if line.startswith("add ")}


def rules(namespace):
    """What iptables-save says; when a set goes while it reads, that."""
    done = netns.run(namespace, "iptables-legacy-save", check=False)
    return done.stdout if done.returncode == 0 else "LVSD: " + done.stderr


def addresses(*numbers):
    return {server_address(number) for number in numbers}


def wait_served(numbers=(1, 2, 3), timeout=15, **where):
    wanted = {server_name(number) for number in numbers}
    wait_for(lambda: {far_fetch(**where) for _ in range(2 * len(wanted))} == wanted, timeout,
             f"a client without a route from the servers is answered by {sorted(wanted)}")


def test_plain_nat_does_not_do_it(lab):
    """What the other tests show is not shown by NAT: the answers go astray."""
    lab.watch(Away(lab))
    director = lab.director("dir1", alone(method="NAT")).wait_ready()
    wait_for(lambda: director.holds_vip(VIP), 10, "dir1 has the address")
    director.wait_servers((1, 2, 3), service=SERVICE)
    expect(far_fetch() is None, "a request was answered")


def test_servers_without_a_route_back(lab):
    """A client that the servers cannot reach is served; they see the address of the service; the set of
    addresses is the pool, the table's method is NAT, and a server's own health is probed as ever."""
    lab.watch(Away(lab))
    director = lab.director("dir1", alone(method="FNAT")).wait_ready()
    wait_for(lambda: director.holds_vip(VIP), 10, "dir1 has the address")
    wait_served()
    expect(members("dir1") == addresses(1, 2, 3), f"the set has {members('dir1')}")
    methods = {row["method"] for row in director.table()[SERVICE]["servers"].values()}
    expect(methods == {"Masq"}, f"methods in the kernel: {methods}")
    session = far_session()
    session.exchange()
    peer = socket.inet_aton(VIP)[::-1].hex().upper()
    text = netns.read(session.server, "/proc/thread-self/net/tcp") + netns.read(session.server,
                                                                                 "/proc/thread-self/net/tcp6")
    expect(peer in text, "the server does not see the address of the service")
    session.close()
    lab.web[2].stop()
    director.wait_servers((1, 3), 5, service=SERVICE)
    wait_served((1, 3))


def test_no_request_is_lost_at_the_start(lab):
    """The service is in the kernel's table only when its rule is there."""
    lab.watch(Away(lab))
    director = lab.director("dir1", alone(method="FNAT"))
    wait_for(lambda: SERVICE in director.table(), 10, "the service is there", interval=0.001)
    text = rules("dir1")
    expect("SNAT" in text and members("dir1") == addresses(1, 2, 3), f"rules: {text}; set: {members('dir1')}")


def test_pool_of_the_file(lab):
    """A server that comes to the file, and one that leaves it, do so in the set; another source gets its own."""
    lab.watch(Away(lab))
    director = lab.director("dir1", alone(method="FNAT", servers={1: 1, 2: 1})).wait_ready()
    wait_for(lambda: members("dir1") == addresses(1, 2), 10, "the set has rs1 and rs2")
    director.write(alone(method="FNAT", servers={2: 1, 3: 1}))
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: members("dir1") == addresses(2, 3), 10, "the set has rs2 and rs3")
    wait_for(lambda: director.holds_vip(VIP), 10, "dir1 has the address")
    wait_served((2, 3))
    other = "10.9.0.199"
    lab.batch("dir1", f"addr add {other}/32 dev eth0")
    director.write(alone(method="FNAT", servers={2: 1, 3: 1}, extra=f"\tfnat_source {other}\n"))
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: members("dir1", f"lvsd-fnat-{other}") == addresses(2, 3), 10, "the set of the other source")
    wait_for(lambda: not members("dir1"), 10, "the set of the first source is gone")
    wait_served((2, 3))
    director.write(global_defs() + instance(150, vips=(VIP + "/32",)))
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: "LVSD" not in rules("dir1"), 10, "no rule is left")
    wait_for(lambda: "lvsd" not in netns.run("dir1", "ipset", "list", "-n").stdout, 10, "no set is left")


def test_draining_server_stays_in_the_set(lab):
    """A server that has left the file stays in the set as long as it is in the table: a persistent client of it
    may begin a connection yet. Its open connection goes on."""
    lab.watch(Away(lab))
    director = lab.director("dir1", alone(method="FNAT", servers={1: 1})).wait_ready()
    wait_for(lambda: director.holds_vip(VIP), 10, "dir1 has the address")
    wait_served((1,))
    session = lab.watch(far_session())
    session.exchange()
    director.write(alone(method="FNAT", servers={2: 1}, extra="\tdrain_timeout 6\n"))
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: members("dir1") == addresses(1, 2), 5, "the set has rs2 too")
    wait_served((2,), timeout=3)
    expect(session.lives() and members("dir1") == addresses(1, 2), f"the set has {members('dir1')}")
    wait_for(lambda: members("dir1") == addresses(2), 15, "the set has rs2 alone when rs1 has drained")


def test_service_of_every_port(lab):
    """A service without a port is served too: the set has addresses alone."""
    lab.watch(Away(lab))
    servers = "".join(real_server(n, 1, tcp_check().replace("{", "{\n\t\t\tconnect_port 80", 1), port=0)
                      for n in (1, 2, 3))
    text = (global_defs() + instance(150, vips=(VIP + "/32",))
            + f"virtual_server {VIP} 0 {{\n\tdelay_loop 1\n\tlvs_sched rr\n\tlvs_method FNAT\n\tprotocol TCP\n"
            + "\tpersistence_timeout 50\n" + servers + "}\n")
    director = lab.director("dir1", text).wait_ready()
    wait_for(lambda: director.holds_vip(VIP), 10, "dir1 has the address")
    wait_for(far_fetch, 10, "a request is answered")


def test_group(lab):
    """Each member of a group is served from the one source that the file names."""
    lab.watch(Away(lab))
    other = "10.9.0.199"
    servers = "".join(real_server(n) for n in (1, 2, 3))
    text = (global_defs() + instance(150, vips=(VIP + "/32", other + "/32"))
            + f"virtual_server_group web {{\n\t{VIP} 80\n\t{other} 80\n}}\n"
            + f"virtual_server group web {{\n\tdelay_loop 1\n\tlvs_sched rr\n\tlvs_method FNAT\n\tprotocol TCP\n"
            + f"\tfnat_source {other}\n" + servers + "}\n")
    director = lab.director("dir1", text).wait_ready()
    wait_for(lambda: director.holds_vip(other), 10, "dir1 has the addresses")
    for address in (VIP, other):
        wait_served(address=address)
    expect(members("dir1", f"lvsd-fnat-{other}") == addresses(1, 2, 3), "the set is not the pool")


def test_ipv6(lab):
    """The same over IPv6, with ip6tables and a set of IPv6 addresses."""
    lab.serve((1, 2), 8080)
    for number in (1, 2):
        lab.batch(server_name(number), "route replace default via fd09::fe")
    lab.batch("client", "addr replace fd08::1/128 dev lo")
    lab.watch(AwayOverIpv6(lab))
    lab.batch("dir1", "route replace fd08::1/128 via fd09::1")
    netns.sysctl("dir1", "net.ipv6.conf.all.forwarding", 1)
    servers = "".join(f"\treal_server fd09::{20 + n} 8080 {{\n\t\t{tcp_check()}\n\t}}\n" for n in (1, 2))
    text = (global_defs() + instance(150, vips=(VIP6 + "/128",))
            + f"virtual_server {VIP6} 80 {{\n\tdelay_loop 1\n\tlvs_sched rr\n\tlvs_method FNAT\n\tprotocol TCP\n"
            + servers + "}\n")
    director = lab.director("dir1", text).wait_ready()
    wait_for(lambda: director.holds_vip(VIP6), 10, "dir1 has the address")
    wait_served((1, 2), address=VIP6, source="fd08::1")
    expect(members("dir1", f"lvsd-fnat-{VIP6}") == {"fd09::21", "fd09::22"}, "the set is not the pool")


def pair(lab):
    lab.watch(Away(lab))
    text = {name: global_defs(name, SYNC) + instance(priority, vips=(VIP + "/32",))
            + service(address=VIP, method="FNAT") for name, priority in (("dir1", 150), ("dir2", 100))}
    a, b = (lab.director(name, text[name]) for name in ("dir1", "dir2"))
    for director in (a, b):
        director.wait_ready()
        director.wait_servers((1, 2, 3), service=SERVICE, timeout=20)
    wait_for(lambda: a.holds_vip(VIP), 15, "dir1 has the address")
    wait_served()
    return a, b


def far_sessions(lab, n=6):
    sessions = [lab.watch(far_session()) for _ in range(n)]
    for session in sessions:
        session.exchange()
    return sessions


def test_failover(lab):
    """Connections whose client sends next survive the death of a director: the other one's kernel translates
    them to the same address and port. New ones are served."""
    a, b = pair(lab)
    sessions = far_sessions(lab)
    wait_for(lambda: knows_sessions("dir2", sessions), 20, "dir2 knows the sessions")
    a.kill_group()
    lab.cut_link("dir1")
    wait_for(lambda: b.holds_vip(VIP), 10, "dir2 has the address")
    expect_alive(sessions)
    wait_served()


class Pipe:
    """A connection through the director of which the test holds both ends."""

    def __init__(self, port, server="rs1"):
        self.listener = netns.open_socket(server, socket.AF_INET, socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("0.0.0.0", port))
        self.listener.listen()
        self.client = netns.open_socket("client", socket.AF_INET, socket.SOCK_STREAM)
        self.client.bind(("10.8.0.1", 0))
        self.client.settimeout(5)
        self.client.connect((VIP, port))
        self.server, self.seen = self.listener.accept()
        self.server.settimeout(5)
        self.local = "%s:%d" % self.client.getsockname()[:2]

    @staticmethod
    def expect_passes(sender, receiver, word):
        sender.sendall(word)
        got = receiver.recv(100)
        expect(got == word, f"{got} instead of {word}")

    def close(self):
        for end in (self.client, self.server, self.listener):
            end.close()


def test_failover_when_the_server_speaks_first(lab):
    """What a server sends after a failover waits until its client has sent something, and is not answered with a
    reset: then both directions go on."""
    lab.watch(Away(lab))
    text = {name: global_defs(name, SYNC) + instance(priority, vips=(VIP + "/32",))
            + service(address=VIP, port=90, method="FNAT", servers={1: 1}, check="")
            for name, priority in (("dir1", 150), ("dir2", 100))}
    a, b = (lab.director(name, text[name]).wait_ready() for name in ("dir1", "dir2"))
    for director in (a, b):
        wait_for(lambda: f"tcp:{VIP}:90" in director.table(), 15, "the service is there")
    wait_for(lambda: a.holds_vip(VIP), 15, "dir1 has the address")
    pipe = lab.watch(Pipe(90))
    pipe.expect_passes(pipe.client, pipe.server, b"one")
    pipe.expect_passes(pipe.server, pipe.client, b"two")
    wait_for(lambda: knows_sessions("dir2", [pipe]), 20, "dir2 knows the session")
    a.kill_group()
    lab.cut_link("dir1")
    wait_for(lambda: b.holds_vip(VIP), 10, "dir2 has the address")
    pipe.server.sendall(b"three")
    pipe.client.settimeout(1.5)
    try:
        pipe.client.recv(100)
        raise Failure("the client got it at once: the comment above is wrong")
    except socket.timeout:
        pass
    pipe.client.settimeout(10)
    pipe.expect_passes(pipe.client, pipe.server, b"four")
    expect(pipe.client.recv(100) == b"three", "what the server sent first is lost")
    pipe.expect_passes(pipe.server, pipe.client, b"five")


def standing(lab, keep=""):
    lab.watch(Away(lab))
    lab.batch("dir1", f"addr add {VIP}/32 dev eth0")
    director = lab.director("dir1", global_defs(sync=keep) + service(address=VIP, method="FNAT")).wait_ready()
    wait_served()
    return director


def test_restart_cuts_nothing(lab):
    """Established connections live on over a stop and a start, and new ones are served meanwhile: rule, set and
    net.ipv4.vs.conntrack stay with the IPVS table, the other sysctls do not."""
    director = standing(lab)
    sessions = far_sessions(lab)
    expect(director.term() == 0, "the status after TERM is not 0")
    expect("SNAT" in rules("dir1") and members("dir1") == addresses(1, 2, 3), "the rule went")
    expect(netns.sysctl("dir1", "net.ipv4.vs.conntrack") == "1", "conntrack was switched off")
    expect(netns.sysctl("dir1", "net.ipv4.vs.expire_nodest_conn") == "0", "a sysctl has not its former value")
    expect_alive(sessions)
    wait_served()
    director.start().wait_ready()
    expect_alive(sessions)
    wait_served()
    director.write(director_text_without_service())
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: "LVSD" not in rules("dir1") and netns.sysctl("dir1", "net.ipv4.vs.conntrack") == "0", 10,
             "rule and sysctl are gone with the service")


def director_text_without_service():
    return global_defs() + service(port=81)


def test_nothing_stays_as_configured(lab):
    """keep_at_stop nothing: rule and set go, and all sysctls get their former values."""
    director = standing(lab, "\tkeep_at_stop nothing\n")
    expect(director.term() == 0, "the status after TERM is not 0")
    expect("LVSD" not in rules("dir1") and not members("dir1"), "the rule or the set stayed")
    expect(netns.sysctl("dir1", "net.ipv4.vs.conntrack") == "0", "conntrack stayed")
