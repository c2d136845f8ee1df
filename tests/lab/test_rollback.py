# SPDX-License-Identifier: GPL-2.0-or-later
"""The way back from a reload: rollback, and reloads that must be confirmed."""

import datetime
import json
import os
import signal
import time

import netns
from configs import alone, pair_member
from lab import VIP, expect, expect_alive, hold, open_sessions, server_key, wait_for

OLD = {server_key(n): 1 for n in (1, 2, 3)}
NEW = {server_key(1): 1, server_key(2): 5, server_key(3): 1}
NEWER = {server_key(1): 1, server_key(2): 5, server_key(3): 7}


def text_of(servers):
    return alone(servers=dict(zip((1, 2, 3), servers.values())))


def text_with_address(servers):
    return pair_member(150, servers=dict(zip((1, 2, 3), servers.values())))


def started(lab, text_of=text_of):
    """A director with the old weights in force, and the new ones in its file."""
    director = lab.director("dir1", text_of(OLD)).wait_ready()
    director.wait_servers(OLD)
    wait_for(lambda: all(rs["state"] == "up" for rs in director.status()["virtual_servers"][0]["real_servers"]), 5,
             "all servers are up")
    director.write(text_of(NEW))
    return director


def accepted(done):
    expect(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
    return done.stdout


def refused(done, *words):
    expect(done.returncode == 1 and all(word in done.stderr for word in words), f"{done}")


def config_of(director):
    return director.status()["config"]


def file_of(director):
    with open(director.config_file, encoding="utf-8") as file:
        return file.read()


def run_file(director, name):
    with open(f"{director.run_dir}/state/{name}", encoding="utf-8") as file:
        return file.read()


def test_rollback_and_back(lab):
    """lvsctl rollback makes exactly the one change back, says that the file is unchanged, and a second one swaps."""
    director = started(lab, text_with_address)
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    lab.wait_balanced()
    sessions = open_sessions(lab, 3)
    refused(director.ctl("rollback"), "no reload has changed anything")
    accepted(director.reload())
    director.wait_servers(NEW, 3)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    said = accepted(director.ctl("rollback"))
    expect(f"rs={server_key(2)} weight 5 -> 1\n" in said and f"{director.config_file} itself is unchanged" in said, said)
    director.wait_servers(OLD, 3)
    expect(watch.changes() == ["set-dest"], "the rollback did something else")
    expect(file_of(director) == text_with_address(NEW), "the file was touched")
    config = config_of(director)
    expect(config["in_force"] == "previous" and config["last_reload"]["action"] == "rollback", f"{config}")
    expect("itself is unchanged" in director.ctl("status").stdout, "status does not say it")
    accepted(director.ctl("rollback"))
    director.wait_servers(NEW, 3)
    expect(watch.changes() == ["set-dest"], "the second rollback did something else")
    expect(config_of(director)["in_force"] == "file", "the file's configuration is in force again")
    expect_alive(sessions)


def test_the_file_is_applied_again(lab):
    """After a rollback SIGHUP applies the file, and lvsctl rollback returns from that too."""
    director = started(lab)
    accepted(director.reload())
    accepted(director.ctl("rollback"))
    director.wait_servers(OLD, 3)
    director.hup()
    director.wait_servers(NEW, 3)
    expect(config_of(director)["in_force"] == "file", "what is in force is not called the file's")
    accepted(director.ctl("rollback"))
    director.wait_servers(OLD, 3)


def test_what_changes_nothing_is_nothing_to_return_to(lab):
    """A reload that changes nothing, or is refused, leaves what a rollback returns to."""
    director = started(lab)
    accepted(director.reload())
    director.write("# a comment\n" + text_of(NEW))
    accepted(director.reload())
    director.write("nonsense\n")
    refused(director.reload(), "nonsense")
    expect(config_of(director)["last_reload"]["ok"] is False, "the refusal is not in the status")
    accepted(director.ctl("rollback"))
    director.wait_servers(OLD, 3)


def test_rollback_in_a_new_director(lab):
    """What a rollback returns to, and that it was one, survives the director."""
    director = started(lab)
    accepted(director.reload())
    director.wait_servers(NEW, 3)
    kill_director(director)
    accepted(director.ctl("rollback"))
    director.wait_servers(OLD, 3)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    kill_director(director)
    expect(config_of(director)["in_force"] == "previous", "the new director does not know of the rollback")
    hold(lambda: director.servers() == OLD, 1, "the old weights")
    expect(not watch.changes(), "the new director changed the table")
    accepted(director.ctl("rollback"))
    director.wait_servers(NEW, 3)


def seconds_of(stamp):
    return datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()


def kill_director(director):
    pid = director.child("lvsd: director")
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: director.children().get("lvsd: director") not in (None, pid) and director.status(), 5,
             "a new director answers")


def test_unconfirmed_reload_returns(lab):
    """reload --confirm 2 applies at once and returns by itself, each with exactly one change; the log has both."""
    director = started(lab)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    before = time.monotonic()
    said = accepted(director.ctl("reload", "--confirm", "2"))
    expect("WAITS for lvsctl confirm until " in said, said)
    director.wait_servers(NEW, 1.5)
    expect(watch.changes() == ["set-dest"], "the reload did something else")
    expect(config_of(director)["confirm_by"], "status does not say that it waits")
    director.wait_servers(OLD, 5)
    expect(time.monotonic() - before >= 2, "it returned too early")
    expect(watch.changes() == ["set-dest"], "the return did something else")
    config = config_of(director)
    expect(config["confirm_by"] is None and config["in_force"] == "previous" and
           config["last_reload"]["action"] == "return", f"{config}")
    expect("nobody has confirmed the last reload in time" in director.log(), "the log does not say why")
    refused(director.ctl("confirm"), "nothing waits")


