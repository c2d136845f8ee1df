# SPDX-License-Identifier: GPL-2.0-or-later
"""Real servers that leave: their connections go on, new ones go elsewhere, and nothing is cut in time."""

import json
import os
import signal

import netns
from configs import alone, global_defs, real_server, tcp_check
from lab import VIP, expect, expect_alive, fetch, hold, open_sessions, server_key, server_name, takes_long, wait_for

KEYS = [server_key(n) for n in (1, 2, 3)]
SERVICE_KEY = f"tcp:{VIP}:80"


def start(lab, text):
    lab.batch("dir1", f"addr add {VIP}/32 dev eth0")
    director = lab.director("dir1", text).wait_ready()
    director.wait_servers({key: 1 for key in KEYS})
    wait_for(lambda: all_judged(director), 15, "all servers have a verdict")
    return director


def all_judged(director):
    status = director.status()
    return status and "unknown" not in [rs["state"] for vs in status["virtual_servers"] for rs in vs["real_servers"]]


def draining(director):
    """{server: item} of what drains."""
    status = director.status()
    return {item["real_server"]: item for item in status["draining"]} if status else None


def judged(director):
    """The states of the servers of the first service, in file order."""
    status = director.status()
    return status and [rs["state"] for rs in status["virtual_servers"][0]["real_servers"]]


def checks_of(director, number):
    status = director.status()
    checks = status["virtual_servers"][0]["real_servers"][number]["checks"] if status else []
    return [check["state"] for check in checks]


def reload(director, text, *options):
    director.write(text)
    done = director.reload(*options)
    expect(done.returncode == 0, f"the reload was refused: {done.stderr}")


def split(sessions, number):
    """Those of the server, and the others."""
    name = server_name(number)
    return [s for s in sessions if s.server == name], [s for s in sessions if s.server != name]


def close(sessions):
    for session in sessions:
        session.close()


def short_fin():
    """Connections that are closed leave the table soon."""
    return global_defs(sync="\tlvs_timeouts tcpfin 1\n")


def two_and_three(**options):
    return alone(servers={2: 1, 3: 1}, **options).replace(global_defs(), short_fin())


def all_three(**options):
    return alone(**options).replace(global_defs(), short_fin())


def test_a_removed_server_keeps_its_connections(lab):
    """Out of the file: weight 0 and its session lives, over a reload, a restart and a killed director; new ones go
    elsewhere; with the last connection the server goes."""
    director = start(lab, all_three())
    sessions = open_sessions(lab, 9)
    mine, others = split(sessions, 1)
    expect(mine, "no session on rs1")
    reload(director, two_and_three())
    kept = {KEYS[0]: 0, KEYS[1]: 1, KEYS[2]: 1}
    director.wait_servers(kept, 10)
    item = draining(director)[KEYS[0]]
    expect(item["state"] == "draining" and item["reason"] == "removed", f"status has {item}")
    expect(item["connections"] >= len(mine) and 250 < item["deadline_s"] <= 300, f"status has {item}")
    expect(all(fetch() != server_name(1) for _ in range(6)), "a new connection came to rs1")
    reload(director, two_and_three(extra="\tquorum 2\n"))
    os.kill(director.child("lvsd: director"), signal.SIGKILL)
    hold(lambda: director.servers() == kept, 1.5, "rs1 stays with weight 0")
    expect(director.term() == 0, "the status after TERM is not 0")
    director.start().wait_ready()
    hold(lambda: director.servers() == kept, 1.5, "rs1 stays with weight 0 over a restart")
    later = draining(director)[KEYS[0]]
    expect(later["deadline_s"] < item["deadline_s"], f"the deadline moved: {item} {later}")
    expect_alive(sessions)
    close(mine)
    director.wait_servers({KEYS[1]: 1, KEYS[2]: 1}, 20)
    wait_for(lambda: draining(director) == {}, 10, "nothing drains")
    expect_alive(others)


