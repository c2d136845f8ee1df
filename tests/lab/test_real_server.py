# SPDX-License-Identifier: GPL-2.0-or-later
"""lvsadm real-server: a machine that is nothing yet becomes a real server of each method, and what it was before."""

import os
import shutil
import socket

import netns
from lab import Skip, VIP, expect, fetch, wait_for

NODE, ADDRESS, VIP6 = "fresh", "10.9.0.31", "fd09::100"
ETH_P_ARP = 0x0806


class Node:
    """A machine on the lab's network with a web server, without anything that a real server needs."""

    def __init__(self, lab):
        self.lab = lab
        lab.make_node(NODE, ADDRESS)
        here = os.path.dirname(os.path.abspath(__file__))
        self.web = netns.start(NODE, ["/usr/bin/python3", "-ISsB", here + "/realserver.py", NODE], "/dev/null")
        wait_for(self.is_listening, 10, "the web server listens")

    @staticmethod
    def is_listening():
        with netns.open_socket(NODE, socket.AF_INET, socket.SOCK_STREAM) as probe:
            return probe.connect_ex(("127.0.0.1", 80)) == 0

    def run(self, *words):
        """(status, lines printed, standard error) of lvsadm real-server."""
        done = netns.run(NODE, self.lab.lvsadm, "real-server", *words, check=False)
        return done.returncode, done.stdout.splitlines(), done.stderr

    def right(self, *words):
        status, lines, errors = self.run(*words)
        expect(status == 0 and not errors, f"real-server {' '.join(words)}: status {status}: {errors}")
        return lines

    @staticmethod
    def rules():
        program = shutil.which("arptables-legacy")
        return program and netns.run(NODE, program, "-n", "-L").stdout

    def look(self):
        """All that lvsadm may change."""
        settings = [f"{dev} {key} {netns.sysctl(NODE, f'net.ipv4.conf.{dev}.{key}')}" for dev in ("all", "lo", "eth0")
                    for key in ("arp_ignore", "arp_announce", "rp_filter")]
        return (netns.run(NODE, "ip", "-o", "addr").stdout.replace(" tentative", ""), netns.run(NODE, "ip", "route").stdout,
                netns.run(NODE, "ip", "-6", "route").stdout,
                self.rules(), settings)

    def close(self):
        self.web.kill()
        self.web.wait()
        self.lab.batch(None, f"link del {NODE}", f"netns del {NODE}")


def fresh(lab):
    lab.director("dir1")
    return lab.watch(Node(lab))


class ArpWatch:
    """Hears the ARP packets of the node that reach the client; others ask now and then whom a former test left them."""

    MAC = bytes.fromhex("02000009001f")

    def __init__(self):
        with netns.inside("client"):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ARP))
            self.socket.bind(("eth0", ETH_P_ARP))
        self.socket.setblocking(False)

    def senders(self):
        """The protocol addresses in whose name the node sent one since the last call."""
        found = set()
        while True:
            try:
                packet = self.socket.recv(2048)
            except BlockingIOError:
                return found
            if packet[6:12] == self.MAC:
                found.add(socket.inet_ntoa(packet[28:32]))

    def close(self):
        self.socket.close()


