# SPDX-License-Identifier: GPL-2.0-or-later
"""A web server that says its name: `realserver.py NAME [PORT]`.

HTTP/1.1 with connections that stay open, so one connection is also a long session. GET / answers
the name, GET /health answers 200 or, after SIGUSR1 (each one switches), 503; all else is 404. Each
request to /health is counted, GET /count tells how many there were.
"""

import selectors
import signal
import socket
import sys

is_sick = False
n_health = 0


def answer(head, name):
    global n_health
    path = head.split(b" ", 2)[1] if head.count(b" ") >= 2 else b"?"
    path = path.split(b"?", 1)[0]
    status, body = b"404 Not Found", b"not here\n"
    if path == b"/":
        status, body = b"200 OK", name + b"\n"
    elif path == b"/count":
        status, body = b"200 OK", b"%d\n" % n_health
    elif path == b"/health":
        n_health += 1
        status, body = (b"503 Service Unavailable", b"sick\n") if is_sick else (b"200 OK", b"well\n")
    return (b"HTTP/1.1 " + status + b"\r\nContent-Type: text/plain\r\nContent-Length: "
            + str(len(body)).encode() + b"\r\n\r\n" + body)


def wants_close(head):
    head = head.lower()
    return b"connection: close" in head or b" http/1.0" in head


def serve(connection, waiting, name):
    """Answers the requests that are whole; False when the connection is over."""
    try:
        data = connection.recv(65536)
    except OSError:
        return False
    if not data:
        return False
    waiting[connection] += data
    while b"\r\n\r\n" in waiting[connection]:
        head, waiting[connection] = waiting[connection].split(b"\r\n\r\n", 1)
        try:
            connection.sendall(answer(head, name))
        except OSError:
            return False
        if wants_close(head):
            return False
    return len(waiting[connection]) < 65536


def main():
    name = sys.argv[1].encode()
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 80
    listener = socket.create_server(("::", port), family=socket.AF_INET6, backlog=256, dualstack_ipv6=True)
    ready = selectors.DefaultSelector()
    ready.register(listener, selectors.EVENT_READ)
    waiting = {}

    def switch_health(*_):
        global is_sick
        is_sick = not is_sick

    signal.signal(signal.SIGUSR1, switch_health)
    print("listening", flush=True)
    while True:
        for key, _ in ready.select():
            if key.fileobj is listener:
                connection, _ = listener.accept()
                waiting[connection] = b""
                ready.register(connection, selectors.EVENT_READ)
            elif not serve(key.fileobj, waiting, name):
                ready.unregister(key.fileobj)
                del waiting[key.fileobj]
                key.fileobj.close()


main()
