# SPDX-License-Identifier: GPL-2.0-or-later
"""lvsadm beside ipvsadm: the same command lines, tables and listings."""

import json
import random
import re
import socket
import subprocess

import adm_lines
import netns
from lab import VIP, Session, expect, is_all, server_address, takes_long, wait_for

IPVSADM = "/sbin/ipvsadm"


def call(namespace, program, name, words, text=None):
    """(status, standard output, standard error) of a program that is called by a name."""
    stdin = {"stdin": subprocess.DEVNULL} if text is None else {"input": text}
    with netns.inside(namespace):
        done = subprocess.run([name, *words], executable=program, capture_output=True, text=True, timeout=120,
                              check=False, **stdin)
    return done.returncode, done.stdout, done.stderr


def ipvsadm(namespace, *words, text=None):
    return call(namespace, IPVSADM, "ipvsadm", words, text)


def lvsadm(lab, namespace, *words, text=None, name="lvsadm"):
    return call(namespace, lab.lvsadm, name, words, text)


def two_tables(lab):
    """Both directors without a daemon; what they hold is gone after the test."""
    for name in ("dir1", "dir2"):
        lab.director(name)


def rules(namespace):
    return ipvsadm(namespace, "-Sn")[1]


def random_table(seed, n_services=30, n_dests=5):
    """Rules that the kernel takes as they are, without servers of the other family, for which sync would be refused."""
    return adm_lines.table(random.Random(seed), n_services, n_dests)


def fill(namespace, lines):
    done = ipvsadm(namespace, "-R", text="\n".join(lines) + "\n")
    expect(done == (0, "", ""), f"the table was refused: {done}")


def kernel_lines(namespace):
    """The table in an order that does not depend on the namespace's hash."""
    return sorted(netns.read(namespace, "/proc/thread-self/net/ip_vs").splitlines())


def differences(lab, lines, name):
    """Gives each line to ipvsadm in dir1 and to lvsadm, called name, in dir2, and compares answers and tables."""
    bad, were_equal = [], True
    for line in lines:
        words = line.split() if isinstance(line, str) else line
        wanted, found = call("dir1", IPVSADM, name, words), lvsadm(lab, "dir2", *words, name=name)
        are_equal = kernel_lines("dir1") == kernel_lines("dir2")
        if wanted != found or (were_equal and not are_equal):
            bad.append(f"{' '.join(words)}\n  ipvsadm: {wanted}\n  {name}: {found}"
                       + ("" if are_equal else "\n  the tables differ"))
        were_equal = are_equal
    return bad


@takes_long
def test_command_lines(lab):
    """Right and wrong command lines: the status, what is printed on which stream and the table are ipvsadm's."""
    two_tables(lab)
    dice = random.Random(1)
    # The unit test plays what ipvsadm said to the peculiar ones (tests/golden/admin/session): here they are all in --all.
    lines = adm_lines.PECULIAR[::1 if is_all() else 4]
    lines = lines + [adm_lines.random_line(dice) for _ in range(250 if is_all() else 80)]
    heavy = lvsadm(lab, "dir2", *adm_lines.TOO_HEAVY.split())
    expect(heavy == (2, "", "illegal weight specified\n"), f"a weight of 65536: {heavy}")
    lines = [line for line in lines if line != adm_lines.TOO_HEAVY]
    bad = differences(lab, lines, "lvsadm")
    expect(not bad, lambda: f"{len(bad)} of {len(lines)} lines differ:\n" + "\n".join(bad))
    expect(rules("dir1") == rules("dir2") != "", "the tables differ in the end")


