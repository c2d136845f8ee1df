# SPDX-License-Identifier: GPL-2.0-or-later
"""Which servers of a pool serve when some are down: backup servers, the panic guard, depool_threshold."""

import netns
from configs import alone, pair_member
from lab import CLIENT, VIP, expect, expect_alive, fetch, open_sessions, server_key, start_pair, wait_for
from mails import MAIL, Mails


def with_backup(text, number):
    """The server is a backup server."""
    address = server_key(number).rsplit(":", 1)[0]
    return text.replace(f"real_server {address} 80 {{\n", f"real_server {address} 80 {{\n\t\tbackup\n")


def start(lab, text, servers):
    lab.batch("dir1", f"addr add {VIP}/32 dev eth0")
    director = lab.director("dir1", text).wait_ready()
    director.wait_servers(servers)
    wait_for(lambda: all(rs["state"] == "up" for rs in service(director)["real_servers"]), 5, "all servers are up")
    return director


def service(director):
    return director.status()["virtual_servers"][0]


def mute(number):
    """The server no longer answers its port, as if the way to it was lost; the director's interfaces are well."""
    netns.run(f"rs{number}", "iptables-legacy", "-I", "INPUT", "-p", "tcp", "-j", "DROP")


def unmute(number):
    netns.run(f"rs{number}", "iptables-legacy", "-F", "INPUT")


def keys(*numbers, weight=1):
    return {server_key(number): weight for number in numbers}


def test_backup_servers_take_over_and_drain(lab):
    """A backup server waits with weight 0, serves when the others are down, and drains when one of them is back: its
    sessions live on. A restart in between changes nothing."""
    text = with_backup(alone(), 3)
    director = start(lab, text, {**keys(1, 2), **keys(3, weight=0)})
    expect({fetch() for _ in range(6)} == {"rs1", "rs2"}, "a backup server serves while it should wait")
    lab.web[1].stop()
    lab.web[2].stop()
    director.wait_servers(keys(3))
    sessions = open_sessions(lab, 4)
    expect({session.server for session in sessions} == {"rs3"}, "another server than the backup serves")
    expect("backup servers up to group 1 serve too" in director.log(), "the log is silent")
    expect(director.term() == 0, "the status after TERM is not 0")
    director.start().wait_ready()
    expect_alive(sessions)
    lab.web[1].start()
    director.wait_servers({**keys(1), **keys(3, weight=0)})
    expect({fetch() for _ in range(4)} == {"rs1"}, "the backup server still serves")
    expect_alive(sessions)
    text = director.ctl("status").stdout
    expect("backup 1 waits" in text, text)


def test_a_pool_that_falls_silent_stays(lab):
    """Two of three servers no longer answer the director: both stay, status and log say so, and the quorum is told the
    truth. A restart meanwhile empties nothing. One that refuses is taken out; when they answer again, the guard ends."""
    director = start(lab, alone(extra="\tquorum 2\n"), keys(1, 2, 3))
    mute(1)
    mute(2)
    wait_for(lambda: service(director)["guard"], 10, "the guard acts")
    expect(director.servers() == keys(1, 2, 3), f"{director.servers()}")
    shown = service(director)
    expect(shown["guard"]["kept"] == 2 and shown["guard"]["pool"] == 3, repr(shown["guard"]))
    expect(not shown["quorum_up"], "the quorum counts servers that are down")
    expect("panic guard: 2 of 3 servers went down" in director.log(), "the log is silent")
    expect("PANIC GUARD" in director.ctl("status").stdout, "lvsctl status is silent")
    sampler = netns.Sampler(director.servers, pause=0.005)
    expect(director.term() == 0, "the status after TERM is not 0")
    director.start().wait_ready()
    wait_for(lambda: service(director)["guard"], 10, "the guard acts after a restart")
    seen = {frozenset(servers.items()) for _, servers in sampler.stop()}
    expect(seen == {frozenset(keys(1, 2, 3).items())}, f"the pool was touched: {seen}")
    unmute(1)
    wait_for(lambda: not service(director)["guard"], 10, "the guard has ended")
    director.wait_servers(keys(1, 3))
    unmute(2)
    director.wait_servers(keys(1, 2, 3))


def test_servers_that_refuse_are_taken_out(lab):
    """Two of three servers are stopped and refuse connections: no guard acts. With fail_closed nor does one when they are
    silent; depool_threshold keeps the one that failed last."""
    director = start(lab, alone(), keys(1, 2, 3))
    lab.web[1].stop()
    lab.web[2].stop()
    director.wait_servers(keys(3))
    expect(not service(director)["guard"], "the guard acts")
    lab.web[1].start()
    lab.web[2].start()
    director.wait_servers(keys(1, 2, 3))
    director.write(alone(extra="\tfail_closed\n"))
    expect(director.reload().returncode == 0, "the reload fails")
    mute(1)
    mute(2)
    director.wait_servers(keys(3), 10)
    unmute(1)
    unmute(2)
    director.wait_servers(keys(1, 2, 3))
    director.write(alone(extra="\tdepool_threshold 50\n"))
    expect(director.reload().returncode == 0, "the reload fails")
    lab.web[1].stop()
    director.wait_servers(keys(2, 3))
    lab.web[2].stop()
    wait_for(lambda: any(rs["kept"] == "depool_threshold" for rs in service(director)["real_servers"]), 10,
             "depool_threshold keeps one")
    expect(director.servers() == keys(2, 3), f"{director.servers()}")


