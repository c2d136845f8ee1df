# SPDX-License-Identifier: GPL-2.0-or-later
"""What lvsd and lvsctl show without doing it: plans, the configuration, the machine, the kernel."""

import json
import os
import socket

import netns
from configs import alone, global_defs, instance, pair_member, service
from lab import SERVICE, VIP, expect, server_address, server_key, wait_for

NOBODY = {"user": 65534, "group": 65534, "extra_groups": []}
WHEN = " # when its checks succeed"
DRAINS = " # it is deleted when its connections are gone, after 300 s at most"


def lvsd(lab, director, *arguments, **options):
    return netns.run(director.namespace, lab.lvsd, *arguments, "-f", director.config_file, "-R", director.run_dir,
                     check=False, timeout=20, **options)


def plan(lab, director, text=None):
    """The lines of `lvsd --plan`, for a new text of the file when one is given."""
    if text is not None:
        director.write(text)
    return lines_of(director, lambda: lvsd(lab, director, "--plan"))


def ctl_plan(director, path):
    return lines_of(director, lambda: director.ctl("plan", path))


def operations(lines):
    """What a plan does to the kernel: what stands behind its second heading."""
    at = [n for n, line in enumerate(lines) if line.startswith("# kernel: ")]
    expect(len(at) == 1 and lines[0].startswith("# configuration: "), "\n".join(lines))
    return lines[at[0] + 1:]


def table_operations(lines):
    """Those of them that are about the IPVS table and the sync roles, not about sysctls."""
    return [line for line in operations(lines) if not line.startswith("set sysctl=")]


def changes(lines):
    """What a plan changes in the configuration: what stands between its headings."""
    return lines[1:-len(operations(lines)) - 1]


def lines_of(director, command):
    watch = netns.IpvsWatch(director.namespace)
    try:
        done = command()
        changes = watch.changes()
    finally:
        watch.close()
    expect(done.returncode == 0 and ": error: " not in done.stderr, f"status {done.returncode}: {done.stderr}")
    expect(not changes, f"the plan sent {changes}")
    return done.stdout.splitlines()


def candidate(lab, text):
    path = f"{lab.scratch}/dir1.candidate"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def test_plan_without_daemon(lab):
    """lvsd --plan on an empty kernel names each operation on a line, sends none, and is what a start then does."""
    director = lab.director("dir1")
    lines = plan(lab, director, pair_member(150))
    expect(lines[0] == "# configuration: 4 changes from an empty one, 0 objects stay", "\n".join(lines))
    expect(changes(lines)[3] == f"add vs={SERVICE} wrr, DR, 3 real servers", "\n".join(lines))
    wanted = [f"add service vs={SERVICE} scheduler=wrr"]
    wanted += [f"add dest vs={SERVICE} rs={server_key(n)} weight=1 method=DR" for n in (1, 2, 3)]
    expect(table_operations(lines)[:4] == wanted, "\n".join(lines))
    lines = operations(lines)
    expect([line for line in lines if line.startswith("start sync role=")] ==
           [f"start sync role={role} interface=eth0 syncid=51" for role in ("backup", "master")], "\n".join(lines))
    expect(any(line.startswith("set sysctl=net.ipv4.vs.sync_threshold ") for line in lines), "\n".join(lines))
    expect(not any(WHEN in line for line in lines), "\n".join(lines))
    director.start().wait_ready()
    director.wait_servers((1, 2, 3))
    wait_for(lambda: plan(lab, director)[-1] == "# kernel: nothing to do", 5, "nothing is left to do")


