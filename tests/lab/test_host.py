# SPDX-License-Identifier: GPL-2.0-or-later
"""What lvsd keeps outside of IPVS: listed, planned, repaired, given back."""

import json
import os
import signal

import netns
from configs import SYNC, global_defs, service
from lab import DIRECTORS, VIP, expect, hold, wait_for
from test_fnat import SET, VIP as FNAT_VIP, addresses, members
from test_match import mark_service, match
from test_processes import proc_status

VALUES = {"expire_nodest_conn": "1", "expire_quiescent_template": "1", "conn_reuse_mode": "3", "conntrack": "1",
          "sync_threshold": "0\t0", "sync_refresh_period": "10", "sync_retries": "1", "backup_only": "0"}


def everything(keep="", sync=SYNC.replace(" VI_1", "")):
    """A file that needs rules in two tables, sets, and all sysctls. (Other servers: one address has one source.)"""
    return (global_defs(sync=sync + keep) + service(address=FNAT_VIP, method="FNAT", servers={1: 1, 2: 1})
            + mark_service(7, [match("80 443")], servers=(3,)))


def rules(namespace="dir1"):
    done = netns.run(namespace, "iptables-legacy-save", check=False)
    if done.returncode:  # a set that a rule named has just gone
        return [done.stderr]
    return [line for line in done.stdout.splitlines() if line.startswith("-A ") and "lvsd" in line.lower()]


def sysctls(namespace="dir1"):
    return {name: netns.sysctl(namespace, "net.ipv4.vs." + name) for name in VALUES}


def is_whole(namespace="dir1"):
    return (len(rules(namespace)) == 5 and members(namespace, SET) == addresses(1, 2)
            and members(namespace, "lvsd-fwm4-7-1") == {VIP} and sysctls(namespace) == VALUES)


def start(lab, text=None, namespace="dir1"):
    before = sysctls(namespace)
    director = lab.director(namespace, text or everything()).wait_ready()
    wait_for(lambda: is_whole(namespace), 15, "rules, sets and sysctls are there")
    return director, before


def test_listed_and_nothing_to_do(lab):
    """lvsctl status --kernel names rules, sets and sysctls; the plan for the same file is empty."""
    director, before = start(lab)
    text = director.ctl("status", "--kernel").stdout
    for wanted in ("set      " + SET, "rule     iptables -t nat -A LVSD-POSTROUTING", "-t mangle -A LVSD-PREROUTING",
                   "sysctl   net.ipv4.vs.conntrack = 1 (before lvsd: 0)"):
        expect(wanted in text, f"{wanted!r} is not in {text}")
    kernel = json.loads(director.ctl("--json", "status", "--kernel").stdout)["kernel"]
    formers = {row["name"].removeprefix("net.ipv4.vs."): row["former"] for row in kernel["sysctls"]}
    wanted = {name: value.replace("\t", " ") for name, value in before.items()
              if value != VALUES[name]}
    expect(formers == wanted, f"former values are {formers}, not {wanted}")
    hold(lambda: "# kernel: nothing to do\n" in director.ctl("plan", director.config_file).stdout, 0.2, "an empty plan")
    done = netns.run("dir1", lab.lvsd, "--plan", "-f", director.config_file, "-R", director.run_dir)
    expect("# kernel: nothing to do\n" in done.stdout, f"--plan says {done.stdout}")


def test_planned(lab):
    """lvsd --plan and lvsctl plan name each set, member, rule and sysctl before it is there; nothing is done."""
    director = lab.director("dir1", global_defs() + service()).wait_ready()
    director.wait_servers((1, 2, 3))
    path = lab.scratch + "/dir1.other.conf"
    with open(path, "w", encoding="ascii") as file:
        file.write(everything())
    wanted = ("add set=lvsd-fnat-10.9.0.200 type=hash:ip family=inet", "add member set=lvsd-fwm4-7-1 member=10.9.0.100",
              "write chain=LVSD-POSTROUTING table=nat program=iptables rule=",
              'set sysctl=net.ipv4.vs.conntrack value="0"->"1"')
    for text in (director.ctl("plan", path).stdout,
                 netns.run("dir1", lab.lvsd, "--plan", "-f", path, "-R", director.run_dir).stdout):
        for line in wanted:
            expect(line in text, f"{line!r} is not in {text}")
    expect(not rules() and not members("dir1", SET), "something was done")


