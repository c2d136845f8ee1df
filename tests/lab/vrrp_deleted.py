# SPDX-License-Identifier: GPL-2.0-or-later
"""Somebody deletes the macvlan or the ipvlan of a master: it is made again, and no other router takes over."""

import time

from vrrp_rig import VIPS

ROW = 5  # losses in a row after which an interface is made again later


def delete(pair, side="a"):
    """Deletes vrrp.51, and waits for the next one. Returns how long that took."""
    before, began = pair.link_index(side, "vrrp.51"), time.monotonic()
    pair.batch(side, "link del vrrp.51")
    pair.wait_for("it is made again", lambda: pair.link_index(side, "vrrp.51") not in (None, before))
    return time.monotonic() - began


def test_deleted(pair, vips=VIPS[:1], interval=1):
    """The master goes on: addresses, announcements and advertisements; five times in a row at once."""
    vip = vips[-1].split("/")[0]
    backup = pair.router("b", 100, interval, vips=vips, vmac="vrrp.51")
    master = pair.router("a", 150, interval, vips=vips, vmac="vrrp.51")
    pair.wait_for("the better one is master", lambda: master.state() == "MASTER" and backup.state() == "BACKUP"
                  and pair.has("a", vip) and not pair.has("b", vip))
    time.sleep(0.3 * interval)  # the loss is in the midst of an interval
    states, capture, began = len(master.states()), pair.capture("b"), time.monotonic()
    delete(pair)
    pair.wait_for("it has the address", lambda: pair.has("a", vip))
    pair.wait_for("it is announced", lambda: vip in capture.announced())
    pair.check("at once", time.monotonic() - began < interval)
    n = len(capture.adverts())
    pair.wait_for("it advertises", lambda: len(capture.adverts()) >= n + 5)
    pair.check(f"all from one router: {[advert.source for advert in capture.adverts()]}",
               len({(advert.source, advert.mac) for advert in capture.adverts()}) == 1)
    pair.check(f"it stays master: {master.states()[states:]}", {word for _, word in master.states()[states:]} <= {"MASTER"})
    pair.check("the other one stays backup", backup.since("MASTER", began) is None)
    warnings = [line for line in master.read_log().splitlines() if "was deleted or renamed" in line or "removed by" in line]
    pair.check(f"one warning says so: {warnings}", len(warnings) == 1 and "vrrp.51 was deleted" in warnings[0])
    before = len(backup.states())
    delete(pair, "b")
    pair.check("a backup makes its own again, and stays backup",
               not {word for _, word in backup.states()[before:]} - {"BACKUP"} and not pair.has("b", vip))
    for stopping in (backup, master):
        stopping.stop()


def test_again_and_again(pair):
    """Nothing is made again without a pause, and the other router serves."""
    backup = pair.router("b", 100, 0.2, vips=VIPS[:1], vmac="vrrp.51")
    pair.wait_for("the worse one is master", lambda: backup.state() == "MASTER")
    master = pair.router("a", 150, 0.2, vips=VIPS[:1], vmac="vrrp.51")
    pair.wait_for("the better one is master", lambda: master.state() == "MASTER" and backup.state() == "BACKUP")
    took = [delete(pair) for _ in range(ROW)]
    pair.check(f"at once: {took}", max(took) < 1)
    took = [delete(pair) for _ in range(2)]
    pair.check(f"then after a second, and two: {took}", took[0] > 0.9 and took[1] > 1.9)
    pair.check("the log says why", master.logged("7 times in a row: it is made again in 2 s"))
    pair.wait_for("in the end it is master again", lambda: master.state() == "MASTER" and pair.has("a"))
    for stopping in (backup, master):
        stopping.stop()


def tests():
    """{name: function of a Pair}"""
    return {"vmac: deleted under a master": test_deleted,
            "vmac of IPv6: deleted under a master":
                lambda pair: test_deleted(pair, vips=("fe80::51/128", "fd77::51/128"), interval=0.5),
            "vmac: deleted again and again": test_again_and_again}
