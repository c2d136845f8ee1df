# SPDX-License-Identifier: GPL-2.0-or-later
"""Scripts and interfaces that instances track: who is master follows them, whatever process dies in between."""

import os
import shutil
import signal
import time

import netns
from configs import global_defs, instance, service
from lab import VIP, Skip, expect, hold, stalls, wait_for
from test_doctor import doctor, expect_finding
from test_scripts import script

EXAMPLE = os.path.dirname(os.path.abspath(__file__)) + "/../../doc/examples/proxy-pair.conf"

# A version that both daemons have, and an interval at which a master-down time is 0.7 s.
ADVERT_INT = 0.2


def switch(lab, name, is_on):
    """What the script of a director looks at."""
    path = f"{lab.scratch}/{name}.on"
    if is_on:
        with open(path, "w", encoding="utf-8"):
            pass
    elif os.path.exists(path):
        os.unlink(path)
    return path


def config(lab, name, priority, weight, extra=""):
    path = script(lab, f"{name}.sh", f"test -e {switch(lab, name, True)} && exit 0\necho no service\nexit 1\n")
    track = "\ttrack_script {\n\t\tchk_service\n\t}\n"
    return (global_defs(name, "\tscript_user root\n")
            + f'vrrp_script chk_service {{\n\tscript "{path}"\n\tinterval 0.5\n\ttimeout 4\n\tweight {weight}\n{extra}}}\n'
            + instance(priority, advert_int=str(ADVERT_INT), extra=track))


def tracker(director):
    return director.status()["vrrp"][0]["trackers"][0]


def effective(director):
    return director.status()["vrrp"][0]["effective_priority"]


def test_fault(lab):
    """A tracked script without a weight fails: its director is in FAULT, the other one has the VIP within the
    script's outcome and one skew time, and the log and status name the script. A director, a script and a vrrp
    process that die meanwhile change nothing; the script's success brings the VIP back."""
    best = lab.director("dir1", config(lab, "best", 150, 0)).wait_ready()
    other = lab.director("dir2", config(lab, "other", 100, 0)).wait_ready()
    wait_for(best.holds_vip, 5, "the better director has the VIP")
    wait_for(lambda: tracker(best)["state"] == "up", 3, "its script is up")
    # Until it has heard somebody it does not know that silence means anything.
    wait_for(lambda: other.status()["vrrp"][0]["master"], 5, "the other director knows the master")
    begin = time.monotonic()
    switch(lab, "best", False)
    wait_for(other.holds_vip, 5, "the other director has the VIP", 0.01)
    took = stalls.ran(begin)
    # An interval until the script runs, and the skew of priority 100.
    expect(took < 0.5 + ADVERT_INT * 156 / 256 + 0.5, f"the VIP moved only after {took:.2f} s")
    wait_for(lambda: not best.holds_vip(), 2, "the better director has given it up")
    status = best.status()["vrrp"][0]
    expect(status["state"] == "FAULT" and "script chk_service is down (exit status 1: no service)" in status["fault"],
           f"the status says {status['state']}: {status['fault']}")
    expect(tracker(best)["fault"] and tracker(best)["weight"] == 0, f"the tracker says {tracker(best)}")
    wait_for(lambda: "VI_1 MASTER -> FAULT: script chk_service is down" in best.log(), 2, "the log names the script")
    expect_finding(doctor(best)[0], "problem", "trackers", "vrrp=VI_1: script chk_service is down since ")
    for process in ("lvsd: director", "lvsd: script", "lvsd: vrrp"):
        old = best.child(process)
        os.kill(old, signal.SIGKILL)
        wait_for(lambda: best.child(process) not in (old, None), 5, f"`{process}` is replaced")
        hold(lambda: not best.holds_vip() and other.holds_vip(), 1.5, f"the VIP of the other one without `{process}`")
    switch(lab, "best", True)
    wait_for(best.holds_vip, 5, "the better director has the VIP again")
    expect(best.vrrp_state() == "MASTER", "the better director is not MASTER")
    for process in ("lvsd: director", "lvsd: script"):
        old = best.child(process)
        os.kill(old, signal.SIGKILL)
        wait_for(lambda: best.child(process) not in (old, None), 5, f"`{process}` is replaced")
        hold(best.holds_vip, 1.5, f"the VIP without `{process}`")


