# SPDX-License-Identifier: GPL-2.0-or-later
"""MISC_CHECK and notifications: the script process of the whole daemon."""

import os
import signal
import time

import netns
from configs import alone, global_defs, instance, pair_member, service
from lab import ROLES, VIP, Skip, expect, hold, server_key, stalls, wait_for
from mails import MAIL, Mails

DEFS = "global_defs {\n\trouter_id lab\n\tscript_user root\n%s}\n"


def script(lab, name, body):
    """A script of the scratch folder; its path."""
    path = f"{lab.scratch}/{name}"
    with open(path, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\n" + body)
    os.chmod(path, 0o755)
    return path


def lines(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().split("\n")[:-1]
    except FileNotFoundError:
        return []


def fresh(lab, name):
    path = f"{lab.scratch}/{name}"
    if os.path.exists(path):
        os.unlink(path)
    return path


def misc(path, extra=""):
    return f'MISC_CHECK {{\n\t\t\tmisc_path "{path}"\n\t\t\tmisc_timeout 2\n{extra}\t\t}}'


def test_misc_check(lab):
    """MISC_CHECK: exit status 0 keeps a server in the table, another takes it out with the script's last line as
    reason, and the next success brings it back."""
    state = fresh(lab, "misc.state")
    path = script(lab, "misc.sh", f"test -e {state} || exit 0\necho out of beans\nexit 1\n")
    director = lab.director("dir1", DEFS % "" + service(check=misc(path), servers={1: 1})).wait_ready()
    director.wait_servers((1,))
    with open(state, "w", encoding="utf-8"):
        pass
    director.wait_servers((), 5)
    check = director.status()["virtual_servers"][0]["real_servers"][0]["checks"][0]
    expect(check["kind"] == "MISC_CHECK" and check["state"] == "down", f"{check}")
    expect("out of beans" in check["last"]["reason"], f"the reason is {check['last']['reason']}")
    os.unlink(state)
    director.wait_servers((1,), 5)


def test_misc_dynamic(lab):
    """misc_dynamic: exit status 2 to 255 is a success that sets the weight to itself less 2; nothing adds up."""
    answer = f"{lab.scratch}/misc.weight"
    with open(answer, "w", encoding="utf-8") as file:
        file.write("0\n")
    path = script(lab, "dynamic.sh", f"exit $(cat {answer})\n")
    text = DEFS % "" + service(check=misc(path, "\t\t\tmisc_dynamic\n"), servers={1: 10})
    director = lab.director("dir1", text).wait_ready()
    director.wait_servers({server_key(1): 10})
    for status, weight in ((5, 3), (52, 50), (2, 0), (0, 10)):
        with open(answer + ".new", "w", encoding="utf-8") as file:
            file.write(f"{status}\n")
        os.rename(answer + ".new", answer)
        director.wait_servers({server_key(1): weight}, 5)


def reason(director):
    """The reason of the last outcome of the only check of the only server; "" without one."""
    status = director.status()
    return status and status["virtual_servers"][0]["real_servers"][0]["checks"][0]["last"]["reason"] or ""


def rewrite(path, text):
    """Puts the text into the file at once, beside a script that may read it."""
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(path + ".new", path)


def test_nagios_plugin(lab):
    """misc_protocol nagios with Debian's check_file_age: OK and WARNING are up, CRITICAL is down, UNKNOWN is no
    verdict, and the first line is the reason in status and log."""
    plugin = "/usr/lib/nagios/plugins/check_file_age"
    if not os.path.exists(plugin):
        raise Skip(f"{plugin} is missing: ./check --all installs monitoring-plugins-basic")
    watched, arguments = f"{lab.scratch}/aged", f"{lab.scratch}/nagios.args"
    rewrite(watched, "x" * 100)
    rewrite(arguments, f"-w 9000 -c 9000 -W 10 -C 5 -f {watched}\n")
    path = script(lab, "plugin.sh", f"exec {plugin} $(cat {arguments})\n")
    text = DEFS % "" + service(check=misc(path, "\t\t\tmisc_protocol nagios\n"), servers={1: 1})
    director = lab.director("dir1", text).wait_ready()
    director.wait_servers((1,))
    wait_for(lambda: reason(director).startswith("OK: FILE_AGE OK"), 5, "the reason of OK")
    rewrite(watched, "x" * 7)
    wait_for(lambda: "WARNING: FILE_AGE WARNING" in reason(director), 5, "the reason of WARNING")
    expect("|" not in reason(director), f"performance data: {reason(director)}")
    wait_for(lambda: "is up with a warning: check=MISC_CHECK#1: WARNING: FILE_AGE" in director.log(), 5, "the log")
    director.wait_servers((1,))
    rewrite(watched, "")
    director.wait_servers((), 5)
    expect("CRITICAL: FILE_AGE CRITICAL" in reason(director), f"{reason(director)}")
    rewrite(arguments, "--no-such-option\n")
    wait_for(lambda: "no verdict: UNKNOWN" in reason(director), 5, "UNKNOWN has no verdict")
    hold(lambda: director.servers() == {}, 2, "UNKNOWN does not bring a server back")
    rewrite(watched, "x" * 100)
    rewrite(arguments, f"-w 9000 -c 9000 -W 10 -C 5 -f {watched}\n")
    director.wait_servers((1,), 5)
    rewrite(arguments, "--no-such-option\n")
    wait_for(lambda: "no verdict: UNKNOWN" in reason(director), 5, "UNKNOWN has no verdict")
    hold(lambda: len(director.servers()) == 1, 2, "UNKNOWN does not take a server out")


def test_script_that_prints_json(lab):
    """misc_protocol json: the last line's state, weight and reason count, what is not said stays, and a malformed
    line is no verdict."""
    answer = f"{lab.scratch}/json.answer"
    rewrite(answer, "thinking\n{}\n")
    path = script(lab, "json.sh", f"cat {answer}\nexit 3\n")
    text = DEFS % "" + service(check=misc(path, "\t\t\tmisc_protocol json\n"), servers={1: 40})
    director = lab.director("dir1", text).wait_ready()
    key = server_key(1)
    director.wait_servers({key: 40})
    for line, weight in (('{"weight": "50%"}', 20), ('{"state": "up", "weight": 7}', 7),
                         ('{"state": "drain", "reason": "backup"}', 0), ('{"state": "ready"}', 7)):
        rewrite(answer, f"thinking\n{line}\n")
        director.wait_servers({key: weight}, 5)
    rewrite(answer, '{"state": "down", "weight": \n')
    wait_for(lambda: "is no answer in JSON" in reason(director), 5, "no verdict, with a sentence")
    hold(lambda: director.servers() == {key: 7}, 2, "a malformed line changes nothing")
    rewrite(answer, '{"state": "down", "reason": "out of beans"}\n')
    director.wait_servers({}, 5)
    expect("the script says: out of beans" in reason(director), f"{reason(director)}")
    rewrite(answer, '{"state": "up"}\n')
    director.wait_servers({key: 7}, 5)


def test_late_script_without_a_verdict(lab):
    """on_timeout unknown: a late script is ended, and its server stays as it is."""
    slow = fresh(lab, "slow")
    path = script(lab, "slow.sh", f"test -e {slow} && sleep 600\nexit 0\n")
    check = misc(path, "\t\t\ton_timeout unknown\n").replace("misc_timeout 2", "misc_timeout 1")
    director = lab.director("dir1", DEFS % "" + service(check=check, servers={1: 1})).wait_ready()
    wait_for(lambda: server_state(director) == "up", 10, "the script has ended in time")
    rewrite(slow, "")
    wait_for(lambda: "no verdict: not finished after 1" in reason(director), 8, "no verdict")
    hold(lambda: len(director.servers()) == 1, 2, "the server stays")


def server_state(director):
    status = director.status()
    return status and status["virtual_servers"][0]["real_servers"][0]["state"]


def check_adoption(lab, status, weight):
    """A restart beside a script that always exits with this status keeps this weight, and sends nothing."""
    path = script(lab, "weight.sh", f"exit {status}\n")
    text = DEFS % "" + service(check=misc(path, "\t\t\tmisc_dynamic\n"), servers={1: 10})
    director = lab.director("dir1", text).wait_ready()
    director.wait_servers({server_key(1): weight})
    watch = lab.watch(netns.IpvsWatch("dir1"))
    expect(director.term() == 0, "the status after TERM is not 0")
    director.start().wait_ready()
    wait_for(lambda: server_state(director) == "up", 10, "the script has spoken")
    hold(lambda: director.servers() == {server_key(1): weight}, 1, "the weight of before")
    changes = watch.changes()
    expect(not changes, f"requests to the kernel: {changes}")


def test_a_scripts_weight_is_adopted(lab):
    """A restart takes the weight that misc_dynamic had set from the kernel, and sends nothing."""
    check_adoption(lab, 52, 50)


def test_a_scripts_weight_of_0_is_adopted(lab):
    """The same where the script wants no connection for its server."""
    check_adoption(lab, 2, 0)


def test_late_script_is_ended_with_its_group(lab):
    """A script that is late fails its check and is ended with its whole process group."""
    pids = fresh(lab, "late.pids")
    path = script(lab, "late.sh", f"sleep 600 &\necho $! >> {pids}\necho $$ >> {pids}\nwait\n")
    check = misc(path).replace("misc_timeout 2", "misc_timeout 1")
    text = (DEFS % "" + service(check=check, servers={1: 1})).replace("delay_loop 1", "delay_loop 30")
    director = lab.director("dir1", text).wait_ready()
    wait_for(lambda: len(lines(pids)) == 2, 5, "the script runs")
    director.wait_servers((), 5)
    wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in lines(pids)), 5, "its group is gone")


