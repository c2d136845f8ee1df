# SPDX-License-Identifier: GPL-2.0-or-later
"""FTP behind NAT: the kernel's ip_vs_ftp follows the data connections, active and passive."""

import os

import netns
from configs import global_defs
from lab import DIRECTORS, expect, server_address, server_name, wait_for

# The client's network, from which the servers answer through the director.
NETWORK, CLIENT, DIRECTOR, FTP_VIP = "10.8.0.0/24", "10.8.0.1", "10.8.0.11", "10.8.0.100"
FTP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ftp.py")
PYTHON = ("/usr/bin/python3", "-ISsB", FTP)


class Servers:
    """An FTP server on each of two real servers, and the way back through the director."""

    def __init__(self, lab):
        self.processes = []
        lab.batch("client", f"addr add {CLIENT}/24 dev eth0")
        lab.batch("dir1", f"addr add {DIRECTOR}/24 dev eth0", f"addr add {FTP_VIP}/32 dev eth0")
        for number in (1, 2):
            name = server_name(number)
            lab.batch(name, f"route add {NETWORK} via {DIRECTORS['dir1']}")
            self.processes.append(netns.start(name, [*PYTHON, "serve", name], f"{lab.scratch}/ftp.log"))
        self.lab = lab

    def close(self):
        for process in self.processes:
            process.kill()
            process.wait()
        for number in (1, 2):
            self.lab.batch(server_name(number), f"route del {NETWORK}")
        self.lab.batch("client", f"addr del {CLIENT}/24 dev eth0")


def ftp_service():
    servers = "".join(f"\treal_server {server_address(number)} 21 {{\n\t\tTCP_CHECK {{\n\t\t\tconnect_timeout 1\n\t\t}}\n\t}}\n"
                      for number in (1, 2))
    return (global_defs() + f"virtual_server {FTP_VIP} 21 {{\n\tdelay_loop 1\n\tlvs_sched rr\n\tlvs_method NAT\n"
            f"\tprotocol TCP\n{servers}}}\n")


def fetch(mode, times=3):
    done = netns.run("client", *PYTHON, "fetch", FTP_VIP, mode, str(times), check=False, timeout=40)
    return done.stdout.split(), done.stderr


def start(lab):
    director = lab.director("dir1", ftp_service()).wait_ready()

    # Before its first verdict a server is in the table, whether it listens already or not.
    def states():
        return [rs["state"] for vs in director.status()["virtual_servers"] for rs in vs["real_servers"]]

    wait_for(lambda: states() == ["up", "up"], 10, "two servers are up")
    wait_for(lambda: len(director.servers(f"tcp:{FTP_VIP}:21") or ()) == 2, 5, "two servers")
    return director


def expect_transfers(mode):
    seen = set()
    for _ in range(2):
        names, errors = fetch(mode)
        expect(len(names) == 3 and len(set(names)) == 1, f"{mode}: {names} {errors[-300:]}")
        seen.update(names)
    expect(seen == {"rs1", "rs2"}, f"{mode}: only {seen} answered")


def test_active_and_passive(lab):
    """With ip_vs_ftp loaded both modes transfer, each from the server of its control connection; without net.ipv4.vs.conntrack."""
    netns.run(None, "modprobe", "ip_vs_ftp")
    lab.closers.append(Servers(lab))
    director = start(lab)
    expect(netns.sysctl("dir1", "net.ipv4.vs.conntrack") == "0", "conntrack is on")
    expect("ip_vs_ftp" not in director.log(), "a warning though the module is there")
    expect_transfers("passive")
    expect_transfers("active")


def test_a_missing_module_is_said(lab):
    """Without ip_vs_ftp one sentence says what is missing, and how to get it; nothing is refused."""
    netns.run(None, "modprobe", "-r", "ip_vs_ftp", check=False)
    director = lab.director("dir1")
    director.write(ftp_service())
    done = netns.run("dir1", lab.lvsd, "-t", "-f", director.config_file, check=False)
    said = [line for line in (done.stdout + done.stderr).splitlines() if "ip_vs_ftp" in line]
    expect(done.returncode == 0 and len(said) == 1 and "modprobe ip_vs_ftp" in said[0], f"{done}")
