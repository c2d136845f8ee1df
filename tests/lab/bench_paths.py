# SPDX-License-Identifier: GPL-2.0-or-later
"""What `through_vip` and `passive` cost a director: CPU, memory, the time of a reload, and who waits meanwhile.

`tests/lab/run -s bench_paths.py [SERVERS [DESTINATIONS]]`. First 1,000 servers with a TCP_CHECK each 10 s, at their own
addresses and through the virtual ones. Then 10,000 destinations, without passive and with it, beside an instance that
advertises each 0.1 s. A system call in the guest costs a hundred times what it costs on a machine.
"""

import sys
import time

import netns
from bench_vrrp import cpu_ns, memory_kb
from configs import global_defs, instance
from lab import Lab, server_address, server_name, wait_for

PER_SERVICE = 4
NAME = server_name(1)
SECONDS = 20


def text(n, word, check, extra=""):
    lines = [global_defs("paths") + extra]
    for i in range(n):
        if i % PER_SERVICE == 0:
            lines.append("}\n" * (i > 0) + f"virtual_server 10.90.{i >> 10}.{i >> 2 & 255} 80 {{\n delay_loop 10\n"
                         f" lvs_sched rr\n lvs_method DR\n protocol TCP\n {word}\n")
        lines.append(f" real_server 10.99.{i + 1 >> 8}.{i + 1 & 255} 80 {{\n  weight 1\n  {check}\n }}\n")
    return "".join(lines) + "}\n"


def states(director):
    found = {}
    for service in (director.status() or {"virtual_servers": []})["virtual_servers"]:
        for server in service["real_servers"]:
            found[server["state"]] = found.get(server["state"], 0) + 1
    return found


def shares(director):
    """CPU in percent of each process that has used any, in the next seconds."""
    pids = director.children()
    before, begin = {name: cpu_ns(pid) for name, pid in pids.items()}, time.monotonic_ns()
    time.sleep(SECONDS)
    spent = time.monotonic_ns() - begin
    found = {name: 100 * (cpu_ns(pid) - before[name]) / spent for name, pid in pids.items()}
    return ", ".join(f"{name[6:]} {value:.1f} %" for name, value in found.items() if value >= 0.05)


def memory(director):
    return ", ".join(f"{name[6:]} {memory_kb(pid)[0] / 1000:.1f} MB" for name, pid in director.children().items()
                     if name in ("lvsd: director", "lvsd: check"))


def timed_reload(director, new):
    director.write(new)
    begin = time.monotonic()
    answer = director.reload()
    took = time.monotonic() - begin
    return f"{took:.2f} s" if answer.returncode == 0 else f"refused: {answer.stderr[-200:]}"


def through(lab, n):
    check = "TCP_CHECK {\n   connect_timeout 5\n  }"
    for word in ("", "through_vip"):
        director = lab.director("dir1", text(n, word, check)).wait_ready(60)
        wait_for(lambda: states(director) == {"up": n}, 60, lambda: f"{states(director)} {director.log_tail(5)}")
        kernel = netns.ipvs_table("dir1")
        print(f"{n} servers, {word or 'own addresses'}: {len(kernel)} services in the kernel, "
              f"{sum(key.startswith('fwm') for key in kernel)} of them private; {memory(director)}; {shares(director)}", flush=True)
        print(f"  reload: of the same file {timed_reload(director, text(n, word, check))}, of one more server "
              f"{timed_reload(director, text(n + 1, word, check))}", flush=True)
        if not word:
            print(f"  reload: with through_vip for all {timed_reload(director, text(n, 'through_vip', check))}", flush=True)
            wait_for(lambda: states(director) == {"up": n}, 60, lambda: f"{states(director)}")
        director.term()


def answers(director, seconds):
    """How long the director takes for a question that costs nothing, in ms, sorted."""
    took, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        begin = time.monotonic()
        director.ask(command="help")
        took.append(1000 * (time.monotonic() - begin))
        time.sleep(0.02)
    return sorted(took)


def passive(lab, n):
    for word in ("", "passive"):
        director = lab.director("dir1", text(n, word, "", instance(100, advert_int="0.1"))).wait_ready(120)
        wait_for(lambda: sum(len(row["servers"]) for row in netns.ipvs_table("dir1").values()) == n, 120, "the table")
        wait_for(director.holds_vip, 30, "the VIP")
        used = shares(director)
        took = answers(director, SECONDS)
        print(f"{n} destinations, {word or 'not passive'}: {used}; an answer of the director takes {took[len(took) // 2]:.1f} ms "
              f"(p50), {took[len(took) * 99 // 100]:.1f} (p99), {took[-1]:.1f} (max); adverts late: "
              f"{ {key: value for key, value in director.status()['vrrp'][0].items() if 'late' in key} }", flush=True)
        director.term()


def main():
    n, m = (int(word) for word in (sys.argv[2:] + ["1000", "10000"][len(sys.argv[2:]):]))
    lab = Lab(sys.argv[1]).up()
    server = None
    try:
        lab.web[1].stop()
        lab.batch(NAME, "route add local 10.99.0.0/16 dev lo", "route add local 10.90.0.0/16 dev lo")
        lab.batch("dir1", f"route add 10.99.0.0/16 via {server_address(1)}", f"route add 10.90.0.0/16 via {server_address(1)}")
        server = netns.start(NAME, ["/usr/bin/python3", "-ISsc", "import socket\nserver = socket.create_server(('', 80), backlog=4096)\n"
                                    "while True: server.accept()[0].close()"], "/run/lab/paths.log")
        through(lab, n)
        passive(lab, m)
    finally:
        for director in lab.directors:
            print(director.log_tail(8))
        if server:
            server.kill()
        lab.down()


main()
