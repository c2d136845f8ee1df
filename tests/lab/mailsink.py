# SPDX-License-Identifier: GPL-2.0-or-later
"""A mail server that takes every mail and appends its lines to a file: mailsink.py PORT FILE."""

import socketserver
import sys


class Visit(socketserver.StreamRequestHandler):
    """One connection. Between DATA and the dot nothing is answered."""

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.say("220 sink")
        is_text = False
        for line in self.rfile:
            with open(sys.argv[2], "ab") as file:
                file.write(line)
            word = line.split()[:1]
            if is_text:
                is_text = line != b".\r\n"
            else:
                is_text = word == [b"DATA"]
            if word == [b"QUIT"] and not is_text:
                self.say("221 bye")
                return
            if word == [b"DATA"]:
                self.say("354 go")
            elif not is_text:
                self.say("250 ok")


class Server(socketserver.ThreadingTCPServer):
    """It answers on every address, and a restart of the test finds the port free."""
    allow_reuse_address = True
    daemon_threads = True


Server(("", int(sys.argv[1])), Visit).serve_forever()
