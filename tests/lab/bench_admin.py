# SPDX-License-Identifier: GPL-2.0-or-later
"""The speed of programming and reading a large table: lvsadm beside ipvsadm, keepalived and the bare kernel.

"bare kernel" (buffers that were encoded before) and "lvsd" (a plan encoded and applied, a table read and decoded) are
measured inside of a process (tests/bench/bench_genl.c), the programs from their start to their end, with the reading
and writing of text.

`tests/lab/run -s bench_admin.py [SERVICES [RUNS]]`; each service has four real servers. Prints one line for each
program: time, CPU time of its processes and system calls (counted by strace in a run of their own), and the ratios.
"""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time

import netns

NODE, SCRATCH = "bench", "/run/bench"
N_DESTS = 4


def rules(n_services):
    lines = []
    for n in range(n_services):
        service = f"-t 10.10.{n // 200}.{n % 200 + 1}:80"
        lines.append(f"-A {service} -s wlc")
        lines += [f"-a {service} -r 10.9.1.{k}:80 -m -w 1" for k in range(1, N_DESTS + 1)]
    return "\n".join(lines) + "\n"


def keepalived_file(n_services):
    parts = []
    for n in range(n_services):
        servers = "".join(f"real_server 10.9.1.{k} 80 {{\nweight 1\n}}\n" for k in range(1, N_DESTS + 1))
        parts.append(f"virtual_server 10.10.{n // 200}.{n % 200 + 1} 80 {{\nlvs_sched wlc\nlvs_method NAT\n"
                     f"protocol TCP\n{servers}}}\n")
    return "".join(parts)


def cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(command, text=None):
    """(seconds, seconds of CPU, output)"""
    with netns.inside(NODE):
        begin, cpu_before = time.monotonic(), cpu()
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        took = time.monotonic() - begin
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr[-500:]}")
    return took, cpu() - cpu_before, done.stdout


def calls(command, text=None):
    """System calls of a run, all processes."""
    run(["strace", "-f", "-c", "-o", SCRATCH + "/calls", *command], text)
    with open(SCRATCH + "/calls", encoding="ascii", errors="replace") as file:
        return int(re.search(r"^\s*100\.00\s+\S+\s+(?:\S+\s+)?(\d+)\s+(?:\d+\s+)?total$", file.read(), re.M)[1])


def clear():
    """A new namespace: the kernel keeps deleted destinations for two minutes and searches them at each new one."""
    netns.run(None, "ip", "netns", "del", NODE, check=False)
    netns.run(None, "ip", "netns", "add", NODE)
    netns.run(NODE, "ip", "link", "set", "lo", "up")


def count():
    return sum(line.startswith("  -> ") and line[5].isalnum()
               for line in netns.read(NODE, "/proc/thread-self/net/ip_vs").splitlines()[3:])


def keepalived(n_services):
    """(seconds, seconds of CPU, system calls) from the start until the table is complete."""
    with open(SCRATCH + "/keepalived.conf", "w", encoding="ascii") as file:
        file.write(keepalived_file(n_services))
    pids = [word for flag, name in (("-p", "main"), ("-r", "vrrp"), ("-c", "check"))
            for word in (flag, f"{SCRATCH}/{name}.pid")]
    command = ["keepalived", "-n", "-l", "-C", "-f", SCRATCH + "/keepalived.conf", *pids]
    found = []
    for prefix in ([], ["strace", "-f", "-o", SCRATCH + "/calls"]):
        clear()
        begin = time.monotonic()
        process = netns.start(NODE, prefix + command, SCRATCH + "/keepalived.log")
        while count() < n_services * N_DESTS and time.monotonic() < begin + 300:
            time.sleep(0.05)
        took = time.monotonic() - begin
        if not prefix:
            found += [took, sum(process_cpu(pid) for pid in family(process.pid))]
        # SIGKILL, so that it has no time to take the table apart.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    with open(SCRATCH + "/calls", encoding="ascii", errors="replace") as file:
        return (*found, sum("(" in line and "resumed>" not in line for line in file))


