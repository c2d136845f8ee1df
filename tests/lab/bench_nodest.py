# SPDX-License-Identifier: GPL-2.0-or-later
"""What becomes of the sessions of a server that is taken out, by how it is taken out: `bench_nodest.py BUILD`.

The kernel alone, without lvsd: the destination is deleted or gets weight 0, with net.ipv4.vs.expire_nodest_conn 0 and
1, by direct routing and NAT. Once the server is dead; once it lives, and is back after three seconds. Prints the rows
of a table for doc/performance.md; run it with `tests/lab/run -s bench_nodest.py`.
"""

import sys
import time

import netns
from lab import VIP, Lab, Session, server_address
from test_ownfault import NAT_CLIENT, NAT_VIP, count_answers, nat_side, send_requests

SERVER = server_address(1) + ":80"
PATIENCE = 10
OUT_S = 3
N = 5


class Row:
    """One way of taking a server out."""

    def __init__(self, lab, method, expire, is_deleted):
        self.lab, self.method, self.expire, self.is_deleted = lab, method, expire, is_deleted
        self.vip, self.source = (VIP, None) if method == "DR" else (NAT_VIP, NAT_CLIENT)
        self.flag = "-g" if method == "DR" else "-m"

    def ipvs(self, *words):
        netns.run("dir1", "ipvsadm", *words)

    def begin(self):
        netns.sysctl("dir1", "net.ipv4.vs.expire_nodest_conn", self.expire)
        self.ipvs("-A", "-t", self.vip + ":80", "-s", "rr")
        self.add()

    def add(self):
        self.ipvs("-a", "-t", self.vip + ":80", "-r", SERVER, self.flag, "-w", "1")

    def take_out(self):
        if self.is_deleted:
            self.ipvs("-d", "-t", self.vip + ":80", "-r", SERVER)
        else:
            self.ipvs("-e", "-t", self.vip + ":80", "-r", SERVER, self.flag, "-w", "0")

    def put_back(self):
        if self.is_deleted:
            self.add()
        else:
            self.ipvs("-e", "-t", self.vip + ":80", "-r", SERVER, self.flag, "-w", "1")

    def sessions(self):
        sessions = [Session(self.vip, source=self.source) for _ in range(N)]
        for session in sessions:
            session.exchange()
        return sessions

    def dead(self):
        """Seconds until the clients of a dead server learn of it."""
        self.begin()
        sessions = self.sessions()
        self.lab.cut_link("rs1")
        self.take_out()
        begin, ends = time.monotonic(), []
        send_requests(sessions)
        for session in sessions:
            try:
                session.socket.settimeout(max(begin + PATIENCE - time.monotonic(), 0.05))
                session.socket.recv(1)
            except TimeoutError:
                continue
            except OSError:
                ends.append(time.monotonic() - begin)
        self.lab.plug_link("rs1")
        self.end(sessions)
        return f"reset after {max(ends):.1f} s" if len(ends) == N else f"hang ({len(ends)} of {N} end in {PATIENCE} s)"

    def returned(self):
        """How many sessions live on when the server is back after OUT_S seconds."""
        self.begin()
        busy, idle = self.sessions(), self.sessions()
        self.take_out()
        begin, n = time.monotonic(), 0
        while time.monotonic() - begin < OUT_S:
            send_requests(busy)
            n += 1
            time.sleep(0.5)
        self.put_back()
        kept = sum(session.lives(PATIENCE) for session in idle), count_answers(busy, n, PATIENCE)
        self.end(busy + idle)
        return f"{kept[1]} of {N} busy, {kept[0]} of {N} idle"

    def end(self, sessions):
        for session in sessions:
            session.close()
        self.ipvs("-C")

    def print(self):
        what = "deleted" if self.is_deleted else "weight 0"
        print(f"| {self.method} | {what} | {self.expire} | {self.dead()} | {self.returned()} |", flush=True)


def main():
    lab = Lab(sys.argv[1]).up()
    with nat_side(lab):
        lab.batch("dir1", f"addr add {VIP}/32 dev eth0", f"addr add {NAT_VIP}/32 dev eth0")
        for method in ("DR", "NAT"):
            for is_deleted in (True, False):
                for expire in (0, 1):
                    Row(lab, method, expire, is_deleted).print()
    lab.down()


main()