def test_repaired(lab):
    """A rule, a jump, a chain with a rule too many, a member, a stray member and sysctls that somebody changed are
    put right, each logged, each time counted; also after the process that runs iptables has died, which is root with two
    capabilities and no new privileges."""
    director, _ = start(lab)
    wait_for(lambda: director.status()["host_repairs"] == 0, 5, "no repair yet")
    worker = director.child("lvsd: rules")
    status = proc_status(worker)
    expect(int(status["CapPrm"], 16) == 1 << 12 | 1 << 13 and status["NoNewPrivs"] == "1", f"its rights are {status}")
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: director.children().get("lvsd: rules") not in (None, worker), 5, "the process is back")
    rounds = (
        (("iptables-legacy", "-t", "nat", "-F", "LVSD-POSTROUTING"),
         ("iptables-legacy", "-t", "mangle", "-D", "PREROUTING", "1"),
         ("ipset", "del", SET, "10.9.0.21"),
         ("sysctl", "-q", "net.ipv4.vs.conntrack=0")),
        (("iptables-legacy", "-t", "nat", "-A", "LVSD-POSTROUTING", "-j", "ACCEPT"),
         ("ipset", "add", SET, "10.9.0.99"),
         ("sysctl", "-q", "net.ipv4.vs.expire_nodest_conn=0")),
    )
    for number, commands in enumerate(rounds, 1):
        for command in commands:
            netns.run("dir1", *command)
        wait_for(is_whole, 30, f"{commands} are repaired")
        wait_for(lambda: director.status()["host_repairs"] >= number, 3, f"{number} repairs are counted")
    for words in ("write chain=LVSD-POSTROUTING", "write chain=LVSD-PREROUTING", f"add member set={SET}",
                  f"delete member set={SET}", "set sysctl=net.ipv4.vs.conntrack", "set sysctl=net.ipv4.vs.expire_nodest"):
        expect("repaired: " + words in director.log(), f"the log does not say that {words} was repaired")


def test_foreign_rules_and_sets_stay(lab):
    """Rules and sets of others stay as they are over start, repair and stop."""
    netns.run("dir1", "ipset", "create", "others", "hash:ip")
    netns.run("dir1", "ipset", "add", "others", "10.1.2.3")
    netns.run("dir1", "iptables-legacy", "-t", "nat", "-A", "POSTROUTING", "-s", "10.7.0.0/16", "-j", "MASQUERADE")
    netns.run("dir1", "iptables-legacy", "-t", "mangle", "-N", "THEIRS")
    director, _ = start(lab, everything("\tkeep_at_stop nothing\n"))
    netns.run("dir1", "iptables-legacy", "-t", "nat", "-F", "LVSD-POSTROUTING")
    wait_for(is_whole, 30, "the rule is back")
    expect(director.term() == 0, "the status after TERM is not 0")
    text = netns.run("dir1", "iptables-legacy-save").stdout
    expect("-A POSTROUTING -s 10.7.0.0/16 -j MASQUERADE" in text and ":THEIRS " in text, text)
    expect(members("dir1", "others") == {"10.1.2.3"}, "the set of others changed")
    expect("lvsd" not in text.lower() and not members("dir1", SET), f"something of lvsd is left: {text}")


def test_given_back_at_stop(lab):
    """keep_at_stop nothing: no rule and no set is left, each sysctl has its value of before."""
    director, before = start(lab, everything("\tkeep_at_stop nothing\n"))
    expect(director.term() == 0, "the status after TERM is not 0")
    expect(not rules() and not netns.run("dir1", "ipset", "list", "-n").stdout, "something is left")
    expect(sysctls() == before, f"{sysctls()} instead of {before}")
    expect(not os.path.exists(director.run_dir + "/state/host.json"), "host.json is left")


