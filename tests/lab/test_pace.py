# SPDX-License-Identifier: GPL-2.0-or-later
"""How many outcomes of a check decide, and when it is probed: what the real server itself sees."""

import os
import socket
import threading
import time

import netns
from configs import global_defs, real_server, service
from lab import expect, server_address, server_key, server_name, wait_for

PORT = 81


class Witness:
    """A web server in the namespace of a real server. It notes when it was asked, and what it answered."""

    def __init__(self, number):
        self.is_well, self.asked = True, []
        self.listener = netns.open_socket(server_name(number), socket.AF_INET, socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((server_address(number), PORT))
        self.listener.listen(16)
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                is_well = self.is_well
                self.asked.append((time.monotonic(), is_well))
                connection.settimeout(2)
                try:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.0 %s\r\nContent-Length: 2\r\n\r\nx\n"
                                       % (b"200 OK" if is_well else b"503 No"))
                except OSError:
                    pass

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()

    def fall_ill(self):
        self.is_well = False
        return len(self.asked)

    def recover(self):
        self.is_well = True
        return len(self.asked)

    def gaps(self, first, n):
        """The times between the questions from number first on, in seconds."""
        times = [at for at, _ in self.asked[first:first + n + 1]]
        return [after - before for before, after in zip(times, times[1:])]


def check():
    return (f"HTTP_GET {{\n\t\t\tconnect_port {PORT}\n\t\t\tconnect_timeout 1\n\t\t\turl {{\n\t\t\t\tpath /\n"
            "\t\t\t}\n\t\t}")


def text(pace):
    pool = "".join(real_server(number, 1, check() if number == 1 else None) for number in (1, 2))
    return global_defs() + service({}, extra="\tdelay_loop 2\n" + pace + pool).replace("\tdelay_loop 1\n", "", 1)


def start(lab, pace):
    director = lab.director("dir1", text(pace)).wait_ready()
    wait_for(lambda: all(rs["state"] == "up" for rs in director.status()["virtual_servers"][0]["real_servers"]), 5,
             "both servers are up", interval=0.02)
    return director


def shown(director):
    return director.status()["virtual_servers"][0]["real_servers"][0]


def near(gaps, wanted):
    """Is each gap the wanted one, within what a guest needs?"""
    return all(wanted - 0.1 < gap < wanted + 0.25 for gap in gaps)


def test_rows_and_intervals(lab):
    """fall 3, rise 2: the server is asked every delay_loop, every fast_interval while the check counts, every
    down_interval while it is down. Status says how far the row is; a row goes on over reloads."""
    pace = "\tfall 3\n\trise 2\n\tfast_interval 0.5\n\tdown_interval 1\n"
    witness = Witness(1)
    try:
        director = start(lab, pace)
        expect(len(witness.asked) == 1, f"one success decides at the start: {witness.asked}")
        wait_for(lambda: len(witness.asked) >= 4, 10, "the server is asked")
        expect(near(witness.gaps(2, 1), 2), f"delay_loop is 2, {witness.gaps(0, 9)}")
        first = witness.fall_ill()
        wait_for(lambda: shown(director)["checks"][0]["counting"], 5, "the check counts", interval=0.02)
        counting = shown(director)["checks"][0]["counting"]
        expect(counting is None or (counting["to"], counting["of"]) == ("down", 3), repr(counting))
        expect("of 3 failures to be down)" in director.ctl("status").stdout, director.ctl("status").stdout)
        director.reload()
        director.wait_servers({server_key(2): 1})
        n_failed = len(witness.asked) - first
        expect(n_failed == 3, f"{n_failed} failures took the server out")
        expect(near(witness.gaps(first, 2), 0.5), f"fast_interval is 0.5, {witness.gaps(first, 9)}")
        wait_for(lambda: len(witness.asked) >= first + 3 + 4, 10, "the server is asked while it is down")
        expect(near(witness.gaps(first + 4, 2), 1), f"down_interval is 1, {witness.gaps(first, 9)}")
        first = witness.recover()
        director.wait_servers({server_key(1): 1, server_key(2): 1})
        n_well = len(witness.asked) - first
        expect(n_well == 2, f"{n_well} successes brought the server back")
        expect(near(witness.gaps(first, 1), 0.5), f"fast_interval is 0.5, {witness.gaps(first, 9)}")
        wait_for(lambda: len(witness.asked) >= first + 5, 10, "the server is asked while it is up")
        expect(near(witness.gaps(first + 3, 1), 2), f"delay_loop is 2, {witness.gaps(first, 9)}")
    finally:
        witness.close()


