# SPDX-License-Identifier: GPL-2.0-or-later
"""Pools that lose and regain their quorum, and services of every shape, step by step."""

import os
import signal

import netns
from configs import alone, global_defs, http_get, real_server, tcp_check
from lab import SERVICE, VIP, expect, expect_alive, fetch, hold, open_sessions, server_key, wait_for

SORRY = "10.9.0.99:80"


def pool(quorum=2, sorry=True, inhibit=False, extra=""):
    """Three servers; the quorum is down with fewer than quorum of them."""
    text = alone(extra=f"\tquorum {quorum}\n" + ("\tsorry_server 10.9.0.99 80\n" if sorry else "") + extra)
    return text.replace("\t\tweight 1\n", "\t\tweight 1\n\t\tinhibit_on_failure\n") if inhibit else text


def quorum(director):
    status = director.status()
    return status and status["virtual_servers"][0]["quorum_up"]


def all_judged(director):
    status = director.status()
    return status and "unknown" not in [rs["state"] for rs in status["virtual_servers"][0]["real_servers"]]


def shows_the_sorry_server(director):
    """lvsctl status, while it serves beside a living rs3."""
    vs = director.status()["virtual_servers"][0]
    expect((vs["quorum"], vs["live_weight"]) == (2, 1), f"{vs['quorum']}, {vs['live_weight']}")
    sorry = vs["sorry_server"]
    expect((sorry["key"], sorry["effective_weight"], sorry["in_kernel"], sorry["kernel_weight"]) == (SORRY, 1, True, 1),
           repr(sorry))
    rows = [(rs["in_kernel"], rs["kernel_weight"]) for rs in vs["real_servers"]]
    expect(rows == [(False, None), (False, None), (True, 0)], repr(rows))
    text = director.ctl("status").stdout
    expect("quorum DOWN (live weight 1 of 2)" in text and f"  {SORRY} " in text, text)


def start(lab, text):
    lab.batch("dir1", f"addr add {VIP}/32 dev eth0")
    director = lab.director("dir1", text).wait_ready()
    director.wait_servers({server_key(n): 1 for n in (1, 2, 3)})
    wait_for(lambda: all_judged(director), 5, "all servers have a verdict")
    return director


def never_empty(sampler):
    """Each table that was seen had a server with a weight."""
    for _, servers in sampler.stop():
        expect(servers and any(weight > 0 for weight in servers.values()), f"an empty pool: {servers}")


def in_order(batches):
    """In each batch what adds or edits comes before what deletes."""
    for batch in batches:
        deleted = False
        for change in batch:
            expect(not (deleted and change in ("new-dest", "set-dest")), f"a batch deletes first: {batch}")
            deleted = deleted or change == "del-dest"


def test_sorry_server_takes_over_and_gives_back(lab):
    """Quorum lost and regained with a sorry server: additions first and in a batch of their own, the pool never empty,
    and the connections of the servers that still run live on."""
    director = start(lab, pool())
    sessions = open_sessions(lab)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    sampler = netns.Sampler(director.servers, pause=0.001)
    lab.web[1].stop()
    director.wait_servers({server_key(2): 1, server_key(3): 1}, 5)
    lab.web[2].stop()
    director.wait_servers({server_key(3): 0, SORRY: 1}, 5)
    wait_for(lambda: quorum(director) is False, 2, "the quorum is down")
    shows_the_sorry_server(director)
    batches = watch.batches()
    expect([sorted(batch) for batch in batches[-2:]] == [["new-dest"], ["del-dest", "set-dest"]], f"quorum lost by {batches}")
    in_order(batches)
    survivors = [session for session in sessions if session.server == "rs3"]
    expect(survivors, "no session was on rs3")
    expect_alive(survivors)
    lab.web[1].start()
    director.wait_servers({server_key(1): 1, server_key(3): 1}, 6)
    wait_for(lambda: quorum(director) is True, 2, "the quorum is up")
    lab.web[2].start()
    director.wait_servers({server_key(n): 1 for n in (1, 2, 3)}, 6)
    in_order(watch.batches())
    never_empty(sampler)
    expect("quorum up -> down" in director.log() and "quorum down -> up" in director.log(), "the log is silent")