def family(pid):
    """A process and those that it started."""
    pids = [pid]
    for path in os.listdir("/proc"):
        if path.isdigit():
            try:
                with open(f"/proc/{path}/stat", encoding="ascii", errors="replace") as file:
                    parent = int(file.read().rsplit(") ", 1)[1].split()[1])
            except OSError:
                continue
            if parent == pid:
                pids.append(int(path))
    return pids


def process_cpu(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        words = file.read().rsplit(") ", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def best(runs, function):
    """The quickest of some runs: what disturbs only adds."""
    return min((function() for _ in range(runs)), key=lambda result: result[0])


def measure(build, n_services, runs):
    text = rules(n_services)
    lvsadm = build + "/lvsadm"
    rows = {}

    def in_process(*words):
        clear()
        return json.loads(run([build + "/tests/bench/bench_genl", *words], text)[2])

    for name, words in (("bare kernel", ()), ("lvsd", ("plan",))):
        results = [in_process(*words) for _ in range(runs)]
        if words:
            print(f"lvsd computes its plan in {min(result['plan']['us'] for result in results) / 1e6:.3f} s")
        rows[name] = [min((result[part]["us"] / 1e6, result[part]["cpu_us"] / 1e6, result[part]["calls"])
                          for result in results) for part in ("program", "read")]
    for name, program in (("lvsadm", lvsadm), ("ipvsadm", "/sbin/ipvsadm")):
        def fresh(program=program):
            clear()
            return run([program, "-R"], text)
        programming = best(runs, fresh)
        reading = best(runs, lambda program=program: run([program, "-Sn"]))
        if reading[2].count("\n") != n_services * (N_DESTS + 1):
            raise RuntimeError(f"{name} read back {reading[2].count(chr(10))} rules")
        n_reading = calls([program, "-Sn"])
        clear()
        rows[name] = [(*programming[:2], calls([program, "-R"], text)), (*reading[:2], n_reading)]
    rows["keepalived"] = [keepalived(n_services), None]
    return rows


def one_change(build, n_services):
    """Requests for one changed weight in the whole table."""
    clear()
    run([build + "/lvsadm", "-R"], rules(n_services))
    watch = netns.IpvsWatch(NODE)
    run([build + "/lvsadm", "-e", "-t", "10.10.0.1:80", "-r", "10.9.1.1:80", "-m", "-w", "9"])
    edits, dumps = watch.changes(), watch.n_dumps
    watch.close()
    return len(edits), dumps


def show(rows, n_services):
    print(f"{n_services} services, {n_services * N_DESTS} real servers")
    print(f"{'':12} {'programming':>33} {'reading':>33}")
    print(f"{'':12} " + f"{'s':>9} {'CPU s':>9} {'calls':>13} " * 2)
    for name, row in rows.items():
        print(f"{name:12} " + " ".join(f"{part[0]:9.3f} {part[1]:9.3f} {part[2]:13}" if part else "" for part in row))
    ours, theirs, bare, plan = rows["lvsadm"], rows["ipvsadm"], rows["bare kernel"], rows["lvsd"]
    for at, name in enumerate(("programming", "reading")):
        print(f"{name}: lvsd takes {plan[at][0] / bare[at][0]:.2f} times the time of the bare kernel")
        print(f"{name}: lvsadm takes {ours[at][0] / bare[at][0]:.2f} times the time of the bare kernel and "
              f"{ours[at][0] / theirs[at][0]:.2f} of ipvsadm's; {ours[at][2] / theirs[at][2]:.4f} of its system calls")


def main():
    build = sys.argv[1]
    n_services = int(sys.argv[2]) if len(sys.argv) > 2 else 4000
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    os.makedirs(SCRATCH, exist_ok=True)
    for module in ("ip_vs", "nlmon"):
        netns.run(None, "modprobe", module)
    show(measure(build, n_services, runs), n_services)
    edits, dumps = one_change(build, n_services)
    print(f"one changed real server: {edits} request to change, {dumps} to read")


main()