def test_only_the_backup_is_cut_off(lab):
    """The packets of the backup to the servers are lost, and its links are well: it keeps the pool and says so by log,
    status and mail. The master notices nothing. When the master dies meanwhile, the pool is whole; then the alarm ends."""
    mails = Mails(lab, "dir2")
    master, backup = start_pair(lab, pair_member(150, sync=""), pair_member(100, sync=MAIL))
    wait_for(lambda: all(rs["state"] == "up" for rs in service(backup)["real_servers"]), 10, "the backup's servers are up")
    rule = ("OUTPUT", "-p", "tcp", "--dport", "80", "-j", "DROP")
    netns.run("dir2", "iptables-legacy", "-I", *rule)
    try:
        wait_for(lambda: service(backup)["guard"], 20, "the guard of the backup acts")
        expect(backup.servers() == keys(1, 2, 3), f"{backup.servers()}")
        expect("panic guard: " in backup.log() and "PANIC GUARD" in backup.ctl("status").stdout, "the backup is silent")
        wait_for(lambda: any("panic guard ACTS" in subject for subject in mails.subjects()), 20, "the mail")
        expect(master.vrrp_state() == "MASTER" and not service(master)["guard"], "the master takes part")
        expect(master.servers() == keys(1, 2, 3) and " -> down" not in master.log(), master.log())
        expect({fetch() for _ in range(6)} == {"rs1", "rs2", "rs3"}, "the master does not serve")
        master.kill_group()
        wait_for(backup.holds_vip, 10, "the backup takes over")
        expect(backup.servers() == keys(1, 2, 3), f"{backup.servers()}")
    finally:
        netns.run("dir2", "iptables-legacy", "-D", *rule)
    wait_for(lambda: not service(backup)["guard"], 20, "the guard ends")
    wait_for(lambda: all(rs["state"] == "up" for rs in service(backup)["real_servers"]), 20, "all are up")
    wait_for(lambda: any("panic guard ended" in subject for subject in mails.subjects()), 20, "the second mail")
    wait_for(lambda: fetch(timeout=1), 10, "the new master serves")


def cut(name, is_cut):
    """The switch loses all that the machine sends and gets, and its carrier stays; or does so no more."""
    netns.run(None, "bridge", "link", "set", "dev", name, "state", "disabled" if is_cut else "forwarding")


def guard_of(director):
    return (service(director)["guard"] or {}).get("cause")


def test_a_director_that_is_cut_off_keeps_its_pool(lab):
    """The switch loses the packets of the backup, whose carrier stays: its pool of two stays, with one loud line and in
    the status. When the way is back the pool is as before. When the servers alone are silent, they are taken out."""
    options = {"servers": {1: 1, 2: 1}, "extra": "\tquorum 1\n"}
    for name in ("dir1", "dir2"):
        lab.batch(name, f"route replace default via {CLIENT}")
    try:
        # Beside the adverts, heartbeats show who is there.
        master = lab.director("dir1", pair_member(150, **options)).wait_ready()
        backup = lab.director("dir2", pair_member(100, **options)).wait_ready()
        for director in (master, backup):
            director.wait_servers(keys(1, 2))
            wait_for(lambda: all(rs["state"] == "up" for rs in service(director)["real_servers"]), 20, "all are up")
            wait_for(lambda: director.status()["sync"]["state"] == "heard", 30, "heartbeats are heard")
        wait_for(master.holds_vip, 40, "dir1 has the VIP")
        sampler = netns.Sampler(backup.servers, pause=0.02)
        cut("dir2", True)
        wait_for(lambda: guard_of(backup) == "cut_off", 40, "the backup knows that it is cut off")
        wait_for(lambda: all(rs["state"] == "down" for rs in service(backup)["real_servers"]), 20, "its checks fail")
        expect(guard_of(backup) == "cut_off", repr(service(backup)["guard"]))
        expect("PANIC GUARD (cut_off)" in backup.ctl("status").stdout, "lvsctl status is silent")
        expect(guard_of(master) is None and master.servers() == keys(1, 2), "the master takes part")
        cut("dir2", False)
        wait_for(lambda: guard_of(backup) is None, 30, "the guard has ended")
        wait_for(lambda: all(rs["state"] == "up" for rs in service(backup)["real_servers"]), 20, "all are up again")
        seen = {frozenset(servers.items()) for _, servers in sampler.stop()}
        expect(seen == {frozenset(keys(1, 2).items())}, f"the pool was touched: {seen}")
        log = backup.log()
        expect(log.count("this director is cut off: neither its default gateway") == 1, log)
        expect("this director is no longer cut off" in log, log)
        mute(1)
        mute(2)
        backup.wait_servers({}, 20)
        master.wait_servers({}, 20)
    finally:
        cut("dir2", False)
        unmute(1)
        unmute(2)
        for name in ("dir1", "dir2"):
            lab.batch(name, "route del default")
