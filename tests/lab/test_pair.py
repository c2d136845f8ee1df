# SPDX-License-Identifier: GPL-2.0-or-later
"""The configurations of a pair: `lvsctl reload --pair` puts both files in force, or none."""

import json
import os
import signal
import subprocess

from configs import pair_member
from lab import expect, server_key, start_pair, wait_for
from test_relay import key_file, relay_block

OLD = {server_key(n): 1 for n in (1, 2, 3)}
NEW = {server_key(1): 1, server_key(2): 5, server_key(3): 1}
NEWER = {server_key(1): 1, server_key(2): 5, server_key(3): 7}


def file_of(name, key, servers, more=""):
    other = "dir2" if name == "dir1" else "dir1"
    return (pair_member(150 if name == "dir1" else 100, sync="", servers=dict(zip((1, 2, 3), servers.values())))
            + relay_block(name, other, key) + more)


def other(director):
    return director.status()["sync"]["peers"][0]["director"]


def started(lab):
    """A pair whose directors know of each other, and the key."""
    key = key_file(lab)
    a, b = start_pair(lab, file_of("dir1", key, OLD), file_of("dir2", key, OLD))
    for director in (a, b):
        wait_for(lambda d=director: other(d), 20, lambda d=director: f"the other director says hello: {d.status()['sync']}")
        expect(other(director)["config_differs_since"] is None, f"{other(director)}")
        director.wait_servers(OLD)
    return a, b, key


def serve(a, b, servers=None):
    for director in (a, b):
        director.wait_servers(servers or OLD)
        expect(director.servers() == (servers or OLD), f"{director.namespace}: {director.servers()}")


def refused(done, *words):
    expect(done.returncode == 1 and all(word in done.stderr for word in words), f"{done}")


def test_all_or_none(lab):
    """Both files come into force together; a wrong file on either side, or files that differ, change nothing, and the
    answer says whose file it was."""
    a, b, key = started(lab)
    a.write(file_of("dir1", key, NEW))
    b.write(file_of("dir2", key, NEW))
    done = a.reload("--pair")
    expect(done.returncode == 0 and "weight 1 -> 5" in done.stdout, f"{done}")
    expect("this director: in force" in done.stdout and "10.9.0.12: in force" in done.stdout, f"{done}")
    serve(a, b, NEW)
    wait_for(lambda: other(a)["config_digest"] == other(b)["config_digest"], 5, "both know the digest")
    expect(b.status()["config"]["last_reload"]["ok"], f"{b.status()['config']}")

    b.write(file_of("dir2", key, NEWER, "virtual_serverr 10.0.0.9 80 {\n}\n"))
    a.write(file_of("dir1", key, NEWER))
    refused(a.reload("--pair"), "this director: its file is without errors", "10.9.0.12: its file is refused",
            "virtual_serverr")
    refused(b.reload("--pair"), "this director: its file is refused", "virtual_serverr",
            "10.9.0.11: its file is without errors")
    serve(a, b, NEW)

    b.write(file_of("dir2", key, OLD))
    refused(a.reload("--pair"), "10.9.0.12: its file is without errors, but another configuration")
    serve(a, b, NEW)
    refused(a.reload("--pair", "--confirm", "60"), "--confirm")
    # Afterwards each works alone as ever, and the difference shows.
    expect(b.reload().returncode == 0, "dir2 is reloaded alone")
    wait_for(lambda: other(a)["config_differs_since"], 5, lambda: f"dir1 sees that dir2 differs: {other(a)}")
    expect("ANOTHER CONFIGURATION" in a.ctl("sync", "status").stdout, a.ctl("sync", "status").stdout)
    wait_for(lambda: "has another configuration in force" in a.log(), 20, "the log says so")
    b.write(file_of("dir2", key, NEWER))
    expect(b.reload("--pair").returncode == 0, "dir2 leads")
    serve(a, b, NEWER)
    wait_for(lambda: not other(a)["config_differs_since"], 5, lambda: f"{other(a)}")


def test_peer_dies_in_between(lab):
    """The other director dies while its file is awaited: nothing changes. While it is away, --pair is refused and says the
    way out. When it is back it has read its file, and the difference shows."""
    a, b, key = started(lab)
    a.write(file_of("dir1", key, NEW))
    b.write(file_of("dir2", key, NEW))
    os.kill(b.child("lvsd: director"), signal.SIGSTOP)
    with subprocess.Popen([a.lvsctl, "-R", a.run_dir, "reload", "--pair"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as waiting:
        wait_for(lambda: "ordered by" in a.log() and "reload --pair" in a.log(), 5, "dir1 has begun")
        b.kill_group()
        _, stderr = waiting.communicate(timeout=30)
    expect(waiting.returncode == 1 and "10.9.0.12: went before it was prepared" in stderr, stderr)
    expect(a.servers() == OLD, f"{a.servers()}")
    refused(a.reload("--pair"), "nothing comes from the director on 10.9.0.12", "lvsctl reload")
    expect(a.status()["config"]["last_reload"]["ok"] is False, json.dumps(a.status()["config"]["last_reload"]))
    b.start()
    wait_for(lambda: other(a) and other(a)["config_differs_since"], 20, lambda: f"{other(a)}")
    expect(a.reload("--pair").returncode == 0, "now both")
    serve(a, b, NEW)