def test_a_server_comes_back_while_it_drains(lab):
    """The file has it again: its weight returns before any check has spoken, and its sessions never noticed."""
    director = start(lab, all_three())
    sessions = open_sessions(lab, 9)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    reload(director, two_and_three())
    director.wait_servers({KEYS[0]: 0, KEYS[1]: 1, KEYS[2]: 1}, 10)
    checker = director.child("lvsd: check")
    os.kill(checker, signal.SIGSTOP)
    reload(director, all_three())
    director.wait_servers({key: 1 for key in KEYS}, 5)  # before a check process that hangs is replaced
    os.kill(checker, signal.SIGCONT)
    expect(draining(director) == {}, "it drains though it is back")
    wait_for(lambda: all_judged(director), 20, "all servers have a verdict")
    changes = watch.changes()
    expect(changes == ["set-dest", "set-dest"], f"requests to the kernel: {changes}")
    expect_alive(sessions)


def test_a_server_comes_back_over_a_restart(lab):
    """The same when the file has it again at a start: it is in at once and goes with its first failed probe."""
    director = start(lab, all_three())
    sessions = open_sessions(lab, 9)
    expect(split(sessions, 1)[0], "no session on rs1")
    reload(director, two_and_three())
    director.wait_servers({KEYS[0]: 0, KEYS[1]: 1, KEYS[2]: 1}, 10)
    expect(director.term() == 0, "the status after TERM is not 0")
    lab.web[1].stop()
    watch = lab.watch(netns.IpvsWatch("dir1"))
    director.start(all_three()).wait_ready()
    director.wait_servers({KEYS[1]: 1, KEYS[2]: 1}, 20)
    changes = [change for change in watch.changes() if change != "set-config"]
    expect(changes == ["set-dest", "del-dest"], f"requests to the kernel: {changes}")


def test_a_timeout_ends_the_wait(lab):
    """drain_timeout 5: the server goes though a connection is open; drain_timeout 0: at once."""
    director = start(lab, all_three(extra="\tdrain_timeout 5\n"))
    sessions = open_sessions(lab, 6)
    expect(split(sessions, 1)[0], "no session on rs1")
    reload(director, two_and_three(extra="\tdrain_timeout 5\n"))
    director.wait_servers({KEYS[0]: 0, KEYS[1]: 1, KEYS[2]: 1}, 4)
    director.wait_servers({KEYS[1]: 1, KEYS[2]: 1}, 20)
    expect("its time is over" in director.log(), "the log is silent")
    reload(director, two_and_three(extra="\tdrain_timeout 0\n"))
    expect(split(sessions, 2)[0], "no session on rs2")
    watch = lab.watch(netns.IpvsWatch("dir1"))
    reload(director, all_three(servers={3: 1}, extra="\tdrain_timeout 0\n"))
    director.wait_servers({KEYS[2]: 1}, 10)
    expect(watch.changes() == ["del-dest"], "it was not deleted at once")


def test_what_somebody_else_added_does_not_drain(lab):
    """A server that was put into the service by hand goes at once, also when one of the file's leaves in the same run."""
    director = start(lab, all_three())
    sessions = open_sessions(lab, 9)
    expect(split(sessions, 1)[0], "no session on rs1")
    director.write(two_and_three())
    netns.run("dir1", "ipvsadm", "-a", "-t", f"{VIP}:80", "-r", "10.9.0.66:80", "-g")
    expect(director.reload().returncode == 0, "the reload was refused")
    director.wait_servers({KEYS[0]: 0, KEYS[1]: 1, KEYS[2]: 1}, 10)
    removed = "somebody else changed the IPVS table; repaired: delete dest vs=tcp:10.9.0.100:80 rs=10.9.0.66:80"
    expect(removed in director.log(), "its removal is not in the log as a repair")
    expect(list(draining(director)) == [KEYS[0]], f"{draining(director)} drains")
    expect_alive(sessions)


def test_a_removed_service_drains_its_servers(lab):
    """The whole virtual_server goes: its sessions live on, nobody new gets in, then the service is deleted."""
    director = start(lab, all_three())
    sessions = open_sessions(lab, 6)
    reload(director, short_fin(), "--yes")
    director.wait_servers({key: 0 for key in KEYS if any(s.server for s in sessions)}, 4)
    expect_alive(sessions)
    expect(fetch(timeout=1) is None, "a new connection was taken")
    expect(director.term() == 0, "the status after TERM is not 0")
    director.start().wait_ready()
    expect_alive(sessions)
    close(sessions)
    wait_for(lambda: director.servers() is None, 20, "the service is gone")
    expect(draining(director) == {}, "something drains")


