#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures of VRRP: lvsd, and keepalived beside it in the same run. Usage: bench_vrrp.py LVSD FIGURE [option]...

LVSD is the program as built. The figures:
  kill    the gap when every process of the master is killed (--runs, --interval)
  load    failovers of a pair on busy CPUs, while 40,000 real servers are loaded anew each 10 s (--seconds, --interval)
  many    CPU and memory of 1,020 instances, as master and as backup (--seconds, --interval, --each)
  script  from the failure of a tracking script to the addresses on the other director (--runs, --interval)
  vips    250 addresses on an instance that becomes master: announcements and lateness (--runs, --interval)

Directors are network namespaces on bridges. What is on the wire is read from the bridge, with the kernel's time stamps.
Only the namespaces made here are touched. The machine should be quiet: the first line says how busy it was.
"""

import argparse
import contextlib
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import bench_handover as rig
import netns
import wire

N_LINKS = 4


def tree(pid):
    """The process and all below it, parents first."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            children = file.read().split()
    except OSError:
        return []
    return [pid] + [each for child in children for each in tree(int(child))]


def title(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        words = file.read().replace(b"\0", b" ").decode().strip()
    with open(f"/proc/{pid}/comm", encoding="ascii") as file:
        return words if words.startswith("lvsd: ") else file.read().strip()


# --- many ---

def cpu_ns(pid):
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0])


def memory_kb(pid):
    """(PSS, the most that was ever resident)."""
    found = {}
    for name in ("smaps_rollup", "status"):
        with open(f"/proc/{pid}/{name}", encoding="ascii", errors="replace") as file:
            for line in file:
                word = line.split()
                if word[0] in ("Pss:", "VmHWM:"):
                    found[word[0]] = int(word[1])
    return found["Pss:"], found["VmHWM:"]


def many_text(side, interval, n):
    text = "global_defs {\n router_id %s\n vrrp_version 3\n}\n" % side
    for i in range(n):
        link, vrid = i % N_LINKS, i // N_LINKS + 1
        text += (f"vrrp_instance V{i} {{\n state BACKUP\n interface eth{link}\n virtual_router_id {vrid}\n"
                 f" priority {200 if side == 'a' else 100}\n advert_int {interval}\n"
                 f" virtual_ipaddress {{\n 10.78.{link}.{vrid}/32 dev eth{link}\n }}\n}}\n")
    return text


def wait_all(side, n):
    deadline = time.monotonic() + rig.LIMIT
    while sum(each.text.startswith("10.78.") for each in netns.addresses(rig.TAG + side)) != n:
        if time.monotonic() > deadline:
            sys.exit(f"{side} does not become master of all")
        time.sleep(0.1)


def say_side(name, role, daemon, before, after, elapsed, is_each):
    sums = [0, 0, 0]
    for pid in tree(daemon.process.pid):
        cpu = (after.get(pid, 0) - before.get(pid, 0)) / elapsed / 1e7
        found = (cpu, *memory_kb(pid))
        sums = [a + b for a, b in zip(sums, found)]
        if is_each:
            print(f"  {title(pid):16s} CPU {cpu:5.2f} %, PSS {found[1]:6d} kB, at most resident {found[2]:6d} kB")
    print(f"{name}, {role}: CPU {sums[0]:.1f} %, PSS {sums[1] / 1000:.1f} MB, at most resident {sums[2] / 1000:.1f} MB",
          flush=True)
    return sums


def many(programs, interval, args, directory):
    """CPU and memory of each program as master and as backup."""
    for side in rig.SIDES:
        netns.sysctl(rig.TAG + side, "net.ipv4.igmp_max_memberships", 4 * args.instances)
    figures = {}
    for name, program in programs.items():
        with contextlib.ExitStack() as stack:
            pair = {}
            for side in rig.SIDES:
                pair[side] = rig.Daemon(program, side, many_text(side, interval, args.instances), directory)
                stack.callback(pair[side].close)
                if side == "a":
                    wait_all("a", args.instances)
            time.sleep(3)
            marks = []
            for wait in (0, args.seconds):
                time.sleep(wait)
                marks.append((time.monotonic(), {pid: cpu_ns(pid) for each in pair.values()
                                                 for pid in tree(each.process.pid)}))
            elapsed = marks[1][0] - marks[0][0]
            for side, role in (("a", "master"), ("b", "backup")):
                figures[name, role] = say_side(name, role, pair[side], marks[0][1], marks[1][1], elapsed, args.each)
            wait_all("a", args.instances)
            wait_all("b", 0)
            for each in pair.values():
                each.stop()
    if len(programs) == 2:
        for role in ("master", "backup"):
            print(f"lvsd to keepalived, {role}: " + ", ".join(
                f"{what} {a / b:.2f}" for what, a, b in
                zip(("CPU", "PSS", "most resident"), figures["lvsd", role], figures["keepalived", role])))


