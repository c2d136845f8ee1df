#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Lines of tests for each line of code, room by room: tests/lint/ratio.py. The lab is not counted.

A test file belongs to the room whose headers it includes most; one that includes none (a rig) is left out. Lines are those of
.c files that are neither empty nor a comment alone.
"""

import collections
import glob
import os
import re

TOP = os.path.realpath(os.path.dirname(os.path.abspath(__file__)) + "/../..")
ROOMS = ("base", "conf", "ipvs", "healthcheck", "vrrp", "sync", "host", "doctor", "admin", "daemon")


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    return sum(1 for line in text.splitlines() if line.strip())


def room_of(path):
    with open(path, encoding="utf-8") as file:
        included = re.findall(r'^#include "(\w+)/', file.read(), re.M)
    counts = collections.Counter(room for room in included if room in ROOMS and room != "base")
    # Whoever needs the last room of several tests that one.
    return max(counts, key=lambda room: (counts[room], ROOMS.index(room))) if counts else "base"


def main():
    code = {room: sum(map(lines_of, glob.glob(f"{TOP}/{room}/**/*.c", recursive=True))) for room in ROOMS}
    tests = collections.Counter()
    for path in glob.glob(TOP + "/tests/unit/*.c") + glob.glob(TOP + "/tests/sim/*.c"):
        tests[room_of(path)] += lines_of(path)
    for room in ROOMS:
        print(f"{room:12} {tests[room]:6} lines of tests, {code[room]:6} of code: {tests[room] / code[room]:.2f}")


main()