def test_a_real_server_is_the_sorry_server(lab):
    """Of three servers the first, of weight 5, is the sorry server too: without quorum it stays with weight 1 and keeps its
    sessions, also when its check fails, over a restart without a change; lvsctl drain takes it out of both parts."""
    own, two, three = (server_key(number) for number in (1, 2, 3))
    text = alone(servers={1: 5, 2: 1, 3: 1}, check=http_get(), extra=f"\tquorum 7\n\tsorry_server {own.replace(':', ' ')}\n")
    lab.batch("dir1", f"addr add {VIP}/32 dev eth0")
    director = lab.director("dir1", text).wait_ready()
    director.wait_servers({own: 5, two: 1, three: 1})
    wait_for(lambda: all_judged(director), 10, "all servers have a verdict")
    sessions = [session for session in open_sessions(lab, 14) if session.server == "rs1"]
    expect(len(sessions) > 5, "few sessions on rs1")
    sampler = netns.Sampler(director.servers, pause=0.001)
    lab.web[2].stop()
    director.wait_servers({own: 1, three: 0}, 5)
    expect({fetch() for _ in range(4)} == {"rs1"}, "the sorry server does not serve")
    lab.web[1].switch_health()
    wait_for(lambda: director.status()["virtual_servers"][0]["real_servers"][0]["state"] == "down", 5, "rs1 is down")
    expect(director.servers() == {own: 1, three: 0}, f"{director.servers()}")
    vs = director.status()["virtual_servers"][0]
    weights = vs["sorry_server"]["effective_weight"], vs["real_servers"][0]["effective_weight"]
    expect(weights == (1, 1), f"status has {weights}")
    expect_alive(sessions)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    expect(director.term() == 0, "the status after TERM is not 0")
    director.start().wait_ready()
    wait_for(lambda: all_judged(director), 10, "all servers have a verdict")
    changes = [change for change in watch.changes() if change != "set-config"]
    expect(not changes, f"requests to the kernel: {changes}")
    expect({fetch() for _ in range(4)} == {"rs1"}, "the sorry server does not serve")
    never_empty(sampler)
    key = "tcp:10.9.0.100:80"
    expect(director.ctl("drain", key, own).returncode == 0, "drain")
    director.wait_servers({own: 0, three: 1}, 5)
    expect(fetch() == "rs3", "a new connection did not go to rs3")
    expect_alive(sessions)
    expect(director.ctl("undrain", key, own).returncode == 0, "undrain")
    director.wait_servers({own: 1, three: 0}, 5)
    lab.web[1].switch_health()
    lab.web[2].start()
    director.wait_servers({own: 5, two: 1, three: 1}, 10)
    expect_alive(sessions)


def test_inhibited_servers_keep_their_place(lab):
    """inhibit_on_failure and sorry_server_inhibit: weights change, nothing is deleted."""
    director = start(lab, pool(sorry=False, inhibit=True, quorum=1))
    watch = lab.watch(netns.IpvsWatch("dir1"))
    sampler = netns.Sampler(director.servers, pause=0.001)
    lab.web[1].stop()
    director.wait_servers({server_key(1): 0, server_key(2): 1, server_key(3): 1}, 5)
    lab.web[1].start()
    director.wait_servers({server_key(n): 1 for n in (1, 2, 3)}, 6)
    changes = watch.changes()
    expect(changes == ["set-dest", "set-dest"], f"requests to the kernel: {changes}")
    never_empty(sampler)


