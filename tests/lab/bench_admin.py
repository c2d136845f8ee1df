# SPDX-License-Identifier: GPL-2.0-or-later
"""The speed of programming and reading a large table: lvsadm beside ipvsadm, keepalived and the bare kernel.

"bare kernel" (buffers that were encoded before) and "lvsd" (a plan encoded and applied, a table read and decoded) are
measured inside of a process (tests/bench/bench_genl.c), the programs from their start to their end, with the reading
and writing of text. What lvsadm is to be compared with is therefore "bare program": it starts, takes what was encoded
before from a file and sends it, and ends. "nothing" is /bin/true: what starting a program costs here.

`tests/lab/run -s bench_admin.py [SERVICES [RUNS]]`; each service has four real servers. The programs take turns, so that
a busy machine is busy for all, and of each the quickest of RUNS counts. Prints one line for each program: time, CPU time
of its processes and system calls (counted by strace in a run of their own), and the ratios.
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


def run(command, text=""):
    """(seconds, seconds of CPU, output); with files, since a pipe would cost this program's time too."""
    with open(SCRATCH + "/input", "w+", encoding="ascii") as source, \
            open(SCRATCH + "/output", "w+", encoding="ascii") as sink, netns.inside(NODE):
        source.write(text)
        source.seek(0)
        begin, cpu_before = time.monotonic(), cpu()
        done = subprocess.run(command, stdin=source, stdout=sink, stderr=subprocess.PIPE, text=True, check=False)
        took, used = time.monotonic() - begin, cpu() - cpu_before
        sink.seek(0)
        output = sink.read()
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr[-500:]}")
    return took, used, output


def calls(command, text=""):
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


class Quickest:
    """Of each thing that is measured the quickest time, CPU time and number of calls: what disturbs only adds."""

    def __init__(self):
        self.rows = {}

    def add(self, name, part, seconds, cpu_seconds, n_calls=0):
        row = self.rows.setdefault(name, {})
        row[part] = min(row.get(part, (1e9, 0, 0)), (seconds, cpu_seconds, n_calls))

    def count(self, name, part, n_calls):
        self.rows[name][part] = (*self.rows[name][part][:2], n_calls)


def in_process(quickest, build, name, words, text):
    clear()
    result = json.loads(run([build + "/tests/bench/bench_genl", *words], text)[2])
    for part in result.keys() & {"plan", "program", "read"}:
        quickest.add(name, part, result[part]["us"] / 1e6, result[part]["cpu_us"] / 1e6, result[part]["calls"])


def programs(build):
    """Name, words for programming and for reading, whether rules are on standard input and output."""
    bench = build + "/tests/bench/bench_genl"
    yield "bare program", [bench, "replay", SCRATCH + "/encoded"], [bench, "reread", SCRATCH + "/encoded"], False
    yield "lvsadm", [build + "/lvsadm", "-R"], [build + "/lvsadm", "-Sn"], True
    yield "ipvsadm", ["/sbin/ipvsadm", "-R"], ["/sbin/ipvsadm", "-Sn"], True


def whole_programs(quickest, build, text):
    quickest.add("nothing", "program", *run(["/bin/true"])[:2])
    for name, programming, reading, is_text in programs(build):
        clear()
        quickest.add(name, "program", *run(programming, text if is_text else "")[:2])
        took, used, output = run(reading)
        quickest.add(name, "read", took, used)
        if is_text and output.count("\n") != text.count("\n"):
            raise RuntimeError(f"{name} read back {output.count(chr(10))} rules")


def count_calls(quickest, build, text):
    for name, programming, reading, is_text in programs(build):
        clear()
        quickest.count(name, "program", calls(programming, text if is_text else ""))
        quickest.count(name, "read", calls(reading))


def measure(build, n_services, runs):
    text = rules(n_services)
    quickest = Quickest()
    clear()
    run([build + "/tests/bench/bench_genl", "record", SCRATCH + "/encoded"], text)
    for _ in range(runs):
        in_process(quickest, build, "bare kernel", (), text)
        in_process(quickest, build, "lvsd", ("plan",), text)
        whole_programs(quickest, build, text)
    count_calls(quickest, build, text)
    quickest.add("keepalived", "program", *keepalived(n_services))
    return quickest.rows


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
    print(f"{n_services} services, {n_services * N_DESTS} real servers; lvsd plans them in {rows['lvsd']['plan'][0]:.3f} s")
    print(f"{'':12} {'programming':>33} {'reading':>33}")
    print(f"{'':12} " + f"{'s':>9} {'CPU s':>9} {'calls':>13} " * 2)
    for name, row in rows.items():
        parts = [row[part] for part in ("program", "read") if part in row]
        print(f"{name:12} " + " ".join(f"{part[0]:9.3f} {part[1]:9.3f} {part[2] or '':13}" for part in parts))
    for part, name in (("program", "programming"), ("read", "reading")):
        ours, theirs = rows["lvsadm"][part], rows["ipvsadm"][part]
        print(f"{name}: lvsd takes {rows['lvsd'][part][0] / rows['bare kernel'][part][0]:.2f} times the time of the "
              f"bare kernel, lvsadm {ours[0] / rows['bare program'][part][0]:.2f} times that of the bare program")
        print(f"{name}: lvsadm takes {ours[0] / theirs[0]:.2f} of ipvsadm's time and {ours[2] / theirs[2]:.4f} of its "
              f"system calls; from start to end it is {ours[0] / rows['bare kernel'][part][0]:.2f} times the bare kernel")


def main():
    build = sys.argv[1]
    n_services = int(sys.argv[2]) if len(sys.argv) > 2 else 4000
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    os.makedirs(SCRATCH, exist_ok=True)
    for module in ("ip_vs", "nlmon"):
        netns.run(None, "modprobe", module)
    show(measure(build, n_services, runs), n_services)
    edits, dumps = one_change(build, n_services)
    print(f"one changed real server: {edits} request to change, {dumps} to read")


main()
