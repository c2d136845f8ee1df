# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that call each other in a circle, found in the objects of a build."""

import glob
import os
import re
import subprocess


def calls_of_objects(build, top, rooms, lists):
    """Source file -> those whose functions or variables its object in the build uses. A symbol in lists is no use."""
    owner, used = {}, {}
    for path in sorted(glob.glob(f"{build}/**/*.o", recursive=True)):
        folder, name = os.path.split(os.path.relpath(path, build))
        source = f"{folder}/{re.sub(r'^(lib[a-z]+_la|lvs[a-z]+)-', '', name)[:-2]}.c"
        if folder.split("/")[0] not in rooms or not os.path.exists(f"{top}/{source}"):
            continue
        for line in subprocess.run(["nm", path], capture_output=True, text=True, check=True).stdout.splitlines():
            kind, symbol = line.split()[-2:]
            if kind in "TDRBV":
                owner[symbol] = source
            elif kind == "U" and symbol not in lists:
                used.setdefault(source, set()).add(symbol)
    return {source: {owner[symbol] for symbol in symbols if owner.get(symbol, source) != source}
            for source, symbols in used.items()}


def circles_of(calls):
    """Sets of files that reach each other."""
    def reachable(start):
        seen, todo = set(), [start]
        while todo:
            for other in calls.get(todo.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        return seen

    reach = {source: reachable(source) for source in calls}
    return {frozenset(other for other in reach[source] if source in reach.get(other, ()))
            for source in calls if source in reach[source]}
