# SPDX-License-Identifier: GPL-2.0-or-later
"""What ipvsadm answers, for the unit test of lvsadm (tests/golden/admin): tests/lab/run -s record_admin.py.

Prints one session, line by line: "$ words", then "> " before each line of standard output, "! " before each of standard
error, and "= status" where that is not 0. The unit test plays it to lvsadm over a table in memory, so nothing
stands in it that depends on the machine's names or on the order of the kernel's hash.
"""

import random
import subprocess
import sys

import adm_lines
import netns

NODE = "golden"

# What depends on the machine: names of hosts, and files of the kernel.
LEFT_OUT = ("-L", "-S", "-L -t 10.1.0.1:80", "-L -c --persistent-conn -n", "-A -t nosuchhost.invalid:80")

LISTINGS = ("-Ln", "-Sn", "-Ln --stats", "-Ln --rate", "-Ln --thresholds", "-Ln --persistent-conn", "-Ln --tun-info")


def record(line):
    with netns.inside(NODE):
        done = subprocess.run(["ipvsadm", *line.split()], executable="/sbin/ipvsadm", capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False)
    print("$", line)
    for sign, text in ((">", done.stdout), ("!", done.stderr)):
        for printed in text.splitlines():
            print(sign, printed)
    if done.returncode:
        print("=", done.returncode)


def main():
    netns.run(None, "modprobe", "ip_vs")
    netns.run(None, "ip", "netns", "add", NODE)
    netns.run(NODE, "ip", "link", "set", "lo", "up")
    netns.run(NODE, "ip", "link", "add", "eth0", "type", "dummy")
    netns.run(NODE, "ip", "link", "set", "eth0", "up")
    for line in adm_lines.PECULIAR:
        if line not in LEFT_OUT:
            record(line)
    record("-C")
    for line in adm_lines.table(random.Random(7), 8, 3):
        record(line)
    for line in LISTINGS:
        record(line)
    sys.stdout.flush()


main()
