# SPDX-License-Identifier: GPL-2.0-or-later
"""The recipes of doc/guide/dialogues.md, each with Debian's server of its protocol; and SMTP_CHECK of postfix.

A recipe is a block "```dialogue NAME" of the guide. Real server 1 has the protocol's server, and each check is also
tried when that has been killed, and with a server of another protocol in its place.
"""

import glob
import os
import re
import shutil

import netns
from configs import global_defs
from lab import VIP, Skip, server_address, server_name, takes_long, wait_for

GUIDE = os.path.dirname(os.path.abspath(__file__)) + "/../../doc/guide/dialogues.md"
RECIPE = re.compile(r"^```dialogue ([\w-]+)\n((?:.*\n)*?)```$", re.MULTILINE)
NAME = server_name(1)


def recipes():
    with open(GUIDE, encoding="utf-8") as file:
        return dict(RECIPE.findall(file.read()))


def needs(path):
    found = sorted(glob.glob(path))
    if not found:
        raise Skip(f"{path} is missing: ./check --all installs the servers")
    return found[-1]


def check_of(steps):
    return "TCP_CHECK {\n\tconnect_timeout 5\n\tretry 0\n\tdialogue {\n" + steps + "\t}\n\t}"


class Rig:
    """A director whose only real server is checked, and the programs that play the server."""

    def __init__(self, lab):
        self.lab, self.director, self.programs = lab, None, []
        self.home = f"{lab.scratch}/dialogues"
        shutil.rmtree(self.home, ignore_errors=True)
        os.makedirs(self.home)
        os.chmod(self.home, 0o755)

    def folder(self, name, user=None):
        path = f"{self.home}/{name}"
        os.makedirs(path)
        if user:
            shutil.chown(path, user, user)
        return path

    def file(self, name, text):
        path = f"{self.home}/{name}"
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        return path

    def certificate(self):
        path = f"{self.home}/tls"
        if not os.path.exists(path + ".pem"):
            netns.run(NAME, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                      "-nodes", "-keyout", path + ".key", "-out", path + ".pem", "-days", "2", "-subj",
                      "/CN=imap.example.com", "-addext", "subjectAltName=DNS:imap.example.com", timeout=60)
        return path + ".pem", path + ".key"

    def start(self, *command):
        self.programs.append(netns.start(NAME, command, f"{self.home}/log"))
        return self.programs[-1]

    def state(self):
        server = self.director.status()["virtual_servers"][0]["real_servers"][0]
        return server["state"], server["checks"][0]["last"]["reason"]

    def check(self, check, port, state, reason, what, ssl=""):
        """The check of the server's port gives this state, for a reason that this expression matches."""
        text = (f"{ssl}{global_defs()}virtual_server {VIP} {port} {{\n\tdelay_loop 0.3\n\tlvs_sched rr\n\tlvs_method DR\n"
                f"\tprotocol TCP\n\treal_server {server_address(1)} {port} {{\n\t{check}\n\t}}\n}}\n")
        if self.director is None:
            self.director = self.lab.director("dir1", text).wait_ready()
        else:
            self.director.write(text)
            self.director.reload()
        wait_for(lambda: self.state()[0] == state and re.search(reason, self.state()[1]), 60,
                 f"{what}: {state} by {reason}; it is {self.state()}")

    def close(self):
        for program in self.programs:
            if program.poll() is None:
                program.kill()
                program.wait()
        shutil.rmtree(self.home, ignore_errors=True)


def tried(lab, names, port, command, wrong="", prepare=None):
    """The recipes say up while the server runs, and down when it is killed, or another one is there."""
    rig = Rig(lab)
    try:
        if prepare:
            prepare(rig)
        server = rig.start(*command(rig))
        for name, its_port in zip(names, port):
            steps = recipes()[name]
            count = len(steps.strip().splitlines())
            rig.check(check_of(steps), its_port, "up", f"^{count} steps done$", name)
        server.terminate()
        server.wait(timeout=60)
        rig.check(check_of(recipes()[names[0]]), port[0], "down", "refused", f"{names[0]} after its end")
        rig.start("/usr/bin/python3", "-c", "import socket\nserver = socket.create_server(('', %d))\n"
                  "while True: server.accept()[0].send(b'%s\\r\\n')" % (port[0], wrong or "SSH-2.0-OpenSSH_9.2"))
        rig.check(check_of(recipes()[names[0]]), port[0], "down", "^step [0-9]|closed|reset", f"{names[0]}, another server")
    finally:
        rig.close()


