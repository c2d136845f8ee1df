# SPDX-License-Identifier: GPL-2.0-or-later
"""no_accept natively: what a master takes that is sent to its addresses, of lvsd and of keepalived with the same file."""

import contextlib
import os
import shutil
import signal
import socket

import netns
from vrrp_rig import ADDRESSES, INTERFACE, VIP, VIPS, VIPS6

VIP6 = VIPS6[1].split("/")[0]
PORT = 8080
BEHIND = "10.78.0.2"

# What stands in global_defs and in each instance, and whether the master takes what is sent to its addresses.
FILES = {
    "accept": ("", "priority 100", True),
    "no_accept": ("", "priority 100\nno_accept", False),
    "strict": ("vrrp_strict", "priority 100", False),
    "strict, accept": ("vrrp_strict", "priority 100\naccept", True),
    "owner": ("", "priority 255\nno_accept", True),
}


def write_file(pair, in_global, in_instance):
    path = f"{pair.directory}/accept.conf"
    with open(path, "w", encoding="utf-8") as out:
        out.write(f"global_defs {{\n{in_global}\n}}\n")
        for name, vrid, vips in (("V4", 51, VIPS), ("V6", 52, VIPS6)):
            out.write(f"vrrp_instance {name} {{\ninterface {INTERFACE}\nvirtual_router_id {vrid}\nversion 3\n"
                      f"advert_int 0.1\n{in_instance}\nvirtual_ipaddress {{\n" + "\n".join(vips) + "\n}\n}\n")
    return path


def command_of(pair, daemon, path):
    if daemon == "keepalived":
        return ["keepalived", "-n", "-l", "-P", "-D", "-f", path, "-p", path + ".pid", "-r", path + ".vrrp"]
    lvsd = os.path.join(os.path.dirname(pair.program), "..", "..", "lvsd")
    return [lvsd, "-n", "-f", path, "-R", f"{pair.directory}/run"]


@contextlib.contextmanager
def host_behind(pair):
    """A host that is reached from b through the VIP alone: a forwards to it."""
    name = pair.tag + "c"
    netns.run(None, "ip", "netns", "add", name)
    try:
        netns.run(None, "ip", "link", "add", "inner", "netns", pair.netns("a"), "type", "veth",
                  "peer", "name", "inner", "netns", name)
        pair.batch("a", "addr add 10.78.0.1/24 dev inner", "link set inner up")
        netns.run(name, "ip", "-batch", "-", input=f"addr add {BEHIND}/24 dev inner\nlink set inner up\n"
                                                   "route add default via 10.78.0.1\n")
        netns.sysctl(pair.netns("a"), "net.ipv4.ip_forward", 1)
        pair.batch("b", f"route add 10.78.0.0/24 via {VIP} dev {INTERFACE} onlink")
        yield
    finally:
        netns.run(None, "ip", "netns", "del", name, check=False)


def pings(pair, address):
    return netns.run(pair.netns("b"), "ping", "-c", "1", "-W", "1", address, check=False).returncode == 0


def connects(pair, address):
    client = netns.open_socket(pair.netns("b"), socket.AF_INET6 if ":" in address else socket.AF_INET)
    with client:
        client.settimeout(1)
        try:
            client.connect((address, PORT))
        except OSError:
            return False
    return True


def check_packets(pair, answers):
    """What is for this machine itself always works; what is for its VIPs is taken or dropped."""
    for own, vip in zip(ADDRESSES["a"], (VIP, VIP6)):
        for what, sends in (("ping", pings), ("connection", connects)):
            pair.wait_for(f"a {what} to {own} is answered", lambda at=own, fn=sends: fn(pair, at))
            if answers:
                pair.wait_for(f"a {what} to {vip} is answered", lambda at=vip, fn=sends: fn(pair, at))
            else:
                pair.check(f"a {what} to {vip} is not answered", not sends(pair, vip))
        shown = netns.run(pair.netns("b"), "ip", "neigh", "show", vip).stdout
        pair.check(f"the neighbour {vip} is resolved: {shown}", "lladdr" in shown)
    pair.wait_for("a forwards what comes through the VIP", lambda: pings(pair, BEHIND))


def has_ended(pid):
    """It is gone, or only its parent has not asked for its status yet."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_accept(pair, daemon, file):
    in_global, in_instance, answers = FILES[file]
    path = write_file(pair, in_global, in_instance)
    os.makedirs(f"{pair.directory}/run", exist_ok=True)
    with host_behind(pair), netns.open_socket(pair.netns("a"), socket.AF_INET6) as listener:
        pair.wait_links()
        listener.bind(("::", PORT))
        listener.listen()
        process = netns.start(pair.netns("a"), command_of(pair, daemon, path), path + ".log")
        try:
            if pair.wait_for(f"{daemon} has its addresses", lambda: pair.has("a") and pair.has("a", VIP6)):
                check_packets(pair, answers)
            if (daemon, file) == ("lvsd", "no_accept"):
                pids = netns.run(None, "ip", "netns", "pids", pair.netns("a")).stdout.split()
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                # A killed process keeps its sockets for a while: up to then it counts as one that serves.
                pair.wait_for(f"{len(pids)} processes have ended", lambda: all(map(has_ended, pids)))
                shown = netns.run(pair.netns("a"), *command_of(pair, daemon, path), "--release-addresses").stdout
                pair.check(f"the table is removed: {shown}", "nftables table of no_accept" in shown)
            else:
                process.terminate()
                process.wait(30)
            left = netns.run(pair.netns("a"), "nft", "list", "ruleset").stdout if shutil.which("nft") else ""
            pair.check(f"no rule is left behind {left}", not left)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def can_filter():
    """nftables answers, and filters, in a new namespace."""
    return netns.run(None, "unshare", "-n", "nft", "add table inet x; add chain inet x y { type filter hook input "
                     "priority 101; }", check=False).returncode == 0