def test_weight_beside_keepalived(lab):
    """Beside keepalived: a script's weight takes from the priority, keepalived takes over, and its own script gives
    the VIP back. A reload keeps the state, and another weight counts at once."""
    if not shutil.which("keepalived"):
        raise Skip("keepalived is not installed")
    ours = lab.director("dir1", config(lab, "ours", 150, -60)).wait_ready()
    peer = lab.director("dir2", label="keepalived")
    peer.daemon = "keepalived"
    # Version 2.2.7 takes whole seconds alone.
    peer.start(config(lab, "peer", 100, -60).replace("interval 0.5", "interval 1").replace("timeout 4", "timeout 1"))
    wait_for(ours.holds_vip, 5, "lvsd has the VIP")
    wait_for(lambda: "Script `chk_service` now returning 0" in peer.log()
             or "chk_service" in peer.log(), 8, "keepalived runs its script")
    switch(lab, "ours", False)
    wait_for(peer.holds_vip, 5, "keepalived has the VIP")
    wait_for(lambda: not ours.holds_vip() and effective(ours) == 90, 3, "lvsd has given it up")
    wait_for(lambda: "priority 150 -> 90: script chk_service is down (exit status 1: no service), weight -60"
             in ours.log(), 2, "the log names the change")
    ours.write(config(lab, "ours", 150, -20))
    switch(lab, "ours", False)
    expect(ours.reload().returncode == 0, "the reload failed")
    wait_for(lambda: effective(ours) == 130 and ours.holds_vip(), 5, "the smaller weight is in force")
    ours.write(config(lab, "ours", 150, -60))
    switch(lab, "ours", False)
    expect(ours.reload().returncode == 0, "the reload failed")
    wait_for(lambda: peer.holds_vip() and not ours.holds_vip(), 5, "keepalived has the VIP again")
    switch(lab, "peer", False)
    wait_for(ours.holds_vip, 8, "lvsd has the VIP: 90 against 40")
    switch(lab, "ours", True)
    wait_for(lambda: effective(ours) == 150, 3, "lvsd has its priority again")
    expect(VIP and not peer.holds_vip(), "both have the VIP")


def test_hanging_script(lab):
    """A script that hangs is ended with its whole group after its timeout, and is a failure; init_fail is down from
    the start, and no instance waits longer than startup_gate for a script."""
    path = script(lab, "hang.sh", f"sleep 1000 &\necho $! > {lab.scratch}/hang.pid\nwait\n")
    text = (global_defs("lab", "\tscript_user root\n\tstartup_gate 1\n")
            + f'vrrp_script hang {{\n\tscript "{path}"\n\tinterval 30\n\ttimeout 3\n\tweight -60\n}}\n'
            + instance(150, extra="\ttrack_script {\n\t\thang\n\t}\n"))
    director = lab.director("dir1", text).wait_ready()
    wait_for(director.holds_vip, 5, "the VIP, though the script has no verdict yet")
    expect(tracker(director)["state"] == "unknown" and effective(director) == 150, f"{tracker(director)}")
    with open(f"{lab.scratch}/hang.pid", encoding="utf-8") as file:
        child = int(file.read())
    wait_for(lambda: effective(director) == 90, 5, "the script has failed")
    expect("not finished after 3" in tracker(director)["text"], f"the reason is {tracker(director)['text']}")
    wait_for(lambda: not os.path.exists(f"/proc/{child}"), 3, "what the script started is gone")
    director.write(text.replace("timeout 3", "timeout 3\n\tinit_fail").replace("vrrp_script hang", "vrrp_script new")
                   .replace("\t\thang\n", "\t\tnew weight 0\n"))
    expect(director.reload().returncode == 0, "the reload failed")
    wait_for(lambda: director.vrrp_state() == "FAULT", 3, "with init_fail it is down from the start")