def test_redis(lab):
    """The recipe for Redis with redis-server: PONG is up; an error, or no server, is down."""
    program = needs("/usr/bin/redis-server")
    tried(lab, ["redis"], [6379], lambda rig: (program, "--port", "6379", "--bind", "0.0.0.0", "--save", "",
                                               "--protected-mode", "no", "--dir", rig.home), "-LOADING")


@takes_long
def test_mysql(lab):
    """The recipe for MySQL with mariadbd: the probe logs in and leaves; no server, or another one, is down."""
    program = needs("/usr/sbin/mariadbd")
    tried(lab, ["mysql"], [3306], lambda rig: (
        program, "--no-defaults", "--user=mysql", f"--datadir={rig.folder('data', 'mysql')}", "--skip-grant-tables",
        "--skip-innodb", "--default-storage-engine=Aria", "--skip-networking=0", "--port=3306", "--skip-log-bin",
        f"--socket={rig.home}/data/socket", "--lc-messages-dir=/usr/share/mysql", f"--pid-file={rig.home}/data/pid"))


@takes_long
def test_postgresql(lab):
    """The recipes for PostgreSQL with Debian's postgres, plainly and over TLS."""
    folder = os.path.dirname(needs("/usr/lib/postgresql/*/bin/postgres"))

    def prepare(rig):
        data, (certificate, key) = rig.folder("data", "postgres"), rig.certificate()
        netns.run(NAME, "setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups",
                  f"{folder}/initdb", "-D", data, "-A", "scram-sha-256", "--pwfile=/etc/hostname", "--no-sync",
                  "--no-locale", timeout=300)
        shutil.copy(certificate, data + "/server.crt")
        shutil.copy(key, data + "/server.key")
        shutil.chown(data + "/server.key", "postgres", "postgres")
        os.chmod(data + "/server.key", 0o600)
        with open(data + "/pg_hba.conf", "a", encoding="ascii") as file:
            file.write("host all all 0.0.0.0/0 scram-sha-256\n")

    tried(lab, ["postgresql", "postgresql-tls"], [5432, 5432], lambda rig: (
        "setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", f"{folder}/postgres", "-D",
        f"{rig.home}/data", "-c", "listen_addresses=*", "-c", "ssl=on", "-c", f"unix_socket_directories={rig.home}/data",
        "-c", "fsync=off"), prepare=prepare)


def test_ldap(lab):
    """The recipe for LDAP with slapd: an anonymous bind."""
    program = needs("/usr/sbin/slapd")

    def command(rig):
        database = rig.folder("db")
        file = rig.file("slapd.conf", "include /etc/ldap/schema/core.schema\nmodulepath /usr/lib/ldap\n"
                        "moduleload back_mdb\ndatabase mdb\nmaxsize 1048576\nsuffix \"dc=example\"\n"
                        f"directory {database}\n")
        return program, "-f", file, "-h", "ldap://0.0.0.0:389/", "-d", "0"

    tried(lab, ["ldap"], [389], command)


