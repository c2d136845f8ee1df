# SPDX-License-Identifier: GPL-2.0-or-later
"""4,000 servers that fail together, and one that fails alone: from the refused connection to the kernel's table.

`tests/lab/run -s bench_mass.py [SERVERS [RUNS]]`, with LAB_DAEMON=keepalived for keepalived. The times are the kernel's own
stamps of two packets on the director: the reset that ends a probe, and the request that takes this server out (a netlink
monitor device). The servers are probed once in 10 s; a request is one datagram, with one or many changes. A system call
in the guest costs a hundred times what it costs on a machine. lvsd is also told by a file that all servers are down.
"""

import ctypes
import os
import socket
import statistics
import struct
import sys
import time

import netns
from lab import DAEMON, Lab, server_address, server_name, wait_for

SO_TIMESTAMPNS, SO_ATTACH_FILTER = 35, 26
PER_SERVICE, LOOP = 4, 10
NAME = server_name(1)
# A reset of TCP over IPv4 in an Ethernet frame without options of IP.
RESETS = ((0x30, 0, 0, 23), (0x15, 0, 3, 6), (0x30, 0, 0, 47), (0x45, 0, 1, 4), (0x06, 0, 0, 65535), (0x06, 0, 0, 0))


def address(i):
    return f"10.99.{i >> 8}.{i & 255}"


def text(n, check):
    lines = ["global_defs {\n router_id mass\n}\n" + check[1]]
    for i in range(n):
        if i % PER_SERVICE == 0:
            lines.append("}\n" * (i > 0) + f"virtual_server 10.90.{i >> 10}.{i >> 2 & 255} 81 {{\n delay_loop {LOOP}\n"
                         " lvs_sched rr\n lvs_method DR\n protocol TCP\n")
        lines.append(f" real_server {address(i + 1)} 81 {{\n  weight 1\n  {check[0]}\n }}\n")
    return "".join(lines) + "}\n"


TCP = ("TCP_CHECK {\n   connect_timeout 5\n   retry 0\n  }", "")


class Resets:
    """When the probes of each address were reset, by the kernel's clock."""

    def __init__(self):
        program = b"".join(struct.pack("HBBI", *line) for line in RESETS)
        buffer = ctypes.create_string_buffer(program)
        self.socket = netns.open_socket("dir1", socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                               struct.pack("HL", len(RESETS), ctypes.addressof(buffer)))
        stamped(self.socket)

    def read(self):
        found = {}
        for data, at in read(self.socket):
            found.setdefault(socket.inet_ntoa(data[26:30]), []).append(at)
        return found


def last(times, end):
    """The last reset before the removal. One before may be of a connection that had been made, when its server ended."""
    return max((at for at in times if at <= end), default=end)


def stamped(sock):
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    sock.setsockopt(socket.SOL_SOCKET, netns.IpvsWatch.SO_RCVBUFFORCE, 64 << 20)
    sock.setblocking(False)


def read(sock):
    while True:
        try:
            data, extra = sock.recvmsg(1 << 20, 256)[:2]
        except BlockingIOError:
            return
        seconds, nanoseconds = struct.unpack("qq", extra[0][2])
        yield data, seconds + nanoseconds / 1e9


def removals(watch, found):
    """Adds {address: (time, number of the datagram)} of each removal, or of weight 0, since the last call."""
    for data, at in read(watch.socket):
        n = 0
        for kind, flags, _, body in netns.netlink_messages(data):
            if kind == watch.family and flags & netns.NLM_F_REQUEST and body and body[0] in (6, 7):
                dest = netns.attributes(netns.attributes(body[4:])[2])
                found.setdefault(socket.inet_ntoa(dest[1][:4]), (at, watch.n_batches))
                n += 1
        watch.n_batches += n > 0
    return found


def serve():
    return netns.start(NAME, ["/usr/bin/python3", "-ISsc", "import socket\nserver = socket.create_server(('', 81), backlog=4096)\n"
                              "while True: server.accept()[0].close()"], "/run/lab/mass.log")


