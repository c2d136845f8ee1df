# SPDX-License-Identifier: GPL-2.0-or-later
"""The rule about the configurations in doc/examples."""

import glob
import os
import subprocess
import tempfile

# The key that an example names is made in a folder of the test's own.
KEY = "/etc/lvsd/sync.key"


def judge(build, path, folder):
    """What lvsd -t says of an example: its status, and its warnings and errors."""
    # A copy: -t also warns of a file that others can write, as a checkout's may be.
    command = [build + "/lvsd", "-t", "-f", folder + "/example"]
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if KEY in text:
        subprocess.run([build + "/lvsctl", "sync", "keygen", folder + "/sync.key"], capture_output=True, check=True)
        text = text.replace(KEY, folder + "/sync.key")
    with open(folder + "/example", "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(text)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, [line for line in done.stderr.splitlines() if "warning" in line or "error" in line]


def rule_of(top, build, skip):
    """Makes the rule."""

    def rule():
        """Every file in doc/examples is accepted by lvsd -t, without a warning."""
        if not os.path.exists(build + "/lvsd"):
            raise skip(f"{build}/lvsd is not built")
        for path in sorted(glob.glob(top + "/doc/examples/*.conf*")):
            with open(path, encoding="utf-8") as file:
                if os.geteuid() and KEY in file.read():
                    continue  # a key belongs to root
            with tempfile.TemporaryDirectory() as folder:
                status, said = judge(build, path, folder)
            if status or said:
                yield f"{os.path.relpath(path, top)}: status {status}: {' '.join(said)}"

    return rule
