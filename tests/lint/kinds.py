# SPDX-License-Identifier: GPL-2.0-or-later
"""Which files name a kind of check (conf/kind.h)."""

import re

# The members of struct conf_check and struct conf_url of which the check process knows the values.
CROSSING = re.compile(r"\b(CHECK|URL)_(?:FIELD|RULED|LIST)\((\w+)(?:\.\w+)?(?:, (\w+))?([^{}]*)")


def crossing(texts):
    """{"check": names of members, "url": the same} whose rows in texts say is_crossing."""
    found = {"check": set(), "url": set()}
    for text in texts:
        for kind, member, count, flags in CROSSING.findall(text):
            if ".is_crossing = true" in flags:
                found[kind.lower()] |= {member, count}
    return found


def unknown_values(rows, probes, text_of):
    """A text for each line of a probe that reads a member whose value its process does not get."""
    known = crossing(map(text_of, rows))
    for path in probes:
        for number, line in enumerate(text_of(path).splitlines(), 1):
            for variable, member in re.findall(r"\b(check|url)->(\w+)", line):
                if member not in known[variable]:
                    yield f"{path}:{number}: {variable}->{member} is not .is_crossing, so it is 0 in this process"


def breaches(list_of_kinds, files, text_of):
    """A text for each line of another file than its own that names a kind. list_of_kinds: conf/kinds/list.h as built."""
    with open(list_of_kinds, encoding="ascii") as file:
        kinds = re.findall(r"X\((\w+), (?:([A-Z_]+), )?(\w+),", file.read())
    for name, keyword, word in kinds:
        named = re.compile(rf"\b(CONF_CHECK_{name}|(KW|SCHEMA)_{keyword or name}|(conf_kind|schema)_{word})\b")
        for path in files:
            if path == f"conf/kinds/{word}.c":
                continue
            for number, line in enumerate(text_of(path).splitlines(), 1):
                if named.search(re.sub(r"/\*.*|^ \*.*", "", line)):
                    yield f"{path}:{number}: {line.strip()}"
