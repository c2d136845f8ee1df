# SPDX-License-Identifier: GPL-2.0-or-later
"""What cannot be done is said in one sentence, with the exit status that fits, before anything is touched."""

import os
import re

import netns
from configs import alone, global_defs, instance, pair_member, service
from lab import ROLES, Skip, before_modules, expect, server_key, wait_for

CONFIGURATION, USAGE, MACHINE = 1, 2, 3
NOBODY = {"user": 65534, "group": 65534, "extra_groups": []}


def refuse(lab, status, text, *arguments, namespace="dir1", **options):
    """Starts lvsd with a file of this text (None: there is none); it must end with status and touch nothing.
    Gives what it said."""
    director = lab.director("dir1", label="refused")
    if text is not None:
        director.write(text)
    watch, addresses = lab.watch(netns.IpvsWatch(namespace)), lab.watch(netns.AddressWatch(namespace))
    done = netns.run(namespace, lab.lvsd, "-n", "-l", "-f", director.config_file, "-R", director.run_dir, *arguments,
                     check=False, timeout=10, **options)
    expect(done.returncode == status, f"status {done.returncode}, wanted {status}: {done.stderr}")
    changes, events = watch.changes(), addresses.events()
    expect(not changes and not events, f"it did {changes} {events}")
    expect(not os.path.exists(f"{director.run_dir}/lvsd.pid"), "a pid file was left")
    return done.stderr


def one_sentence(said, *words):
    lines = said.strip().splitlines()
    expect(len(lines) == 1, f"not one line: {said}")
    for word in words:
        expect(word.lower() in lines[0].lower(), f"`{word}` is not in: {said}")


def one_diagnostic(said, file_line, *words):
    """`file:line:col: error: text` once, with the line and a caret below."""
    found = re.findall(r"^(\S+):(\d+):(\d+): error: (.*)$", said, re.MULTILINE)
    expect(len(found) == 1, f"not one error: {said}")
    if file_line is not None:
        expect(int(found[0][1]) == file_line, f"not line {file_line}: {said}")
    lines = said.splitlines()
    expect(any(re.fullmatch(r"[\s|0-9]*\^[~^]*\s*", line) for line in lines), f"no caret: {said}")
    for word in words:
        expect(word in said, f"`{word}` is not in: {said}")


def line_of(text, part, nth=1):
    numbers = [n for n, line in enumerate(text.splitlines(), 1) if part in line]
    return numbers[nth - 1]


@before_modules
def test_no_ipvs_in_the_kernel(lab):
    """Without IPVS in the kernel: status 3 and one sentence."""
    if os.path.exists("/proc/net/ip_vs"):
        raise Skip("IPVS is loaded already")
    with open("/proc/sys/kernel/modprobe", encoding="ascii") as file:
        modprobe = file.read().strip()
    path, environment = f"{lab.scratch}/noipvs.conf", {**os.environ, "PATH": "/nowhere"}
    with open(path, "w", encoding="utf-8") as file:
        file.write(alone())
    try:
        with open("/proc/sys/kernel/modprobe", "w", encoding="ascii") as file:
            file.write("/bin/false")
        done = netns.run(None, lab.lvsd, "-n", "-l", "-f", path, "-R", lab.scratch + "/noipvs.run", check=False,
                         timeout=10, env=environment)
    finally:
        with open("/proc/sys/kernel/modprobe", "w", encoding="ascii") as file:
            file.write(modprobe)
        os.unlink(path)
    expect(done.returncode == MACHINE, f"status {done.returncode}: {done.stderr}")
    one_sentence(done.stderr, "IPVS")
    expect(not os.path.exists(lab.scratch + "/noipvs.run/lvsd.pid"), "a pid file was left")


def test_missing_file(lab):
    """A missing file: status 1 and one sentence that names it."""
    one_sentence(refuse(lab, CONFIGURATION, None), "refused.conf", "no such file")


def test_unreadable_file(lab):
    """A file that must not be read: status 1 and one sentence that names it."""
    path = f"{lab.scratch}/secret.conf"
    with open(path, "w", encoding="utf-8") as file:
        file.write(alone())
    os.chmod(path, 0o600)
    done = netns.run("dir1", lab.lvsd, "-t", "-f", path, check=False, **NOBODY)
    os.unlink(path)
    expect(done.returncode == CONFIGURATION, f"status {done.returncode}: {done.stderr}")
    one_sentence(done.stderr, path, "permission")


def test_bad_address(lab):
    """A bad address: status 1, with file, line, column, the line and a caret."""
    text = alone().replace("real_server 10.9.0.22 80", "real_server 10.9.0.322 80")
    one_diagnostic(refuse(lab, CONFIGURATION, text), line_of(text, "10.9.0.322"), "10.9.0.322")


