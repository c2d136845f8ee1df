# SPDX-License-Identifier: GPL-2.0-or-later
"""How many outcomes of a check decide, and when it is probed: what the real server itself sees."""

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
