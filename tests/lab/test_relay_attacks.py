# SPDX-License-Identifier: GPL-2.0-or-later
"""Mode relay under attack: by a third host on the network of the directors, and by a local process without rights."""

import os
import random
import signal
import socket
import struct
import threading
import time

import netns
from lab import CLIENT, DIRECTORS, VIP, expect, expect_alive, knows_sessions, open_sessions, takes_long, wait_for
from sync_kinds import connections
from test_relay import peer
from test_relay_faults import is_ready, ready_pair, wait_both_ready
from test_sync_faults import ticks

N = 10000
PORT = 8850
BURST = 100
BACKUP_PORT, GROUP = 8864, "224.0.0.81"


def inet(text):
    return socket.inet_aton(text)


def datagram_of(entries):
    """A datagram of the kernel's protocol, version 1."""
    body = b"".join(entries)
    return struct.pack("!BBHBBH", 0, 0, 8 + len(body), len(entries), 1, 0) + body


def entry(port, server="10.9.0.21"):
    """An established TCP session by direct routing."""
    return struct.pack("!BBHIHHHHII4s4s4s", 0, socket.IPPROTO_TCP, 36, 0x80 | 3, 1, port, 80, 80, 0, 900, inet(CLIENT), inet(VIP),
                       inet(server))


class Recorder:
    """Records the frames from dir1 to dir2 as they leave the bridge."""

    def __init__(self):
        self.frames = []
        self.is_stopping = False
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.bind(("dir2", 0))
        self.socket.settimeout(0.2)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.is_stopping:
            try:
                frame = self.socket.recv(4096)
            except OSError:
                continue
            if frame[12:14] == b"\x08\x00" and frame[23] == socket.IPPROTO_UDP and frame[26:30] == inet(DIRECTORS["dir1"]) \
                    and struct.unpack("!H", frame[36:38])[0] == PORT:
                self.frames.append(frame[42:14 + struct.unpack("!H", frame[16:18])[0]])

    def close(self):
        self.is_stopping = True
        self.thread.join()
        self.socket.close()


def waiting(namespace):
    """(bytes that wait, datagrams that the kernel dropped) at the socket of the relay."""
    for line in netns.read(namespace, "/proc/thread-self/net/udp").splitlines()[1:]:
        word = line.split()
        if word[1].endswith(f":{PORT:04X}"):
            return int(word[4].split(":")[1], 16), int(word[-1])
    return 0, 0


class Attacker:
    """The client as somebody who sends datagrams with the address of dir1."""

    def __init__(self):
        self.socket = netns.open_socket("client", socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)

    def send(self, payload, source=DIRECTORS["dir1"]):
        udp = struct.pack("!HHHH", PORT, PORT, 8 + len(payload), 0) + payload
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, inet(source), inet(DIRECTORS["dir2"]))
        self.socket.sendto(head + udp, (DIRECTORS["dir2"], 0))

    def flood(self, payloads, **options):
        """Waits after each burst until the relay has read it, so that none is lost before it is judged."""
        for i, payload in enumerate(payloads):
            self.send(payload, **options)
            if i % BURST == BURST - 1:
                wait_for(lambda: not waiting("dir2")[0], 5, "the relay reads", 0.002)

    def close(self):
        self.socket.close()


