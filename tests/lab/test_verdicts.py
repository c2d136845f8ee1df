# SPDX-License-Identifier: GPL-2.0-or-later
"""Verdicts outlive a director that dies, and a restart of lvsd; verdicts of others."""

import os

from configs import alone, global_defs, real_server, tcp_check
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