def test_interface(lab):
    """track_interface: another interface that loses its carrier, or is deleted, takes its weight from the priority, and
    without a weight the instance is in FAULT. It counts from the start, and a new director shows it."""
    netns.run("dir1", "ip", "link", "add", "trk0", "type", "veth", "peer", "name", "trk1")
    netns.run("dir1", "ip", "link", "set", "trk1", "up")

    def text(weight):
        return global_defs() + instance(150, extra=f"\ttrack_interface {{\n\t\ttrk0{weight}\n\t}}\n")

    director = lab.director("dir1", text(" weight -60")).wait_ready()
    wait_for(director.holds_vip, 5, "the VIP")
    expect(effective(director) == 90, f"the priority is {effective(director)} with the interface down")
    netns.run("dir1", "ip", "link", "set", "trk0", "up")
    wait_for(lambda: effective(director) == 150, 3, "its priority with the interface up")
    netns.run("dir1", "ip", "link", "set", "trk1", "down")
    wait_for(lambda: effective(director) == 90, 3, "a lower priority without a carrier")
    wait_for(lambda: "priority 150 -> 90: interface trk0 is down (it is down or has no carrier), weight -60"
             in director.log(), 2, "the log names the interface")
    old = director.child("lvsd: director")
    os.kill(old, signal.SIGKILL)
    wait_for(lambda: director.child("lvsd: director") not in (old, None), 5, "the director is replaced")
    wait_for(lambda: director.ctl("status").returncode == 0 and tracker(director)["state"] == "down", 5,
             "the new director shows the tracker")
    director.write(text(""))
    expect(director.reload().returncode == 0, "the reload failed")
    wait_for(lambda: director.vrrp_state() == "FAULT" and not director.holds_vip(), 3, "FAULT without a weight")
    netns.run("dir1", "ip", "link", "set", "trk1", "up")
    wait_for(director.holds_vip, 5, "the VIP with a carrier")
    netns.run("dir1", "ip", "link", "del", "trk0")
    wait_for(lambda: director.vrrp_state() == "FAULT", 3, "FAULT without the interface")
    expect("interface trk0 is down (it does not exist)" in director.status()["vrrp"][0]["fault"], "another reason")


def test_route(lab):
    """track_route: a route that is withdrawn takes its weight from the priority, and without a weight the instance is
    in FAULT. A new director shows it, and sees the route come back. With track_hold_time and track_hold_asymmetric the
    loss counts at once, and the recovery after that time."""
    network = "198.51.100.0/24"

    def text(weight, hold=""):
        return global_defs() + instance(150, extra=f"\ttrack_route {{\n\t\t{network}{weight}\n\t}}\n{hold}")

    def route(verb):
        netns.run("dir1", "ip", "route", verb, network, "dev", "eth0")

    route("add")
    director = lab.director("dir1", text(" weight -60")).wait_ready()
    wait_for(director.holds_vip, 5, "the VIP")
    wait_for(lambda: tracker(director)["state"] == "up", 3, "the route is up")
    expect(effective(director) == 150, f"the priority is {effective(director)} with the route")
    route("del")
    wait_for(lambda: effective(director) == 90, 3, "a lower priority without the route")
    wait_for(lambda: f"priority 150 -> 90: route {network} is down (table main has no such route), weight -60"
             in director.log(), 2, "the log names the route")
    old = director.child("lvsd: director")
    os.kill(old, signal.SIGKILL)
    wait_for(lambda: director.child("lvsd: director") not in (old, None), 5, "the director is replaced")
    wait_for(lambda: director.ctl("status").returncode == 0 and tracker(director)["state"] == "down", 5,
             "the new director shows the tracker")
    route("add")
    wait_for(lambda: effective(director) == 150, 3, "its priority with the route")
    route("del")
    wait_for(lambda: effective(director) == 90, 3, "a lower priority again")
    director.write(text(""))
    expect(director.reload().returncode == 0, "the reload failed")
    wait_for(lambda: director.vrrp_state() == "FAULT" and not director.holds_vip(), 3, "FAULT without a weight")
    route("add")
    wait_for(director.holds_vip, 5, "the VIP with the route")
    director.write(text(" weight -60", "\ttrack_hold_time 2\n\ttrack_hold_asymmetric\n"))
    expect(director.reload().returncode == 0, "the reload failed")
    route("del")
    wait_for(lambda: effective(director) == 90, 1.5, "the loss counts at once")
    begin = time.monotonic()
    route("add")
    wait_for(lambda: tracker(director)["state"] == "up", 3, "the tracker shows the route")
    wait_for(lambda: f"route {network} is up: that counts in 2 s" in director.log(), 2, "the log says what waits")
    expect("changed nothing" not in director.log(), "a wait ended by itself")
    wait_for(lambda: effective(director) == 150, 5, "the recovery counts")
    expect(time.monotonic() - begin > 1.9, "the recovery counted too early")


