# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of lvsd's processes, and what the documents say of them: a rule for lint.py."""

import re


def rule_of(text_of):
    """The rule; text_of(name) is the text of a file."""
    def rule():
        """Each process of the table has a row in doc/architecture.md, an entry in doc/lvsd.8, in doc/behaviour.md its time
        to end, and in daemon/sysusers.d its user."""
        rows = re.findall(r'\.title = "lvsd: (\w+)".*?\.stop_ms = (\d+)', text_of("daemon/supervisor/process.c"), re.S)
        architecture, manual = text_of("doc/architecture.md"), text_of("doc/lvsd.8")
        users = set(re.findall(r'"(lvsd-\w+)"', text_of("daemon/supervisor/process.c") +
                               text_of("daemon/shared/rights.h")))
        made = set(re.findall(r"^u (\S+)", text_of("daemon/sysusers.d/lvsd.conf"), re.M))
        for user in sorted(users - made):
            yield f"daemon/sysusers.d/lvsd.conf: {user} is missing, so its process would run as somebody else"
        times = re.search(r"Each process has its own time to end:(.*?)\.\s", text_of("doc/behaviour.md"), re.S)
        known = dict(re.findall(r"(\w+)\s([\d.]+)\ss\b", times[1])) if times else {}
        for name, stop_ms in rows:
            if f"\n| `lvsd: {name}` |" not in architecture:
                yield f"doc/architecture.md: lvsd: {name} has no row in the table of processes"
            if f".It Nm lvsd: Ns \\ {name}\n" not in manual:
                yield f"doc/lvsd.8: lvsd: {name} is missing in PROCESSES"
            if float(known.get(name, -1)) * 1000 != int(stop_ms):
                yield f"doc/behaviour.md: {name} has {stop_ms} ms to end, the document says {known.get(name, 'nothing')}"
        for name in set(known) - {name for name, _ in rows}:
            yield f"doc/behaviour.md: there is no process {name}"
        if len(rows) < 2:
            yield "daemon/supervisor/process.c: its rows are not understood"

    return rule