def test_retry_is_fall(lab):
    """retry 1 is fall 2, with delay_before_retry after the end of a failure; a single failure changes nothing. Both
    words in one block are refused."""
    witness = Witness(1)
    try:
        director = start(lab, "\tretry 1\n\tdelay_before_retry 0.7\n")
        first = witness.fall_ill()
        wait_for(lambda: len(witness.asked) > first, 5, "the server is asked", interval=0.02)
        witness.recover()
        wait_for(lambda: len(witness.asked) > first + 1, 5, "the server is asked again")
        expect(near(witness.gaps(first, 1), 0.7), f"delay_before_retry is 0.7, {witness.gaps(first, 2)}")
        expect(shown(director)["state"] == "up", "one failure took the server out")
        first = witness.fall_ill()
        director.wait_servers({server_key(2): 1})
        expect(len(witness.asked) - first == 2, f"{len(witness.asked) - first} failures took the server out")
        director.write(text("\tretry 1\n\tfall 2\n"))
        result = director.reload()
        expect(result.returncode != 0 and "retry and fall both say" in result.stdout + result.stderr, repr(result))
    finally:
        witness.close()


def flapping(script):
    """Server 1 is asked every 0.3 s, and held down for 4 s when it has gone down twice."""
    pool = "".join(real_server(number, 1, check() if number == 1 else None) for number in (1, 2))
    pool = pool.replace("\t\tweight 1\n", f'\t\tweight 1\n\t\tnotify_up "{script} up"\n\t\tnotify_down "{script} down"\n', 1)
    return global_defs("lab", "\tscript_user root\n\tenable_script_security\n") + service(
        {}, extra="\tfall 1\n\tflap_damping times 2 window 60 hold 4 max 20\n" + pool).replace(
            "\tdelay_loop 1\n", "\tdelay_loop 0.3\n", 1)


def go_down_and_up(director, witness):
    witness.fall_ill()
    director.wait_servers({server_key(2): 1})
    witness.recover()
    director.wait_servers({server_key(1): 1, server_key(2): 1})


def test_a_flapping_server_is_held_down(lab):
    """The second time that the server goes down it is held, though its check succeeds again: status, log and the script
    say so, a reload keeps it. The next hold is twice as long; it ends at once when the other server dies."""
    script, told = f"{lab.scratch}/flap.sh", f"{lab.scratch}/flap.told"
    with open(script, "w", encoding="ascii") as file:
        file.write(f'#!/bin/sh\necho "$1 $LVSD_CAUSE" >>{told}\n')
    os.chmod(script, 0o755)
    witness = Witness(1)
    try:
        director = lab.director("dir1", flapping(script)).wait_ready()
        wait_for(lambda: shown(director)["state"] == "up", 5, "the server is up")
        go_down_and_up(director, witness)
        witness.fall_ill()
        director.wait_servers({server_key(2): 1})
        begun = time.monotonic()
        witness.recover()
        wait_for(lambda: shown(director)["checks"][0]["state"] == "up", 3, "the check succeeds", interval=0.02)
        held = shown(director)["held_down"]
        expect(shown(director)["state"] == "down" and held["holds"] == 1 and held["checks_up"], repr(shown(director)))
        expect("HELD DOWN for flapping until" in director.ctl("status").stdout, director.ctl("status").stdout)
        expect("it is held down until" in director.log(), "the log is silent")
        director.reload()
        expect(shown(director)["held_down"] == held, repr(shown(director)))
        director.wait_servers({server_key(1): 1, server_key(2): 1})
        lasted = time.monotonic() - begun
        expect(3.5 < lasted < 5.5, f"a hold of 4 s lasted {lasted:.2f} s")
        expect("its hold for flapping is over" in director.log(), "the log is silent")
        with open(told, encoding="ascii") as file:
            causes = file.read().split("\n")
        expect(causes[2].startswith("down held down for flapping until 2") and "HTTP 503" in causes[2], repr(causes))
        expect(causes[3] == "up its hold for flapping is over", repr(causes))
        go_down_and_up(director, witness)
        witness.fall_ill()
        director.wait_servers({server_key(2): 1})
        witness.recover()
        wait_for(lambda: shown(director)["checks"][0]["state"] == "up", 3, "the check succeeds", interval=0.02)
        begun = time.monotonic()
        expect(shown(director)["held_down"]["holds"] == 2, repr(shown(director)))
        lab.web[2].stop()
        director.wait_servers({server_key(1): 1})
        expect(time.monotonic() - begun < 4, "the only server left waits for the end of its hold")
        expect("ends early, since the other servers are too few" in director.log(), "the log is silent")
    finally:
        witness.close()
