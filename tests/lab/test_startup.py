# SPDX-License-Identifier: GPL-2.0-or-later
"""Options, run dir, signals: how lvsd begins."""

import glob
import os
import shutil

import netns
from configs import alone, pair_member
from lab import Skip, expect, hold, server_key, wait_for


def lvsd(lab, *arguments, **options):
    return netns.run("dir1", lab.lvsd, *arguments, check=False, **options)


def test_help(lab):
    """-h and --help print every option and exit 0."""
    for option in ("-h", "--help"):
        done = lvsd(lab, option)
        expect(done.returncode == 0, f"{option}: status {done.returncode}")
        for word in ("--config", "--foreground", "--log-console", "--check", "--run-dir", "--version", "--help"):
            expect(word in done.stdout, f"{option}: {word} is not in:\n{done.stdout}")


def test_version(lab):
    """-v and --version print the version and exit 0."""
    for option in ("-v", "--version"):
        done = lvsd(lab, option)
        expect(done.returncode == 0 and done.stdout.startswith("lvsd "), f"{option}: {done}")


def test_check_only(lab):
    """-t says whether the file is good, 0 or 1, and touches nothing; an ordinary user may do it."""
    watch, addresses = lab.watch(netns.IpvsWatch("dir1")), lab.watch(netns.AddressWatch("dir1"))
    director = lab.director("dir1")
    director.write(pair_member(150))
    for option in ("-t", "--check"):
        for user in ({}, {"user": 65534, "group": 65534, "extra_groups": []}):
            done = lvsd(lab, option, "-f", director.config_file, "-R", director.run_dir, **user)
            expect(done.returncode == 0, f"{option} {user}: {done}")
    director.write(pair_member(150).replace("weight 1", "weigth 1", 1))
    done = lvsd(lab, "-t", "-f", director.config_file, "-R", director.run_dir)
    expect(done.returncode == 1 and "'weight'" in done.stderr, f"{done}")
    # A start reads as root without CAP_DAC_OVERRIDE, and so does -t.
    os.chown(director.config_file, 65534, 65534)
    os.chmod(director.config_file, 0o600)
    done = lvsd(lab, "-t", "-f", director.config_file, "-R", director.run_dir)
    expect(done.returncode == 1 and "Permission denied; lvsd reads as root" in done.stderr, f"{done}")
    expect(not os.path.exists(director.run_dir), "the run dir was made")
    expect(not watch.changes() and not addresses.events(), "something was changed")


def test_run_dir(lab):
    """The run dir holds lvsd.pid, the only pid file, of the process that takes HUP and TERM, and control.sock."""
    director = lab.director("dir1", alone()).wait_ready()
    names = set(os.listdir(director.run_dir))
    expect({"lvsd.pid", "control.sock"} <= names, f"the run dir holds {names}")
    expect([name for name in names if name.endswith(".pid")] == ["lvsd.pid"], f"the run dir holds {names}")
    with open(f"{director.run_dir}/lvsd.pid", encoding="ascii") as file:
        expect(int(file.read()) == director.process.pid, "lvsd.pid has another pid")
    director.write(alone(servers={1: 7, 2: 1, 3: 1}))
    netns.run(None, "sh", "-c", f"kill -HUP $(cat {director.run_dir}/lvsd.pid)")
    director.wait_servers({server_key(1): 7, server_key(2): 1, server_key(3): 1}, 5)
    netns.run(None, "sh", "-c", f"kill -TERM $(cat {director.run_dir}/lvsd.pid)")
    expect(director.process.wait(5) == 0, "the status after TERM is not 0")


def test_default_places(lab):
    """Without -R the run dir is /run/lvsd, for lvsd and lvsctl; without -f the file is /etc/lvsd.conf."""
    director = lab.director("dir1")
    director.write(alone())
    director.process = netns.start("dir1", [lab.lvsd, "-n", "-l", "-f", director.config_file], director.log_file)
    try:
        wait_for(lambda: netns.run(None, lab.lvsctl, "status", check=False).returncode == 0, 5, "lvsctl is answered")
        expect(os.path.exists("/run/lvsd/lvsd.pid"), "there is no /run/lvsd/lvsd.pid")
        expect(director.term() == 0, "the status after TERM is not 0")
    finally:
        director.kill_group()
        shutil.rmtree("/run/lvsd", ignore_errors=True)
    if os.path.exists("/etc/lvsd.conf"):
        raise Skip("this machine has an /etc/lvsd.conf")
    done = lvsd(lab, "-t")
    expect(done.returncode == 1 and "/etc/lvsd.conf" in done.stderr, f"{done}")


def test_two_side_by_side(lab):
    """Two daemons with two run dirs live side by side in two network namespaces."""
    a = lab.director("dir1", alone()).wait_ready()
    b = lab.director("dir2", alone(servers={1: 5, 2: 5})).wait_ready()
    a.wait_servers((1, 2, 3))
    b.wait_servers({server_key(1): 5, server_key(2): 5})
    expect(a.status()["pid"] == a.process.pid and b.status()["pid"] == b.process.pid, "lvsctl reached the wrong one")
    expect(a.term() == 0, "the status after TERM is not 0")
    hold(lambda: b.is_running() and b.servers() == {server_key(1): 5, server_key(2): 5}, 1, "the other one as it was")


def test_long_options(lab):
    """The long forms of the options work like the short ones."""
    director = lab.director("dir1")
    director.write(alone())
    command = [lab.lvsd, "--foreground", "--log-console", "--config", director.config_file,
               "--run-dir", director.run_dir]
    director.process = netns.start("dir1", command, director.log_file)
    director.wait_ready()
    director.wait_servers((1, 2, 3))
    wait_for(lambda: director.log().strip(), 2, "--log-console writes something")


def test_leftovers_do_not_hinder(lab):
    """A pid file and a socket left by a killed daemon do not hinder the next start."""
    director = lab.director("dir1", alone()).wait_ready()
    director.kill_group()
    expect(glob.glob(director.run_dir + "/*"), "SIGKILL left nothing, so the test shows nothing")
    director.start().wait_ready()
    director.wait_servers((1, 2, 3))


def test_restart_at_once(lab):
    """Ten starts and stops in a row leave no process and no file behind."""
    director = lab.director("dir1")
    director.write(alone())
    for _ in range(10):
        director.start().wait_ready()
        pids = list(director.children().values())
        expect(director.term() == 0, "the status after TERM is not 0")
        expect(not any(os.path.exists(f"/proc/{pid}") for pid in pids), "a process outlived its supervisor")
