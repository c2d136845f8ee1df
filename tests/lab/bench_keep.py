# SPDX-License-Identifier: GPL-2.0-or-later
"""How long a server that is killed stays in the kernel's table, with TCP_CHECK at delay_loop 10 and a KEEP_CHECK beside it.

`tests/lab/run -s bench_keep.py [RUNS]`. Each run kills redis-server by SIGKILL, and takes the time until the request
that removes the server reaches the kernel, as a netlink monitor device sees it. A system call in the guest costs a
hundred times what it costs on a machine.
"""

import socket
import statistics
import struct
import sys
import time

import netns
from lab import Lab, wait_for
from test_keep import SERVICE, TCP, keep, key, redis, service

SO_TIMESTAMPNS = 35


def removal(watch):
    """The time of day at which the request to remove a server was made; None: there was none yet."""
    while True:
        try:
            data, extra = watch.socket.recvmsg(1 << 16, 256)[:2]
        except BlockingIOError:
            return None
        for kind, flags, _, body in netns.netlink_messages(data):
            if kind == watch.family and flags & netns.NLM_F_REQUEST and body and watch.CHANGES.get(body[0]) == "del-dest":
                seconds, nanoseconds = struct.unpack("qq", extra[0][2])
                return seconds + nanoseconds / 1e9


def main():
    lab = Lab(sys.argv[1]).up()
    took = []
    try:
        server = redis(lab, 1)
        director = lab.director("dir1", service({1: TCP.replace("60", "10") + keep()})).wait_ready()
        watch = lab.watch(netns.IpvsWatch("dir1"))
        watch.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        for _ in range(int((sys.argv[2:] or ["20"])[0])):
            director.wait_servers({key(1): 1}, 20, SERVICE)
            wait_for(server.peers, 10, "a connection")
            time.sleep(2)  # it lasts, and all is quiet
            removal(watch)
            begin = time.time()
            server.crash()
            took.append(wait_for(lambda: removal(watch), 20, "the removal", interval=0.01) - begin)
            server = redis(lab, 1)
    finally:
        lab.down()
    print(f"{len(took)} kills: out of the table after {statistics.median(took) * 1000:.2f} ms (median), "
          f"{min(took) * 1000:.2f} to {max(took) * 1000:.2f} ms")


main()
