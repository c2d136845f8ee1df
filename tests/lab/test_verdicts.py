# SPDX-License-Identifier: GPL-2.0-or-later
"""Verdicts outlive a director that dies, and a restart of lvsd; verdicts of others, and what files say."""

import os
import shutil
import signal
import time

import netns
from configs import alone, global_defs, real_server, service, tcp_check
from lab import SERVICE, VIP, expect, hold, server_address, server_key, wait_for

DEAD = 9090  # no server listens there


def text(dead=DEAD, extra="", retry=0):
    """Server 1 has an agent that speaks by lvsctl, server 2 a probe that succeeds, server 3 one that fails. The probes
    of all come late, so that what is known before them comes from the file."""
    late = "\n\t\twarmup 20\n\t\tdelay_loop 20"
    agent = f"AGENT_CHECK {{{late}\n\t\t}}"
    good = tcp_check(retry=retry).replace("TCP_CHECK {", f"TCP_CHECK {{{late}")
    bad = good.replace("TCP_CHECK {", f"TCP_CHECK {{\n\t\t\tconnect_port {dead}")
    return (global_defs(sync=extra) + f"virtual_server {VIP} 80 {{\n\tlvs_sched wrr\n\tlvs_method DR\n\tprotocol TCP\n"
            + real_server(1, 10, agent) + real_server(2, 10, good) + real_server(3, 10, bad) + "}\n")


def servers(director):
    return (director.status() or {}).get("virtual_servers", [{"real_servers": []}])[0]["real_servers"]


def states(director):
    """[(state, is it from before the restart?)] of each server."""
    return [(server["state"], server["checks"][0]["from_before_restart"]) for server in servers(director)]


def stored(director):
    with open(director.run_dir + "/state/verdicts", encoding="ascii") as file:
        return file.read()


def replaced(director):
    old = director.child("lvsd: director")
    os.kill(old, 9)
    wait_for(lambda: director.children().get("lvsd: director") not in (None, old), 10, "the director is replaced")
    wait_for(director.status, 10, "the new director answers")


def test_survive(lab):
    """Up, down, and an agent's words are there at once after the director dies, after lvsd is stopped, and after all its
    processes are killed; a check that means something else now, verdict_max_age 0, and a damaged file begin without."""
    first, second, third = (server_key(number) for number in (1, 2, 3))
    director = lab.director("dir1", text()).wait_ready()
    wait_for(lambda: [state for state, _ in states(director)] == ["up", "up", "down"], 40, lambda: f"{states(director)}")
    director.wait_servers({first: 10, second: 10})
    done = director.ctl("agent", SERVICE, first, "60%")
    expect(done.returncode == 0, f"{done}")
    director.wait_servers({first: 6, second: 10})
    wait_for(lambda: " 1:60:0:0 " in stored(director), 5, lambda: stored(director))
    written = os.stat(director.run_dir + "/state/verdicts").st_ino
    kept = [("up", True), ("up", True), ("down", True)]

    def is_kept(what):
        found = states(director)
        expect(found == kept, f"{what}: {found}\n{director.log()}")
        # A probe of the agent, which nobody answers, may have come meanwhile.
        expect([server["checks"][0]["last"]["reason"] for server in servers(director)][1:]
               == ["connected", "connection refused"], f"{what}: {servers(director)}")
        hold(lambda: director.servers() == {first: 6, second: 10}, 1, lambda: f"{what}: {director.servers()}")

    expect(os.stat(director.run_dir + "/state/verdicts").st_ino == written, "the file was written without a change")
    replaced(director)
    is_kept("the director died")
    expect("from before the restart" in director.ctl("status").stdout, director.ctl("status").stdout)
    director.term()
    director.start(text()).wait_ready()
    is_kept("lvsd was restarted")
    expect("unknown -> down: check=TCP_CHECK#1: connection refused (from before the restart)" in director.log(),
           director.log())
    wait_for(lambda: os.path.exists(director.run_dir + "/state/verdicts"), 5, "the file is there")
    director.kill_group()
    director.start(text()).wait_ready()
    is_kept("all processes were killed")
    # Another meaning, no age, and a file of somebody else's.
    director.term()
    director.start(text(dead=DEAD + 1)).wait_ready()
    expect(states(director) == [("up", True), ("up", True), ("unknown", False)], f"{states(director)}")
    director.term()
    director.start(text(extra="\tverdict_max_age 0\n")).wait_ready()
    expect(all(state == ("unknown", False) for state in states(director)), f"{states(director)}")
    with open(director.run_dir + "/state/verdicts", "a", encoding="ascii") as file:
        file.write("x")
    replaced(director)
    wait_for(lambda: "state/verdicts was not written by lvsd, or is damaged" in director.log(), 5, director.log)
    hold(lambda: director.servers() == {first: 6, second: 10}, 1, lambda: f"{director.servers()}")