def test_port_70000(lab):
    """A port of 70000: the same, and the range is said."""
    text = alone().replace("virtual_server 10.9.0.100 80", "virtual_server 10.9.0.100 70000")
    one_diagnostic(refuse(lab, CONFIGURATION, text), line_of(text, "70000"), "70000", "65535")


def test_duplicate_tuple(lab):
    """Two virtual servers on one address, port and protocol: an error at the second that names the first."""
    text = alone() + service()
    second = line_of(text, "virtual_server", 2)
    said = refuse(lab, CONFIGURATION, text)
    one_diagnostic(said, second, "tcp:10.9.0.100:80")
    expect(str(line_of(text, "virtual_server", 1)) in said, f"the first place is not named: {said}")


def test_vrid_twice(lab):
    """One VRID twice on an interface: an error at the second instance."""
    text = global_defs() + instance(150) + instance(150, name="VI_2", vips=("10.9.0.101/32",))
    said = refuse(lab, CONFIGURATION, text)
    one_diagnostic(said, None, "51")
    expect("VI_1" in said or "VI_2" in said, f"no instance is named: {said}")


def test_unknown_keyword(lab):
    """An unknown keyword is an error with a suggestion."""
    text = alone().replace("TCP_CHECK", "TCP_CHEK", 1)
    one_diagnostic(refuse(lab, CONFIGURATION, text), line_of(text, "TCP_CHEK"), "TCP_CHECK")


def test_every_error_is_said(lab):
    """The file is parsed whole: each of three errors is reported, in one run."""
    text = (alone().replace("10.9.0.22", "10.9.0.322").replace("weight 1", "weight many", 1)
            .replace("delay_loop", "delay_lop"))
    said = refuse(lab, CONFIGURATION, text)
    found = re.findall(r":(\d+):\d+: error: ", said)
    wanted = [line_of(text, part) for part in ("delay_lop", "weight many", "10.9.0.322")]
    expect(sorted(map(int, found)) == sorted(wanted), f"errors at lines {found}, wanted {wanted}: {said}")


def test_no_permission(lab):
    """Without the rights it needs: status 3 and one sentence."""
    director = lab.director("dir1", label="refused")
    os.makedirs(director.run_dir)
    os.chown(director.run_dir, 65534, 65534)
    one_sentence(refuse(lab, MACHINE, alone(), **NOBODY))


def test_run_dir_that_cannot_be(lab):
    """A run dir that cannot be made: status 3 and one sentence that names it."""
    one_sentence(refuse(lab, MACHINE, alone(), "-R", "/proc/lvsd"), "/proc/lvsd")


def test_same_run_dir(lab):
    """Another lvsd on the same run dir: status 3 and one sentence; the first one runs on untouched."""
    director = lab.director("dir1", pair_member(150)).wait_ready()
    director.wait_servers((1, 2, 3))
    wait_for(lambda: set(director.children()) == set(ROLES), 5, "the processes")
    children = director.children()
    other = lab.director("dir2", label="second")
    other.write(alone())
    done = netns.run("dir2", lab.lvsd, "-n", "-l", "-f", other.config_file, "-R", director.run_dir, check=False,
                     timeout=10)
    expect(done.returncode == MACHINE, f"status {done.returncode}: {done.stderr}")
    one_sentence(done.stderr, director.run_dir, str(director.process.pid))
    expect(director.children() == children and director.status()["pid"] == director.process.pid,
           "the first one was disturbed")
    expect(set(director.servers()) == {server_key(n) for n in (1, 2, 3)}, "the first one's table changed")
    expect(not other.shape(), "the second one made a table")


def test_usage(lab):
    """Wrong usage: status 2 and what was wrong, on stderr."""
    for arguments in (("--nonsense",), ("-f",), ("-R",), ("argument",), ("-Z",)):
        done = netns.run("dir1", lab.lvsd, *arguments, check=False, timeout=10)
        expect(done.returncode == USAGE and done.stderr.strip(), f"{arguments}: {done.returncode}: {done.stderr}")


def test_missing_interface(lab):
    """An interface that does not exist is named, and no address is claimed."""
    text = global_defs() + instance(150).replace("interface eth0", "interface eth7") + service()
    director = lab.director("dir1", text)
    status = director.process.poll()
    if status is None:
        director.wait_ready()
        expect(director.vrrp_state() in ("FAULT", "INIT"), f"the instance is {director.vrrp_state()}")
    expect(not director.holds_vip(), "the VIP is there")
