#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures of checks: lvsd, and keepalived beside it in the same run. Usage: bench_health.py LVSD FIGURE [option]...

LVSD is the program as built. The figures:
  memory  PSS of all processes with TCP and HTTP checks (--checks N each), and what a check adds
  late    the time between two probes of a server, whose delay_loop is a second, by the kernel's stamps (--per-second)
  script  CPU of the daemon with MISC_CHECKs (--per-second); that of the scripts themselves is not counted

Everything runs in one network namespace made here, on 127.0.0.0/8. A kernel without IPVS gets a pretended one. The machine
should be quiet: the first line says how busy it was. The rounds alternate between both programs (--runs).
"""

import argparse
import contextlib
import mmap
import os
import shutil
import statistics
import struct
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import bench_handover as rig
import netns
from bench_vrrp import cpu_ns, load_env, memory_kb, title, tree

PER_SERVICE = 4


def check_text(kind, scripts):
    if kind == "tcp":
        return "  TCP_CHECK {\n   connect_timeout 5\n  }\n"
    if kind == "http":
        return "  HTTP_GET {\n   url {\n    path /\n    status_code 200\n   }\n   connect_timeout 5\n  }\n"
    return f"  MISC_CHECK {{\n   misc_path \"{scripts}\"\n   misc_timeout 5\n  }}\n"


def services_text(kind, n, delay_loop, scripts=""):
    """n checks of n servers, 127.1.0.1 and the following ones."""
    text = ["global_defs {\n router_id bench\n script_user root\n enable_script_security\n}\n"]
    for i in range(n):
        if i % PER_SERVICE == 0:
            service = i // PER_SERVICE
            text.append("}\n" * (i > 0) + f"virtual_server 10.90.{service >> 8}.{service & 255} 80 {{\n"
                        f" delay_loop {delay_loop}\n lvs_sched rr\n lvs_method DR\n protocol TCP\n")
        number = i + 1
        text.append(f" real_server 127.1.{number >> 8}.{number & 255} 80 {{\n  weight 1\n{check_text(kind, scripts)} }}\n")
    return "".join(text) + "}\n"


# --- the servers: all addresses of 127.1.0.0/16 ---

class Servers:
    """stamps.c: its stamps are the kernel's, so a server that is behind itself does no harm."""

    def __init__(self, directory):
        here = os.path.dirname(os.path.abspath(__file__))
        self.program, self.count, self.result = (f"{directory}/stamps{end}" for end in ("", ".count", ".result"))
        if not os.path.exists(self.program):
            netns.run(None, "cc", "-O2", "-o", self.program, here + "/stamps.c")

    def __enter__(self):
        with open(self.count, "w+b") as file:
            file.write(bytes(8))
            file.flush()
            self.n = mmap.mmap(file.fileno(), 8)
        self.process = netns.start(rig.TAG, [self.program, self.count, self.result], self.program + ".log")
        self.wait(0)
        return self

    def wait(self, n):
        """Until they have had n connections."""
        deadline = time.monotonic() + 3 * rig.LIMIT
        while struct.unpack("=Q", self.n[:8])[0] < n + 1:
            if time.monotonic() > deadline:
                sys.exit(f"no {n} probes come")
            time.sleep(0.1)

    def stop(self):
        """[(number, nanoseconds of CLOCK_REALTIME), ...] of all connections."""
        self.process.terminate()
        self.process.wait()
        with open(self.result, "rb") as file:
            return list(struct.iter_unpack("=Qq", file.read()))

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Daemon(rig.Daemon):
    def __init__(self, program, text, directory, env):
        super().__init__(program, "", text, directory, env)

    def pids(self):
        """Its own processes: scripts are not its own."""
        return [pid for pid in tree(self.process.pid) if is_own(pid)]

    def cpu(self):
        """{process: nanoseconds}. One that is about to become a script is gone before the next call."""
        found = {}
        for pid in self.pids():
            with contextlib.suppress(OSError):
                found[pid] = cpu_ns(pid)
        return found


def is_own(pid):
    try:
        return title(pid).startswith(("lvsd", "keepalived"))
    except OSError:
        return False


def share(daemon, seconds):
    """CPU of the daemon's processes in the next seconds, in percent."""
    before, begin = daemon.cpu(), time.monotonic_ns()
    time.sleep(seconds)
    after = daemon.cpu()
    return 100 * sum(after[pid] - ns for pid, ns in before.items() if pid in after) / (time.monotonic_ns() - begin)


