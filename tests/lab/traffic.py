# SPDX-License-Identifier: GPL-2.0-or-later
"""Traffic of every protocol: servers that answer their name, and a client that asks without a pause.

Both run in threads of this process with sockets opened in the namespaces.
"""

import select
import socket
import threading
import time

import netns

IPPROTO_SCTP = 132
KINDS = {"tcp": (socket.SOCK_STREAM, 0), "udp": (socket.SOCK_DGRAM, 0), "sctp": (socket.SOCK_STREAM, IPPROTO_SCTP)}
REQUEST = b"GET / HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"
LISTEN_BACKLOG = 64


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def ask(kind, address, port, timeout=3.0):
    """One request on a connection of its own; the last word of the answer. OSError when there is none."""
    with netns.open_socket("client", family_of(address), *KINDS[kind]) as asking:
        asking.settimeout(timeout)
        asking.connect((address, port))
        asking.sendall(REQUEST)
        data = b""
        while not data.endswith(b"\n"):
            piece = asking.recv(4096)
            if not piece:
                raise OSError("the connection was closed without an answer")
            data += piece
        return data.split()[-1].decode()


class Namer(threading.Thread):
    """Answers the name of its namespace to whatever comes to an address and port, over UDP or SCTP. An SCTP
    server names all its addresses to the client unless it is bound to one."""

    def __init__(self, namespace, kind, address, port):
        super().__init__(daemon=True)
        self.name_line, self.kind = namespace.encode() + b"\n", kind
        self.socket = netns.open_socket(namespace, family_of(address), *KINDS[kind])
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((address, port))
        if kind != "udp":
            self.socket.listen(LISTEN_BACKLOG)
        self.is_stopping = False
        self.start()

    def answer(self):
        if self.kind == "udp":
            _, sender = self.socket.recvfrom(4096)
            self.socket.sendto(self.name_line, sender)
            return
        connection, _ = self.socket.accept()
        with connection:
            connection.settimeout(2)
            connection.recv(4096)
            connection.sendall(self.name_line)

    def run(self):
        while not self.is_stopping:
            if select.select([self.socket], [], [], 0.1)[0]:
                try:
                    self.answer()
                except OSError:
                    pass  # the client has noticed

    def close(self):
        self.is_stopping = True
        self.join()
        self.socket.close()


class Traffic(threading.Thread):
    """Asks again and again; keeps who answered and what was not answered, each with the time when it was asked."""

    def __init__(self, asking, pause=0.02):
        super().__init__(daemon=True)
        self.asking, self.pause = asking, pause
        self.answers, self.failures = [], []
        self.is_stopping = False
        self.start()

    def run(self):
        while not self.is_stopping:
            begin = time.monotonic()
            try:
                self.answers.append((begin, self.asking()))
            except OSError as error:
                self.failures.append((begin, str(error)))
            time.sleep(self.pause)

    def names_since(self, when):
        return [name for begin, name in self.answers if begin >= when]

    def failures_since(self, when):
        return [text for begin, text in self.failures if begin >= when]

    def close(self):
        self.is_stopping = True
        self.join()