def test_marks_go_at_stop(lab):
    """By default the marks go, and what connections by FNAT need stays until lvsd is there again."""
    director, before = start(lab)
    expect(director.term() == 0, "the status after TERM is not 0")
    expect(len(rules()) == 4 and not [rule for rule in rules() if "MARK" in rule], f"rules: {rules()}")
    expect(sysctls() == {**before, "conntrack": "1"}, f"{sysctls()} instead of {before}")
    director.start(global_defs(sync="\tkeep_at_stop nothing\n") + service()).wait_ready()
    wait_for(lambda: not rules() and not members("dir1", SET), 10, "the next start takes the rest away")
    director.term()
    expect(sysctls() == before, f"{sysctls()} instead of {before}")


def test_all_stays_as_configured(lab):
    """keep_at_stop all: nothing changes at stop."""
    director, _ = start(lab, everything("\tkeep_at_stop all\n"))
    expect(director.term() == 0, "the status after TERM is not 0")
    expect(is_whole(), f"rules {rules()}, sysctls {sysctls()}")


def test_former_values_survive_a_crash(lab):
    """SIGKILL of everything, then a start with another file: what the new file needs not goes, and the values of
    before are known at the next stop."""
    director, before = start(lab)
    director.kill_group()
    director.start(global_defs(sync="\tkeep_at_stop nothing\n") + service()).wait_ready()
    wait_for(lambda: not rules() and not members("dir1", SET), 10, "rules and sets are gone")
    director.term()
    expect(sysctls() == before, f"{sysctls()} instead of {before}")


def test_no_program(lab):
    """Without iptables the services that need it are not made, lvsctl says why, and the rest is served; they come
    when it does."""
    paths = [f"/usr/sbin/{name}" for name in ("xtables-legacy-multi", "xtables-nft-multi")]
    for path in paths:
        netns.run(None, "mount", "--bind", "/dev/null", path)
    try:
        director = lab.director("dir1", everything() + service(port=81, check="")).wait_ready()
        director.wait_servers({"10.9.0.21:81": 1, "10.9.0.22:81": 1, "10.9.0.23:81": 1}, service="tcp:10.9.0.100:81")
        faults = wait_for(lambda: [vs["fault"] for vs in director.status()["virtual_servers"]], 5, "the status")
        wait_for(lambda: "is not installed" in str(director.status()["virtual_servers"][0]["fault"]), 5,
                 f"the status says why: {faults}")
        expect("tcp:10.9.0.200:80" not in director.table() and "fwm4:7" not in director.table(), "they are made")
        expect(director.status()["virtual_servers"][2]["fault"] is None, "the other service has a fault")
        expect("NOT SERVED" in director.ctl("status").stdout, "lvsctl status does not say it")
    finally:
        for path in paths:
            netns.run(None, "umount", path)
    # `lvsctl reconcile` makes it look at once.
    wait_for(lambda: director.ctl("reconcile") and {"tcp:10.9.0.200:80", "fwm4:7"} <= set(director.table()), 70, "they are made")
    wait_for(is_whole, 10, "rules and sets are there")


def test_two_directors_own_theirs(lab):
    """Two daemons in two network namespaces: what one takes away at its end does not touch the other's."""
    text = everything("\tkeep_at_stop nothing\n", sync="")
    a = lab.director("dir1", text).wait_ready()
    lab.director("dir2", text).wait_ready()
    for name in DIRECTORS:
        wait_for(lambda: len(rules(name)) == 5 and members(name, SET), 15, f"rules and sets of {name}")
    a.term()
    expect(not rules("dir1") and not members("dir1", SET), "something is left in dir1")
    expect(len(rules("dir2")) == 5 and members("dir2", SET) == addresses(1, 2), "dir2 has lost something")
