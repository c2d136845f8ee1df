# SPDX-License-Identifier: GPL-2.0-or-later
"""doc/guide/first-pair.md, executed: a reader who types its commands has a pair that works.

A block "```sh HOST..." of the guide is run on each of the hosts named; a block "```text" after it says what its
output must show: the words of each line, in this order, in one line of the output.
"""

import os
import re
import shutil

import netns
from lab import Failure, expect, takes_long, wait_for
from manager import Manager

GUIDE = os.path.dirname(os.path.abspath(__file__)) + "/../../doc/guide/first-pair.md"
BLOCK = re.compile(r"^```(\w+)(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
OUTSIDE, INSIDE = "outside", "inside"
WEB = os.path.dirname(os.path.abspath(__file__)) + "/realserver.py"


def chapter(title):
    """[(kind, hosts, text)] of the blocks below a heading of the first level."""
    with open(GUIDE, encoding="utf-8") as file:
        text = re.split(r"^# ", file.read(), flags=re.MULTILINE)
    body = next(part for part in text if part.startswith(title))
    return [(kind, hosts.split(), text) for kind, hosts, text in BLOCK.findall(body)]


def shows(output, wanted):
    """Whether a line of the output has the words of the line wanted, in their order."""
    for line in output.splitlines():
        words = iter(line.split())
        if all(any(word == other or other.startswith(word + "/") for other in words)
               for word in wanted.split() if word != "…"):
            return True
    return False


class Plan:
    """The machines of the guide: bridges, namespaces, web servers, and a systemd on each director."""

    def __init__(self, lab, nodes):
        """nodes: {host: [(bridge, address), ...]}."""
        self.lab, self.nodes = lab, nodes
        self.managers, self.webs = {}, []
        lab.watch(self)
        self.bridges = bridges = sorted({bridge for links in nodes.values() for bridge, _ in links})
        lab.batch(None, *(line for bridge in bridges for line in
                          (f"link add {bridge} type bridge forward_delay 0 mcast_snooping 0", f"link set {bridge} up")))
        for number, (host, links) in enumerate(nodes.items()):
            self.make(number, host, links)
        for host in nodes:
            if host.startswith("lb"):
                self.managers[host] = Manager(lab, host, None, hostname=host, label=f"guide-{host}")
            elif host.startswith("web"):
                self.webs.append(netns.start(host, ["/usr/bin/python3", "-ISsB", WEB, host], "/dev/null"))

    def make(self, number, host, links):
        lines = [f"netns add {host}"]
        inner = ["link set lo up"]
        for index, (bridge, address) in enumerate(links):
            mac = f"02:00:00:77:{index:02x}:{number + 1:02x}"
            lines += [f"link add {host}-{index} type veth peer name eth{index} address {mac} netns {host}",
                      f"link set {host}-{index} master {bridge} up"]
            inner += [f"addr add {address}/24 dev eth{index}", f"link set eth{index} up"]
        self.lab.batch(None, *lines)
        self.lab.batch(host, *inner)

    def run(self, host, text):
        """What a root shell of the host says, and whether its last command succeeded."""
        path = f"PATH={self.lab.scratch}/bin:{os.environ['PATH']}"
        command = ["env", path, "sh", "-ec", text]
        if host in self.managers:
            return self.managers[host].run(*command, timeout=60)
        return netns.run(host, *command, check=False, timeout=60)

    def close(self):
        for manager in self.managers.values():
            manager.close()
        for web in self.webs:
            web.kill()
            web.wait()
        self.lab.batch(None, *(f"netns del {host}" for host in self.nodes),
                       *(f"link del {bridge}" for bridge in self.bridges))
        for host in self.managers:
            shutil.rmtree(f"{self.lab.scratch}/guide-{host}", ignore_errors=True)


def follow(plan, blocks):
    """Does what the guide says, in its order; gives how many commands were run."""
    n = 0
    for at, (kind, hosts, text) in enumerate(blocks):
        if kind != "sh" or not hosts:
            continue
        after = blocks[at + 1] if at + 1 < len(blocks) and blocks[at + 1][0] == "text" else None
        for host in hosts:
            n += 1
            if after:
                wait_shown(plan, host, text, after[2])
                continue
            done = plan.run(host, text)
            expect(done.returncode == 0, f"{host}: {text.strip()}: status {done.returncode}: {done.stdout}{done.stderr}")
            if "curl" in text:
                expect(done.stdout.strip() in ("web1", "web2"), f"{host}: {text.strip()}: {done.stdout}")
    return n


def wait_shown(plan, host, text, wanted):
    """A person looks again when the pair is not yet as the guide says."""
    said = ""

    def is_shown():
        nonlocal said
        done = plan.run(host, text)
        said = done.stdout + done.stderr
        return all(shows(said, line) for line in wanted.splitlines())
    try:
        wait_for(is_shown, 30, "", interval=0.3)
    except Failure as failure:
        raise Failure(f"{host}: {text.strip()} does not show what the guide says: {said}") from failure


@takes_long
def test_direct_routing(lab):
    """The guide's pair with DR works when its commands are typed: set up, verified, failed over, failed back."""
    plan = Plan(lab, {
        "router": [(OUTSIDE, "192.0.2.1")], "lb1": [(OUTSIDE, "192.0.2.11")], "lb2": [(OUTSIDE, "192.0.2.12")],
        "web1": [(OUTSIDE, "192.0.2.21")], "web2": [(OUTSIDE, "192.0.2.22")]})
    n = follow(plan, chapter("Direct routing"))
    expect(n >= 12, f"only {n} commands were found in the guide")


@takes_long
def test_nat(lab):
    """The guide's pair with NAT works when its commands are typed, and so does its everyday work."""
    plan = Plan(lab, {
        "router": [(OUTSIDE, "192.0.2.1")],
        "lb1": [(OUTSIDE, "192.0.2.11"), (INSIDE, "10.1.0.11")], "lb2": [(OUTSIDE, "192.0.2.12"), (INSIDE, "10.1.0.12")],
        "web1": [(INSIDE, "10.1.0.21")], "web2": [(INSIDE, "10.1.0.22")]})
    n = follow(plan, chapter("NAT") + chapter("Everyday work"))
    expect(n >= 16, f"only {n} commands were found in the guide")
