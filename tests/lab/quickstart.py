# SPDX-License-Identifier: GPL-2.0-or-later
"""The main job in seven steps, shown with measured times; runs in the guest: `quickstart.py BUILD [--keep]`."""

import os
import subprocess
import sys
import time

import netns
from lab import DAEMON, SERVICE, VIP, Failure, Lab, expect, fetch, server_key, server_name, wait_for

N_SESSIONS = 10
N_REQUESTS = 30


def say(text=""):
    print(text, flush=True)


def since(begin):
    return time.monotonic() - begin


def counts_text(names):
    return ", ".join(f"{name} {names.count(name)}" for name in sorted(set(filter(None, names)))) \
        + (f", {names.count(None)} without an answer" if None in names else "")


def requests(n):
    return [fetch() for _ in range(n)]


class Quickstart:
    """The pair, the client's sessions and the table of what was seen."""

    def __init__(self, lab, examples):
        self.lab, self.rows = lab, []
        self.a, self.b = lab.director("dir1"), lab.director("dir2")
        for director, name in ((self.a, "director-a.conf"), (self.b, "director-b.conf")):
            with open(f"{examples}/{name}", encoding="utf-8") as file:
                text = file.read()
            # keepalived runs the one role that the state of an instance asks for.
            director.write(text.replace("eth0 id 51", "eth0 VI_web") if DAEMON == "keepalived" else text)
        self.sessions = []
        self.killed_at = None

    def seen(self, text):
        say("   " + text)
        return text

    def step_1(self):
        """The VIP on the better director, requests balanced over three servers"""
        say(f"   client 10.9.0.1, directors 10.9.0.11 and 10.9.0.12, web servers 10.9.0.21 to .23; the VIP is {VIP}.")
        begin = time.monotonic()
        self.a.start()
        self.b.start()
        self.a.wait_ready()
        self.b.wait_ready()
        for director in (self.a, self.b):
            director.wait_servers((1, 2, 3))
        say(f"   both directors have three servers in the kernel's table after {since(begin):.2f} s")
        wait_for(self.a.holds_vip, 15, "dir1 has the VIP")
        expect(not self.b.holds_vip(), "dir2 has the VIP too")
        took = since(begin)
        say(f"   dir1 (priority 150) has the VIP after {took:.2f} s, dir2 (priority 100) has not")
        self.lab.wait_balanced()
        names = requests(N_REQUESTS)
        expect(None not in names and all(names.count(server_name(n)) == N_REQUESTS // 3 for n in (1, 2, 3)),
               f"{N_REQUESTS} requests: {counts_text(names)}")
        self.seen(f"{N_REQUESTS} requests: {counts_text(names)}")
        return f"VIP on dir1 in {took:.2f} s; {counts_text(names)}"

    def step_2(self):
        """One server killed and out of the kernel's table"""
        begin = time.monotonic()
        self.lab.web[2].stop()
        self.a.wait_servers((1, 3), 6)
        took = since(begin)
        names = requests(20)
        expect(None not in names and "rs2" not in names, f"20 requests: {counts_text(names)}")
        self.seen(f"rs2 killed; out of the table after {took:.2f} s; 20 requests: {counts_text(names)}")
        return f"rs2 out after {took:.2f} s; {counts_text(names)}"

    def step_3(self):
        """The server back"""
        begin = time.monotonic()
        self.lab.web[2].start()
        self.a.wait_servers((1, 2, 3), 8)
        took = since(begin)
        self.b.wait_servers((1, 2, 3), 8)
        self.lab.wait_balanced()
        self.seen(f"rs2 started; in the table again after {took:.2f} s")
        return f"rs2 in after {took:.2f} s (start of the web server included)"

    def step_4(self):
        """A weight edited in the file, and SIGHUP applying exactly that change"""
        watch = self.lab.watch(netns.IpvsWatch("dir1"))
        before = self.a.shape()
        for director in (self.a, self.b):
            with open(director.config_file, encoding="utf-8") as file:
                head, tail = file.read().split("real_server 10.9.0.21 80", 1)
            director.write(head + "real_server 10.9.0.21 80" + tail.replace("weight 1", "weight 3", 1))
        wanted_weights = {server_key(1): 3, server_key(2): 1, server_key(3): 1}
        begin = time.monotonic()
        self.a.hup()
        self.a.wait_servers(wanted_weights, 6)
        took = since(begin)
        self.b.hup()
        self.b.wait_servers(wanted_weights, 6)
        names = requests(20)
        changes = watch.changes()
        watch.close()
        wanted = {SERVICE: (*before[SERVICE][:2], [
            (key, method, 3 if key == server_key(1) else weight) for key, method, weight in before[SERVICE][2]])}
        expect(self.a.shape() == wanted, f"the table is {self.a.shape()}")
        expect(changes == ["set-dest"] or DAEMON != "lvsd", f"requests to the kernel: {changes}")
        expect(names.count("rs1") == 12, f"20 requests: {counts_text(names)}")
        self.seen(f"weight of rs1 1 -> 3; in force {took:.2f} s after SIGHUP; requests to the kernel: "
                  f"{', '.join(changes)}; 20 requests: {counts_text(names)}")
        return f"{took:.2f} s; one request ({', '.join(changes)}); {counts_text(names)}"

    def open_sessions(self):
        """TCP connections that carry on through all that follows, told to the other director by the kernel."""
        self.sessions = [self.lab.session() for _ in range(N_SESSIONS)]
        for session in self.sessions:
            session.exchange()
        wait_for(lambda: self.known_to("dir2"), 20, "dir2 knows the sessions")

    def known_to(self, name):
        known = {client for client, _ in netns.ipvs_connections(name)}
        return all(session.local in known for session in self.sessions)

    def step_5(self):
        """The master killed and its link cut, the VIP on the other"""
        begin = time.monotonic()
        self.open_sessions()
        say(f"   {N_SESSIONS} TCP sessions opened through dir1; the kernel had told dir2 of all of them after {since(begin):.2f} s")
        say("   now SIGKILL for the whole process group of dir1's daemon: no goodbye on the wire. And its link is cut,")
        say("   as the kernel of a director whose daemon is dead still holds the VIP and would go on answering for it;")
        say("   a machine that dies takes both with it.")
        self.killed_at = time.monotonic()
        self.a.kill_group()
        self.lab.cut_link("dir1")
        wait_for(self.b.holds_vip, 15, "dir2 has the VIP")
        took = since(self.killed_at)
        wait_for(lambda: fetch(timeout=0.5), 10, "a request is answered")
        answered = since(self.killed_at)
        self.seen(f"dir2 has the VIP {took:.2f} s after the kill, and a new request was answered after {answered:.2f} s")
        return f"VIP on dir2 after {took:.2f} s; requests answered after {answered:.2f} s"

    def exchange_all(self):
        alive = sum(session.lives() for session in self.sessions)
        expect(alive == len(self.sessions), f"{alive} of {len(self.sessions)} sessions exchange data")
        return alive

    def step_6(self):
        """TCP sessions opened before the failover still exchanging data after it"""
        alive = self.exchange_all()
        names = requests(12)
        expect(None not in names, f"12 requests: {counts_text(names)}")
        self.seen(f"{alive} of {N_SESSIONS} sessions exchanged data through dir2, each with the server it had before;")
        self.seen(f"12 new requests: {counts_text(names)}")
        return f"{alive} of {N_SESSIONS} sessions alive"

    def step_7(self):
        """Fail-back"""
        self.lab.reboot("dir1")
        say("   dir1's machine was replaced by one after power on: no address, an empty kernel. It hears a master at start,")
        say("   so it preempts only when that one has had the time to tell of its connections: 13 s, as the kernel tells of")
        say("   one in use at most every 10 s (sync_refresh_period) and up to 3 s late. The sessions are in use all the time.")
        watch = netns.AddressWatch("dir1")
        begin = time.monotonic()
        self.a.start()
        wait_for(lambda: "BACKUP" in sync_roles("dir1"), 8, "the kernel of dir1 receives connections")
        role_after = since(begin)
        wait_for(lambda: self.exchange_all() and self.known_to("dir1"), 13, "dir1 knows the sessions")
        known_after = since(begin)
        expect(not self.a.holds_vip(), "dir1 took the VIP before it knew the sessions")
        wait_for(lambda: self.exchange_all() and self.a.holds_vip(), 20, "dir1 has the VIP", 0.2)
        took = since(begin)
        wait_for(lambda: not self.b.holds_vip(), 5, "dir2 gave the VIP back")
        watch.close()
        alive = self.exchange_all()
        names = requests(20)
        expect(None not in names, f"20 requests: {counts_text(names)}")
        self.seen(f"dir1 started: received connections after {role_after:.2f} s, knew all sessions after {known_after:.2f} s,")
        self.seen(f"has the VIP after {took:.2f} s; {alive} of {N_SESSIONS} sessions exchanged data through it; 20 requests: {counts_text(names)}")
        return f"VIP on dir1 after {took:.2f} s; {alive} of {N_SESSIONS} sessions alive"

    def run(self):
        """Shows the steps in order; those after one that did not hold are not tried. True when all held."""
        steps = (self.step_1, self.step_2, self.step_3, self.step_4, self.step_5, self.step_6, self.step_7)
        held = True
        for number, step in enumerate(steps, 1):
            title = step.__doc__
            if not held:
                self.rows.append((number, title, "-", "not tried"))
                continue
            say(f"\n{number}. {title}")
            begin = time.monotonic()
            try:
                result = "held", step()
            except (Failure, OSError, RuntimeError, subprocess.TimeoutExpired) as failure:
                held = False
                result = "DID NOT HOLD", str(failure)
                say(f"   this step did not hold: {failure}")
            self.rows.append((number, title, result[0], f"{result[1]} [{since(begin):.1f} s]"))
        return held

    def show_table(self):
        say("\nWhat was seen")
        for number, title, result, text in self.rows:
            say(f"  {number}  {result:<12}  {title}\n{'':19}{text}")

    def show_logs(self):
        for director in (self.a, self.b):
            say(f"\n--- the end of the log of {director.namespace}:\n{director.log_tail(40)}")


def sync_roles(name):
    """The roles of the kernel's connection sync that run in a namespace, by `ipvsadm -L --daemon`."""
    text = netns.run(name, "ipvsadm", "-L", "--daemon", check=False).stdout
    return {word for word in ("MASTER", "BACKUP") if word.lower() in text}


def keep(lab):
    say("\nA shell in the lab. The directors run on: try")
    say("  ip netns exec dir1 ipvsadm -Ln         ip netns exec client curl http://10.9.0.100/")
    say(f"  {lab.lvsctl} -R {lab.scratch}/dir1.run status         less {lab.scratch}/dir1.log")
    say("The files outside /run and /tmp are those of your machine. `exit` ends the lab.\n")
    subprocess.run(["/bin/bash", "-i"], check=False)


def main():
    build = sys.argv[1]
    examples = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../doc/examples")
    say(f"A pair of directors running {DAEMON}, on Linux {os.uname().release} with the kernel's own IPVS.")
    lab = Lab(build).up()
    quickstart = Quickstart(lab, examples)
    held = quickstart.run()
    quickstart.show_table()
    if not held:
        quickstart.show_logs()
    if "--keep" in sys.argv[2:]:
        keep(lab)
    lab.down()
    return 0 if held else 1


sys.exit(main())
