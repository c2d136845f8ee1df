# SPDX-License-Identifier: GPL-2.0-or-later
"""lvsctl: what it says and how it ends."""

import json
import os
import re
import signal
import subprocess
import time

import netns
from configs import alone, global_defs, http_get, instance, pair_member, service
from lab import SERVICE, expect, server_key, wait_for

NUMBER, TEXT, BOOL = (int, float), (str,), (bool,)
NONE = type(None)


def typed(value, types, where):
    expect(isinstance(value, types) and (bool in types or not isinstance(value, bool)),
           f"{where} is {value!r}, wanted one of {[t.__name__ for t in types]}")


def exact(value, keys, where):
    typed(value, (dict,), where)
    missing = set(keys) - set(value)
    expect(not missing, f"{where} lacks {sorted(missing)}")


STATES = {"up", "down", "unknown", "draining", "maint", "disabled"}


def verify(status):
    """Every field of the schema is there with a value of its type; unknown values are null."""
    exact(status, ("schema", "version", "config_digest", "pid", "virtual_servers", "vrrp"), "the top level")
    expect(status["schema"] == 1, f"schema is {status['schema']!r}")
    typed(status["version"], TEXT, "version")
    expect(re.fullmatch("[0-9a-f]{64}", status["config_digest"] or ""), f"config_digest is {status['config_digest']!r}")
    typed(status["pid"], NUMBER, "pid")
    for vs in status["virtual_servers"]:
        exact(vs, ("key", "scheduler", "method", "quorum_up", "quorum", "live_weight", "sorry_server", "real_servers"),
              "a virtual server")
        for name in ("key", "scheduler", "method"):
            typed(vs[name], TEXT, name)
        typed(vs["quorum_up"], BOOL, "quorum_up")
        for rs in vs["real_servers"]:
            verify_real_server(rs)
    expect(not status["vrrp"] or 0 <= status["vrrp_counters_s"] < 3, f"the counters are {status['vrrp_counters_s']} s old")
    for vrrp in status["vrrp"]:
        exact(vrrp, ("name", "state", "priority", "effective_priority", "vrid", "interface", "rejected"), "an instance")
        expect(vrrp["state"] in ("MASTER", "BACKUP", "FAULT", "INIT"), f"state {vrrp['state']!r}")
        for name in ("priority", "vrid"):
            typed(vrrp[name], NUMBER, name)
        typed(vrrp["effective_priority"], NUMBER + (NONE,), "effective_priority")


def verify_real_server(rs):
    exact(rs, ("key", "state", "weight", "effective_weight", "in_kernel", "kernel_weight", "checks"), "a real server")
    expect(rs["state"] in STATES, f"state {rs['state']!r}")
    typed(rs["weight"], NUMBER, "weight")
    typed(rs["effective_weight"], NUMBER + (NONE,), "effective_weight")
    typed(rs["in_kernel"], BOOL + (NONE,), "in_kernel")
    for check in rs["checks"]:
        exact(check, ("kind", "state", "last", "latency_us", "through_vip"), "a check")
        expect(check["state"] in STATES, f"check state {check['state']!r}")
        typed(check["kind"], TEXT, "kind")
        typed(check["latency_us"], NUMBER + (NONE,), "latency_us")
        typed(check["through_vip"], (dict, NONE), "through_vip")
        if check["last"] is not None:
            exact(check["last"], ("at", "outcome", "reason"), "last")