def test_notify_scripts_of_an_instance(lab):
    """notify_backup, notify_master and notify_stop run at their transitions, in order; notify gets INSTANCE, the
    name, the state and the priority."""
    told, generic = fresh(lab, "told"), fresh(lab, "generic")
    path = script(lab, "tell.sh", f'echo "$1" >> {told}\n')
    whole = script(lab, "whole.sh", f'echo "$*" >> {generic}\n')
    extra = "".join(f'\tnotify_{state} "{path} {state}"\n' for state in ("master", "backup", "fault", "stop"))
    # Without notify_all_states the script process may be too late for BACKUP, which lasts 0.7 s.
    text = DEFS % "\tnotify_all_states\n" + instance(150, extra=extra + f'\tnotify "{whole}"\n')
    director = lab.director("dir1", text).wait_ready()
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    wait_for(lambda: lines(told)[-1:] == ["master"], 5, "notify_master has run")
    expect(director.term() == 0, "the status after TERM is not 0")
    expect(lines(told) == ["backup", "master", "stop"], f"what was told: {lines(told)}")
    expect(lines(generic) == ["INSTANCE VI_1 BACKUP 150", "INSTANCE VI_1 MASTER 150", "INSTANCE VI_1 STOP 150"],
           f"notify was told: {lines(generic)}")


