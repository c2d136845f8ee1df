#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a client notices when the master of a pair is ended by SIGTERM: lvsd, and keepalived beside it. With --orders: when
lvsctl vrrp release and take move the addresses, and lvsd goes on.

Usage: bench_handover.py LVSD [--runs N] [--interval SECONDS]... [--orders]   (LVSD: the program as built, lvsctl beside it)

Two directors and a client are network namespaces on one bridge. The client sends an echo request to the virtual address
each millisecond. The gap is the time between the last answered request before the loss and the first one after it; 0 if
none was lost. No kernel with IPVS is needed. Nothing is touched but the namespaces made here.
"""

import argparse
import os
import shutil
import signal
import socket
import statistics
import struct
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True

import netns

VIP = "10.77.0.100"
SIDES = {"a": "10.77.0.1", "b": "10.77.0.2"}
CLIENT = "10.77.0.9"
PERIOD = 0.001
LIMIT = 30  # seconds for anything that is waited for
TAG = f"bh{os.getpid()}"


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xffff)
    return ~(total + (total >> 16)) & 0xffff


def echo_request(number):
    ident, sequence = number >> 16, number & 0xffff
    head = struct.pack("!BBHHH", 8, 0, 0, ident, sequence)
    return struct.pack("!BBHHH", 8, 0, checksum(head), ident, sequence)


class Client:
    """Asks the virtual address each millisecond until stop()."""

    def __init__(self):
        with netns.inside(TAG + "c"):
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        self.socket.settimeout(0.2)
        self.sent, self.answered = [], set()
        self.is_over = False
        self.threads = [threading.Thread(target=each) for each in (self._send, self._receive)]
        for thread in self.threads:
            thread.start()

    def _send(self):
        due = time.monotonic()
        while not self.is_over:
            self.sent.append(time.monotonic())
            try:
                self.socket.sendto(echo_request(len(self.sent) - 1), (VIP, 0))
            except OSError:
                pass  # nobody answers ARP
            due = max(due + PERIOD, time.monotonic() - PERIOD)
            time.sleep(max(0, due - time.monotonic()))

    def _receive(self):
        while not self.is_over:
            try:
                data = self.socket.recv(2048)
            except OSError:
                continue
            if len(data) >= 28 and data[20] == 0:
                ident, sequence = struct.unpack("!HH", data[24:28])
                self.answered.add(ident << 16 | sequence)

    def stop(self):
        """The longest gap, in milliseconds."""
        time.sleep(0.3)
        self.is_over = True
        for thread in self.threads:
            thread.join()
        self.socket.close()
        numbers = sorted(self.answered)
        if len(numbers) < 100:
            sys.exit("the virtual address does not answer")
        return max((self.sent[after] - self.sent[before]) * 1000 if after > before + 1 else 0
                   for before, after in zip(numbers, numbers[1:]))


def instance(side, interval):
    """The configuration of a side."""
    return ("vrrp_instance VI_1 {\n state BACKUP\n interface eth0\n virtual_router_id 51\n nopreempt\n"
            f" version 3\n priority {100 + ord(side) - ord('a')}\n advert_int {interval}\n"
            f" virtual_ipaddress {{\n {VIP}/24\n }}\n}}\n")


class Daemon:
    """lvsd or keepalived on one side."""

    def __init__(self, program, side, text, directory, env=None):
        """Starts it with the configuration text."""
        self.side, self.is_lvsd = side, program != "keepalived"
        self.directory = tempfile.mkdtemp(dir=directory)
        self.path = path = self.directory + "/conf"
        self.write(text)
        words = ([program, "-n", "-l", "-f", path, "-R", self.directory] if self.is_lvsd else
                 [program, "-n", "-l", "-D", "-f", path, "-p", self.directory + "/pid",
                  "-r", self.directory + "/vrrp", "-c", self.directory + "/checkers"])
        self.process = netns.start(TAG + side, words, self.directory + "/log", env)

    def wait_backup(self, interval):
        """It has heard the master, if there is one."""
        self.wait_for("VI_1 BACKUP|-> BACKUP|Entering BACKUP")
        time.sleep(3 * interval + 0.2)
        return self

    def write(self, text):
        with open(self.path, "w", encoding="utf-8") as out:
            out.write(text)

    def reload(self, text):
        self.write(text)
        self.process.send_signal(signal.SIGHUP)

    def log(self):
        with open(self.directory + "/log", encoding="utf-8", errors="replace") as log:
            return log.read()

    def wait_for(self, words):
        deadline = time.monotonic() + LIMIT
        while not any(word in self.log() for word in words.split("|")):
            if time.monotonic() > deadline or self.process.poll() is not None:
                sys.exit(f"{self.side}: no '{words}':\n{self.log()}")
            time.sleep(0.01)

    def has_vip(self):
        return any(found.text == VIP for found in netns.addresses(TAG + self.side))

    def stop(self):
        self.process.terminate()
        self.process.wait(LIMIT)

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def wait_vip(daemon):
    deadline = time.monotonic() + LIMIT
    while not daemon.has_vip():
        if time.monotonic() > deadline:
            sys.exit(f"{daemon.side} does not become master:\n{daemon.log()}")
        time.sleep(0.01)


def gaps(program, interval, runs, directory):
    """The gap of each run: the master is ended, and started again as the backup of the other one."""

    def start(side):
        return Daemon(program, side, instance(side, interval), directory).wait_backup(interval)

    found = []
    master = start("a")
    wait_vip(master)
    backup = start("b")
    try:
        for _ in range(runs):
            client = Client()
            time.sleep(0.3)
            master.stop()
            wait_vip(backup)
            found.append(client.stop())
            master, backup = backup, start(master.side)
    finally:
        master.close()
        backup.close()
        for side, _ in SIDES.items():
            netns.run(TAG + side, "ip", "addr", "del", f"{VIP}/24", "dev", "eth0", check=False)
    return found


def order(program, daemon, word):
    """The gap of one lvsctl vrrp."""
    client = Client()
    time.sleep(0.3)
    netns.run(TAG + daemon.side, program.replace("lvsd", "lvsctl"), "-R", daemon.directory, "vrrp", word)
    return client.stop()


def order_gaps(program, interval, runs, directory):
    """The gaps of release and of take: the better director b releases, and takes the addresses again."""
    better = Daemon(program, "b", instance("b", interval), directory).wait_backup(interval)
    wait_vip(better)
    other = Daemon(program, "a", instance("a", interval), directory).wait_backup(interval)
    found = {"release": [], "take": []}
    try:
        for _ in range(runs):
            for word, master in (("release", other), ("take", better)):
                found[word].append(order(program, better, word))
                wait_vip(master)
                time.sleep(3 * interval + 0.2)
    finally:
        better.close()
        other.close()
        for side, _ in SIDES.items():
            netns.run(TAG + side, "ip", "addr", "del", f"{VIP}/24", "dev", "eth0", check=False)
    return found


def say(interval, name, found):
    print(f"advert_int {interval:g}, {name}, {len(found)} runs: median {statistics.median(found):.1f} ms, "
          f"worst {max(found):.1f} ms, nothing lost in {sum(not gap for gap in found)}", flush=True)


def make_network(n_links=1, with_client=True):
    """Two directors and a client on a bridge (10.77.0.0/24 on eth0); more links have bridges of their own."""
    members = {**SIDES, "c": CLIENT} if with_client else SIDES
    netns.run(None, "ip", "netns", "add", TAG + "s")
    for name in members:
        netns.run(None, "ip", "netns", "add", TAG + name)
        netns.run(TAG + name, "ip", "link", "set", "lo", "up")
    for k in range(n_links):
        netns.run(TAG + "s", "ip", "link", "add", f"br{k}", "type", "bridge", "mcast_snooping", "0")
        netns.run(TAG + "s", "ip", "link", "set", f"br{k}", "up")
        for name, address in members.items():
            netns.run(None, "ip", "link", "add", f"eth{k}", "netns", TAG + name, "type", "veth", "peer", "name",
                      f"{name}{k}", "netns", TAG + "s")
            netns.run(TAG + name, "ip", "addr", "add", address.replace("77.0", f"77.{k}") + "/24", "dev", f"eth{k}")
            netns.run(TAG + name, "ip", "link", "set", f"eth{k}", "up")
            netns.run(TAG + "s", "ip", "link", "set", "dev", f"{name}{k}", "up", "master", f"br{k}")
    if os.path.exists("/proc/sys/net/bridge"):
        netns.sysctl(TAG + "s", "net.bridge.bridge-nf-call-iptables", 0)  # the senders would pay for it


def remove_network():
    for name in ("s", "c", *SIDES):
        netns.run(None, "ip", "netns", "del", TAG + name, check=False)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("lvsd")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--interval", type=float, action="append")
    parser.add_argument("--orders", action="store_true")
    args = parser.parse_args()
    programs = {"lvsd": os.path.abspath(args.lvsd)}
    if shutil.which("keepalived"):
        programs["keepalived"] = "keepalived"
    directory = tempfile.mkdtemp(prefix="bench_handover")
    try:
        make_network()
        for interval in args.interval or (1, 0.1, 0.01):
            if args.orders:
                for word, found in order_gaps(programs["lvsd"], interval, args.runs, directory).items():
                    say(interval, "lvsctl vrrp " + word, found)
                continue
            for name, program in programs.items():
                say(interval, name, gaps(program, interval, args.runs, directory))
    finally:
        remove_network()
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