def payloads(how, frames, earlier):
    rand = random.Random(how)
    for i in range(N):
        frame = bytearray(frames[rand.randrange(len(frames))])
        if how == "forged":
            yield bytes(frame[:8]) + rand.randbytes(24 + 8 + 36 * (1 + i % 20) + 16)
        elif how == "flipped":
            bit = rand.randrange(8 * len(frame))
            frame[bit // 8] ^= 1 << bit % 8
            yield bytes(frame)
        elif how == "replayed":
            yield bytes(frame)
        elif how == "recorded earlier":
            yield earlier[rand.randrange(len(earlier))]
        elif how == "truncated":
            yield bytes(frame[:rand.randrange(len(frame))])
        elif how == "oversized":
            yield bytes(frame) + rand.randbytes(1 + rand.randrange(1472 - len(frame)) if i % 2 else 1472 - len(frame))
        else:
            yield datagram_of([entry(1 + i)])


HOW = ("forged", "flipped", "replayed", "recorded earlier", "truncated", "oversized", "of the kernel")


def rejected(director):
    return sum(peer(director)["rejected"].values())


def tuples(namespace):
    return {key: value[0] for key, value in connections(namespace).items()}


@takes_long
def test_on_the_wire(lab):
    """A third host sends 10,000 datagrams of each kind with the address of dir1: no connection comes or goes, all are
    counted, the session of both stays, the log has a line or two, and the cost of each is bounded."""
    a, b = ready_pair(lab)
    recorder = lab.watch(Recorder())
    attacker = lab.watch(Attacker())
    sessions = open_sessions(lab, 40)
    wait_for(lambda: knows_sessions("dir2", sessions), 20, "dir2 knows the sessions")
    earlier = list(recorder.frames)
    pid = a.child("lvsd: sync")
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: a.children().get("lvsd: sync") not in (None, pid), 10, "the sync process is replaced")
    wait_for(lambda: len(recorder.frames) > len(earlier) + 20, 10, "frames of the new session")
    wait_both_ready(a, b)
    recorder.frames.clear()
    sessions += open_sessions(lab, 10)
    wait_for(lambda: knows_sessions("dir2", sessions), 20, "dir2 knows the sessions")
    wait_for(lambda: len(recorder.frames) > 20, 10, "frames were recorded")
    frames = list(recorder.frames)
    before, log = tuples("dir2"), len(b.log().splitlines())
    state = b.status()["sync"]["peers"][0]
    pid = b.child("lvsd: sync")
    for how in HOW:
        counted, begun, used, lost = rejected(b), time.monotonic(), ticks(pid), waiting("dir2")[1]
        attacker.flood(payloads(how, frames, earlier))
        took, used, lost = time.monotonic() - begun, (ticks(pid) - used) * 10, waiting("dir2")[1] - lost
        wait_for(lambda: rejected(b) - counted >= N - lost, 5, lambda: f"{how}: {rejected(b) - counted} of {N} are counted, {lost} lost before")
        expect(tuples("dir2") == before, lambda: f"{how}: {set(tuples('dir2').items()) ^ set(before.items())}")
        print(f"    {how}: 0 of {N} accepted, {rejected(b) - counted} counted, {lost} dropped by the kernel, {took:.1f} s, "
              f"{used} ms of processor")
        expect(used / 1000 < took + 0.1 and used < N, f"{how}: {used} ms of processor")
    counted = rejected(b)
    attacker.flood(payloads("forged", frames, earlier), source="10.9.0.77")
    expect(tuples("dir2") == before and rejected(b) - counted < 100, "from a strange address")
    lines = b.log().splitlines()[log:]
    print("    the log: " + " | ".join(lines))
    expect(0 < len(lines) <= 5, f"{len(lines)} lines: {lines}")
    expect(any("with the address of the director on 10.9.0.11 were rejected" in line for line in lines), "the log does not say it")
    expect(any("datagrams from 10.9.0.77:8850 are ignored" in line for line in lines), "the log does not name the stranger")
    expect(is_ready(a) and is_ready(b), lambda: f"{peer(a)} {peer(b)}")
    expect(peer(b)["bulks_sent"] == state["bulks_sent"], "the attack caused bulks")
    expect(b.child("lvsd: sync") == pid, "the sync process is another one")
    expect_alive(sessions)


SENDER = """
import os, socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("0.0.0.0") * 2 + int(sys.argv[1]).to_bytes(4, sys.byteorder))
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)
os.setgroups([]); os.setgid(65534)
if sys.argv[2] != "0": os.setuid(int(sys.argv[2]))
for port in (8864, 8848):
    try:
        s.sendto(bytes.fromhex(sys.argv[4]), (sys.argv[3], port))
    except OSError as error:
        print(error)
"""


def send_locally(name, uid, group, data):
    with netns.inside(name):
        index = socket.if_nametoindex("lvsd-sync0")
    return netns.run(name, "/usr/bin/python3", "-ISsB", "-c", SENDER, str(index), str(uid), group, data.hex()).stdout


def group_of(name):
    """The group of the kernel's backup role."""
    lines = netns.run(name, "ipvsadm", "-ln", "--daemon").stdout
    return next(word[6:] for word in lines.replace(",", " ").replace(")", " ").split() if word.startswith("group=")) \
        if "group=" in lines else GROUP


def test_local_process(lab):
    """A process without rights, and one of root, send a well-formed datagram to the private interface: the kernel takes
    nothing, and nothing is sent to the other director. Without the rules it would be taken."""
    a, b = ready_pair(lab)
    sessions = open_sessions(lab, 5)
    wait_for(lambda: knows_sessions("dir2", sessions), 20, "dir2 knows the sessions")
    group = group_of("dir2")
    wait_for(lambda: "lvsd:sync" in netns.run("dir2", "iptables-legacy", "-S", "OUTPUT", check=False).stdout
             + netns.run("dir2", "iptables-legacy", "-S", check=False).stdout, 20, "the rules are there")
    before = {name: tuples(name) for name in DIRECTORS}
    for name in DIRECTORS:
        for uid in (65534, 0):
            print(f"    {name}, uid {uid}: {send_locally(name, uid, group, datagram_of([entry(7), entry(8)])).strip()}")
    sessions += open_sessions(lab, 5)
    wait_for(lambda: knows_sessions("dir2", sessions), 20, "dir2 knows the new sessions")
    for name in DIRECTORS:
        new = {key: value for key, value in tuples(name).items() if key[2] in ("0007", "0008")}
        expect(not new and before[name].items() <= tuples(name).items(), f"{name}: {new}")
    netns.run("dir2", "iptables-legacy", "-F", "LVSD-OUTPUT")
    send_locally("dir2", 65534, group, datagram_of([entry(7)]))
    wait_for(lambda: any(key[2] == "0007" for key in tuples("dir2")), 5, "this test sends what the kernel takes without the rules", 0.01)