def ask_for_vip():
    """Whether anybody answers the client's ARP request for the VIP."""
    netns.run("client", "ip", "neigh", "flush", "dev", "eth0")
    with netns.open_socket("client", socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.sendto(b"x", (VIP, 9))

    def answer():
        text = netns.run("client", "ip", "neigh", "show", VIP).stdout
        return "yes" if "lladdr" in text else "no" if "FAILED" in text else None

    return wait_for(answer, 10, "the neighbour is known or failed", 0.1) == "yes"


def speak_as_vip(watch):
    """What ARP requests of the node have as their sender when it sends from the VIP."""
    watch.senders()
    netns.run(NODE, "ip", "neigh", "flush", "dev", "eth0")
    with netns.open_socket(NODE, socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((VIP, 0))
        probe.sendto(b"x", ("10.9.0.1", 9))
    return wait_for(watch.senders, 10, "the node asked for the client")


def serve_by_director(method):
    """The director's half, by ipvsadm."""
    netns.run("dir1", "ip", "addr", "add", VIP + "/32", "dev", "eth0")
    netns.run("dir1", "ipvsadm", "-A", "-t", VIP + ":80", "-s", "rr")
    netns.run("dir1", "ipvsadm", "-a", "-t", VIP + ":80", "-r", ADDRESS + ":80", method)
    netns.run("client", "ip", "neigh", "flush", "dev", "eth0")


def answers_through_director():
    return fetch() == NODE


def with_arp(lab, how):
    """The VIP on lo: nobody learns it from there, and direct routing works."""
    node, watch = fresh(lab), lab.watch(ArpWatch())
    before = node.look()
    netns.run(NODE, "ip", "addr", "add", VIP + "/32", "dev", "lo")
    expect(ask_for_vip() and VIP in speak_as_vip(watch), "the lab does not show what is to be prevented")
    netns.run(NODE, "ip", "addr", "del", VIP + "/32", "dev", "lo")
    lines = node.right("up", "--vip", VIP, "--method", "DR", "--arp", how)
    expect(f"{VIP}/32 on lo: added" == lines[-1] and len(lines) == (5 if how == "sysctl" else 2), str(lines))
    expect(not ask_for_vip(), "the node answered for the VIP")
    senders = speak_as_vip(watch)
    expect(senders == {ADDRESS}, f"the node asked in the name of {senders}")
    serve_by_director("-g")
    expect(answers_through_director(), "no answer by direct routing")
    expect(node.right("up", "--vip", VIP, "--method", "DR", "--arp", how) == ["nothing to do"], "not idempotent")
    lines = node.right("down", "--vip", VIP)
    expect(len(lines) == (5 if how == "sysctl" else 2) and node.look() == before, f"{lines}\n{before}\n{node.look()}")
    expect(node.right("down") == ["nothing to undo"], "down twice")


def test_dr_by_sysctl(lab):
    """real-server up --arp sysctl: the VIP is on lo, nobody learns it from there, direct routing works; down undoes it."""
    with_arp(lab, "sysctl")


def test_dr_by_arptables(lab):
    """The same with --arp arptables."""
    if not shutil.which("arptables-legacy"):
        raise Skip("arptables is not installed")
    with_arp(lab, "arptables")


def test_tunnel(lab):
    """real-server up --method TUN: tunl0 is up with the VIP and requests through the tunnel are answered; down undoes
    exactly that."""
    node = fresh(lab)
    netns.run(None, "modprobe", "ipip")
    netns.sysctl(NODE, "net.ipv4.conf.all.rp_filter", 1)
    netns.sysctl(NODE, "net.ipv4.conf.eth0.rp_filter", 1)

    def look():
        tunnel = [netns.sysctl(NODE, f"net.ipv4.conf.tunl0.{key}") for key in ("arp_ignore", "arp_announce", "rp_filter")]
        return *node.look(), tunnel, netns.run(NODE, "ip", "-o", "link", "show", "tunl0", "up").stdout

    before = look()
    lines = node.right("up", "--vip", VIP, "--method", "TUN")
    expect(lines[0] == "tunl0: up" and lines[-1] == f"{VIP}/32 on tunl0: added"
           and "net.ipv4.conf.tunl0.rp_filter: 0 -> 2" in lines, str(lines))
    expect(not ask_for_vip(), "the node answered for the VIP")
    serve_by_director("-i")
    expect(answers_through_director(), "no answer through the tunnel")
    expect(node.right("up", "--vip", VIP, "--method", "TUN") == ["nothing to do"], "not idempotent")
    node.right("down")
    after = look()
    expect(after == before, f"not undone:\n{before}\n{after}")


def test_nat(lab):
    """real-server up --method NAT: the default route leads to the director and NAT works for clients elsewhere; down
    brings the former route back, or none."""
    node = fresh(lab)
    netns.run("client", "ip", "addr", "add", "10.77.0.1/32", "dev", "lo")
    netns.run("dir1", "ip", "route", "add", "10.77.0.1/32", "via", "10.9.0.1")
    serve_by_director("-m")
    without = node.look()
    netns.run(NODE, "ip", "route", "add", "default", "via", "10.9.0.1", "proto", "boot")
    before = node.look()

    def elsewhere():
        with netns.open_socket("client", socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.settimeout(2)
            probe.bind(("10.77.0.1", 0))
            return probe.connect_ex((VIP, 80)) == 0

    expect(not elsewhere(), "the lab does not show what is to be reached")
    expect(node.right("up", "--method", "NAT", "--gateway", "10.9.0.11") == ["default route: by 10.9.0.1 -> 10.9.0.11"], "up")
    expect(elsewhere(), "NAT does not work")
    expect(node.right("up", "--method", "NAT", "--gateway", "10.9.0.11") == ["nothing to do"], "not idempotent")
    node.right("down")
    expect(node.look() == before, "the former route is not back")
    netns.run(NODE, "ip", "route", "del", "default")
    node.right("up", "--method", "NAT", "--gateway", "10.9.0.11")
    node.right("down")
    expect(node.look() == without, "a default route is left")
    netns.run("client", "ip", "addr", "del", "10.77.0.1/32", "dev", "lo")


def test_several(lab):
    """Several VIPs share sysctls until the last one goes; what was there before and what somebody else changed stays."""
    node = fresh(lab)
    netns.run(NODE, "ip", "addr", "add", "10.9.0.101/32", "dev", "lo")
    netns.sysctl(NODE, "net.ipv4.conf.lo.arp_announce", 2)
    lines = node.right("up", "--method", "DR", "--vip", VIP, "--vip", "10.9.0.101", "--vip", VIP6)
    expect(f"{VIP6}/128 on lo: added" in lines and not any("10.9.0.101" in line for line in lines)
           and not any("lo.arp_announce" in line for line in lines), str(lines))
    lines = node.right("down", "--vip", VIP)
    expect(lines == [f"{VIP}/32 on lo: removed"] and netns.sysctl(NODE, "net.ipv4.conf.all.arp_ignore") == "1", str(lines))
    netns.sysctl(NODE, "net.ipv4.conf.all.arp_announce", 1)
    lines = node.right("down")
    expect(netns.has_address(NODE, "10.9.0.101") and not netns.has_address(NODE, VIP6), str(lines))
    settings = [netns.sysctl(NODE, f"net.ipv4.conf.{name}") for name in
                ("all.arp_ignore", "lo.arp_ignore", "all.arp_announce", "lo.arp_announce")]
    expect(settings == ["0", "0", "1", "2"], str(settings))
    expect(node.right("down") == ["nothing to undo"], "down twice")


def test_words(lab):
    """Wrong words change nothing and say what is right; --print-sysctl and --print-systemd change nothing and print
    what works."""
    node = fresh(lab)
    before = node.look()
    for words in ("", "sideways", "up", "up --method DR", "up --method XX --vip 10.9.0.100", "up --method NAT",
                  "up --method NAT --gateway 10.9.0.1 --vip 10.9.0.100", "up --method DR --vip 10.9.0", "up --method DR --vip",
                  "up --method DR --vip 224.0.0.1", "up --method DR --vip 10.9.0.100 --dev ../x", "up --method DR --vip 10.9.0.100 x",
                  "up --method TUN --vip 10.9.0.100 --vip fd09::100", "up --method DR --vip 10.9.0.100 --arp no"):
        status, lines, errors = node.run(*words.split())
        expect(status == 2 and not lines and len(errors.splitlines()) == 1, f"{words}: {status} {lines} {errors}")
    status, lines, errors = node.run("up", "--method", "DR", "--vip", VIP, "--dev", "nosuch0")
    expect(status == 1 and errors == "lvsadm: there is no device nosuch0\n", errors)
    text = node.right("up", "--method", "TUN", "--vip", VIP, "--print-sysctl")
    expect("net.ipv4.conf.all.arp_ignore = 1" in text and "net.ipv4.conf.tunl0.rp_filter = 2" in text, str(text))
    unit = node.right("up", "--method", "DR", "--vip", VIP, "--print-systemd")
    start = next(line for line in unit if line.startswith("ExecStart="))
    expect(node.look() == before, "printing changed something")
    done = netns.run(NODE, *start[len("ExecStart="):].split())
    expect(f"{VIP}/32 on lo: added" in done.stdout, done.stdout)
    stop = next(line for line in unit if line.startswith("ExecStop="))
    netns.run(NODE, *stop[len("ExecStop="):].split())
    expect(node.look() == before, "the unit does not undo")
