# SPDX-License-Identifier: GPL-2.0-or-later
"""The run dir of a running daemon, and who may change what runs as root."""

import fcntl
import os
import re
import shutil
import socket

import netns
from configs import alone, global_defs, instance, pair_member
from lab import SERVICE, expect, server_key, wait_for


def second(director):
    """An lvsd that is started on the same run dir, to its end."""
    return netns.run("dir1", *director.command(), check=False)


def files_of(folder):
    """{name: bytes} of the regular files in a folder."""
    found = {}
    for entry in os.scandir(folder):
        if entry.is_file(follow_symlinks=False):
            with open(entry.path, "rb") as file:
                found[entry.name] = file.read()
    return found


def test_removed(lab):
    """A run dir that is removed while lvsd runs is made anew: lvsctl is answered, no second daemon starts beside it,
    a replaced director knows what was in force, and the kernel's table is left alone. What is another's stays at the
    end."""
    director = lab.director("dir1", alone()).wait_ready()
    director.wait_servers((1, 2, 3))
    digest = director.status()["config_digest"]
    watch = lab.watch(netns.IpvsWatch("dir1"))
    for _ in range(2):
        shutil.rmtree(director.run_dir)
        wait_for(director.status, 5, "lvsctl is answered again")
    wait_for(lambda: os.path.exists(director.run_dir + "/state/owned.json"), 2, "owned.json is there again")
    done = second(director)
    expect(done.returncode == 3 and f"another lvsd (pid {director.process.pid})" in done.stderr, f"{done}")
    director.write("nonsense\n")
    old = director.child("lvsd: director")
    os.kill(old, 9)
    wait_for(lambda: director.children().get("lvsd: director") not in (None, old), 5, "the director is replaced")
    wait_for(lambda: (director.status() or {}).get("config_digest") == digest, 5, "the same is in force")
    expect(not watch.changes(), f"the table was changed: {watch.changes()}")
    # A file is in the way, and then the pid file and the socket of another daemon.
    os.unlink(director.run_dir + "/lvsd.pid")
    os.mkdir(director.run_dir + "/lvsd.pid")
    wait_for(lambda: "cannot be created again" in director.log(), 5, "the log says what is in the way")
    os.rmdir(director.run_dir + "/lvsd.pid")
    wait_for(director.status, 5, "lvsctl is answered again")
    os.mkdir(director.run_dir + ".other")
    with open(director.run_dir + ".other/lvsd.pid", "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write("1\n")
        file.flush()
        shutil.rmtree(director.run_dir)
        os.rename(director.run_dir + ".other", director.run_dir)
        wait_for(lambda: "another lvsd (pid 1)" in director.log(), 5, "the log says who has the run dir")
        expect(director.term() == 0, "the status after TERM is not 0")
        expect(os.path.exists(director.run_dir + "/lvsd.pid"), "the other's pid file was removed")


class Neighbour:
    """One of two lvsd in a network namespace: what it has there, of which each thing has its number."""

    def __init__(self, lab, number):
        self.number = number
        self.director = lab.director("dir1", label=f"lvsd{number}")
        self.director.write(self.text())

    def text(self, vmac="\tuse_vmac\n", route=0):
        n = self.number
        extra = (f"{vmac}\tvirtual_routes {{\n\t\t10.{n + route}.0.0/16 via 10.9.0.1\n\t}}\n"
                 f"\tvirtual_rules {{\n\t\tfrom 10.{n}.0.0/16 table {n} preference {n}\n\t}}\n")
        return (global_defs(f"lab_{n}") + instance(150, vrid=n, vips=(f"10.9.0.{n}/32",), extra=extra)
                + f"static_routes {{\n\t10.{n + 100}.0.0/16 via 10.9.0.1\n}}\n")

    def has(self):
        """{what: as the machine shows it}."""
        n, shown = self.number, {}
        for what, command in (("route", ("route", "show", f"10.{n}.0.0/16")), ("rule", ("rule", "show", "pref", str(n))),
                              ("static", ("route", "show", f"10.{n + 100}.0.0/16")),
                              ("vmac", ("-o", "-d", "link", "show", f"vrrp.{n}"))):
            text = netns.run("dir1", "ip", *command, check=False).stdout
            if text:
                # The index and the hardware address tell a macvlan that was made anew.
                shown[what] = text
        if netns.has_address("dir1", f"10.9.0.{n}"):
            shown["address"] = n
        return shown

    def wait_all(self):
        wait_for(lambda: len(self.has()) == 5, 10, lambda: f"it has all: {self.has()}\n{self.director.log_tail()}")
        return self.has()


def test_two(lab):
    """Two lvsd with run dirs of their own in one network namespace: neither touches a macvlan, address, route or rule
    of the other, at a start, a reload, a stop or with --release-addresses; and what a killed one leaves is removed."""
    one, two = Neighbour(lab, 31), Neighbour(lab, 32)
    one.director.start()
    had = one.wait_all()
    two.director.start()
    two.wait_all()
    for each in (one, two):
        expect(each.director.reload().returncode == 0, "the reload failed")
    two.wait_all()
    two.director.kill_group()
    expect(len(two.has()) == 5, f"a killed one leaves all: {two.has()}")
    two.director.start(two.text(vmac="", route=100))
    wait_for(lambda: set(two.has()) == {"rule", "static", "address"}, 10,
             lambda: f"what the file does not have is removed: {two.has()}\n{two.director.log_tail()}")
    two.director.write(two.text())
    expect(two.director.reload().returncode == 0, "the reload failed")
    two.wait_all()
    two.director.kill_group()
    done = netns.run("dir1", lab.lvsd, "--release-addresses", *two.director.command()[3:], check=False)
    expect(done.returncode == 0 and "removed 2 routes" in done.stdout and "1 macvlan" in done.stdout, f"{done}")
    expect(not two.has(), f"--release-addresses left: {two.has()}")
    two.director.start()
    two.wait_all()
    expect(two.director.term() == 0 and not two.has(), f"a stop left: {two.has()}")
    expect(one.has() == had, f"the other one had {had}, now {one.has()}")
    expect("removed by something" not in one.director.log(), one.director.log())
    # The first one goes, and its successor has the file of the second one, and its run dir.
    one.director.kill_group()
    two.director.start()
    two.wait_all()
    expect(one.has() == had, f"what a killed one left stays for its successor: {one.has()}")
    one.director.start().wait_ready()  # what is left looks like what it makes
    one.wait_all()
    expect(one.director.term() == 0 and not one.has(), f"a stop left: {one.has()}")
    expect("removed by something" not in two.director.log(), two.director.log())


def test_read_only(lab):
    """What a reload could neither write nor remove in a run dir is not used: a replaced director reads the file again,
    and there is no rollback to an older text. Once the file can be written, all is as usual."""
    director = lab.director("dir1", alone()).wait_ready()
    director.wait_servers((1, 2, 3))
    director.write(alone(servers={1: 5, 2: 2, 3: 3}))
    expect(director.reload().returncode == 0, "the reload failed")
    os.chmod(director.run_dir + "/state", 0o555)  # uid 0 without CAP_DAC_OVERRIDE may not write there
    director.write(alone(servers={1: 7, 2: 2, 3: 3}))
    expect(director.reload().returncode == 0, "the reload failed")
    digest = director.status()["config_digest"]
    expect("would read" in director.log(), director.log())
    done = director.ctl("rollback")
    expect(done.returncode == 1 and "previous.conf" in done.stderr, f"{done}")
    expect("may have an earlier configuration" in director.ctl("doctor").stderr, "the doctor uses it without a word")
    old = director.child("lvsd: director")
    os.kill(old, 9)
    wait_for(lambda: director.children().get("lvsd: director") not in (None, old), 5, "the director is replaced")
    wait_for(lambda: (director.status() or {}).get("config_digest") == digest, 5, "the same is in force")
    expect("an older configuration than the last reload" in director.log(), director.log())
    os.chmod(director.run_dir + "/state", 0o755)
    director.write(alone(servers={1: 9, 2: 2, 3: 3}))
    expect(director.reload().returncode == 0, "the reload failed")
    expect(director.ctl("rollback").returncode == 0, "the rollback failed")
    wait_for(lambda: director.status()["config_digest"] == digest, 5, "the configuration of before is in force")


def test_garbage(lab):
    """A replaced director uses no file of the run dir that is not as lvsd writes it; the log names each."""
    director = lab.director("dir1", alone()).wait_ready()
    director.wait_servers((1, 2, 3))
    digest = director.status()["config_digest"]
    for name in ("applied.conf", "roles.json", "rollback.json"):
        with open(f"{director.run_dir}/state/{name}", "w", encoding="ascii") as file:
            file.write("garbage\n")
    old = director.child("lvsd: director")
    os.kill(old, 9)
    wait_for(lambda: director.children().get("lvsd: director") not in (None, old), 5, "the director is replaced")
    wait_for(lambda: (director.status() or {}).get("config_digest") == digest, 5, "the same is in force")
    for words in ("applied.conf cannot be used", "roles.json was not written by lvsd", "rollback.json was not written by lvsd"):
        expect(words in director.log(), f"{words}: {director.log()}")


def test_of_others(lab):
    """A run dir or a file in it that others can write is refused at start, a configuration that they can write at start
    and at a reload; the message says how to end it."""
    director = lab.director("dir1")
    director.write(alone())
    os.makedirs(director.run_dir)
    for mode in (0o777, 0o1777):
        os.chmod(director.run_dir, mode)
        done = second(director)
        expect(done.returncode == 3 and f"chmod go-w {director.run_dir}" in done.stderr, f"{done}")
    os.chmod(director.run_dir, 0o755)
    with open(director.run_dir + "/owned.json", "w", encoding="ascii") as file:
        os.fchown(file.fileno(), 65534, 65534)
    done = second(director)
    expect(done.returncode == 3 and f"chown root {director.run_dir}/owned.json" in done.stderr, f"{done}")
    os.unlink(director.run_dir + "/owned.json")
    os.chmod(director.config_file, 0o666)
    done = second(director)
    expect(done.returncode == 1 and f"chmod go-w {director.config_file}" in done.stderr, f"{done}")
    os.chmod(director.config_file, 0o644)
    director.start().wait_ready()
    director.wait_servers((1, 2, 3))
    director.write(alone(servers={1: 7}))
    os.chmod(director.config_file, 0o666)
    done = director.reload()
    expect(done.returncode == 1 and "chmod go-w" in done.stderr, f"{done}")
    director.wait_servers((1, 2, 3), 1)
    expect(re.search("error: director: reload: .*chmod go-w", director.log()), "the log has no error with the cause")
    os.chmod(director.run_dir, 0o777)
    wait_for(lambda: f"chmod go-w {director.run_dir}`" in director.log(), 5, "the log tells of the mode of the run dir")
    os.chmod(director.run_dir, 0o755)
    wait_for(lambda: "only root and lvsd can change the run dir" in director.log(), 5, "the log tells that it is over")
    expect(director.log().count(f"chmod go-w {director.run_dir}`") == 1, "it was said more than once")


def test_idle_clients(lab):
    """Clients that connect and say nothing keep nobody out."""
    director = lab.director("dir1", alone()).wait_ready()
    clients = []
    try:
        for _ in range(80):
            client = socket.socket(socket.AF_UNIX)
            client.connect(director.run_dir + "/control.sock")
            clients.append(client)
        expect(director.ctl("status").returncode == 0, "lvsctl was not answered")
        clients[0].settimeout(2)
        expect(clients[0].recv(1) == b"", "the client that was quiet longest is still there")
    finally:
        for client in clients:
            client.close()
    full = netns.run(None, "sh", "-c", f"{lab.lvsctl} -R {director.run_dir} status >/dev/full", check=False)
    expect(full.returncode == 1 and "standard output" in full.stderr, f"{full}")


def test_keepalived_beside(lab):
    """lvsd does not start beside a keepalived of its network namespace that has the same virtual_router_id; beside one
    of another namespace, or with another virtual_router_id, it does."""
    rival = lab.director("dir1", label="rival")
    rival.daemon = "keepalived"
    rival.start(pair_member(100, sync="")).wait_ready()
    director = lab.director("dir1")
    director.write(pair_member(150, sync=""))
    os.makedirs(director.run_dir)
    done = second(director)
    expect(done.returncode == 3 and "keepalived (pid " in done.stderr and "virtual_router_id 51" in done.stderr
           and "systemctl disable --now keepalived" in done.stderr, f"{done}")
    expect(rival.is_running(), "keepalived was stopped")
    other = lab.director("dir2", pair_member(150, sync="")).wait_ready()
    expect(other.term() == 0, "the status after TERM is not 0")


def test_refused_start(lab):
    """A start that is refused leaves the files of an older version where that version reads them. One that is not
    refused moves them, and a drained server stays so."""
    director = lab.director("dir1", alone()).wait_ready()
    director.wait_servers((1, 2, 3))
    expect(director.ctl("drain", SERVICE, server_key(2)).returncode == 0, "drain was refused")
    director.wait_servers((1, 3))
    expect(director.term() == 0, "the status after TERM is not 0")
    state = director.run_dir + "/state"
    for name in os.listdir(state):
        os.chown(f"{state}/{name}", 0, 0)
        os.rename(f"{state}/{name}", f"{director.run_dir}/{name}")
    os.rmdir(state)
    before = files_of(director.run_dir)
    expect("drain.json" in before, f"nothing was left to move: {sorted(before)}")
    director.write("nonsense\n")
    done = second(director)
    expect(done.returncode == 1, f"{done}")
    after = files_of(director.run_dir)
    expect(after == before, f"{sorted(before)}, then {sorted(after)}")
    director.start(alone()).wait_ready()
    expect("drain.json" not in files_of(director.run_dir), "drain.json was not moved")
    director.wait_servers((1, 3))