@takes_long
def test_imap(lab):
    """The recipes for IMAP, IMAPS and STARTTLS with dovecot; with a CA in the SSL block the name is checked."""
    program = needs("/usr/sbin/dovecot")
    rig = Rig(lab)
    try:
        certificate, key = rig.certificate()
        run = rig.folder("run")
        file = rig.file("dovecot.conf", f"base_dir = {run}\nstate_dir = {run}\nprotocols = imap\nssl = yes\n"
                        f"ssl_cert = <{certificate}\nssl_key = <{key}\nlog_path = {rig.home}/log\n"
                        "mail_location = maildir:/nonexistent\npassdb {\n driver = static\n args = nopassword=y\n}\n"
                        "userdb {\n driver = static\n args = uid=nobody gid=nogroup home=/nonexistent\n}\n"
                        "service imap-login {\n chroot =\n}\nservice anvil {\n chroot =\n}\n")
        rig.start(program, "-F", "-c", file)
        trusted = f"SSL {{\n\tca {certificate}\n}}\n"
        for name, port in (("imap", 143), ("imaps", 993), ("imap-starttls", 143)):
            rig.check(check_of(recipes()[name]), port, "up", "^[0-9] steps done$", name)
        for name, port in (("imaps", 993), ("imap-starttls", 143)):
            rig.check(check_of(recipes()[name]), port, "up", "^[0-9] steps done$", name + " with a CA", trusted)
        rig.check(check_of(recipes()["imaps"].replace("imap.example.com", "other.example.com")), 993, "down",
                  "certificate of the server: ", "imaps by another name", trusted)
        rig.check(check_of(recipes()["imaps"]), 143, "down", "TLS: ", "TLS where there is none")
    finally:
        rig.close()


def test_sip(lab):
    """The recipe for SIP over TCP with kamailio."""
    program = needs("/usr/sbin/kamailio")

    def command(rig):
        file = rig.file("kamailio.cfg", "debug=1\nlog_stderror=yes\nchildren=1\ntcp_children=1\nlisten=tcp:"
                        f"{server_address(1)}:5060\nmpath=\"{os.path.dirname(needs('/usr/lib/*/kamailio/modules/sl.so'))}\"\n"
                        "loadmodule \"sl.so\"\nrequest_route {\n sl_send_reply(\"200\", \"OK\");\n exit;\n}\n")
        return program, "-DD", "-E", "-f", file, "-Y", rig.home, "-m", "16", "-M", "4"

    tried(lab, ["sip"], [5060], command)


@takes_long
def test_smtp(lab):
    """SMTP_CHECK and the recipe for STARTTLS with postfix: up. SMTP_CHECK is down when it is stopped, and for a reply
    that is no greeting."""
    program = needs("/usr/sbin/postfix")
    rig = Rig(lab)
    try:
        certificate, key = rig.certificate()
        etc, queue, data = rig.folder("etc"), rig.folder("queue"), rig.folder("data", "postfix")
        shutil.copy("/usr/share/postfix/master.cf.dist", etc + "/master.cf")
        with open(etc + "/master.cf", encoding="ascii") as file:
            lines = re.sub(r"^(smtp +inet +n +- +)y", r"\1n", file.read(), flags=re.MULTILINE)
        with open(etc + "/master.cf", "w", encoding="ascii") as file:
            file.write(lines)
        with open(etc + "/main.cf", "w", encoding="ascii") as file:
            file.write(f"compatibility_level = 3.6\nqueue_directory = {queue}\ndata_directory = {data}\n"
                       f"myhostname = mail.example\ninet_interfaces = all\ninet_protocols = ipv4\nmynetworks = 127.0.0.0/8\n"
                       f"smtpd_tls_cert_file = {certificate}\nsmtpd_tls_key_file = {key}\nsmtpd_tls_security_level = may\n"
                       f"smtpd_peername_lookup = no\nalias_maps =\nsmtp_dns_support_level = disabled\n"
                       f"maillog_file = {rig.home}/log\nmaillog_file_prefixes = {rig.home}\n")
        netns.run(NAME, program, "-c", etc, "set-permissions", check=False, timeout=120)
        server = rig.start(program, "-c", etc, "start-fg")
        smtp = "SMTP_CHECK {\n\tconnect_timeout 5\n\tretry 0\n\t}"
        rig.check(smtp, 25, "up", "^SMTP 250$", "postfix")
        rig.check(check_of(recipes()["smtp-starttls"]), 25, "up", "^9 steps done$", "postfix with STARTTLS")
        netns.run(NAME, program, "-c", etc, "stop", check=False, timeout=60)
        server.wait(timeout=60)
        rig.check(smtp, 25, "down", "refused", "postfix after its end")
        rig.start("/usr/bin/python3", "-c", "import socket\nserver = socket.create_server(('', 25))\n"
                  "while True: server.accept()[0].send(b'421 too busy\\r\\n')")
        rig.check(smtp, 25, "down", "the greeting is '421 too busy', wanted 220", "a greeting that refuses")
    finally:
        rig.close()
