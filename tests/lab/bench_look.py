# SPDX-License-Identifier: GPL-2.0-or-later
"""What 10,000 services cost while nothing changes: a look every 4 s, beside a bare loop of the same requests.

`make tests/bench/bench_look`, then `tests/lab/run -s bench_look.py [SERVICES [LOOKS]]`. The guest's system calls and
page faults cost many times those of a machine, so the last line takes them off; tests/bench/bench_look alone, run on the
machine, tells lvsd's own part there.
"""

import subprocess
import sys

import netns


def main():
    build, *words = sys.argv[1:]
    netns.run(None, "modprobe", "ip_vs")
    netns.run(None, "ip", "netns", "add", "look")
    netns.run("look", "ip", "link", "set", "lo", "up")
    with netns.inside("look"):
        sys.exit(subprocess.run([build + "/tests/bench/bench_look", *(words + ["10000", "20"][len(words):]), "kernel"],
                                check=False).returncode)


main()