def test_track(lab):
    """TRACK_CHECK: a server of another service follows its target within the same plan, up and down, also over a reload
    and a director that dies; a circle is refused with its name."""
    web, tracking = "\treal_server {0} 81 {{\n\t\tTRACK_CHECK {{\n\t\t\ttrack {1}\n\t\t}}\n\t}}\n", []
    for number in (1, 2):
        tracking.append(web.format(server_address(number), f"{server_key(number)}@{SERVICE}"))
    tracking.append(web.format(server_address(3), SERVICE))
    text = alone(extra="\tquorum 2\n") + (f"virtual_server {VIP} 81 {{\n\tlvs_sched wrr\n\tlvs_method DR\n"
                                         "\tprotocol TCP\n" + "".join(tracking) + "}\n")
    followers = [f"{server_address(number)}:81" for number in (1, 2, 3)]
    director = lab.director("dir1", text).wait_ready()
    director.wait_servers((1, 2, 3))
    second = f"tcp:{VIP}:81"
    director.wait_servers({key: 1 for key in followers}, service=second)
    lab.web[1].stop()
    director.wait_servers((2, 3))
    wait_for(lambda: set(director.servers(second)) == set(followers[1:]), 1, lambda: f"{director.servers(second)}")
    lab.web[2].stop()
    wait_for(lambda: not director.servers(second), 10, lambda: f"{director.servers(second)}")
    expect("check=TRACK_CHECK#1: the quorum of tcp:10.9.0.100:80 is down" in director.log(), director.log())
    expect(director.reload().returncode == 0, "the reload was refused")
    replaced(director)
    hold(lambda: not director.servers(second), 2, lambda: f"{director.servers(second)}")
    for number in (1, 2):
        lab.web[number].start().wait()
    director.wait_servers({key: 1 for key in followers}, service=second)
    director.write(text.replace(tcp_check(), f"TRACK_CHECK {{\n\t\t\ttrack {second}\n\t\t}}", 1))
    done = director.reload()
    expect(done.returncode == 1 and "track leads in a circle" in done.stderr and f"-> {second} ->" in done.stderr, f"{done}")


def test_files(lab):
    """maintenance_dir: a file takes its server out with its reason and its removal ends that, beside lvsctl drain, also
    when the folder is made late, over a reload, and while no lvsd runs; a name that means no server is said once."""
    folder, first = f"{lab.scratch}/maintenance", server_key(1)
    text = global_defs(sync=f"\tmaintenance_dir {folder}\n") + service(extra="\tdrain_timeout 1\n")
    shutil.rmtree(folder, ignore_errors=True)

    def put(name, reason=""):
        with open(f"{folder}/{name}", "w", encoding="ascii") as file:
            file.write(reason + "\n")

    def maintenance(number):
        return servers(director)[number - 1]["maintenance"]

    director = lab.director("dir1", text).wait_ready()
    director.wait_servers((1, 2, 3))
    expect(f"maintenance_dir: {folder} does not exist" in director.log(), director.log())
    try:
        os.mkdir(folder)
        put(server_address(1), "new disk")
        director.wait_servers((2, 3))
        expect(maintenance(1) == {"by_order": False, "file": server_address(1), "reason": "new disk"}, f"{maintenance(1)}")
        expect(f"OUT by the file {server_address(1)}: new disk" in director.ctl("status").stdout, director.ctl("status").stdout)
        expect(first not in director.ctl("plan", director.config_file).stdout, "the plan would have it serve")
        director.write(text.replace(f"\tmaintenance_dir {folder}\n", ""))
        expect(first in director.ctl("plan", director.config_file).stdout, "the plan holds it without a folder")
        director.write(text)
        done = director.ctl("undrain", SERVICE, first)
        expect(done.returncode == 1 and f"{folder}/{server_address(1)}" in done.stderr, f"{done}")
        expect(director.ctl("drain", SERVICE, first).returncode == 0, "the drain was refused")
        os.unlink(f"{folder}/{server_address(1)}")
        wait_for(lambda: maintenance(1) == {"by_order": True, "file": None, "reason": None}, 5, lambda: f"{maintenance(1)}")
        hold(lambda: first not in director.servers(), 1, lambda: f"{director.servers()}")
        put(f"{first}@{SERVICE}")
        wait_for(lambda: maintenance(1)["file"], 5, lambda: f"{maintenance(1)}")
        expect(director.ctl("undrain", SERVICE, first).returncode == 0, "the undrain was refused")
        hold(lambda: first not in director.servers(), 1, lambda: f"{director.servers()}")
        expect(director.reload().returncode == 0, "the reload was refused")
        hold(lambda: first not in director.servers(), 1, lambda: f"{director.servers()}")
        director.term()
        os.unlink(f"{folder}/{first}@{SERVICE}")
        put(server_address(2))
        plan = netns.run("dir1", lab.lvsd, "--plan", "-f", director.config_file, "-R", director.run_dir).stdout
        expect(f"rs={first} weight=1 " in plan and f"rs={server_key(2)} weight=1->0" in plan, plan)
        director.start(text).wait_ready()
        director.wait_servers((1, 3))
        put("web7")
        wait_for(lambda: "the file 'web7' takes no server out of service" in director.log(), 5, director.log)
        shutil.rmtree(folder)
        director.wait_servers((1, 2, 3))
        os.mkdir(folder)
        put(server_key(3))
        director.wait_servers((1, 2))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_a_file_beside_a_reload(lab):
    """A file of maintenance_dir that comes in the turn in which a reload comes into force: the lost quorum is told all
    the same. The director stands still while the loader reads, so that it finds both at once."""
    folder = f"{lab.scratch}/maintenance"
    text = global_defs(sync=f"\tmaintenance_dir {folder}\n") + service(servers={1: 1}, extra="\tquorum 1\n")
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)
    director = lab.director("dir1", text).wait_ready()
    director.wait_servers((1,))
    try:
        for number in range(12):
            before = director.log().count("quorum up -> down")
            pid = director.child("lvsd: director")
            director.hup()
            time.sleep(0.008 * number)
            os.kill(pid, signal.SIGSTOP)
            try:
                time.sleep(0.7)
                with open(f"{folder}/{server_address(1)}", "w", encoding="ascii") as file:
                    file.write("disk\n")
            finally:
                os.kill(pid, signal.SIGCONT)
            director.wait_servers(())
            wait_for(lambda n=before: director.log().count("quorum up -> down") == n + 1, 5,
                     f"the quorum that was lost in round {number} is told")
            os.unlink(f"{folder}/{server_address(1)}")
            director.wait_servers((1,))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