@contextlib.contextmanager
def running(program, text, directory, env):
    daemon = Daemon(program, text, directory, env)
    try:
        yield daemon
    finally:
        daemon.close()


# --- the figures ---

def memory_round(program, kind, n, args, directory, env):
    with Servers(directory), running(program, services_text(kind, n, 60), directory, env) as daemon:
        time.sleep(args.seconds)
        found = {pid: memory_kb(pid)[0] for pid in daemon.pids()}
        if args.each:
            print("  " + ", ".join(f"{title(pid)} {kb} kB" for pid, kb in found.items()), flush=True)
        return sum(found.values())


def memory(programs, args, directory, env):
    for kind in ("tcp", "http"):
        for name, program in programs.items():
            found = {n: memory_round(program, kind, n, args, directory, env) for n in args.checks or (1000, 4000, 16000)}
            least, most = min(found), max(found)
            print(f"{name}, {kind}: " + ", ".join(f"{n} checks {kb / 1000:.1f} MB" for n, kb in found.items())
                  + (f"; each further check {1000 * (found[most] - found[least]) / (most - least):.0f} bytes"
                     if most > least else ""), flush=True)


def intervals(seen, begin):
    """The times between two probes of a server, in seconds."""
    last, found = {}, []
    for number, at in seen:
        if number in last and last[number] > begin:
            found.append((at - last[number]) / 1e9)
        last[number] = at
    return sorted(found)


def late(programs, args, directory, env):
    n = args.per_second or 4000
    for kind in ("tcp", "http"):
        for _ in range(args.runs):
            for name, program in programs.items():
                with Servers(directory) as servers, running(program, services_text(kind, n, 1), directory, env) as daemon:
                    servers.wait(4 * n)
                    begin = time.time_ns()
                    cpu = share(daemon, args.seconds)
                    found, load = intervals(servers.stop(), begin), os.getloadavg()[0]
                print(f"{name}, {n} {kind} checks a second: {len(found)} times between two probes, "
                      f"p1 {found[len(found) // 100]:.4f} s, p50 {found[len(found) // 2]:.4f}, "
                      f"p99 {found[len(found) * 99 // 100]:.4f}, least {found[0]:.3f}, most {found[-1]:.3f}; "
                      f"CPU {cpu:.1f} %; load {load:.1f}", flush=True)


def script(programs, args, directory, env):
    n, shares = args.per_second or 200, {}
    for _ in range(args.runs):
        for name, program in programs.items():
            with running(program, services_text("script", n, 1, "/bin/true"), directory, env) as daemon:
                time.sleep(4)
                shares.setdefault(name, []).append(share(daemon, args.seconds))
    for name, found in shares.items():
        print(f"{name}, {n} scripts a second: CPU of the daemon {statistics.median(found):.2f} % (median of {len(found)}), "
              f"{min(found):.2f} to {max(found):.2f}", flush=True)
    if len(shares) == 2:
        print(f"lvsd to keepalived: {statistics.median(shares['lvsd']) / statistics.median(shares['keepalived']):.2f}")


# Runs and seconds of each figure, unless an option says otherwise.
FIGURES = {"memory": (memory, 1, 8), "late": (late, 2, 10), "script": (script, 3, 10)}


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("lvsd")
    parser.add_argument("figure", choices=FIGURES)
    parser.add_argument("--runs", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--checks", type=int, action="append")
    parser.add_argument("--per-second", type=int)
    parser.add_argument("--each", action="store_true", help="memory: of each process")
    parser.add_argument("--only", choices=("lvsd", "keepalived"))
    args = parser.parse_args()
    figure, runs, seconds = FIGURES[args.figure]
    args.runs, args.seconds = args.runs or runs, args.seconds or seconds
    programs = {"lvsd": os.path.abspath(args.lvsd)}
    if shutil.which("keepalived"):
        programs["keepalived"] = "keepalived"
    if args.only:
        programs = {args.only: programs[args.only]}
    directory = tempfile.mkdtemp(prefix="bench_health")
    os.chmod(directory, 0o755)
    print(f"{os.cpu_count()} CPUs, load {' '.join(f'{each:.1f}' for each in os.getloadavg())}", flush=True)
    try:
        netns.run(None, "ip", "netns", "add", rig.TAG)
        netns.run(rig.TAG, "ip", "link", "set", "lo", "up")
        env, kernel = load_env(directory)
        print(kernel, flush=True)
        figure(programs, args, directory, env)
    finally:
        netns.run(None, "ip", "netns", "del", rig.TAG, check=False)
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