def test_confirmed_reload_stays(lab):
    """lvsctl confirm keeps what was applied: nothing happens at the deadline."""
    director = started(lab)
    refused(director.ctl("confirm"), "nothing waits")
    accepted(director.ctl("reload", "--confirm", "2"))
    director.wait_servers(NEW, 1.5)
    accepted(director.ctl("confirm"))
    expect(config_of(director)["confirm_by"] is None, "it still waits")
    watch = lab.watch(netns.IpvsWatch("dir1"))
    hold(lambda: director.servers() == NEW, 3, "the new weights")
    expect(not watch.changes(), "something was changed")
    accepted(director.ctl("rollback"))
    director.wait_servers(OLD, 3)


def test_deadline_in_a_new_director(lab):
    """The director dies while a reload waits: its successor has the new weights, and returns in time."""
    director = started(lab)
    accepted(director.ctl("reload", "--confirm", "4"))
    director.wait_servers(NEW, 3)
    deadline = config_of(director)["confirm_by"]
    kill_director(director)
    found = config_of(director)["confirm_by"]
    expect(abs(seconds_of(found) - seconds_of(deadline)) < 0.5, f"{found} instead of {deadline}")
    expect(director.servers() == NEW, "the new director does not have what was applied")
    director.wait_servers(OLD, 6)
    expect(config_of(director)["last_reload"]["action"] == "return", "not a return")


def test_second_reload_while_one_waits(lab):
    """While a reload waits a plain one is refused, also by SIGHUP; one with --confirm takes its place and returns to
    what was confirmed last."""
    director = started(lab)
    accepted(director.ctl("reload", "--confirm", "60"))
    director.wait_servers(NEW, 3)
    director.write(text_of(NEWER))
    refused(director.reload(), "waits for its confirmation")
    director.hup()
    wait_for(lambda: director.log().count("waits for its confirmation") == 2, 3, "SIGHUP is refused")
    expect(director.servers() == NEW, "the second reload was applied")
    accepted(director.ctl("reload", "--confirm", "2"))
    director.wait_servers(NEWER, 1.5)
    director.wait_servers(OLD, 5)


def test_rollback_ends_the_wait(lab):
    """lvsctl rollback takes back a reload that waits, at once and for good."""
    director = started(lab)
    accepted(director.ctl("reload", "--confirm", "2"))
    director.wait_servers(NEW, 1.5)
    accepted(director.ctl("rollback"))
    director.wait_servers(OLD, 1)
    hold(lambda: director.servers() == OLD, 3, "the old weights")
    refused(director.ctl("confirm"), "nothing waits")


def test_confirm_without_a_way_back(lab):
    """A reload that could not return is refused before anything changes; the options are checked. The way back does
    not need applied.conf."""
    director = started(lab)
    previous = f"{director.run_dir}/state/previous.conf"
    os.mkdir(previous)
    refused(director.ctl("reload", "--confirm", "9"), "previous.conf cannot be written")
    expect(director.servers() == OLD, "it was applied")
    for words in (("reload", "--confirm", "0"), ("reload", "--confirm", "x"), ("status", "--confirm", "5")):
        expect(director.ctl(*words).returncode == 2, f"{words} is no usage error")
    accepted(director.reload())
    director.wait_servers(NEW, 3)
    refused(director.ctl("rollback"), "previous.conf could not be written at the last reload")
    os.rmdir(previous)
    os.unlink(f"{director.run_dir}/state/applied.conf")
    director.write(text_of(NEWER))
    accepted(director.ctl("reload", "--confirm", "1"))
    director.wait_servers(NEW, 5)


def test_a_start_forgets(lab):
    """A daemon that is started reads its file: nothing waits, and there is nothing to return to."""
    director = started(lab)
    accepted(director.ctl("reload", "--confirm", "60"))
    director.wait_servers(NEW, 3)
    director.term()
    director.start().wait_ready()
    director.wait_servers(NEW)
    expect(config_of(director)["confirm_by"] is None, "the new daemon waits")
    refused(director.ctl("rollback"), "there is no previous configuration")


def test_rollback_of_an_instance(lab):
    """A rollback takes an address back that the reload gave, and leaves the other one where it is."""
    director = lab.director("dir1", pair_member(150)).wait_ready()
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    addresses = lab.watch(netns.AddressWatch("dir1"))
    director.write(pair_member(150).replace("virtual_ipaddress {", "virtual_ipaddress {\n\t\t10.9.0.101/32"))
    accepted(director.reload())
    wait_for(lambda: director.holds_vip("10.9.0.101"), 5, "dir1 has the second address")
    accepted(director.ctl("rollback"))
    wait_for(lambda: not director.holds_vip("10.9.0.101"), 5, "the second address is gone")
    expect(("remove", VIP) not in addresses.events() and director.holds_vip(), "the VIP was touched")


def test_answers_as_json(lab):
    """The answers of reload, confirm and rollback have what is in force and until when."""
    director = started(lab)
    said = json.loads(accepted(director.ctl("--json", "reload", "--confirm", "60")))
    expect(said["config"]["confirm_by"] and said["changes"].count("\n") == 1, f"{said}")
    said = json.loads(accepted(director.ctl("--json", "confirm")))
    expect(said["config"]["confirm_by"] is None, f"{said}")
    said = json.loads(accepted(director.ctl("--json", "rollback")))
    expect(said["config"]["in_force"] == "previous", f"{said}")
    expect("weight 5" not in run_file(director, "applied.conf"), "applied.conf is not what is in force")