def test_whole_pool_fails_and_the_sorry_server_is_there(lab):
    """All servers fail and come back: with inhibition everywhere only weights move. A reload that adds a server meanwhile
    brings no quorum."""
    text = pool(quorum=1, inhibit=True, extra="\tsorry_server_inhibit\n")
    director = lab.director("dir1", text).wait_ready()
    servers = {server_key(n): 1 for n in (1, 2, 3)}
    director.wait_servers({**servers, SORRY: 0})
    wait_for(lambda: all_judged(director), 5, "all servers have a verdict")
    watch = lab.watch(netns.IpvsWatch("dir1"))
    sampler = netns.Sampler(director.servers, pause=0.001)
    for web in lab.web.values():
        web.stop()
    director.wait_servers({**{key: 0 for key in servers}, SORRY: 1}, 6)
    fourth = real_server(4, check=tcp_check().replace("{", "{ connect_ip " + server_key(1).replace(":", "\n connect_port "), 1))
    director.write(text.rstrip().removesuffix("}") + fourth.replace("{", "{\n\t\tinhibit_on_failure", 1) + "}\n")
    expect(director.reload().returncode == 0, "the reload was refused")
    director.wait_servers({**{key: 0 for key in servers}, server_key(4): 0, SORRY: 1}, 6)
    wait_for(lambda: all_judged(director), 10, "the new server has a verdict")
    expect("quorum down -> up" not in director.log(), "a server without a verdict brought the quorum")
    director.write(text)
    expect(director.reload().returncode == 0, "the reload was refused")
    director.wait_servers({**{key: 0 for key in servers}, SORRY: 1}, 6)
    changes = [change for change in watch.changes() if change != "set-dest"]
    expect(changes == ["new-dest", "del-dest"], f"requests to the kernel: {changes}")
    for web in lab.web.values():
        web.start()
    director.wait_servers({**servers, SORRY: 0}, 6)
    changes = watch.changes()
    expect(set(changes) == {"set-dest"}, f"requests to the kernel: {changes}")
    never_empty(sampler)


def test_restart_without_quorum_changes_nothing(lab):
    """TERM and start while the sorry server serves: no change is sent."""
    director = start(lab, pool())
    for number in (1, 2):
        lab.web[number].stop()
    director.wait_servers({server_key(3): 0, SORRY: 1}, 6)
    watch = lab.watch(netns.IpvsWatch("dir1"))
    expect(director.term() == 0, "the status after TERM is not 0")
    director.start().wait_ready()
    wait_for(lambda: all_judged(director), 5, "all servers have a verdict")
    hold(lambda: director.servers() == {server_key(3): 0, SORRY: 1}, 1, "the table of before")
    changes = watch.changes()
    expect(not changes, f"requests to the kernel: {changes}")


def test_alpha_servers_enter_with_their_first_success(lab):
    """alpha: nothing but the sorry server is in the table until a check succeeds."""
    lab.web[2].stop()
    watch = lab.watch(netns.IpvsWatch("dir1"))
    director = lab.director("dir1", pool(quorum=1, extra="\talpha\n")).wait_ready()
    director.wait_servers({server_key(1): 1, server_key(3): 1})
    wait_for(lambda: all_judged(director), 5, "all servers have a verdict")
    first, changes = watch.batches()[0], watch.changes()
    expect(first == ["new-service", "new-dest"], f"the first batch is {first}")
    expect(server_key(2) not in director.servers(), f"rs2 got in: {changes}")