def test_notify_stop_runs_though_an_earlier_script_hangs(lab):
    """A notify_master that never ends has only a share of the end of lvsd, so that notify_stop runs."""
    told = fresh(lab, "told")
    path = script(lab, "tell.sh", f'echo "$1" >> {told}\n')
    hang = script(lab, "hang.sh", f'echo "$1" >> {told}\nexec sleep 8101\n')
    extra = f'\tnotify_master "{hang} master"\n\tnotify_stop "{path} stop"\n'
    director = lab.director("dir1", DEFS % "" + instance(150, extra=extra)).wait_ready()
    wait_for(lambda: lines(told)[-1:] == ["master"], 15, "notify_master hangs")
    expect(director.term() == 0, "the status after TERM is not 0")
    expect(lines(told) == ["master", "stop"], f"what was told: {lines(told)}; {director.log()}")
    expect("notify_master: not finished after" in director.log(), director.log())


def test_notifications_of_an_instance_keep_their_order(lab):
    """notify begins when the state's own script has ended. A script that hangs is ended 3 s after a newer state, and
    the rest of its state is skipped; with notify_all_states each one is told, in order, and none is ended."""
    told, gate = fresh(lab, "told"), f"{lab.scratch}/gate"
    own = script(lab, "own.sh", f'echo "$1" >> {told}\ntest "$1" = master || exit 0\n'
                 f'while test -e {gate}; do sleep 0.05; done\necho ended >> {told}\n')
    whole = script(lab, "whole.sh", f'echo "$3" >> {told}\n')
    extra = "".join(f'\tnotify_{state} "{own} {state}"\n' for state in ("master", "backup", "fault"))
    text = DEFS % "" + instance(150, extra=extra + f'\tnotify "{whole}"\n')
    backup, fault, master = ["backup", "BACKUP"], ["fault", "FAULT"], ["master", "ended", "MASTER"]

    def lose_link():
        lab.cut_link("dir1")
        wait_for(lambda: director.vrrp_state() == "FAULT", 10, "FAULT")
        lab.plug_link("dir1")

    def pass_states():
        """FAULT, BACKUP and MASTER again while notify_master runs."""
        lose_link()
        wait_for(lambda: director.vrrp_state() == "MASTER", 10, "MASTER again")
        hold(lambda: lines(told)[-1:] == ["master"], 0.3, "nothing else is told while notify_master runs")
        os.unlink(gate)

    def open_gate():
        with open(gate, "w", encoding="utf-8"):
            pass

    open_gate()
    director = lab.director("dir1", text).wait_ready()
    wait_for(lambda: lines(told)[-1:] == ["master"], 10, "notify_master runs")
    begun = lines(told)  # on a busy machine BACKUP may be over before a script of it could start
    expect(begun in (backup + ["master"], ["backup", "master"], ["master"]), f"what is told: {begun}")
    slow = f"warning: director: vrrp=VI_1 notify_master: {own} has been running for 10 s"
    wait_for(lambda: slow in director.log(), 15, "the script that hangs is named")
    lose_link()
    wait_for(lambda: lines(told).count("master") == 2, 15, "notify_master runs again")
    os.unlink(gate)
    wait_for(lambda: lines(told)[-1] == "MASTER", 10, "the newest state is told whole")
    expect(lines(told)[:len(begun)] == begun and lines(told)[-3:] == master and lines(told).count("ended") == 1,
           f"what is told: {lines(told)}")
    skipped = "vrrp=VI_1: no script was run for FAULT: that state had ended before its script could start"
    behind = f"; the present script is vrrp=VI_1 notify_master, {own}"
    expect("fault" in lines(told) or any(skipped in line and behind in line for line in director.log().splitlines()),
           "the log does not say that FAULT was skipped, and why")
    ended = [line for line in director.log().splitlines() if "since the script of a newer state waited for it" in line]
    expect(len(ended) == 1 and "warning: director: vrrp=VI_1 notify_master: ended after" in ended[0], f"{ended}")
    expect(director.log().count("has been running for 10 s") == 1, director.log())
    director.write(text.replace(extra, extra + "\tnotify_all_states\n"))
    expect(director.reload().returncode == 0, "the reload was refused")
    fresh(lab, "told")
    lab.cut_link("dir1")
    open_gate()
    wait_for(lambda: lines(told) == fault, 10, "FAULT is told")
    lab.plug_link("dir1")
    wait_for(lambda: lines(told) == fault + backup + ["master"], 10, "notify_master runs again")
    pass_states()
    wanted = fault + backup + master + fault + backup + master
    wait_for(lambda: len(lines(told)) >= len(wanted), 10, "all is told")
    hold(lambda: lines(told) == wanted, 0.3, f"what is told: {wanted}")