def test_drain_by_hand_until_undrain(lab):
    """lvsctl drain: weight 0 while it has connections, then out of the table, over a restart; undrain: back."""
    director = start(lab, all_three())
    sessions = open_sessions(lab, 9)
    mine, others = split(sessions, 1)
    expect(mine, "no session on rs1")
    done = director.ctl("--json", "drain", SERVICE_KEY, KEYS[0])
    expect(done.returncode == 0, f"refused: {done.stderr}")
    items = json.loads(done.stdout)["draining"]
    expect([(item["state"], item["reason"]) for item in items] == [("draining", "manual")], done.stdout)
    kept, gone = {KEYS[0]: 0, KEYS[1]: 1, KEYS[2]: 1}, {KEYS[1]: 1, KEYS[2]: 1}
    expect(director.servers() == kept, f"{director.servers()}")
    expect(director.ctl("drain", SERVICE_KEY, KEYS[0]).returncode == 1, "a second drain was taken")
    reload(director, all_three(extra="\tquorum 2\n"))
    expect(director.term() == 0, "the status after TERM is not 0")
    director.start().wait_ready()
    hold(lambda: director.servers() == kept, 1, "rs1 stays with weight 0 over a reload and a restart")
    expect_alive(sessions)
    close(mine)
    director.wait_servers(gone, 20)
    item = draining(director)[KEYS[0]]
    expect(item["state"] == "maint" and item["deadline_s"] == 0, f"status has {item}")
    expect(director.status()["virtual_servers"][0]["real_servers"][0]["state"] == "maint", "the server's state")
    expect_alive(others)
    expect(director.term() == 0, "the status after TERM is not 0")
    director.start().wait_ready()
    wait_for(lambda: judged(director) == ["maint", "up", "up"], 10, "the others are up")
    expect(director.servers() == gone, f"it came back over a restart: {director.servers()}")
    wait_for(lambda: checks_of(director, 0) == ["up"], 10, "it is probed all the same")
    expect(director.ctl("undrain", SERVICE_KEY, KEYS[0]).returncode == 0, "undrain")
    director.wait_servers({key: 1 for key in KEYS}, 15)
    expect(draining(director) == {}, "it is still out")
    expect(director.ctl("undrain", SERVICE_KEY, KEYS[0]).returncode == 1, "a second undrain was taken")
    expect(director.ctl("drain", SERVICE_KEY, "10.9.0.77:80").returncode == 1, "an unknown server was taken")
    expect(director.ctl("drain", SERVICE_KEY).returncode == 2, "usage")


def group_file(ports, servers=(1, 2, 3)):
    """A group of the VIP with these ports; its servers have no port of their own."""
    check = tcp_check().replace("{", "{\n\t\t\tconnect_port 80", 1)
    return (short_fin() + "virtual_server_group web {\n" + "".join(f"\t{VIP} {port}\n" for port in ports) + "}\n"
            "virtual_server group web {\n\tdelay_loop 1\n\tlvs_sched rr\n\tlvs_method DR\n\tprotocol TCP\n"
            + "".join(real_server(number, check=check, port="") for number in servers) + "}\n")


