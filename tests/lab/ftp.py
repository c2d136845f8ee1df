# SPDX-License-Identifier: GPL-2.0-or-later
"""FTP small enough to read: `ftp.py serve NAME` on port 21, `ftp.py fetch ADDRESS active|passive [TIMES]`.

The server answers each RETR with its name, over the data connection that PASV or PORT agreed on, from port 20 when it
is the one that connects. The client prints the names; it takes the address of PASV as the server said it.
"""

import ftplib
import socket
import sys
import threading


def listen(address):
    return socket.create_server((address, 0), backlog=1)


class Served:
    """One control connection."""

    def __init__(self, control, name):
        self.control, self.name = control, name
        self.lines = control.makefile("r", encoding="ascii")
        self.listener, self.target = None, None

    def say(self, text):
        self.control.sendall(text.encode("ascii") + b"\r\n")

    def passive(self):
        address = self.control.getsockname()[0]
        self.listener = listen(address)
        port = self.listener.getsockname()[1]
        self.say("227 Entering Passive Mode (%s,%d,%d)." % (address.replace(".", ","), port >> 8, port & 255))

    def active(self, words):
        numbers = words.split(",")
        self.target = (".".join(numbers[:4]), int(numbers[4]) * 256 + int(numbers[5]))
        self.say("200 PORT command successful.")

    def connect_data(self):
        if self.listener:
            self.listener.settimeout(5)
            return self.listener.accept()[0]
        data = socket.socket()
        data.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        data.bind((self.control.getsockname()[0], 20))
        data.settimeout(5)
        data.connect(self.target)
        return data

    def retrieve(self):
        self.say("150 Opening data connection.")
        with self.connect_data() as data:
            data.sendall(self.name.encode("ascii") + b"\n")
        self.listener = None
        self.say("226 Transfer complete.")

    def run(self):
        self.say("220 ready")
        for line in self.lines:
            command, _, words = line.strip().partition(" ")
            if command == "PASV":
                self.passive()
            elif command == "PORT":
                self.active(words)
            elif command == "RETR":
                self.retrieve()
            elif command == "QUIT":
                self.say("221 bye")
                break
            else:
                self.say({"USER": "331 password", "PASS": "230 in", "TYPE": "200 type"}.get(command, "502 no"))
        self.control.close()


def serve(name):
    with socket.create_server(("0.0.0.0", 21)) as listener:
        while True:
            control, _ = listener.accept()
            threading.Thread(target=Served(control, name).run, daemon=True).start()


def fetch(address, is_passive, times):
    with ftplib.FTP(timeout=8) as ftp:
        ftp.trust_server_pasv_ipv4_address = True
        ftp.connect(address)
        ftp.login("lab", "lab")
        ftp.set_pasv(is_passive)
        for _ in range(times):
            got = []
            ftp.retrbinary("RETR name", got.append)
            print(b"".join(got).decode("ascii").strip())


if sys.argv[1] == "serve":
    serve(sys.argv[2])
else:
    fetch(sys.argv[2], sys.argv[3] == "passive", int((sys.argv[4:] or ["1"])[0]))
