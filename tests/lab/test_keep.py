# SPDX-License-Identifier: GPL-2.0-or-later
"""KEEP_CHECK: one idle connection to each real server, whose end has the other checks probed at once."""

import os
import signal

import netns
from configs import global_defs
from lab import VIP, expect, hold, is_busy, server_address, server_name, wait_for
from test_dialogues import needs

PORT = 8080
SERVICE = f"tcp:{VIP}:{PORT}"

NGINX = """
daemon off;
worker_processes 1;
error_log {scratch}/nginx.error;
pid {scratch}/nginx.pid;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {scratch}/nginx.body; proxy_temp_path {scratch}/nginx.proxy;
    fastcgi_temp_path {scratch}/nginx.fastcgi; uwsgi_temp_path {scratch}/nginx.uwsgi; scgi_temp_path {scratch}/nginx.scgi;
    client_header_timeout {timeout};
    server {{ listen 8080; }}
}}
"""

HAPROXY = """
defaults
    mode http
    timeout client 2s
    timeout server 10s
    timeout connect 5s
frontend plain
    bind :8080
    http-request return status 200
"""

# Accepts connections and closes them at once, or sends into them without end.
RUDE = """import socket, sys, threading
server = socket.create_server(("", 8080))
def flood(peer):
    try:
        while True:
            peer.send(b"x" * 65536)
    except OSError:
        pass
n = 0
while True:
    peer = server.accept()[0]
    n += 1
    with open(sys.argv[2], "w") as file:
        file.write(str(n))
    if sys.argv[1] == "flood":
        threading.Thread(target=flood, args=(peer,), daemon=True).start()
    else:
        peer.close()
"""

# A probe a minute, so that nothing that is found within seconds is found by it.
TCP = "TCP_CHECK {\n\tdelay_loop 60\n\twarmup 0\n\t}\n"


def keep(delay_loop=1):
    return f"\tKEEP_CHECK {{\n\tdelay_loop {delay_loop}\n\tconnect_timeout 1\n\t}}\n"


def service(checks):
    """checks: {number of a real server: its checks}."""
    servers = "".join(f"\treal_server {server_address(number)} {PORT} {{\n\t{text}\t}}\n" for number, text in checks.items())
    return (f"{global_defs()}virtual_server {VIP} {PORT} {{\n\tlvs_sched rr\n\tlvs_method DR\n\tprotocol TCP\n{servers}}}\n")


def key(number):
    return f"{server_address(number)}:{PORT}"