# --- kill ---

def stolen_ms():
    """The time that the hypervisor gave to others while this machine could run, of all CPUs together."""
    with open("/proc/stat", encoding="ascii") as file:
        return int(file.readline().split()[8]) * 10


def wait_wire(watch, found, what):
    """Waits until found(watch) is true."""
    deadline = time.monotonic() + rig.LIMIT
    while not found(watch):
        if time.monotonic() > deadline:
            sys.exit(f"{what} does not come")
        time.sleep(0.002)


def takeover(master, backup, watch):
    """(last advertisement of the dead master, first one of the other director, its announcement of the address)."""
    dead, other = rig.SIDES[master.side], rig.SIDES[backup.side]

    def announced(adverts):
        return [arp.at for arp in watch.arps(rig.VIP) if adverts and arp.at > adverts[0].at - 0.01]

    wait_wire(watch, lambda w: announced(w.adverts(other)), f"the takeover of {backup.side}")
    before, after = watch.adverts(dead), watch.adverts(other)
    if not before or before[-1].priority == 0 or after[0].at < before[-1].at:
        print(f"this run does not count, as {master.side} was not the only master when it was killed:\n{master.log()}",
              flush=True)
        return None
    return before[-1].at, after[0].at, announced(after)[0]


def kill_all(daemon):
    """All at once: each is stopped before the first one is killed, so that none sees another one end."""
    pids = tree(daemon.process.pid)
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in pids:
            os.kill(pid, number)
    daemon.process.wait()


def forget_vip(side):
    netns.run(rig.TAG + side, "ip", "addr", "del", rig.VIP + "/24", "dev", "eth0", check=False)


def down_time(side, interval):
    """down_timer_adverts x advert_int + skew of RFC 9568, in seconds."""
    priority = 100 + ord(side) - ord("a")
    return 3 * interval + (256 - priority) / 256 * interval


def start_side(program, side, interval, directory):
    return rig.Daemon(program, side, rig.instance(side, interval), directory).wait_backup(interval)


def kills(program, interval, args, directory):
    """[(gap, how much later than due, until the address is announced)] in ms."""
    found = []
    master = start_side(program, "a", interval, directory)
    rig.wait_vip(master)
    backup = start_side(program, "b", interval, directory)
    try:
        for _ in range(args.runs):
            watch = wire.WireWatch(rig.TAG + "c")
            time.sleep((2 + random.random()) * interval)
            stolen = stolen_ms()
            kill_all(master)
            seen = takeover(master, backup, watch)
            watch.close()
            if seen:
                last, first, arp = seen
                due = down_time(backup.side, interval)
                found.append(tuple(1000 * each for each in (first - last, first - last - due, arp - last - due)))
                if found[-1][1] > 20:
                    print(f"a run is {found[-1][1]:.0f} ms late: meanwhile the hypervisor took {stolen_ms() - stolen} ms "
                          f"of all CPUs, load {os.getloadavg()[0]:.1f}", flush=True)
            forget_vip(master.side)
            master, backup = backup, start_side(program, master.side, interval, directory)
    finally:
        master.close()
        backup.close()
        for side in rig.SIDES:
            forget_vip(side)
    return found


def middle_and_most(values):
    return f"median {statistics.median(values):.1f} ms, worst {max(values):.1f} ms"


def kill(programs, interval, args, directory):
    for name, program in programs.items():
        found = kills(program, interval, args, directory)
        print(f"advert_int {interval:g}, {name}, {len(found)} runs: gap {middle_and_most([each[0] for each in found])}; "
              f"later than 3 advert_int + skew: {middle_and_most([each[1] for each in found])}; "
              f"the address announced: {middle_and_most([each[2] for each in found])}", flush=True)


# --- load ---

def servers_text(weight):
    """2,500 virtual servers with 16 real servers each; weight is that of one in a hundred."""
    text = []
    for i in range(2500):
        text.append(f"virtual_server 10.90.{i // 250}.{i % 250 + 1} 80 {{\n lvs_method DR\n protocol TCP\n")
        text += [f" real_server 10.{100 + j}.{i // 250}.{i % 250 + 1} 80 {{\n  weight {weight if i % 100 == 0 else 1}\n }}\n"
                 for j in range(16)]
        text.append("}\n")
    return "".join(text)


def load_env(directory):
    """The environment in which a director finds an IPVS. A kernel without it is helped by tests/lab/fake_ipvs.c."""
    if os.path.exists("/proc/net/ip_vs"):
        return dict(os.environ), "the kernel's IPVS"
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fake_ipvs.c")
    library = directory + "/fake_ipvs.so"
    netns.run(None, "cc", "-O2", "-shared", "-fPIC", "-o", library, source)
    return dict(os.environ, LD_PRELOAD=library), "no IPVS in this kernel: a pretended one takes the requests"