def test_fault_is_notified(lab):
    """notify_fault runs when the link goes."""
    told = fresh(lab, "told")
    path = script(lab, "tell.sh", f'echo "$1" >> {told}\n')
    lab.director("dir1", DEFS % "" + instance(150, extra=f'\tnotify_fault "{path} fault"\n')).wait_ready()
    lab.cut_link("dir1")
    wait_for(lambda: lines(told) == ["fault"], 5, "notify_fault has run")


def test_scripts_of_one_object_never_overlap(lab):
    """Two notifications of one object never run at a time; of those that wait the newest is run."""
    told = fresh(lab, "told")
    path = script(lab, "slow.sh", f'echo "begin $1" >> {told}\nsleep 0.7\necho "end $1" >> {told}\n')
    extra = f'\tquorum_up "{path} up"\n\tquorum_down "{path} down"\n'
    director = lab.director("dir1", DEFS % "" + service(servers={1: 1}, extra=extra)).wait_ready()
    director.wait_servers((1,))
    wait_for(lambda: "begin up" in lines(told), 5, "quorum_up has begun")
    lab.web[1].stop()
    director.wait_servers((), 5)
    lab.web[1].start()
    director.wait_servers((1,), 5)
    wait_for(lambda: lines(told)[-1:] == ["end up"] and lines(told).count("end up") == 2, 8, "the last has ended")
    kinds = [line.split()[0] for line in lines(told)]
    expect(kinds == ["begin", "end"] * (len(kinds) // 2), f"they overlapped: {lines(told)}")


def test_notify_up_and_down(lab):
    """notify_down and notify_up of a real server run once for each transition, and mail is sent; a server that is up at
    start is no news."""
    told, mails = fresh(lab, "told"), Mails(lab, "dir1")
    path = script(lab, "tell.sh", f'echo "$1" >> {told}\n')
    text = (DEFS % MAIL + service(servers={1: 1, 2: 1}, extra="\tquorum 2\n\tsmtp_alert\n")).replace(
        "\t\tweight 1\n", f'\t\tweight 1\n\t\tnotify_up "{path} up"\n\t\tnotify_down "{path} down"\n', 1)
    director = lab.director("dir1", text).wait_ready()
    director.wait_servers((1, 2))
    # Else the quorum may be known only when the server is down, and would be no news then.
    wait_for(mails.subjects, 20, "the first mail has come")
    lab.web[1].stop()
    director.wait_servers((2,), 5)
    wait_for(lambda: lines(told) == ["down"], 5, "notify_down has run, alone")
    lab.web[1].start()
    director.wait_servers((1, 2), 5)
    wait_for(lambda: lines(told) == ["down", "up"], 5, "notify_up has run")
    # keepalived 2.2.7 sends the same. A slow answer of the other server may be the cause of further ones.
    server, vs = "Realserver [10.9.0.21]:tcp:80 of virtual server [10.9.0.100]:tcp:80", "Virtualserver [10.9.0.100]:tcp:80"
    wanted = {f"[lab] {what}" for what in (f"{server} - DOWN", f"{vs} - DOWN", f"{server} - UP", f"{vs} - UP")}
    wait_for(lambda: wanted <= set(mails.subjects()), 20, "the mails have come")
    expect("Cause:    TCP_CHECK: " in mails.text() and "Cause:    live weight 1, quorum 2" in mails.text(), mails.text())


def test_script_user(lab):
    """A script runs as script_user says, with an environment of its own."""
    told = fresh(lab, "told")
    os.mkdir(f"{lab.scratch}/open")
    os.chmod(f"{lab.scratch}/open", 0o777)
    told = f"{lab.scratch}/open/told"
    path = script(lab, "who.sh", f'echo "$(id -u) $(env | grep -c HOME)" >> {told}\n')
    defs = "global_defs {\n\trouter_id lab\n\tscript_user nobody\n}\n"
    lab.director("dir1", defs + instance(150, extra=f'\tnotify_master "{path}"\n')).wait_ready()
    wait_for(lambda: lines(told) == ["65534 0"], 5, "it ran as nobody")


def test_script_security(lab):
    """enable_script_security: a script that others may write is not run as root, and the log says why."""
    told = fresh(lab, "told")
    path = script(lab, "open.sh", f"echo ran >> {told}\n")
    os.chmod(path, 0o777)
    text = DEFS % "\tenable_script_security\n" + instance(150, extra=f'\tnotify_master "{path}"\n')
    director = lab.director("dir1", text).wait_ready()
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    wait_for(lambda: "notify_master: not run: the script " in director.log(), 5, "the log says that it is not run")
    expect("can be written by everyone; enable_script_security forbids this" in director.log(), director.log())
    expect(not lines(told), "it ran")


def test_killed_script_process_is_back(lab):
    """A killed script process is back within a second; its checks go on, and nothing in the kernel changes."""
    path = script(lab, "ok.sh", "exit 0\n")
    director = lab.director("dir1", pair_member(150, check=misc(path))).wait_ready()
    director.wait_servers((1, 2, 3))
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    watch, addresses = lab.watch(netns.IpvsWatch("dir1")), lab.watch(netns.AddressWatch("dir1"))
    old = director.child("lvsd: script")
    os.kill(old, signal.SIGKILL)
    begin = time.monotonic()
    wait_for(lambda: director.children().get("lvsd: script") not in (None, old), 2, "it is back")
    expect(stalls.ran(begin) < 1, "it took longer than a second")
    hold(lambda: director.holds_vip(), 2, "dir1 has the VIP")
    expect(not addresses.events() and not watch.changes(), "something changed in the kernel")
    at = director.status()["virtual_servers"][0]["real_servers"][0]["checks"][0]["last"]["at"]
    wait_for(lambda: director.status()["virtual_servers"][0]["real_servers"][0]["checks"][0]["last"]["at"] != at, 4,
             "the check goes on")


def test_startup_gate(lab):
    """No VIP is claimed before first verdicts or startup_gate, whichever is first; with them it waits no longer."""
    def text(gate):
        return pair_member(255, sync=f"\tstartup_gate {gate}\n").replace("state BACKUP", "state MASTER")

    # What is sent there is lost, and no ARP gives up: the probe has no outcome for a minute.
    lab.batch("dir1", "neigh add 10.9.0.99 lladdr 02:00:00:09:00:63 nud permanent dev eth0")
    silent = text(2).replace("10.9.0.22 80", "10.9.0.99 80").replace("connect_timeout 1", "connect_timeout 60")
    director = lab.director("dir1")
    director.write(silent)
    begin = time.monotonic()
    director.start().wait_ready(30)
    wait_for(director.holds_vip, 30, "dir1 has the VIP")
    took = time.monotonic() - begin
    expect(2 < took < 60, f"with a server that has no verdict the VIP was claimed after {took:.2f} s, not 2 s")
    expect("unknown" in {rs["state"] for vs in director.status()["virtual_servers"] for rs in vs["real_servers"]},
           f"each server has a verdict: {director.status()}")
    director.term()
    netns.run("dir1", "ipvsadm", "-C")
    begin = time.monotonic()
    director.start(text(60)).wait_ready(30)
    wait_for(director.holds_vip, 30, "dir1 has the VIP")
    took = time.monotonic() - begin
    expect(took < 60, f"with first verdicts the VIP was claimed after {took:.2f} s")


def test_no_script_no_script_process(lab):
    """Without a script in the file there is no script process; one that comes by a reload starts it."""
    director = lab.director("dir1", global_defs() + instance(150)).wait_ready()
    wait_for(director.holds_vip, 10, "dir1 has the VIP")
    expect("lvsd: script" not in director.children(), f"{director.children()}")
    director.write(DEFS % "" + instance(150, extra=f'\tnotify_master "{script(lab, "ok.sh", "exit 0" + chr(10))}"\n'))
    expect(director.reload().returncode == 0, "the reload was refused")
    wait_for(lambda: "lvsd: script" in director.children(), 3, "the script process is there")


def test_the_last_script_is_removed(lab):
    """A reload removes the only object with scripts: its script that runs comes to its end, it is told of its removal,
    and then the script process ends. Its notifications of a later return are all told."""
    told = fresh(lab, "told")
    path = script(lab, "slow.sh", f'echo "begin $1" >> {told}\nsleep 0.7\necho "end $1" >> {told}\n')
    bare = DEFS % "" + instance(150)
    whole = bare + instance(150, name="VI_2", vrid=52, vips=("10.9.0.101/32",), extra="".join(
        f'\tnotify_{state} "{path} {state}"\n' for state in ("master", "fault", "backup")))
    story = [f"{word} {state}" for state in ("backup", "master", "fault") for word in ("begin", "end")]
    director = lab.director("dir1", whole).wait_ready()
    for n in (1, 2):
        wait_for(lambda n=n: lines(told).count("begin master") == n, 10, "notify_master has begun")
        director.write(bare)
        expect(director.reload().returncode == 0, "the reload was refused")
        wait_for(lambda: "lvsd: script" not in director.children(), 10, "the script process has ended")
        expect(lines(told) == story * n, f"the scripts say {lines(told)}")
        director.write(whole)
        if n == 1:
            expect(director.reload().returncode == 0, "the reload was refused")


def test_check_warns_of_scripts_and_files(lab):
    """-t says, each in a warning, which script is missing, not executable or writable by others, which user is absent,
    and which certificate is none; the file is valid all the same."""
    plain, opened = script(lab, "plain.sh", "exit 0\n"), script(lab, "opened.sh", "exit 0\n")
    os.chmod(plain, 0o644)
    os.chmod(opened, 0o777)
    director = lab.director("dir1")
    director.write(
        f"SSL {{\n\tca {plain}\n}}\n" + DEFS % "" + instance(150, extra=(
            f'\tnotify_master "/nowhere/gone.sh"\n\tnotify_backup "{plain}"\n\tnotify_fault "{opened}"\n'
            f'\tnotify_stop "{script(lab, "ok.sh", "exit 0" + chr(10))}" nosuchuser\n')))
    done = netns.run("dir1", lab.lvsd, "-t", "-f", director.config_file, check=False)
    expect(done.returncode == 0, f"{done}")
    for line, words in ((2, "PEM"), (0, "/nowhere/gone.sh"), (0, "executable"), (0, "written by everyone"), (0, "nosuchuser")):
        found = [text for text in done.stderr.splitlines() if ": warning: " in text and words in text]
        expect(len(found) == 1 and (not line or f":{line}:" in found[0]), f"about {words}: {done.stderr}")