def test_file(lab):
    """track_file: the number in a file changes the priority, and a product of -254 is FAULT. A file that is replaced,
    taken away or garbage counts as keepalived has it; another director goes on, and a reload writes no init_file."""
    path = f"{lab.scratch}/load"

    def put(text):
        with open(f"{path}.new", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(f"{path}.new", path)

    text = (global_defs() + f"track_file load {{\n\tfile {path}\n\tweight -1\n\tinit_file 10\n}}\n"
            + instance(150, extra="\ttrack_file {\n\t\tload\n\t}\n"))
    director = lab.director("dir1", text).wait_ready()
    wait_for(director.holds_vip, 5, "the VIP")
    expect(effective(director) == 140, f"the priority is {effective(director)} with init_file 10")
    put("60\n")
    wait_for(lambda: effective(director) == 90, 3, "the priority with 60 in the file")
    wait_for(lambda: "priority 140 -> 90: file load says 60, weight -1" in director.log(), 2, "the log names the file")
    put("sixty\n")
    wait_for(lambda: effective(director) == 150, 3, "garbage counts as 0")
    wait_for(lambda: "it does not begin with a whole number" in director.log(), 2, "the log says why")
    put("7 extra\n")
    wait_for(lambda: effective(director) == 143, 3, "the number before a word counts")
    wait_for(lambda: "file load says 7 (what stands behind the number does not count)" in director.log(), 2,
             "the log warns")
    with open(path, "w", encoding="utf-8") as file:
        file.write("254")
    wait_for(lambda: director.vrrp_state() == "FAULT" and not director.holds_vip(), 3, "FAULT with 254")
    expect("file load says 254" in director.status()["vrrp"][0]["fault"], "the fault names another cause")
    old = director.child("lvsd: director")
    os.kill(old, signal.SIGKILL)
    wait_for(lambda: director.child("lvsd: director") not in (old, None), 5, "the director is replaced")
    wait_for(lambda: director.ctl("status").returncode == 0 and tracker(director)["number"] == 254, 5,
             "the new director shows the number")
    os.unlink(path)
    wait_for(director.holds_vip, 5, "the VIP without the file, which counts as 0")
    director.write(text.replace("weight -1", "weight -2").replace("init_file 10", "init_file 10 overwrite"))
    expect(director.reload().returncode == 0, "the reload failed")
    expect(not os.path.exists(path), "a reload has made the file")
    put("5")
    wait_for(lambda: effective(director) == 140, 3, "the other weight")


def test_virtual_server(lab):
    """track_virtual_server: a director whose real servers have all failed yields to the other one. When both have
    none the master stays, and with a server the better one takes the VIP back."""
    def text(name, priority):
        check = f"MISC_CHECK {{\n\t\t\tmisc_path \"/usr/bin/test -e {lab.scratch}/{name}.on\"\n\t\t}}"
        return (global_defs(name, "\tscript_user root\n")
                + instance(priority, advert_int=str(ADVERT_INT),
                           extra=f"\ttrack_virtual_server {{\n\t\ttcp:{VIP}:80\n\t}}\n")
                + service({1: 1}, check=check))

    for name in ("best", "other"):
        switch(lab, name, True)
    best = lab.director("dir1", text("best", 150)).wait_ready()
    other = lab.director("dir2", text("other", 100)).wait_ready()
    wait_for(best.holds_vip, 10, "the better director has the VIP")
    wait_for(lambda: tracker(best)["state"] == "up", 3, "its service has its quorum")
    switch(lab, "best", False)
    wait_for(lambda: other.holds_vip() and not best.holds_vip(), 8, "the director with a server has the VIP")
    expect(effective(best) == 1, f"the priority without a quorum is {effective(best)}")
    wait_for(lambda: f"priority 150 -> 1: virtual_server tcp:{VIP}:80 is down" in best.log(), 2, "the log names it")
    switch(lab, "other", False)
    wait_for(lambda: effective(other) == 1, 5, "the other director has no server either")
    hold(lambda: other.holds_vip() and not best.holds_vip(), 1.5, "the VIP of the other one when both have no server")
    switch(lab, "best", True)
    wait_for(lambda: best.holds_vip() and not other.holds_vip(), 8, "the better director has the VIP again")


class Proxy:
    """haproxy in the namespace of a director; its answer is the director's name."""

    def __init__(self, lab, name):
        self.name, self.file, self.process = name, f"{lab.scratch}/haproxy.{name}.cfg", None
        with open(self.file, "w", encoding="utf-8") as file:
            file.write("defaults\n\tmode http\n\ttimeout connect 5s\n\ttimeout client 5s\n\ttimeout server 5s\n"
                       f"frontend web\n\tbind :80\n\thttp-request return content-type text/plain string {name}\n")
        self.log = f"{lab.scratch}/haproxy.{name}.log"
        self.start()

    def start(self):
        self.process = netns.start(self.name, ["haproxy", "-db", "-f", self.file], self.log)

    def close(self):
        self.process.kill()
        self.process.wait()


def test_proxy_pair(lab):
    """doc/examples/proxy-pair.conf with the interface, address and priority of two machines: the address follows the
    proxy that answers, by failure and back, and by the machine's end; the program of notify is run for each state,
    and the FIFO has a line for each."""
    proxies = [lab.watch(Proxy(lab, name)) for name in ("dir1", "dir2")]
    with open(EXAMPLE, encoding="utf-8") as file:
        text = file.read()
    told = f"{lab.scratch}/told"
    if os.path.exists(told):
        os.unlink(told)
    program = script(lab, "tell.sh", f'echo "$*" >>{told}\n')
    os.close(os.open(told, os.O_CREAT | os.O_WRONLY))
    os.chmod(told, 0o666)

    def edited(name, priority):
        return (text.replace("192.0.2.110/24", f"{VIP}/24").replace("priority 150", f"priority {priority}")
                .replace("/run/proxy-pair.fifo", f"{lab.scratch}/{name}.fifo")
                .replace("/usr/bin/logger -t proxy-pair", f"{program} {name}"))

    best = lab.director("dir1", edited("dir1", 150)).wait_ready()
    other = lab.director("dir2", edited("dir2", 100)).wait_ready()
    heard = f"{lab.scratch}/dir1.heard"
    wait_for(lambda: os.path.exists(f"{lab.scratch}/dir1.fifo"), 5, "the FIFO is there")
    reader = netns.start("dir1", ["cat", f"{lab.scratch}/dir1.fifo"], heard)

    def serves(name):
        return lambda: netns.run("client", "curl", "-sm", "1", f"http://{VIP}/", check=False).stdout == name

    wait_for(serves("dir1"), 10, "the better machine serves")
    proxies[0].close()
    wait_for(serves("dir2"), 15, "the other machine serves when the proxy has failed")
    expect(not best.holds_vip() and best.status()["vrrp"][0]["effective_priority"] == 70, "70 of 150 are left")
    proxies[0].start()
    wait_for(serves("dir1"), 15, "the better machine serves again")
    best.term()
    wait_for(serves("dir2"), 5, "the other machine serves when the better one ends")
    with open(told, encoding="utf-8") as file:
        states = [word[3] for word in map(str.split, file) if word[0] == "dir1"]
    expect(states == ["BACKUP", "MASTER", "BACKUP", "MASTER", "STOP"], f"notify was told {states}")
    reader.wait(10)  # the FIFO has no writer any more
    with open(heard, encoding="utf-8") as file:
        fifo = [line.split()[2] for line in file]
    expect(fifo[-3:] == ["BACKUP", "MASTER", "STOP"], f"the FIFO had {fifo}")