def scheduler(daemon):
    """The scheduling policy of the process that sends advertisements. No other one of both programs has a real-time policy."""
    found = {os.sched_getscheduler(pid) & ~os.SCHED_RESET_ON_FORK for pid in tree(daemon.process.pid)}
    return "SCHED_RR" if os.SCHED_RR in found else "SCHED_OTHER"


def changes_of_master(watch):
    """How often the sender of advertisements changes, and the longest silence of all of them, in ms."""
    adverts = watch.adverts()
    n = sum(a.source != b.source for a, b in zip(adverts, adverts[1:]))
    silence = max((b.at - a.at for a, b in zip(adverts, adverts[1:])), default=0)
    watch.heard = adverts[-1:]
    return n, silence * 1000


def load(programs, interval, args, directory):
    """Failovers that nobody asked for. keepalived has no real-time priority unless its configuration asks for one."""
    env, kernel = load_env(directory)
    print(kernel)
    variants = [(name, program, "") for name, program in programs.items()]
    if "keepalived" in programs:
        variants.append(("keepalived with vrrp_rt_priority", "keepalived", "global_defs {\n vrrp_rt_priority 50\n}\n"))
    for name, program, head in variants:
        with contextlib.ExitStack() as stack:
            pair = {}
            for side in rig.SIDES:
                text = head + rig.instance(side, interval) + servers_text(1)
                pair[side] = rig.Daemon(program, side, text, directory, env)
                stack.callback(forget_vip, side)
                stack.callback(pair[side].close)
                if side == "a":
                    rig.wait_vip(pair["a"])
            time.sleep(5)
            stolen = stolen_ms()
            watch = wire.WireWatch(rig.TAG + "c")
            stack.callback(watch.close)
            for _ in range(os.cpu_count()):
                stack.callback(subprocess.Popen([sys.executable, "-c", "while True: pass"]).kill)
            end, due, n, silence, reloads = time.monotonic() + args.seconds, time.monotonic(), 0, 0, 0
            while time.monotonic() < end:
                if time.monotonic() >= due:
                    due, reloads = due + 10, reloads + 1
                    for each in pair.values():
                        each.reload(head + rig.instance(each.side, interval) + servers_text(2 + reloads % 2))
                time.sleep(0.5)
                more, silent = changes_of_master(watch)
                n, silence = n + more, max(silence, silent)
            print(f"advert_int {interval:g}, {name} ({scheduler(pair['a'])}): {n} changes of the master in "
                  f"{args.seconds:g} s with {os.cpu_count()} busy CPUs and {reloads} reloads of both directors; "
                  f"longest silence {silence:.1f} ms; the hypervisor took {stolen_ms() - stolen} ms of all CPUs", flush=True)


# --- script ---

SCRIPT = """#!/bin/bash
[ -e {0}/fail ] || exit 0
[ -e {0}/at ] || {{ echo $EPOCHREALTIME > {0}/new; mv {0}/new {0}/at; }}
exit 1
"""


def script_text(side, interval, directory):
    # A script that has not run yet counts as failed in keepalived: rise 1 lets it count soon.
    tracked = side == "a"
    return ("global_defs {\n script_user root\n enable_script_security\n}\n"
            f"vrrp_script chk {{\n script \"{directory}/check\"\n interval 1\n fall 1\n rise 1\n}}\n" * tracked
            + f"vrrp_instance VI_1 {{\n state BACKUP\n interface eth0\n virtual_router_id 51\n version 3\n"
            f" priority {200 if tracked else 100}\n advert_int {interval}\n"
            + " track_script {\n chk\n }\n" * tracked
            + f" virtual_ipaddress {{\n {rig.VIP}/24\n }}\n}}\n")


def wait_for_file(path):
    deadline = time.monotonic() + rig.LIMIT
    while not os.path.exists(path):
        if time.monotonic() > deadline:
            sys.exit(f"{path} does not come")
        time.sleep(0.005)


def script_runs(program, interval, args, directory):
    """From the end of the script to the announcement by the other director, less the skew time, in ms."""
    found = []
    home = tempfile.mkdtemp(dir=directory)
    with open(home + "/check", "w", encoding="ascii") as file:
        file.write(SCRIPT.format(home))
    os.chmod(home + "/check", 0o755)
    with contextlib.ExitStack() as stack:
        pair = {}
        for side in rig.SIDES:
            pair[side] = rig.Daemon(program, side, script_text(side, interval, home), directory)
            stack.callback(forget_vip, side)
            stack.callback(pair[side].close)
        for _ in range(args.runs):
            rig.wait_vip(pair["a"])
            time.sleep(1 + random.random())
            watch = wire.WireWatch(rig.TAG + "c")
            with open(home + "/fail", "w", encoding="ascii"):
                pass
            wait_for_file(home + "/at")
            with open(home + "/at", encoding="ascii") as file:
                ended = float(file.read()) - watch.offset
            os.remove(home + "/fail")
            rig.wait_vip(pair["b"])
            wait_wire(watch, lambda w: [a for a in w.arps(rig.VIP) if a.at > ended], "the announcement of b")
            arp = min(each.at for each in watch.arps(rig.VIP) if each.at > ended)
            found.append(1000 * (arp - ended - (256 - 100) / 256 * interval))
            os.remove(home + "/at")
            watch.close()
    return found