def test_a_drain_by_hand_outlives_the_members_of_a_group(lab):
    """A group goes from one member to two and back: the server that is out stays out of both, under one name; a plan
    and a reload that end a maintenance say so. What brings the server back says that it serves: a rollback, a plan, a
    return that nobody ordered."""
    director = start(lab, group_file((80,)))
    names = [f"10.9.0.2{number}:0" for number in (1, 2, 3)]
    expect([rs["key"] for rs in director.status()["virtual_servers"][0]["real_servers"]] == names, "the names")
    expect(director.ctl("drain", "tcp:group:web", KEYS[0]).returncode == 0, "drain by the kernel's name")
    expect(director.ctl("drain", "tcp:group:web", "10.9.0.21").returncode == 1, "a second drain was taken")
    rest = {KEYS[1]: 1, KEYS[2]: 1}
    director.wait_servers(rest)
    both = [f"{server}:443" for server in ("10.9.0.22", "10.9.0.23")]
    for ports in ((80, 443), (80,)):
        director.write(group_file(ports))
        plan = director.ctl("plan", director.config_file).stdout
        expect("end maintenance" not in plan and "rs=10.9.0.21" not in plan, f"the plan:\n{plan}")
        done = director.reload()
        expect(done.returncode == 0 and "end maintenance" not in done.stdout, f"{done}")
        expect(judged(director) == ["maint", "up", "up"], f"with {ports}: {judged(director)}")
        expect(director.servers() == rest, f"with {ports}: {director.servers()}")
        second = director.servers(f"tcp:{VIP}:443")
        expect(second == (dict.fromkeys(both, 1) if 443 in ports else None), f"with {ports}: {second}")
    expect(director.term() == 0, "the status after TERM is not 0")
    director.start(group_file((80, 443))).wait_ready()
    wait_for(lambda: judged(director) == ["maint", "up", "up"], 10, "it stays out over a restart with two members")
    text = group_file((80, 443), servers=(2, 3))
    director.write(text)
    line = "end maintenance vs=tcp:group:web rs=10.9.0.21:0 # the file no longer has this real server"
    said = [director.ctl("plan", director.config_file).stdout, netns.run(
        "dir1", lab.lvsd, "--plan", "-f", director.config_file, "-R", director.run_dir).stdout,
        director.reload().stdout, director.log()]
    expect(all(line in words for words in said), f"it was not said: {said[:3]}")
    again = "serve again vs=tcp:group:web rs=10.9.0.21:0 # it was in maintenance"
    director.write(group_file((80, 443)))
    said = [director.ctl("plan", director.config_file).stdout, director.ctl("rollback").stdout, director.log()]
    expect(all(again in words for words in said), f"it was not said: {said[:2]}")
    director.wait_servers({key: 1 for key in KEYS})
    expect(director.ctl("drain", "tcp:group:web", "10.9.0.21").returncode == 0, "it is drained again")
    director.write(text)
    expect(director.ctl("reload", "--confirm", "1").returncode == 0, "the reload with --confirm")
    wait_for(lambda: f"return: {again}" in director.log(), 5, "the return is said")
    director.wait_servers({key: 1 for key in KEYS})


def test_a_drain_by_hand_has_its_timeout(lab):
    """drain_timeout ends a drain by hand: the server goes with its connections and stays out; undrain in time keeps
    them."""
    director = start(lab, all_three(extra="\tdrain_timeout 8\n"))
    sessions = open_sessions(lab, 6)
    mine, others = split(sessions, 1)
    expect(mine and split(sessions, 2)[0], "no session on rs1 or rs2")
    for verb, weight in (("drain", 0), ("undrain", 1)):
        expect(director.ctl(verb, SERVICE_KEY, KEYS[1]).returncode == 0, verb)
        director.wait_servers({KEYS[0]: 1, KEYS[1]: weight, KEYS[2]: 1}, 15)
    expect(director.ctl("drain", SERVICE_KEY, KEYS[0]).returncode == 0, "drain")
    director.wait_servers({KEYS[1]: 1, KEYS[2]: 1}, 30)
    expect("its time is over" in director.log(), "the log is silent")
    expect(judged(director) == ["maint", "up", "up"], f"{judged(director)}")
    expect(not any(session.lives(1) for session in mine), "a session of rs1 goes on")
    expect_alive(others)


def test_a_drain_by_hand_of_datagrams_is_at_once(lab):
    """A service by UDP waits for nothing: the server is out of the table when lvsctl has answered."""
    service = SERVICE_KEY.replace("tcp", "udp")
    director = lab.director("dir1", all_three(protocol="UDP")).wait_ready()
    director.wait_servers({key: 1 for key in KEYS}, service=service)
    done = director.ctl("--json", "drain", service, KEYS[0])
    expect(done.returncode == 0, f"refused: {done.stderr}")
    expect(json.loads(done.stdout)["draining"][0]["state"] == "maint", done.stdout)
    expect(director.servers(service) == {KEYS[1]: 1, KEYS[2]: 1}, f"{director.servers(service)}")