def test_plan_knows_its_own(lab):
    """After a daemon ended, the plan takes a service of its own that is gone from the file out of service, and leaves
    those of others alone."""
    lab.serve((1,), 81)  # else a check ends before TERM on a busy machine and finds nobody there
    director = lab.director("dir1", alone() + service(port=81, servers={1: 1})).wait_ready()
    director.wait_servers((1, 2, 3))
    director.term()
    netns.run("dir1", "ipvsadm", "-A", "-t", "10.9.0.100:99", "-s", "rr")
    lines = plan(lab, director, alone(servers={1: 1, 2: 5}))
    expect(table_operations(lines) == [f"edit dest vs={SERVICE} rs={server_key(2)} weight=1->5",
                                       f"edit dest vs={SERVICE} rs={server_key(3)} weight=1->0{DRAINS}",
                                       f"edit dest vs=tcp:{VIP}:81 rs={server_address(1)}:81 weight=1->0{DRAINS}"],
           "\n".join(lines))


def test_plan_marks_what_waits(lab):
    """A server that is new in a service that exists is added when its checks succeed; the plan says so."""
    director = lab.director("dir1", alone(servers={1: 1, 2: 1})).wait_ready()
    director.wait_servers((1, 2))
    wait_for(lambda: all(rs["state"] == "up" for rs in director.status()["virtual_servers"][0]["real_servers"]), 5,
             "both servers are up")
    text = alone(servers={1: 1, 2: 3, 3: 1})
    wanted = [f"edit dest vs={SERVICE} rs={server_key(2)} weight=1->3",
              f"add dest vs={SERVICE} rs={server_key(3)} weight=1 method=DR{WHEN}"]
    lines = ctl_plan(director, candidate(lab, text))
    expect(operations(lines) == wanted, "\n".join(lines))
    expect(changes(lines) == [f"change vs={SERVICE} rs={server_key(2)} weight 1 -> 3",
                              f"add vs={SERVICE} rs={server_key(3)} weight 1"], "\n".join(lines))
    director.term()
    lines = plan(lab, director, text)
    expect(lines[0].startswith(f"# configuration: 2 changes from {director.run_dir}/state/applied.conf, "), lines[0])
    expect(table_operations(lines) == wanted, "lvsd --plan says something else:\n" + "\n".join(lines))


def test_ctl_plan_knows_health(lab):
    """lvsctl plan keeps the health that the daemon knows: a server that is down gets no operation, a reload makes
    exactly the plan."""
    director = lab.director("dir1", alone()).wait_ready()
    director.wait_servers((1, 2, 3))
    lab.web[3].stop()
    director.wait_servers((1, 2), 5)
    text = alone(servers={1: 7, 2: 1, 3: 5})
    lines = ctl_plan(director, candidate(lab, text))
    expect(operations(lines) == [f"edit dest vs={SERVICE} rs={server_key(1)} weight=1->7"], "\n".join(lines))
    expect(director.status()["virtual_servers"][0]["real_servers"][0]["weight"] == 1, "the plan was put in force")
    watch = lab.watch(netns.IpvsWatch("dir1"))
    director.write(text)
    expect(director.reload().returncode == 0, "the reload was refused")
    director.wait_servers({server_key(1): 7, server_key(2): 1}, 3)
    expect(watch.changes() == ["set-dest"], f"the reload did {watch.changes()}")
    done = director.ctl("plan", director.config_file)
    lines = done.stdout.splitlines()
    expect(lines[0].startswith("# configuration: 0 changes from what is in force, ")
           and lines[1:] == ["# kernel: nothing to do"], f"the plan for what is in force: {done.stdout}")


def test_plan_as_json(lab):
    """lvsctl --json plan and lvsd --plan --json give changes with their fields, and operations."""
    director = lab.director("dir1", alone(servers={1: 1, 2: 1})).wait_ready()
    director.wait_servers((1, 2))
    text = alone(servers={1: 1, 2: 3})
    director.write(text)
    for done in (director.ctl("--json", "plan", director.config_file), lvsd(lab, director, "--plan", "--json")):
        expect(done.returncode == 0, f"{done}")
        said = json.loads(done.stdout)
        rs = f"vs={SERVICE} rs={server_key(2)}"
        expect(said["changes"] == [{"kind": "change", "object": "real_server", "subject": rs, "remark": None,
                                    "fields": [{"name": "weight", "old": "1", "new": "3"}],
                                    "text": f"change {rs} weight 1 -> 3"}], f"changes: {said['changes']}")
        expect(said["operations"] == [{"text": f"edit dest {rs} weight=1->3", "waits": False}],
               f"operations: {said['operations']}")


