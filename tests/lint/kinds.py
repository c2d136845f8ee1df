# SPDX-License-Identifier: GPL-2.0-or-later
"""Which files name a kind of check (conf/kind.h)."""

import re


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