def stop(server):
    server.kill()
    server.wait()


def n_weighted():
    """How many servers have a weight."""
    with netns.inside("dir1"), open("/proc/net/ip_vs", encoding="ascii") as file:
        return sum(line.split()[3] != "0" for line in file if line.startswith("  -> 0A63"))


def fail(n, watch, act, limit):
    """Gives when each of n servers was removed, and how many datagrams that took."""
    removals(watch, {})
    watch.n_batches, found = 0, {}
    act()
    wait_for(lambda: len(removals(watch, found)) == n, limit, f"{n} removals", interval=0.2)
    return found


def say(what, found, resets):
    late = sorted(1000 * (at - last(resets[key], at)) for key, (at, _) in found.items() if key in resets)
    at = sorted(at for at, _ in found.values())
    print(f"{DAEMON}, {what}: {len(found)} servers in {at[-1] - at[0]:.2f} s, {1 + max(n for _, n in found.values())} "
          "datagrams" + (f"; from the reset {late[len(late) // 2]:.1f} ms (p50), {late[len(late) * 99 // 100]:.1f} (p99), "
                         f"{late[-1]:.1f} (max)" if late else ""), flush=True)


def tcp(lab, n, runs, watch):
    server = serve()
    director = lab.director("dir1", text(n, TCP)).wait_ready(60)
    wait_for(lambda: n_weighted() == n, 120, "all servers are up")
    time.sleep(LOOP + 2)
    resets = Resets()
    found = fail(n, watch, lambda: stop(server), 4 * LOOP + 60)
    say("TCP_CHECK refused by all", found, resets.read())
    server = serve()
    wait_for(lambda: n_weighted() == n, 120, "all servers are up again")
    director.write(text(1, TCP).replace(f"delay_loop {LOOP}", "delay_loop 1"))
    director.hup()
    wait_for(lambda: n_weighted() == 1, 60, "one server is left")
    took = []
    for _ in range(runs):
        time.sleep(2.2)
        resets.read()
        found = fail(1, watch, lambda: stop(server), 20)
        took.append(1000 * (found[address(1)][0] - last(resets.read()[address(1)], found[address(1)][0])))
        server = serve()
        wait_for(lambda: n_weighted() == 1, 20, "the server is back")
    stop(server)
    print(f"{DAEMON}, one server refuses, {runs} runs: from the reset to the request {statistics.median(took):.2f} ms "
          f"(median), {min(took):.2f} to {max(took):.2f}", flush=True)


def by_file(lab, n, watch):
    path = lab.scratch + "/load"
    with open(path, "w", encoding="ascii") as file:
        file.write("0")
    lab.director("dir1", text(n, ("FILE_CHECK {\n   track_file load\n  }",
                                  f"track_file load {{\n file {path}\n weight 1\n}}\n"))).wait_ready(60)
    wait_for(lambda: n_weighted() == n, 60, "all servers are there")

    def act():
        with open(path + ".new", "w", encoding="ascii") as file:
            file.write("-254")
        os.rename(path + ".new", path)

    time.sleep(3)
    say("FILE_CHECK of one file", fail(n, watch, act, 60), {})


def main():
    n, runs = (int(word) for word in (sys.argv[2:] + ["4000", "20"][len(sys.argv[2:]):]))
    lab = Lab(sys.argv[1]).up()
    try:
        lab.batch(NAME, "route add local 10.99.0.0/16 dev lo")
        lab.batch("dir1", f"route add 10.99.0.0/16 via {server_address(1)}")
        watch = lab.watch(netns.IpvsWatch("dir1"))
        stamped(watch.socket)
        watch.n_batches = 0
        tcp(lab, n, runs, watch)
        if DAEMON == "lvsd":
            lab.directors[-1].term()
            by_file(lab, n, watch)
    finally:
        for director in lab.directors:
            print(director.log_tail(12))
        lab.down()


main()