def test_json_is_complete(lab):
    """The JSON of status has every field of the schema, with the values of the file and the kernel."""
    text = global_defs() + instance(150) + service(servers={1: 3, 2: 2, 3: 1}, check=http_get())
    director = lab.director("dir1", text).wait_ready()
    wait_for(lambda: director.vrrp_state() == "MASTER", 8, "dir1 is MASTER")
    director.wait_servers((1, 2, 3))
    lab.web[3].stop()
    director.wait_servers((1, 2), 5)
    status = director.status()
    verify(status)
    with open(f"{director.run_dir}/lvsd.pid", encoding="ascii") as file:
        expect(status["pid"] == int(file.read()) == director.process.pid, "pid is not that of lvsd.pid")
    vs = status["virtual_servers"][0]
    expect((vs["key"], vs["scheduler"], vs["method"], vs["quorum_up"]) == (SERVICE, "wrr", "DR", True), repr(vs))
    rows = [(rs["key"], rs["state"], rs["weight"], rs["in_kernel"]) for rs in vs["real_servers"]]
    expect(rows == [(server_key(1), "up", 3, True), (server_key(2), "up", 2, True), (server_key(3), "down", 1, False)],
           repr(rows))
    expect([rs["effective_weight"] for rs in vs["real_servers"]][:2] == [3, 2], repr(vs))
    good, bad = vs["real_servers"][0]["checks"][0], vs["real_servers"][2]["checks"][0]
    expect(good["state"] == "up" and good["latency_us"] > 0 and good["last"]["at"], repr(good))
    expect(bad["state"] == "down" and bad["last"]["reason"], repr(bad))
    vrrp = status["vrrp"][0]
    expect((vrrp["name"], vrrp["priority"], vrrp["vrid"], vrrp["interface"]) == ("VI_1", 150, 51, "eth0"), repr(vrrp))


def test_unknown_is_null(lab):
    """A check without an outcome has state unknown and null, not absent, values."""
    text = global_defs() + service(servers={}).replace(
        "\tprotocol TCP\n", "\tprotocol TCP\n\treal_server 10.9.0.99 80 {\n\t\tTCP_CHECK {\n\t\t\tconnect_timeout 5\n\t\t}\n\t}\n")
    director = lab.director("dir1", text).wait_ready()
    status = director.status()
    verify(status)
    rs = status["virtual_servers"][0]["real_servers"][0]
    expect(rs["state"] == "unknown" and rs["checks"][0]["state"] == "unknown", repr(rs))
    last = rs["checks"][0]["last"]
    expect(rs["checks"][0]["latency_us"] is None and (last is None or set(last.values()) == {None}), repr(rs))