def test_plan_refusals(lab):
    """A file with an error, or none: diagnostics on stderr, status 1, nothing on stdout; no daemon: status 3."""
    director = lab.director("dir1", alone()).wait_ready()
    bad = candidate(lab, alone().replace("delay_loop", "delay_lop"))
    done = director.ctl("plan", bad)
    expect(done.returncode == 1 and not done.stdout and "delay_loop" in done.stderr, f"{done}")
    done = director.ctl("plan", lab.scratch + "/nowhere")
    expect(done.returncode == 1 and "nowhere" in done.stderr, f"{done}")
    done = director.ctl("plan")
    expect(done.returncode == 2, f"{done}")
    done = netns.run("dir1", lab.lvsd, "--plan", "-f", bad, "-R", director.run_dir, check=False)
    expect(done.returncode == 1 and not done.stdout and "delay_loop" in done.stderr, f"{done}")
    director.term()
    done = director.ctl("plan", director.config_file)
    expect(done.returncode == 3, f"{done}")


def test_print_config(lab):
    """lvsd --print-config prints a text that lvsd reads as the same configuration, without privilege."""
    director = lab.director("dir1")
    director.write(pair_member(150))
    done = lvsd(lab, director, "--print-config", **NOBODY)
    expect(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
    director.write(done.stdout)
    again = lvsd(lab, director, "--print-config", **NOBODY)
    expect(again.stdout == done.stdout, f"printed again:\n{again.stdout}")
    director.write("nonsense\n")
    done = lvsd(lab, director, "--print-config")
    expect(done.returncode == 1 and not done.stdout and "nonsense" in done.stderr, f"{done}")


def test_check_warns_of_the_machine(lab):
    """lvsd -t without privilege: an interface that is absent is a warning at its place, and the file is valid."""
    director = lab.director("dir1")
    text = global_defs() + instance(150).replace("interface eth0", "interface eth7") + service()
    director.write(text)
    done = lvsd(lab, director, "-t", **NOBODY)
    expect(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
    lines = [line for line in done.stderr.splitlines() if ": warning: " in line]
    expect(len(lines) == 1 and "eth7" in lines[0] and lines[0].startswith(director.config_file + ":"), done.stderr)


def test_fifo_and_directory(lab):
    """A FIFO or a directory in place of the file is one sentence, for -t, --plan and a reload."""
    director = lab.director("dir1", alone()).wait_ready()
    director.wait_servers((1, 2, 3))
    for make, word in ((os.mkfifo, "FIFO"), (os.mkdir, "directory")):
        os.unlink(director.config_file)
        make(director.config_file)
        for action in ("-t", "--plan"):
            done = lvsd(lab, director, action)
            expect(done.returncode == 1 and word in done.stderr and len(done.stderr.splitlines()) == 1, f"{done}")
        done = director.reload()
        expect(done.returncode == 1 and word in done.stderr, f"{done}")
        if word == "directory":
            os.rmdir(director.config_file)
    expect(set(director.servers()) == {server_key(n) for n in (1, 2, 3)}, "the table changed")


def test_status_kernel(lab):
    """lvsctl status --kernel lists services with destinations, sync roles, sysctls and addresses that lvsd holds,
    and nothing of others."""
    netns.run("dir1", "ipvsadm", "-A", "-t", "10.9.0.100:99", "-s", "rr")
    director = lab.director("dir1", pair_member(150)).wait_ready()
    director.wait_servers((1, 2, 3))
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    wait_for(lambda: director.vrrp_state() == "MASTER", 5, "dir1 is MASTER")
    done = director.ctl("--json", "status", "--kernel")
    kernel = json.loads(done.stdout)["kernel"]
    expect([vs["key"] for vs in kernel["services"]] == [SERVICE], repr(kernel))
    expect([(rs["key"], rs["weight"], rs["method"]) for rs in kernel["services"][0]["destinations"]]
           == [(server_key(n), 1, "DR") for n in (1, 2, 3)], repr(kernel))
    expect(sorted((role["role"], role["interface"], role["syncid"]) for role in kernel["sync"])
           == [("backup", "eth0", 51), ("master", "eth0", 51)], repr(kernel))
    expect({"name": "net.ipv4.vs.sync_threshold", "value": "0 0", "former": "3 50"} in kernel["sysctls"], repr(kernel))
    expect(kernel["addresses"] == [{"address": VIP + "/32", "interface": "eth0", "instance": "VI_1"}], repr(kernel))
    text = director.ctl("status", "-k").stdout
    for word in (SERVICE, server_key(3), "master role on eth0", "sync_threshold = 0 0", f"{VIP}/32 on eth0"):
        expect(word in text, f"`{word}` is not in:\n{text}")
    expect("kernel" not in director.status(), "the kernel is in the ordinary status")
    expect(director.ctl("reload", "--kernel").returncode == 2, "--kernel with reload was taken")


def test_status_says_what_changed(lab):
    """lvsctl status begins with the digest and says when the file was applied, where the copy is and what the last
    reload changed."""
    director = lab.director("dir1", alone()).wait_ready()
    director.write(alone(servers={1: 4, 2: 5, 3: 1}))
    expect(director.reload().returncode == 0, "the reload was refused")
    text = director.ctl("status").stdout
    status = director.status()
    expect(text.startswith("config digest " + status["config_digest"]), text)
    expect(f"{director.config_file} applied {status['config']['applied_at']}" in text, text)
    for change in ("weight 1 -> 4", "weight 1 -> 5"):
        expect(change in text, f"`{change}` is not in:\n{text}")
    with open(director.run_dir + "/state/applied.conf", encoding="utf-8") as file:
        expect(file.read() == alone(servers={1: 4, 2: 5, 3: 1}), "applied.conf is another text")
    director.write("nonsense\n")
    expect(director.reload().returncode == 1, "nonsense was accepted")
    text = director.ctl("status").stdout
    expect("REFUSED, nothing has changed" in text and "nonsense" in text, text)


def test_release_addresses(lab):
    """lvsd --release-addresses removes the VIPs that a killed lvsd left, by what it had applied; while an lvsd runs
    it removes nothing."""
    director = lab.director("dir1", pair_member(150)).wait_ready()
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    done = lvsd(lab, director, "--release-addresses")
    expect(done.returncode == 3 and str(director.process.pid) in done.stderr and director.holds_vip(), f"{done}")
    director.kill_group()
    expect(director.holds_vip(), "the VIP left with the processes")
    done = netns.run("dir1", lab.lvsctl, "-R", director.run_dir, "doctor", check=False)
    expect(f"{VIP}/32 is on eth0, where lvsd has added it, and lvsd does not run" in done.stdout, f"{done}")
    director.write("edited since, and wrong\n")
    done = lvsd(lab, director, "--release-addresses")
    expect(done.returncode == 0 and VIP in done.stdout, f"{done}")
    expect(not director.holds_vip() and netns.has_address("dir1", "10.9.0.11"), "the addresses are others")
    done = lvsd(lab, director, "--release-addresses")
    expect(done.returncode == 0 and not done.stdout, f"{done}")
    nothing = f"{lab.scratch}/nothing"
    done = netns.run("dir1", lab.lvsd, "--release-addresses", "-R", nothing, "-f", nothing + ".conf", check=False)
    expect(done.returncode == 0 and f"there is no {nothing}.conf" in done.stdout and not done.stderr, f"{done}")
