# SPDX-License-Identifier: GPL-2.0-or-later
"""A mail server for the tests, and what it got."""

import contextlib
import os

import netns

PORT = 2525
# For global_defs.
MAIL = f"\tnotification_email {{\n\t\tops@example.net\n\t}}\n\tsmtp_server localhost {PORT}\n"


class Mails:
    """mailsink.py in a namespace."""

    def __init__(self, lab, namespace):
        self.path = lab.scratch + "/mails"
        if os.path.exists(self.path):
            os.unlink(self.path)
        program = os.path.dirname(os.path.abspath(__file__)) + "/mailsink.py"
        self.process = netns.start(namespace, ["/usr/bin/python3", "-ISsB", program, str(PORT), self.path],
                                   self.path + ".log")
        lab.closers.append(self)

    def text(self):
        with contextlib.suppress(FileNotFoundError), open(self.path, encoding="utf-8", newline="\n") as file:
            return file.read()
        return ""

    def subjects(self):
        return [line[9:].strip() for line in self.text().split("\n") if line.startswith("Subject: ")]

    def close(self):
        self.process.kill()
        self.process.wait()
