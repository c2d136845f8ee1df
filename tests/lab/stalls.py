# SPDX-License-Identifier: GPL-2.0-or-later
"""What a test measures with: time in which this machine ran.

A test that claims "within 1.3 s" is about the daemon. A machine that builds beside it, or runs two more guests on
its processors, stands still now and then for a tenth of a second or more; that time is nobody's fault and is left out.
A claim that something does not happen *before* a moment needs no such care: it takes time.monotonic() alone.
"""

import threading
import time

PAUSE = 0.02
USUAL = 0.002  # so late a thread wakes up from a pause on a machine that has nothing else to do


class Stalls(threading.Thread):
    """Notes from now on when a thread that wants to run does not."""

    def __init__(self):
        super().__init__(daemon=True)
        self.found = []  # (begin, end) of each stall, time.monotonic()
        self.start()

    def run(self):
        while True:
            due = time.monotonic() + PAUSE
            time.sleep(PAUSE)
            now = time.monotonic()
            if now > due + USUAL:
                self.found.append((due, now))

    def ran(self, begin, end=None):
        """The seconds between two moments without the stalls in them."""
        end = time.monotonic() if end is None else end
        lost = sum(min(end, last) - max(begin, first) for first, last in list(self.found)
                   if last > begin and first < end)
        return end - begin - lost

    def longest_gap(self, moments):
        """The longest time between one moment and the next."""
        return max(self.ran(before, after) for before, after in zip(moments, moments[1:]))
