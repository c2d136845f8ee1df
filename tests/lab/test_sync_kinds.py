# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections of every kind over a failover and a fail-back in both modes of connection sync."""

import netns
from lab import expect, takes_long, wait_for
from sync_kinds import (Kind, Talk, all_kinds, ask_once, call, config, connections, counters, networks, prepare,
                        prepare_director, sip_kind)
from test_relay import key_file, relay_block

N_SESSIONS, N_CLIENTS, N_CALLS = 6, 24, 12


def has_sctp():
    return netns.run(None, "modprobe", "sctp", check=False).returncode == 0


def source_of(kind, pair):
    return pair[kind.is_ip6]


class Tally:
    """How many of how many, by kind; said at the end."""

    def __init__(self):
        self.rows = {}

    def add(self, step, name, answers):
        answers = list(answers)
        self.rows.setdefault(name, {})[step] = (sum(answers), len(answers))

    def check(self):
        for name, steps in self.rows.items():
            print(f"    {name}: " + ", ".join(f"{step} {n} of {total}" for step, (n, total) in steps.items()))
        short = {name: steps for name, steps in self.rows.items() if any(n < total for n, total in steps.values())}
        expect(not short, f"lost: {short}")


def open_all(kinds, sip, pairs):
    for kind in kinds:
        kind.sessions = [Talk(kind) for _ in range(N_SESSIONS)]
        expect(all(talk.server for talk in kind.sessions), f"{kind.name}: no answer at first")
        if kind.extra:
            kind.clients = {pair: ask_once(kind, source_of(kind, pair)) for pair in pairs}
            expect(all(kind.clients.values()), f"{kind.name}: no answer at first: {kind.clients}")
    sip.clients = {f"call-{i}@lab": call(sip, f"call-{i}@lab", pairs[0][0]) for i in range(N_CALLS)}
    expect(all(sip.clients.values()), "SIP: no answer at first")


def ask_again(tally, step, kinds, sip, pairs, everyone):
    """After a failover only the first half asks: the others are silent until after the fail-back."""
    for kind in kinds:
        sessions = kind.sessions if everyone else kind.sessions[:N_SESSIONS // 2]
        tally.add(step, kind.name, [talk.lives() for talk in sessions])
        if kind.extra:
            chosen = pairs if everyone else pairs[:N_CLIENTS // 2]
            tally.add(step, kind.name + " (clients)",
                      [ask_once(kind, source_of(kind, pair)) == kind.clients[pair] for pair in chosen])
    calls = list(sip.clients) if everyone else list(sip.clients)[:N_CALLS // 2]
    tally.add(step, "SIP (calls)", [call(sip, name, pairs[0][0]) == sip.clients[name] for name in calls])


def synced(namespace):
    """Those of which a kernel speaks. It takes the state of a template for no state, so ASSURED stays where it is."""
    return {key: (server, "NONE" if state == "ASSURED" else state, left)
            for key, (server, state, left) in connections(namespace).items() if state not in ("SYN_RECV", "SYN_SENT")}


def differences(mine, other):
    """What the other director's kernel has and this one has not, or has otherwise."""
    lines = []
    for key, (server, state, left) in other.items():
        there = mine.get(key)
        if there is None:
            lines.append(f"{key} -> {server} {state} {left}: missing")
        elif there[:2] != (server, state):
            lines.append(f"{key}: {there}, on the other one {(server, state, left)}")
    return lines


def expect_times(mine, other):
    """A template has its whole time; a connection has what the other director's one has left, or a little less."""
    for key in mine.keys() & other.keys():
        left, there = mine[key][2], other[key][2]
        most = 300 if key[0] == "IP" or key[2] == "0000" else there + 5
        expect(there - 20 <= left <= most, f"{key} has {left} s left, on the other director {there} s")


def expect_counters():
    """Each entry belongs to its server. Not asked of FNAT, whose service is there only when its rule is."""
    mine, other = counters("dir1"), counters("dir2")
    for service, servers in other.items():
        if "10.9.0.125" not in service:
            expect(mine.get(service) == servers, f"{service} counts {mine.get(service)}, on the other one {servers}")


def survive_both_ways(lab, file_of):
    """file_of(kinds, priority): the file of a director."""
    kinds, sip = all_kinds(), sip_kind()
    if has_sctp():
        kinds.append(Kind("SCTP", "10.9.0.126", protocol="sctp", port=2905))
    pairs = networks(N_CLIENTS)
    prepare(lab, kinds + [sip], N_CLIENTS)
    a = lab.director("dir1", file_of(kinds + [sip], 150)).wait_ready()
    b = lab.director("dir2", file_of(kinds + [sip], 100)).wait_ready()
    for director in (a, b):
        # Not in /proc/net/ip_vs: that leaves services out where a page of it ends.
        wait_for(lambda: "TCP 10.9.0.125:80" in counters(director.namespace), 20, "FNAT comes last")
    for address in (kinds[0].vip, kinds[-1].vip, "fd09::120"):
        wait_for(lambda: a.holds_vip(address) and not b.holds_vip(address), 30, f"dir1 has {address}")
    open_all(kinds, sip, pairs)
    for kind in kinds:
        lab.closers.extend(kind.sessions)
    wait_for(lambda: not differences(synced("dir2"), synced("dir1")), 10,
             lambda: "dir2 knows all: " + "\n".join(differences(synced("dir2"), synced("dir1"))))
    tally = Tally()
    a.kill_group()
    lab.cut_link("dir1")
    wait_for(lambda: b.holds_vip("10.9.0.120") and b.holds_vip("fd09::120"), 10, "dir2 has the VIPs")
    ask_again(tally, "failover", kinds, sip, pairs, False)
    lab.reboot("dir1")
    prepare_director(lab, kinds + [sip], "dir1")
    a.start()
    wait_for(lambda: len(synced("dir1")) >= len(synced("dir2")) * 9 // 10, 30, "dir1 learns")
    wait_for(lambda: not differences(synced("dir1"), synced("dir2")), 5,
             lambda: "dir1 knows all: " + "\n".join(differences(synced("dir1"), synced("dir2"))))
    expect_times(synced("dir1"), synced("dir2"))
    expect_counters()
    wait_for(lambda: a.holds_vip("10.9.0.120") and a.holds_vip("fd09::120"), 30, "dir1 has the VIPs again")
    wait_for(lambda: not b.holds_vip("10.9.0.120") and not b.holds_vip("fd09::120"), 3, "dir2 has given them back")
    ask_again(tally, "fail-back", kinds, sip, pairs, True)
    tally.check()


@takes_long
def test_every_kind(lab):
    """Sessions and quiet clients of every method, protocol, family and kind of persistence keep their server over a
    failover, and, silent since before it, over the fail-back; the table of the director that returned is that of the
    other one."""
    survive_both_ways(lab, config)


@takes_long
def test_every_kind_in_relay(lab):
    """The same in mode relay."""
    key = key_file(lab)
    blocks = {150: relay_block("dir1", "dir2", key), 100: relay_block("dir2", "dir1", key)}
    survive_both_ways(lab, lambda kinds, priority: config(kinds, priority, sync="") + blocks[priority])