@takes_long
def test_under_the_name_ipvsadm(lab):
    """Under the name ipvsadm lvsadm is ipvsadm: options, weights, a restore that ends at a wrong line, its status, and
    no option of its own."""
    two_tables(lab)
    dice = random.Random(2)
    lines = ["-h", "--version", adm_lines.PECULIAR[0], adm_lines.TOO_HEAVY, "-L --json", "-R --replace"]
    lines += [adm_lines.random_line(dice) for _ in range(100 if is_all() else 30)]
    bad = [text for text in differences(lab, lines, "ipvsadm") if not text.startswith("-h\n")]
    expect(not bad, lambda: "\n".join(bad))
    usage = [program("dir1") for program in (lambda node: ipvsadm(node, "-h"), lambda node: lvsadm(
        lab, node, "-h", name="ipvsadm"))]
    expect(all(status == 0 and len(out) > 1000 and not err for status, out, err in usage), "-h differs")
    first = "-A -t 10.3.0.1:80 -s rr\nipvsadm -a -t 10.3.0.1:80 -r 10.2.0.1\n"
    for text in (first, "  \n-D -t 10.9.9.9:80\n" + first, first + first, first + "# a comment\n-C\n",
                 "-A -t 10.3.0.2:80 -s nosuch\n-A -t 10.3.0.3:80\n", "-A -t 10.3.0.4:80 -Q\n-A -t 10.3.0.4:80\n",
                 "-A -t 10.3.0.5:80\n-A -t 10.3.0.6\n-A -t 10.3.0.7:80\n", "-L -n -t 10.3.0.1:80\n", "-R\n-C\n", "\n\n",
                 "-A -t 10.3.0.8:80\n-C\n-A -t 10.3.0.9:80"):
        wanted, found = ipvsadm("dir1", "-R", text=text), lvsadm(lab, "dir2", "-R", text=text, name="ipvsadm")
        expect(wanted == found, f"{text}\nipvsadm: {wanted}\nlvsadm: {found}")
        expect(rules("dir1") == rules("dir2"), f"the tables differ after\n{text}")


LISTINGS = ("", "-n", "--stats", "--rate", "--thresholds", "--persistent-conn", "--tun-info", "--nosort", "-c",
            "-c --persistent-conn", "--timeout", "--daemon", "--exact --stats", "--exact --rate", "--stats --rate",
            "--thresholds --tun-info", "--sort")


EXPIRY = re.compile(r"\b\d\d:\d\d\b")


def is_between(before, found, after):
    """Whether three listings of connections differ in their expiry times alone, which grow shorter from one to the next."""
    texts = [EXPIRY.sub("", said[1]) for said in (before, found, after)]
    if not texts[0] == texts[1] == texts[2] or not before[::2] == found[::2] == after[::2]:
        return False
    times = [EXPIRY.findall(said[1]) for said in (before, found, after)]
    return all(first >= second >= third for first, second, third in zip(*times))


def equal_listing(lab, words):
    """Whether lvsadm prints what ipvsadm prints just before or just after it, as rates and expiry times change."""
    for _ in range(20):
        before, found = ipvsadm("dir1", *words), lvsadm(lab, "dir1", *words)
        after = before if found == before else ipvsadm("dir1", *words)
        if before[1] == after[1] or found == after:
            return found == after
        if "-c" in words and is_between(before, found, after):
            return True
    return False