def test_a_failed_server_drains_if_asked(lab):
    """drain_on_failure: a failed check leaves the session alone; without it the server goes at once."""
    check = "HTTP_GET {\n\t\t\turl {\n\t\t\t\tpath /health\n\t\t\t\tstatus_code 200\n\t\t\t}\n\t\t\tretry 0\n\t\t}"
    director = start(lab, all_three(check=check, extra="\tdrain_on_failure\n"))
    sessions = open_sessions(lab, 9)
    mine, _ = split(sessions, 1)
    expect(mine, "no session on rs1")
    lab.web[1].switch_health()
    director.wait_servers({KEYS[0]: 0, KEYS[1]: 1, KEYS[2]: 1}, 15)
    expect(draining(director)[KEYS[0]]["reason"] == "failed", "the reason")
    expect_alive(sessions)
    lab.web[1].switch_health()
    director.wait_servers({key: 1 for key in KEYS}, 15)
    expect(draining(director) == {}, "it drains though it is back")
    expect_alive(sessions)
    lab.web[1].switch_health()
    director.wait_servers({KEYS[0]: 0, KEYS[1]: 1, KEYS[2]: 1}, 15)
    close(mine)
    director.wait_servers({KEYS[1]: 1, KEYS[2]: 1}, 20)


def test_slow_start_takes_its_steps(lab):
    """slow_start 3 with a weight of 100: a returning server gets 25, 50, 75 and 100, and not one request more."""
    director = lab.director("dir1", alone(servers={1: 100, 2: 100}, extra="\tslow_start 3\n")).wait_ready()
    director.wait_servers({KEYS[0]: 100, KEYS[1]: 100})
    wait_for(lambda: all_judged(director), 15, "all servers have a verdict")
    lab.web[1].stop()
    director.wait_servers({KEYS[1]: 100}, 15)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    sampler = netns.Sampler(director.servers, pause=0.005)
    lab.web[1].start()
    director.wait_servers({KEYS[0]: 100, KEYS[1]: 100}, 10)
    weights = []
    for _, servers in sampler.stop():
        weight = servers.get(KEYS[0])
        if weight is not None and weights[-1:] != [weight]:
            weights.append(weight)
    # The table has the last weight by now; the sampler may have looked just before.
    expect(weights in ([25, 50, 75], [25, 50, 75, 100]), f"the weights were {weights}")
    changes = watch.changes()
    expect(changes == ["new-dest", "set-dest", "set-dest", "set-dest"], f"requests to the kernel: {changes}")


@takes_long
def test_slow_start_goes_on_over_a_restart(lab):
    """A director that comes while a weight grows goes on from the weight that the kernel has."""
    steps = [100 * n // 11 for n in range(1, 11)]
    director = lab.director("dir1", alone(servers={1: 100, 2: 100}, extra="\tslow_start 20\n")).wait_ready()
    director.wait_servers({KEYS[0]: 100, KEYS[1]: 100})
    wait_for(lambda: all_judged(director), 15, "all servers have a verdict")
    lab.web[1].stop()
    director.wait_servers({KEYS[1]: 100}, 10)
    lab.web[1].start()
    wait_for(lambda: steps[1] <= director.servers().get(KEYS[0], 0) < 100, 20, "its weight grows")
    expect(director.term() == 0, "the status after TERM is not 0")
    begun = director.servers()[KEYS[0]]
    expect(begun in steps[1:8], f"the weight is {begun}")
    sampler = netns.Sampler(director.servers, pause=0.02)
    director.start().wait_ready()
    director.wait_servers({KEYS[0]: 100, KEYS[1]: 100}, 40)
    weights = []
    for _, servers in sampler.stop():
        if weights[-1:] != [servers.get(KEYS[0])]:
            weights.append(servers.get(KEYS[0]))
    wanted = [weight for weight in [*steps, 100] if weight >= begun]
    expect(weights in (wanted, wanted[:-1]), f"the weights were {weights} after {begun}")
