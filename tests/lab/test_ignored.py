# SPDX-License-Identifier: GPL-2.0-or-later
"""What a file says and lvsd does not do, where that matters: refused, unless it is accepted, and then loud."""

import os
import shutil
import signal

import netns
from configs import alone, tcp_check
from lab import expect, wait_for
from test_badinput import CONFIGURATION, line_of, refuse

BFD = "\t\tBFD_CHECK {\n\t\t\tname router\n\t\t}\n"
SESSION = "bfd_instance router {\n\tneighbor_ip 10.9.0.9\n}\n"
BOTH = {("bfd_instance", "not run", "file"), ("BFD_CHECK", "not run", "file")}
NAMESPACE = "net_namespace blue\n"
MARK = "\t\tTCP_CHECK {"


def with_accepted(text, accepted=""):
    return f"{text}global_defs {{\n\taccept_ignored {accepted}\n}}\n" if accepted else text


def with_check(accepted=""):
    return with_accepted(SESSION + alone().replace(MARK, BFD + MARK, 1), accepted)


def with_namespace(accepted=""):
    return with_accepted(NAMESPACE + alone(), accepted)


def namespace(how):
    return {("net_namespace", "not entered", how)}


def ignored(director):
    return {(item["keyword"], item["consequence"], item["accepted_by"]) for item in director.status()["ignored"]}


def warnings_of(director, keyword):
    return director.log().count(f"warning: director: {keyword}: not ")


def test_refused_until_accepted(lab):
    """A check that lvsd does not run refuses start, -t, plan and reload, and names both ways out; accepted by the
    file it is shown by status and doctor; accepted by a reload it is taken on by a director that replaces this
    one, also when the run dir was removed before, by a rollback and by a start with the same run dir; a start without one is refused."""
    text = with_check()
    said = refuse(lab, CONFIGURATION, text)
    for part in (f":{line_of(text, 'BFD_CHECK')}:", "BFD_CHECK is not run: the real server counts as up without it",
                 "`accept_ignored BFD_CHECK`", "--accept-ignored"):
        expect(part in said, f"'{part}' is not said: {said}")

    director = lab.director("dir1", with_check("BFD_CHECK bfd_instance")).wait_ready()
    expect(ignored(director) == BOTH, f"{director.status()['ignored']}")
    expect("IGNORED BFD_CHECK: not run (1 time" in director.ctl("status").stdout, director.ctl("status").stdout)
    expect("BFD_CHECK: not run (1 time" in director.ctl("doctor").stdout, director.ctl("doctor").stdout)
    expect(warnings_of(director, "BFD_CHECK") == 1, director.log())

    director.write(with_check("BFD_CHECK bfd_instance").replace(f"{BFD}\t\t{tcp_check()}\n", BFD))
    expect(director.reload().returncode == 0, "the reload was refused")
    rows = [line for line in director.ctl("status").stdout.splitlines() if line.startswith("  10.9.0.2")]
    expect([row.endswith("  BFD_CHECK: not run") for row in rows] == [True, False, False], "\n".join(rows))

    director.write(with_namespace("BFD_CHECK\n\tsmtp_server 127.0.0.1"))
    before = len(director.log())
    for words in (["reload"], ["plan", director.config_file]):
        done = director.ctl(*words)
        expect(done.returncode == 1 and "net_namespace is not entered" in done.stderr, f"{words}: {done}")
    expect(ignored(director) == BOTH, "a refused reload has changed something")
    said = [line for line in director.log()[before:].splitlines() if " director: reload: " in line]
    expect([sum(f" {level}: director: reload: " in line and part in line for line in said)
            for level, part in (("error", "net_namespace is not entered"), ("warning", "smtp_server: no mail is sent"),
                                ("error", "smtp_server"))] == [1, 1, 0] and len(said) == 3, "\n".join(said))
    expect(director.ctl("plan", "--accept-ignored", director.config_file).returncode == 0, "plan is refused")
    done = director.reload("--accept-ignored")
    expect(done.returncode == 0 and "net_namespace is not entered" in done.stderr, f"{done}")
    expect(ignored(director) == namespace("option"), f"{director.status()['ignored']}")
    expect(director.log().count("net_namespace is not entered") == 1, f"it is said in two ways: {director.log()}")

    shutil.rmtree(director.run_dir)
    wait_for(lambda: os.path.exists(director.run_dir + "/state/applied.conf"), 5, "the run dir is there again")
    pid = director.child("lvsd: director")
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: director.children().get("lvsd: director") not in (None, pid) and director.status(), 5,
             "another director answers")
    expect(ignored(director) == namespace("in_force"), f"{director.status()['ignored']}")
    expect(warnings_of(director, "net_namespace") == 2, director.log())

    director.write(alone(servers={1: 1, 2: 2, 3: 1}))
    expect(director.reload().returncode == 0 and ignored(director) == set(), "the file without it is in force")
    done = director.ctl("rollback")
    expect(done.returncode == 0 and ignored(director) == namespace("in_force"), f"{done}")

    director.write(with_namespace())
    expect(director.term() == 0, "the end")
    director.start().wait_ready()
    expect(ignored(director) == namespace("in_force"), f"{director.status()['ignored']}")
    expect("need `accept_ignored net_namespace` in global_defs" in director.log(), director.log())
    director.write(with_check())
    expect(director.term() == 0, "the end")
    done = netns.run("dir1", *director.command(), check=False, timeout=20)
    expect(done.returncode == CONFIGURATION and "BFD_CHECK is not run" in done.stderr, f"another keyword: {done}")
    shutil.rmtree(director.run_dir)
    director.write(with_namespace())
    done = netns.run("dir1", *director.command(), check=False, timeout=20)
    expect(done.returncode == CONFIGURATION and "net_namespace is not entered" in done.stderr, f"without a run dir: {done}")