def traffic(lab):
    """Clients of services of each kind, so that counters, connections and persistence templates are not zero."""
    fill("dir1", [f"-A -t {VIP}:80 -s rr", *(f"-a -t {VIP}:80 -r {server_address(n)} -g" for n in (1, 2, 3)),
                  "-A -t 10.9.0.11:81 -s wlc -p 300 -M 255.255.255.0",
                  f"-a -t 10.9.0.11:81 -r {server_address(1)}:80 -m -x 1000 -y 500",
                  "-A -u 10.9.0.11:5060 -s rr -p 60 --pe sip", f"-a -u 10.9.0.11:5060 -r {server_address(2)}:5060 -m"])
    netns.run("dir1", "ip", "addr", "add", VIP + "/32", "dev", "eth0")
    netns.run("client", "ip", "neigh", "flush", "dev", "eth0")
    for _ in range(6):
        lab.watch(Session()).exchange()
    for _ in range(12):
        Session().close()
    # The server answers past the director: these stay half open.
    for _ in range(3):
        half_open = lab.watch(netns.open_socket("client", socket.AF_INET, socket.SOCK_STREAM))
        half_open.setblocking(False)
        half_open.connect_ex(("10.9.0.11", 81))
    call_id = "Call-ID: 12345@lab.example\r\n"
    with netns.open_socket("client", socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(("0.0.0.0", 5060))
        phone.sendto(f"INVITE sip:a@lab SIP/2.0\r\n{call_id}\r\n".encode(), ("10.9.0.11", 5060))
    wait_for(lambda: len(netns.ipvs_connections("dir1")) >= 22, 5, "the connections are known")
    # The kernel adds its counters up every two seconds.
    wait_for(lambda: " 18 " in ipvsadm("dir1", "-Ln", "--stats", "-t", VIP + ":80")[1], 10, "18 connections are counted", 0.2)


@takes_long
def test_listings(lab):
    """Every listing of a table with traffic is byte for byte that of ipvsadm, with names and with numbers."""
    two_tables(lab)
    fill("dir1", [line for line in random_table(3) if "-a " not in line or " -i " not in line or "fd09" in line])
    traffic(lab)
    for listing in LISTINGS:
        for numeric in ([], ["-n"]) if listing != "-n" else ([],):
            words = ["-L", *listing.split(), *numeric]
            expect(equal_listing(lab, words), lambda: f"{' '.join(words)}:\n{ipvsadm('dir1', *words)[1]}\n"
                   f"{lvsadm(lab, 'dir1', *words)[1]}")
    for words in (["-Ln", "-t", VIP + ":80"], ["-Ln", "--stats", "-t", VIP + ":80"], ["-S"], ["-Sn"], []):
        expect(equal_listing(lab, words), f"{' '.join(words)} differs")
    expect(ipvsadm("dir1", "-Z")[0] == 0 and equal_listing(lab, ["-Ln", "--stats"]), "the counters differ after -Z")


def test_save_and_restore(lab):
    """On random tables: lvsadm saves what ipvsadm saves, each restores what the other saved, from the start."""
    two_tables(lab)
    for seed in range(8):
        for node in ("dir1", "dir2"):
            ipvsadm(node, "-C")
        fill("dir1", random_table(seed, n_services=random.Random(seed).choice((1, 20, 60))))
        text = lvsadm(lab, "dir1", "-Sn")
        expect(text == ipvsadm("dir1", "-Sn") and text[1], f"table {seed} is saved as another")
        done = lvsadm(lab, "dir2", "-R", text=text[1])
        expect(done == (0, "", "") and rules("dir2") == text[1], f"table {seed}: lvsadm -R: {done}")
        expect(ipvsadm("dir2", "-C")[0] == 0, "-C")
        done = ipvsadm("dir2", "-R", text=lvsadm(lab, "dir1", "-Sn")[1])
        expect(done == (0, "", "") and rules("dir2") == text[1], f"table {seed}: ipvsadm -R: {done}")


def test_restore_is_one_plan(lab):
    """lvsadm -R sends its input in a few batches and reports each refusal with its line; a wrong line changes nothing."""
    two_tables(lab)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    lines = [f"-A -t 10.4.{n // 250}.{n % 250}:80 -s rr" for n in range(300)]
    done = lvsadm(lab, "dir1", "-R", text="# a table\n\n" + "\n".join(lines) + "\n")
    expect(done == (0, "", ""), f"{done}")
    batches = watch.batches()
    expect(sum(map(len, batches)) == 300 and len(batches) == 2, f"{[len(batch) for batch in batches]}")
    before = rules("dir1")
    wrong = "-A -t 10.5.0.1:80\n-A -t nowhere.invalid:80\nfoo\n-A -t 10.5.0.2:80 -w 3\n-R\n-a -t 10.5.0.1:80 -r 10.2.0.1 -w 70000\n"
    status, out, err = lvsadm(lab, "dir1", "-R", text=wrong)
    expect(status == 2 and not out and rules("dir1") == before and not watch.changes(), f"{status} {out} {err}")
    said = [line.split(":")[0] for line in err.splitlines()]
    expect(said == ["line 2", "line 3", "line 4", "line 5", "line 6", "lvsadm"], err)
    refused = "-A -t 10.5.0.1:80\n-A -t 10.4.0.0:80\n-a -t 10.5.0.1:80 -r 10.2.0.1\n-d -t 10.5.0.1:80 -r 10.2.0.9\n-D -f 9\n" \
              "-A -t 10.5.0.3:80 -s nosuch\n-A -t 10.5.0.4:80\n"
    status, out, err = lvsadm(lab, "dir1", "-R", text=refused)
    expect((status, out) == (255, "") and err.splitlines() == [
        "line 2: vs=tcp:10.4.0.0:80: Service already exists",
        "line 4: vs=tcp:10.5.0.1:80 rs=10.2.0.9:80: No such destination",
        "line 5: vs=fwm4:9: No such service",
        "line 6: vs=tcp:10.5.0.3:80: Scheduler or persistence engine not found"], err)
    expect("-A -t 10.5.0.4:80" in rules("dir1") and "-r 10.2.0.1:80" in rules("dir1"), "the rest was not applied")


def test_replace(lab):
    """lvsadm -R --replace makes the table equal to its input with no request for what is right already: none for the
    same table, one for one changed server; counters and connections of what stays live on."""
    two_tables(lab)
    traffic(lab)
    have = rules("dir1")
    watch = lab.watch(netns.IpvsWatch("dir1"))

    def counted():
        return ipvsadm("dir1", "-Ln", "--stats", "-t", VIP + ":80")[1]

    expect(lvsadm(lab, "dir1", "-R", "--replace", text=have) == (0, "", "") and not watch.changes(), "changes for the same")
    known, stats = netns.ipvs_connections("dir1"), counted()
    expect(" 1000 " in ipvsadm("dir1", "-Ln", "--thresholds")[1], "what rules cannot say was lost")
    heavier = have.replace(f"-r {server_address(2)}:80 -g -w 1", f"-r {server_address(2)}:80 -g -w 7")
    expect(lvsadm(lab, "dir1", "-R", "--replace", text="# heavier\n" + heavier) == (0, "", ""), "--replace")
    expect(watch.changes() == ["set-dest"] and rules("dir1") == heavier, "one weight")
    expect(netns.ipvs_connections("dir1") >= known and counted() == stats, "state was lost")
    for seed in (11, 12, 13):
        fill("dir2", random_table(seed))
        wanted = rules("dir2")
        ipvsadm("dir2", "-C")
        shuffled = wanted.splitlines(keepends=True)
        random.Random(seed).shuffle(shuffled)
        done = lvsadm(lab, "dir1", "-R", "--replace", text="".join(shuffled))
        expect(done == (0, "", "") and rules("dir1") == wanted, f"table {seed}: {done}")
        watch.changes()
        expect(lvsadm(lab, "dir1", "-R", "--replace", text=wanted)[0] == 0 and not watch.changes(), "changes for the same")
    for text in ("-A -f 1\n-A -f 1\n", "-a -f 1 -r 10.2.0.1\n", "-A -f 1\n-C\n", "-A -f 1\n-a -f 1 -r 10.2.0.1\n-a -f 1 -r 10.2.0.1:0\n"):
        status, out, err = lvsadm(lab, "dir1", "-R", "--replace", text=text)
        expect(status == 2 and not out and err.startswith("line ") and len(err.splitlines()) == 1, f"{text}{err}")
    expect(not watch.changes() and rules("dir1") == wanted, "a wrong input changed the table")
    expect(lvsadm(lab, "dir1", "-R", "--replace", text="") == (0, "", "") and rules("dir1") == "", "no rules")


def test_replace_empties_no_pool(lab):
    """lvsadm -R --replace goes the way of lvsd: what a pool gains comes before what it loses, and where the kernel refuses
    the gain (a real server of the other family while a sync daemon runs) the pool keeps its last server."""
    two_tables(lab)
    service = "-t 10.6.0.1:80"
    old = f"-A {service} -s wlc\n" + "".join(f"-a {service} -r 10.2.0.{k}:80 -i -w 1 --tun-type ipip\n" for k in (1, 2))
    new = f"-A {service} -s wlc\n-a {service} -r [fd02::1]:80 -i -w 1 --tun-type ipip\n"
    fill("dir1", old.splitlines())
    expect(ipvsadm("dir1", "--start-daemon", "backup", "--mcast-interface", "lo")[0] == 0, "no sync daemon")
    watch = lab.watch(netns.IpvsWatch("dir1"))
    status, out, err = lvsadm(lab, "dir1", "-R", "--replace", text=new)
    left = [line for line in rules("dir1").splitlines() if line.startswith("-a ")]
    expect((status, out) == (255, "") and len(left) == 1 and "-w 1" in left[0], f"{left} {err}")
    expect("only while no sync daemon runs" in err and "an earlier operation for the same pool was refused" in err
           and len(err.splitlines()) == 2, err)
    expect(watch.changes() == ["new-dest", "del-dest"], "what was sent")
    expect(ipvsadm("dir1", "--stop-daemon", "backup")[0] == 0, "the sync daemon stays")
    done = lvsadm(lab, "dir1", "-R", "--replace", text=new)
    expect(done == (0, "", "") and rules("dir1") == new, f"{done} {rules('dir1')}")


def test_wrappers(lab):
    """lvsadm-save and lvsadm-restore write and read as ipvsadm-save and ipvsadm-restore; a wrong file changes nothing."""
    two_tables(lab)
    fill("dir1", random_table(21))
    for words in ([], ["-n"]):
        wanted = call("dir1", "/sbin/ipvsadm-save", "/sbin/ipvsadm-save", words)
        expect(wanted[1] and wanted == lvsadm(lab, "dir1", *words, name="/usr/sbin/lvsadm-save"), f"save {words}")
    fill("dir2", random_table(22))
    text = "# saved\n" + rules("dir1")
    done = lvsadm(lab, "dir2", name="lvsadm-restore", text=text)
    expect(done == (0, "", "") and rules("dir1") == rules("dir2"), f"restore: {done}")
    done = lvsadm(lab, "dir2", name="lvsadm-restore", text="-A -t nonsense\n")
    expect(done[0] == 2 and rules("dir1") == rules("dir2"), f"a wrong file: {done}")
    for name in ("lvsadm-save", "lvsadm-restore"):
        status, out, err = lvsadm(lab, "dir2", "-x", name=name)
        expect(status == 1 and not out and err, f"{name} -x: {status} {out} {err}")


def test_json(lab):
    """--json on each listing holds what the text shows."""
    two_tables(lab)
    traffic(lab)
    ipvsadm("dir1", "--start-daemon", "master", "--mcast-interface", "eth0", "--syncid", "3", "--mcast-ttl", "2")
    read = {words: json.loads(lvsadm(lab, "dir1", *words.split(), "--json")[1])
            for words in ("-L", "-L -c", "-L --timeout", "-L --daemon", f"-L -t {VIP}:80")}
    services = {service["key"]: service for service in read["-L"]["services"]}
    expect(set(services) == {f"tcp:{VIP}:80", "tcp:10.9.0.11:81", "udp:10.9.0.11:5060"}, str(services))
    web = services[f"tcp:{VIP}:80"]
    expect(web["scheduler"] == "rr" and web["persistence"] is None and web["stats"]["connections"] == 18
           and sum(dest["stats"]["connections"] for dest in web["destinations"]) == 18, str(web))
    expect([dest["key"] for dest in web["destinations"]] == [server_address(n) + ":80" for n in (1, 2, 3)], str(web))
    sticky = services["tcp:10.9.0.11:81"]
    expect(sticky["persistence"] == {"timeout": 300, "netmask": "255.255.255.0"}
           and sticky["destinations"][0]["upper_threshold"] == 1000 and sticky["destinations"][0]["method"] == "NAT", str(sticky))
    expect(services["udp:10.9.0.11:5060"]["persistence"]["engine"] == "sip", str(services))
    expect(read[f"-L -t {VIP}:80"]["services"][0]["key"] == web["key"], "one service")
    conns = [conn for conn in read["-L -c"]["connections"] if conn["virtual"] == VIP + ":80"]
    expect(len(conns) >= 6 and all(conn["client"].startswith("10.9.0.1:") for conn in conns), str(conns))
    expect(set(read["-L --timeout"]) == {"tcp", "tcp_fin", "udp"} and read["-L --timeout"]["tcp"] == 900, str(read))
    daemon = read["-L --daemon"]["daemons"][0]
    expect((daemon["role"], daemon["interface"], daemon["syncid"], daemon["ttl"]) == ("master", "eth0", 3, 2), str(daemon))
    for words in ("-S --json", "-C --json", "-A -t 10.3.0.1:80 --json"):
        expect(lvsadm(lab, "dir1", *words.split())[0] == 2, f"{words} was taken")