def test_text_for_a_person(lab):
    """Status without --json is a text in aligned columns that names every object and begins with the digest."""
    director = lab.director("dir1", pair_member(150)).wait_ready()
    director.wait_servers((1, 2, 3))
    wait_for(director.holds_vip, 8, "dir1 has the VIP")
    done = director.ctl("status")
    expect(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
    for word in (SERVICE, *(server_key(n) for n in (1, 2, 3)), "VI_1", "MASTER", director.status()["config_digest"][:8]):
        expect(word in done.stdout, f"`{word}` is not in:\n{done.stdout}")
    columns = {line.index("up") for line in done.stdout.splitlines() if re.search(r"10\.9\.0\.2\d:80\s+up\b", line)}
    expect(len(columns) == 1, f"columns are not aligned:\n{done.stdout}")


def test_explain(lab):
    """`lvsctl explain` names the causes of a server, a service and an instance with their times, and what is missing."""
    director = lab.director("dir1", pair_member(150, check=http_get())).wait_ready()
    director.wait_servers((1, 2, 3))
    wait_for(director.holds_vip, 8, "dir1 has the VIP")
    lab.watch(lab.web[2]).switch_health()
    wait_for(lambda: server_key(2) not in (director.servers() or ()), 20, "rs2 has left the table")
    said = director.ctl("explain", server_key(2)).stdout
    for part in (f"real server {server_key(2)} of {SERVICE}: down since 20", "weight 0 of ", "before that it was up for ",
                 "it is not in the kernel's table", "check HTTP_GET is down since 20", "HTTP 503"):
        expect(part in said, f"`{part}` is not in:\n{said}")
    short = director.ctl("explain", server_key(2).split(":")[0] + "@" + SERVICE).stdout
    expect(short.startswith(f"real server {server_key(2)} of {SERVICE}: down since 20"), short)
    service_said = director.ctl("explain", SERVICE).stdout
    expect(f"{server_key(2)} is down since 20" in service_said and server_key(1) not in service_said, service_said)
    instance_said = director.ctl("explain", "VI_1").stdout
    expect("VRRP instance VI_1: MASTER since 20" in instance_said and "priority is 150" in instance_said, instance_said)
    lines = json.loads(director.ctl("--json", "explain", SERVICE).stdout)
    expect(isinstance(lines, list) and lines[0].startswith("virtual server"), f"{lines}")
    done = director.ctl("explain", "nobody")
    expect(done.returncode == 1 and "has the name nobody" in done.stderr, f"{done.returncode}: {done.stderr}")


def test_no_daemon(lab):
    """Without a daemon lvsctl exits 3 with one sentence."""
    director = lab.director("dir1")
    os.makedirs(director.run_dir)
    for command in ("status", "reload"):
        done = director.ctl(command)
        expect(done.returncode == 3 and len(done.stderr.splitlines()) == 1, f"{done.returncode}: {done.stderr}")
    director.start(alone()).wait_ready()
    director.kill_group()
    done = director.ctl("status")
    expect(done.returncode == 3, f"after SIGKILL: {done.returncode}: {done.stderr}")


def test_usage(lab):
    """Wrong usage of lvsctl exits 2 and says what is right; -h and -v exit 0."""
    for arguments in ((), ("statu",), ("--nonsense", "status"), ("status", "more"), ("-R",)):
        done = netns.run(None, lab.lvsctl, *arguments, check=False)
        expect(done.returncode == 2 and done.stderr.strip(), f"{arguments}: {done.returncode}: {done.stderr}")
    done = netns.run(None, lab.lvsctl, "-h", check=False)
    expect(done.returncode == 0 and "status" in done.stdout and "reload" in done.stdout, f"-h: {done}")


def test_timeout(lab):
    """lvsctl exits 4 when the daemon does not answer in time, and the daemon is none the worse."""
    director = lab.director("dir1", alone()).wait_ready()
    stopped = director.child("lvsd: director")
    os.kill(stopped, signal.SIGSTOP)
    begin = time.monotonic()
    try:
        done = netns.run(None, lab.lvsctl, "-R", director.run_dir, "status", check=False, timeout=60)
    finally:
        os.kill(stopped, signal.SIGCONT)
    took = time.monotonic() - begin
    expect(done.returncode == 4 and done.stderr.strip(), f"{done.returncode} after {took:.1f} s: {done.stderr}")
    wait_for(director.status, 5, "lvsctl is answered again")


def test_digest(lab):
    """The digest is equal on both directors of a pair, and another one when a weight differs."""
    a = lab.director("dir1", pair_member(150)).wait_ready()
    b = lab.director("dir2", pair_member(100)).wait_ready()
    expect(a.status()["config_digest"] == b.status()["config_digest"], "the digests of the pair differ")
    b.write(pair_member(100, servers={1: 2, 2: 1, 3: 1}))
    expect(b.reload().returncode == 0, "the reload was refused")
    expect(a.status()["config_digest"] != b.status()["config_digest"], "the digest does not see the weight")


def test_many_at_once(lab):
    """Twenty lvsctl at once are all answered."""
    director = lab.director("dir1", pair_member(150)).wait_ready()
    running = [subprocess.Popen([lab.lvsctl, "-R", director.run_dir, "--json", "status"], stdout=subprocess.PIPE)
               for _ in range(20)]
    for process in running:
        out, _ = process.communicate(timeout=20)
        expect(process.returncode == 0 and json.loads(out)["schema"] == 1, f"status {process.returncode}")


def test_socket_is_for_root(lab):
    """The control socket cannot be used by other users."""
    director = lab.director("dir1", alone()).wait_ready()
    done = netns.run(None, lab.lvsctl, "-R", director.run_dir, "reload", check=False, user=65534, group=65534,
                     extra_groups=[])
    expect(done.returncode not in (0, 4), f"status {done.returncode}: {done.stdout}{done.stderr}")
