# SPDX-License-Identifier: GPL-2.0-or-later
"""AGENT_CHECK: an agent on a real server that says what the server can bear."""

import os

import netns
from configs import global_defs
from lab import SERVICE, VIP, expect, server_address, server_name, wait_for

# Says the contents of a file to whoever asks for the load; "flood" and "silence" are manners, not words.
AGENT = """import socket, sys
server = socket.create_server(("", 9707))
while True:
    peer = server.accept()[0]
    peer.settimeout(5)
    with open(sys.argv[1]) as file:
        words = file.read()
    try:
        asked = peer.recv(100)
        while words == "flood":
            peer.send(b"up " * 1000)
        if words != "silence":
            peer.send(words.encode() + b"\\r\\n" if asked == b"load\\n" else b"maint\\n")
    except OSError:
        pass
    kept = peer
"""


def test_words(lab):
    """The agent's words, by pull and by lvsctl agent, change weight and state within a second. No answer, a silent
    agent and one whose line does not end change nothing; nor does a restart of the director."""
    server, words = f"{server_address(1)}:80", f"{lab.scratch}/agent.words"

    def say(line):
        with open(words + ".new", "w", encoding="ascii") as file:
            file.write(line)
        os.rename(words + ".new", words)

    def reason():
        return director.status()["virtual_servers"][0]["real_servers"][0]["checks"][0]["last"]["reason"]

    def becomes(weight, what, text=""):
        wait_for(lambda: (director.servers() or {}).get(server) == weight and text in (reason() or ""), 20, what)

    check = ("AGENT_CHECK {\n\tagent_port 9707\n\tagent_send \"load\\n\"\n\tconnect_timeout 1\n\tdelay_loop 0.3\n\t}\n"
             "\tTCP_CHECK {\n\tconnect_timeout 1\n\tretry 0\n\t}")
    text = (f"{global_defs()}virtual_server {VIP} 80 {{\n\tdelay_loop 0.3\n\tlvs_sched wrr\n\tlvs_method DR\n"
            f"\tprotocol TCP\n\treal_server {server_address(1)} 80 {{\n\tweight 100\n\t{check}\n\t}}\n}}\n")
    say("75%")
    director = lab.director("dir1", text).wait_ready()
    becomes(100, "no agent is there", "no answer from the agent, which is no failure: connection refused")
    agent = netns.start(server_name(1), ["/usr/bin/python3", "-c", AGENT, words], f"{lab.scratch}/agent.log")
    try:
        becomes(75, "75%", "the agent says: 75%")
        say("weight:30")
        becomes(30, "an absolute weight")
        say("silence")
        becomes(30, "a silent agent", "no line of the agent within 1.000 s")
        say("flood")
        becomes(30, "an answer without end", "the line of the agent does not end")
        say("drain")
        becomes(0, "drain", "the agent says: drain")
        say("ready up 10%")
        becomes(10, "ready")
        say("down #disk is full")
        becomes(None, "down", "the agent says: down #disk is full")
        say("silence")
        becomes(None, "down stays", "no answer now")
        done = director.ctl("agent", SERVICE, server, "up", "40%", "#queue full", check=False)
        expect(done.returncode == 0 and not done.stdout, f"lvsctl agent: {done}")
        becomes(40, "up by lvsctl agent")
        for line in ("weight 0 -> 10: check=AGENT_CHECK#1: the agent says: ready up 10%",
                     "down -> up: check=AGENT_CHECK#1: the agent says: up 40% #queue full"):
            expect(line in director.log(), f"`{line}` is not in:\n{director.log()}")
        for line, why in ((("up", "40"), "'40' is not a word of an agent"), (("#nothing",), "at least one of")):
            done = director.ctl("agent", SERVICE, server, *line, check=False)
            expect(done.returncode == 1 and why in done.stderr, f"{line}: {done}")
        agent.kill()
        agent.wait()
        becomes(40, "the agent has died", "connection refused")
        director.write(text.replace(check, "TCP_CHECK {\n\t}"))
        director.reload()
        becomes(100, "a server without an agent")
        done = director.ctl("agent", SERVICE, server, "up", check=False)
        expect(done.returncode == 1 and "has no AGENT_CHECK" in done.stderr, f"{done}")
    finally:
        agent.kill()
        agent.wait()