def script(programs, interval, args, directory):
    for name, program in programs.items():
        found = script_runs(program, interval, args, directory)
        print(f"advert_int {interval:g}, {name}, {len(found)} runs: from the failure of the script to the address, less "
              f"the skew time: {middle_and_most(found)}", flush=True)


# --- vips ---

N_VIPS = 250


def vips_text(side, interval):
    vips = "".join(f"  10.79.0.{i + 1}/32\n" for i in range(N_VIPS - 1))
    return rig.instance(side, interval).replace(f" {rig.VIP}/24\n", f"  {rig.VIP}/24\n{vips}")


def vips_run(program, interval, directory):
    """(lateness of the latest advertisement, time until all are announced) in ms of the director that takes over."""
    with contextlib.ExitStack() as stack:
        pair = {}
        for side in rig.SIDES:
            pair[side] = rig.Daemon(program, side, vips_text(side, interval), directory)
            stack.callback(pair[side].close)
            pair[side].wait_backup(interval)
            if side == "a":
                rig.wait_vip(pair["a"])
        time.sleep(1)
        watch = wire.WireWatch(rig.TAG + "c")
        stack.callback(watch.close)
        killed = time.monotonic()
        kill_all(pair["a"])
        time.sleep(3.7 * interval + 8)
        adverts = watch.adverts(rig.SIDES["b"])
        if len(adverts) < 3:
            sys.exit(f"b does not take over:\n{pair['b'].log()}")
        late = max(after.at - before.at for before, after in zip(adverts, adverts[1:])) - interval
        seen = {}
        for packet in watch.read():
            if isinstance(packet, wire.GratuitousArp) and packet.at > killed:
                seen.setdefault(packet.address, packet.at)
        if len(seen) < N_VIPS:
            sys.exit(f"only {len(seen)} of {N_VIPS} addresses are announced")
        return 1000 * late, 1000 * (max(seen.values()) - min(adverts[0].at, *seen.values()))


def vips(programs, interval, args, directory):
    for name, program in programs.items():
        found = []
        for _ in range(args.runs):
            found.append(vips_run(program, interval, directory))
            for side in rig.SIDES:
                netns.run(rig.TAG + side, "ip", "addr", "flush", "dev", "eth0")
                netns.run(rig.TAG + side, "ip", "addr", "add", rig.SIDES[side] + "/24", "dev", "eth0")
        print(f"advert_int {interval:g}, {name}, {N_VIPS} addresses, {len(found)} runs: the latest advertisement "
              f"{middle_and_most([each[0] for each in found])} late; all announced after "
              f"{middle_and_most([each[1] for each in found])}", flush=True)


# What each figure is measured with, unless an option says otherwise: intervals, runs, seconds.
FIGURES = {"kill": (kill, (1, 0.1, 0.01), 20, 0), "load": (load, (0.01,), 1, 600), "many": (many, (0.1,), 1, 20),
           "script": (script, (1, 0.1, 0.01), 20, 0), "vips": (vips, (1, 0.1), 3, 0)}


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("lvsd")
    parser.add_argument("figure", choices=FIGURES)
    parser.add_argument("--runs", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--interval", type=float, action="append")
    parser.add_argument("--instances", type=int, default=1020)
    parser.add_argument("--each", action="store_true", help="many: a line for each process")
    parser.add_argument("--only", choices=("lvsd", "keepalived"))
    args = parser.parse_args()
    figure, intervals, runs, seconds = FIGURES[args.figure]
    args.runs, args.seconds = args.runs or runs, args.seconds or seconds
    programs = {"lvsd": os.path.abspath(args.lvsd)}
    if shutil.which("keepalived"):
        programs["keepalived"] = "keepalived"
    if args.only:
        programs = {args.only: programs[args.only]}
    directory = tempfile.mkdtemp(prefix="bench_vrrp")
    os.chmod(directory, 0o755)
    print(f"{os.cpu_count()} CPUs, load {' '.join(f'{each:.1f}' for each in os.getloadavg())}", flush=True)
    try:
        is_many = args.figure == "many"
        rig.make_network(N_LINKS if is_many else 1, not is_many)
        for interval in args.interval or intervals:
            figure(programs, interval, args, directory)
    finally:
        rig.remove_network()
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