class Server:
    """A server on PORT of a real server, in a process group of its own, which ends with the test."""

    def __init__(self, lab, number, *command):
        self.name = server_name(number)
        self.process = netns.start(self.name, list(command), f"{lab.scratch}/{self.name}.keep.log")
        lab.watch(self)
        wait_for(self.is_listening, 30, f"{command[0]} listens")

    def is_listening(self):
        return f":{PORT} " in netns.run(self.name, "ss", "-Hltn").stdout

    def peers(self):
        """The other ends of its connections."""
        lines = netns.run(self.name, "ss", "-Htn", "state", "established", f"( sport = :{PORT} )").stdout.splitlines()
        return sorted(line.split()[3] for line in lines)

    def crash(self):
        """Ends all its processes at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self):
        if self.process.poll() is None:
            self.crash()


def nginx(lab, number, timeout="60s"):
    with open(f"{lab.scratch}/nginx.conf", "w", encoding="ascii") as file:
        file.write(NGINX.format(scratch=lab.scratch, timeout=timeout))
    return Server(lab, number, needs("/usr/sbin/nginx"), "-c", f"{lab.scratch}/nginx.conf")


def redis(lab, number):
    return Server(lab, number, needs("/usr/bin/redis-server"), "--port", str(PORT), "--bind", "0.0.0.0", "--save", "",
                  "--protected-mode", "no", "--dir", lab.scratch)


def reason(director, number, check):
    servers = director.status()["virtual_servers"][0]["real_servers"]
    return (servers[number - 1]["checks"][check]["last"] or {}).get("reason") or ""


def test_crash(lab):
    """nginx and redis-server that are killed leave the table long before their TCP_CHECK would look, and come back with
    the connection; a KEEP_CHECK that is alone decides itself; a check process that is killed, and a reload, decide
    nothing."""
    web, store, alone = nginx(lab, 1), redis(lab, 2), redis(lab, 3)
    text = service({1: TCP + keep(), 2: TCP + keep(), 3: keep(60)})
    director = lab.director("dir1", text).wait_ready()
    everyone = {key(number): 1 for number in (1, 2, 3)}
    director.wait_servers(everyone, 20, SERVICE)
    wait_for(lambda: all(len(server.peers()) == 1 for server in (web, store, alone)), 10, "a connection to each")
    before = [server.peers() for server in (web, store, alone)]

    director.write(text.replace("rr", "wrr"))
    director.reload()
    wait_for(lambda: director.table()[SERVICE]["scheduler"] == "wrr", 10, "the reload")
    expect([server.peers() for server in (web, store, alone)] == before, "the reload made connections anew")

    os.kill(director.child("lvsd: check"), signal.SIGKILL)
    wait_for(lambda: all(server.peers() not in ([], old) for server, old in zip((web, store, alone), before)), 20,
             "the next check process holds connections")
    expect(director.servers(SERVICE) == everyone, "the end of the check process was a verdict")

    web.crash()
    director.wait_servers({key(2): 1, key(3): 1}, 10, SERVICE)
    store.crash()
    director.wait_servers({key(3): 1}, 10, SERVICE)
    alone.crash()
    director.wait_servers({}, 10, SERVICE)
    expect("connection refused" in reason(director, 3, 0), reason(director, 3, 0))
    # The next connection has the other check probed, which would wait for a minute.
    nginx(lab, 1)
    director.wait_servers({key(1): 1}, 20, SERVICE)
    expect(director.log().count("up -> down: check=") == 3, "somebody else was down")


def test_servers_that_end_connections(lab):
    """nginx and haproxy end an idle connection after two seconds, a third server ends each one at once, and then one
    that never ends what it says: all stay up, connections are made again, and nothing is busy."""
    count = f"{lab.scratch}/rude.count"
    servers = [nginx(lab, 1, "2s")]
    with open(f"{lab.scratch}/haproxy.keep", "w", encoding="ascii") as file:
        file.write(HAPROXY)
    servers.append(Server(lab, 2, needs("/usr/sbin/haproxy"), "-db", "-f", f"{lab.scratch}/haproxy.keep"))
    rude = Server(lab, 3, "/usr/bin/python3", "-c", RUDE, "close", count)
    director = lab.director("dir1", service({number: TCP + keep() for number in (1, 2, 3)})).wait_ready()
    everyone = {key(number): 1 for number in (1, 2, 3)}
    director.wait_servers(everyone, 20, SERVICE)
    for server in servers:
        first = wait_for(server.peers, 10, f"a connection to {server.name}")
        second = wait_for(lambda s=server, old=first: s.peers() not in ([], old) and s.peers(), 20, "the next connection")
        wait_for(lambda s=server, old=second: s.peers() not in ([], old), 20, "one more")
    wait_for(lambda: reason(director, 3, 1).endswith("the server ends each connection within a second"), 20,
             lambda: reason(director, 3, 1))

    def n_connections():
        with open(count, encoding="ascii") as file:
            return int(file.read() or 0)

    begin = n_connections()
    hold(lambda: director.servers(SERVICE) == everyone, 4, "all are up")
    expect(n_connections() - begin < 12, f"{n_connections() - begin} connections to a server that ends them at once")
    rude.crash()
    director.wait_servers({key(1): 1, key(2): 1}, 20, SERVICE)
    rude = Server(lab, 3, "/usr/bin/python3", "-c", RUDE, "flood", count)
    director.wait_servers(everyone, 20, SERVICE)
    wait_for(lambda: "the server sent too much into it" in reason(director, 3, 1), 20, lambda: reason(director, 3, 1))
    check = director.child("lvsd: check")
    expect(sum(is_busy(check) for _ in range(200)) < 150, "the check process is busy")
    expect(director.servers(SERVICE) == everyone, "a server that sends without end is up")


def test_silent_machine(lab):
    """A machine that vanishes without a word is found by TCP keepalive within seconds, long before its TCP_CHECK looks."""
    redis(lab, 1)
    check = TCP.replace("warmup 0", "warmup 0\n\tconnect_timeout 1\n\tretry 0")
    director = lab.director("dir1", service({1: check + keep()})).wait_ready()
    director.wait_servers({key(1): 1}, 20, SERVICE)
    netns.run(server_name(1), "iptables-legacy", "-A", "INPUT", "-p", "tcp", "--dport", str(PORT), "-j", "DROP")
    try:
        director.wait_servers({}, 20, SERVICE)
    finally:
        netns.run(server_name(1), "iptables-legacy", "-D", "INPUT", "-p", "tcp", "--dport", str(PORT), "-j", "DROP")


def test_shared(lab):
    """Three services share a server, and so one connection to it: when it ends, the server leaves all three at once,
    and comes back into them."""
    server = redis(lab, 1)
    text = service({1: TCP + keep()})
    begin = text.index("virtual_server ")
    for mark in (7, 8):
        text += text[begin:].split("\n}\n")[0].replace(f"virtual_server {VIP} {PORT}", f"virtual_server fwmark {mark}") + "\n}\n"
    services = {SERVICE: {key(1): 1}, "fwm4:7": {f"{server_address(1)}:0": 1}, "fwm4:8": {f"{server_address(1)}:0": 1}}
    director = lab.director("dir1", text).wait_ready()
    for name, there in services.items():
        director.wait_servers(there, 20, name)
    expect(len(server.peers()) == 1, f"the services do not share a connection: {server.peers()}")
    for _ in range(3):
        server.crash()
        for name in services:
            director.wait_servers({}, 10, name)
        server = redis(lab, 1)
        for name, there in services.items():
            director.wait_servers(there, 20, name)
    lines = [line for line in director.log().splitlines() if "up -> down: check=TCP_CHECK" in line]
    expect(len(lines) == 9, lines)