def test_every_shape_is_programmed_as_written(lab):
    """A firewall mark, an IPv6 service, TUN and SCTP: ipvsadm shows what the file says."""
    check = tcp_check()
    text = global_defs() + (
        "virtual_server fwmark 7 {\n\tdelay_loop 1\n\tlvs_sched rr\n\tlvs_method DR\n"
        "\treal_server 10.9.0.21 {\n\t\tweight 2\n\t\tTCP_CHECK {\n\t\t\tconnect_port 80\n"
        "\t\t\tconnect_timeout 1\n\t\t}\n\t}\n}\n"
        "virtual_server fd09::100 80 {\n\tdelay_loop 1\n\tlvs_sched wlc\n\tlvs_method NAT\n\tprotocol TCP\n"
        "\tpersistence_timeout 60\n\treal_server fd09::21 8080 {\n\t\tweight 3\n\t}\n}\n"
        f"virtual_server {VIP} 80 {{\n\tdelay_loop 1\n\tlvs_sched sh\n\tlvs_method TUN\n\tprotocol TCP\n"
        + real_server(1, 4, check) + "}\n"
        f"virtual_server {VIP} 2905 {{\n\tlvs_sched wrr\n\tlvs_method NAT\n\tprotocol SCTP\n"
        "\treal_server 10.9.0.22 2905 {\n\t\tweight 5\n\t}\n}\n")
    director = lab.director("dir1", text).wait_ready()
    wanted = {
        "-A -f 7 -s rr", "-a -f 7 -r 10.9.0.21:0 -g -w 2",
        "-A -t [fd09::100]:80 -s wlc -p 60", "-a -t [fd09::100]:80 -r [fd09::21]:8080 -m -w 3",
        f"-A --sctp-service {VIP}:2905 -s wrr", f"-a --sctp-service {VIP}:2905 -r 10.9.0.22:2905 -m -w 5",
        f"-A -t {VIP}:80 -s sh", f"-a -t {VIP}:80 -r {server_key(1)} -i -w 4"}

    def shown():
        output = netns.run("dir1", "ipvsadm", "-Sn").stdout
        return {" ".join(line.replace("--tun-type ipip", "").split()) for line in output.splitlines()}

    director.wait_servers({server_key(1): 4})
    wait_for(lambda: len(shown()) == len(wanted), 5, "all services are there")
    expect(shown() == wanted, f"ipvsadm shows {sorted(shown())}")
    expect(director.servers(SERVICE) == {server_key(1): 4}, f"{director.servers()}")


def test_ssl_get_obeys_the_ca(lab):
    """SSL_GET: up without a CA; a CA that is not the server's takes it out by a reload, its own brings it back. A rollback
    and a director that replaces another read the CA's file again, which only root may open."""
    for name in ("own", "other"):
        netns.run("rs1", "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                  "-subj", f"/CN={name}", "-keyout", f"/run/lab/{name}.key", "-out", f"/run/lab/{name}.crt")
        os.chmod(f"/run/lab/{name}.crt", 0o600)
    lab.web[1].stop()
    server = netns.start("rs1", ["openssl", "s_server", "-accept", "80", "-www", "-cert", "/run/lab/own.crt",
                                 "-key", "/run/lab/own.key"], "/run/lab/s_server.log")
    check = ("SSL_GET {\n\t\t\turl {\n\t\t\t\tpath /\n\t\t\t}\n\t\t\tconnect_timeout 2\n"
             "\t\t\tretry 0\n\t\t}")

    def text(ca=None):
        return (f"SSL {{\n\tca /run/lab/{ca}.crt\n}}\n" if ca else "") + alone(servers={1: 1}, check=check)

    try:
        director = lab.director("dir1", text()).wait_ready()
        wait_for(lambda: all_judged(director), 5, "the server has a verdict")
        director.wait_servers((1,), 5)
        for ca, servers in (("other", ()), ("own", (1,))):
            director.write(text(ca))
            expect(director.reload().returncode == 0, "the reload was refused")
            director.wait_servers(servers, 6)
        for servers in (), (1,):
            expect(director.ctl("rollback").returncode == 0, "the rollback was refused")
            director.wait_servers(servers, 6)
            former = director.child("lvsd: director")
            os.kill(former, signal.SIGKILL)
            wait_for(lambda before=former: director.children().get("lvsd: director") not in (None, before), 10,
                     "another director")
            wait_for(lambda: all_judged(director), 10, "the server has a verdict again")
            director.wait_servers(servers)
        expect("until this file can be read" not in director.log(), director.log())
    finally:
        server.kill()
        server.wait()
