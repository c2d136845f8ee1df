# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab: a client, two directors and three real servers, each in a network namespace, on one bridge.

Runs as root inside the guest (tests/lab/uml). A `Lab` owns what it started and ends only that.
The daemon under test is lvsd; with LAB_DAEMON=keepalived the directors run that instead, to tell a
fault of the lab from one of lvsd.
"""

import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import time

import netns
from stalls import Stalls

VIP = "10.9.0.100"
SERVICE = f"tcp:{VIP}:80"
DIRECTORS = {"dir1": "10.9.0.11", "dir2": "10.9.0.12"}
CLIENT = "10.9.0.1"
N_SERVERS = 3
SCRATCH = "/run/lab"
DAEMON = os.environ.get("LAB_DAEMON", "lvsd")
ROLES = ("lvsd: director", "lvsd: vrrp", "lvsd: check", "lvsd: sync", "lvsd: log")


class Failure(Exception):
    """A test did not hold; the text says why."""


class Skip(Exception):
    """A test cannot run here; the text says why."""


def expect(is_true, why):
    if not is_true:
        raise Failure(why() if callable(why) else why)


stalls = Stalls()
# A machine with other guests and builds on its processors is slower than one that is idle, not only still at times.
PATIENCE = 4


def wait_for(condition, timeout, what, interval=0.1):
    """Looks at condition() until it gives something true, which is returned. The timeout is what an idle machine may
    take, in seconds; the wait fails after PATIENCE times as long, without the time in which this machine stood still
    (see stalls.py). It is no claim about lvsd: one who claims a time measures it. Between two looks a tenth of the time
    passes that it has waited already, at most interval."""
    begin, bound = time.monotonic(), PATIENCE * timeout
    while True:
        begun = time.monotonic()
        value = condition()
        if value:
            return value
        if begun >= begin + bound and stalls.ran(begin, begun) >= bound:
            raise Failure(f"waited {bound:.0f} s in vain: {what() if callable(what) else what}")
        time.sleep(min(interval, 0.01 + (begun - begin) / 10))


def hold(condition, seconds, what):
    """Looks at condition() for so many seconds; fails when it is once not true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not condition():
            raise Failure(f"did not stay: {what}")
        time.sleep(0.02)


def is_busy(pid):
    """Whether a process has something to do at this moment."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rpartition(") ")[2][0] in "RD"
    except OSError:
        return False


def server_name(number):
    return f"rs{number}"


def server_address(number):
    return f"10.9.0.{20 + number}"


def server_key(number):
    return f"{server_address(number)}:80"


class Web:
    """A web server of one real server: realserver.py in its namespace."""

    def __init__(self, number, scratch, port=80):
        self.name, self.port = server_name(number), port
        self.log = f"{scratch}/{self.name}.{port}.log"
        self.process = None
        self.is_sick = False

    def start(self):
        here = os.path.dirname(os.path.abspath(__file__))
        self.process = netns.start(self.name, ["/usr/bin/python3", "-ISsB", here + "/realserver.py",
                                               self.name, str(self.port)], self.log)
        self.is_sick = False
        return self

    def wait(self):
        wait_for(self.is_listening, 10, f"{self.name} listens on port {self.port}")

    def is_listening(self):
        with netns.open_socket(self.name, socket.AF_INET, socket.SOCK_STREAM) as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        """Killed: its connections are reset and its port is closed."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def switch_health(self):
        self.process.send_signal(signal.SIGUSR1)
        self.is_sick = not self.is_sick


class Session:
    """One TCP connection of the client to the VIP that stays open; `exchange` sends a request on it."""

    def __init__(self, address=VIP, port=80, timeout=3.0, source=None):
        self.socket = netns.open_socket("client", socket.AF_INET, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        if source:
            self.socket.bind((source, 0))
        self.socket.connect((address, port))
        self.local = "%s:%d" % self.socket.getsockname()[:2]
        self.server = None

    def exchange(self, timeout=5.0):
        """The name of the server that answered."""
        self.socket.settimeout(timeout)
        self.socket.sendall(b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n")
        data = b""
        while b"\r\n\r\n" not in data or not data.endswith(b"\n"):
            piece = self.socket.recv(4096)
            if not piece:
                raise OSError("the connection was closed")
            data += piece
        name = data.split(b"\r\n\r\n", 1)[1].decode().strip()
        if self.server is None:
            self.server = name
        elif self.server != name:
            raise OSError(f"moved from {self.server} to {name}")
        return name

    def lives(self, timeout=5.0):
        try:
            self.exchange(timeout)
        except OSError:
            return False
        return True

    def close(self):
        self.socket.close()


def fetch(address=VIP, port=80, timeout=2.0, source=None):
    """One request on a connection of its own; the server's name, or None when nothing answered."""
    try:
        session = Session(address, port, timeout, source)
    except OSError:
        return None
    try:
        return session.exchange(timeout)
    except OSError:
        return None
    finally:
        session.close()


class Director:
    """One daemon in one namespace, with its own file, run dir and log."""

    def __init__(self, lab, namespace, label=None):
        self.lab, self.namespace = lab, namespace
        self.label = label or namespace
        self.config_file = f"{lab.scratch}/{self.label}.conf"
        self.run_dir = f"{lab.scratch}/{self.label}.run"
        self.log_file = f"{lab.scratch}/{self.label}.log"
        self.process = None
        self.daemon = DAEMON
        self.lvsd, self.lvsctl = lab.lvsd, lab.lvsctl

    def command(self):
        if self.daemon == "keepalived":
            pids = [word for flag, name in (("-p", "main"), ("-r", "vrrp"), ("-c", "check"))
                    for word in (flag, f"{self.run_dir}/{name}.pid")]
            return ["keepalived", "-n", "-l", "-D", "-f", self.config_file, *pids]
        return [self.lvsd, "-n", "-l", "-f", self.config_file, "-R", self.run_dir]

    def write(self, text):
        """Replaces the file as an editor does: whole or not at all."""
        with open(self.config_file + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(self.config_file + ".new", self.config_file)

    def start(self, text=None):
        if text is not None:
            self.write(text)
        os.makedirs(self.run_dir, exist_ok=True)
        self.process = netns.start(self.namespace, self.command(), self.log_file)
        return self

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def wait_ready(self, timeout=10):
        """Until it answers on its control socket (keepalived: until it has children)."""
        def is_ready():
            if not self.is_running():
                raise Failure(f"{self.label}: ended with status {self.process.returncode}: "
                              + self.log_tail(5))
            return self.children() if self.daemon == "keepalived" else self.status()
        wait_for(is_ready, timeout, f"{self.label} is ready")
        return self

    def children(self):
        """{process name: pid} of the processes of the running daemon that last: without the loader, which lives as long as
        a reload, and without a process that has just been forked, which has no name of its own yet."""
        found = self.all_children()
        if self.daemon == "keepalived":
            return found
        return {name: pid for name, pid in found.items() if name.startswith("lvsd: ") and "loader" not in name}

    def all_children(self):
        """The same with those that do not last."""
        found = {}
        for path in glob.glob("/proc/[0-9]*/stat"):
            try:
                with open(path, encoding="utf-8") as file:
                    text = file.read()
            except OSError:
                continue
            pid, rest = text.split(" (", 1)
            name, rest = rest.rsplit(") ", 1)
            state, parent = rest.split()[:2]
            if int(parent) == self.process.pid and state != "Z":
                while name in found:
                    name += "'"
                found[name] = int(pid)
        return found

    def child(self, name):
        """The pid of a process of the daemon, which may have just been started."""
        return wait_for(lambda: self.children().get(name), 3, f"{self.label} has a process `{name}`")

    def hup(self):
        self.process.send_signal(signal.SIGHUP)

    def term(self, timeout=10):
        """TERM, as an init system sends it; gives the exit status. Fails when it takes more than timeout seconds in which
        this machine ran."""
        begin = time.monotonic()
        self.process.terminate()
        try:
            status = self.process.wait(PATIENCE * timeout)
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.label}: still there {PATIENCE * timeout} s after TERM") from None
        took = stalls.ran(begin)
        expect(took < timeout, f"{self.label}: ended {took:.1f} s after TERM")
        return status

    def kill_group(self):
        """SIGKILL for the whole process group at once: nothing can say goodbye."""
        if self.is_running():
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def ctl(self, *arguments, check=False):
        return netns.run(None, self.lvsctl, "-R", self.run_dir, *arguments, check=check)

    def ask(self, **request):
        """The answer on the control socket, or None when there is none. Asked by this process: tests look often, and
        to start a program takes the guest 50 ms."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
                client.settimeout(8)
                client.connect(self.run_dir + "/control.sock")
                client.sendall(json.dumps(request).encode() + b"\n")
                with client.makefile(encoding="utf-8") as answers:
                    return json.loads(answers.readline() or "{}")
        except OSError:
            return None

    def status(self):
        """What `lvsctl --json status` says, or None when it does not answer."""
        return (self.ask(command="status") or {}).get("result")

    def reload(self, *options):
        return self.ctl("reload", *options)

    def vrrp_state(self, name=None):
        status = self.status()
        for instance in status["vrrp"] if status else []:
            if name in (None, instance["name"]):
                return instance["state"]
        return None

    def holds_vip(self, address=VIP):
        return netns.has_address(self.namespace, address)

    def table(self):
        return netns.ipvs_table(self.namespace)

    def shape(self):
        return netns.ipvs_shape(self.namespace)

    def servers(self, service=SERVICE):
        """{server: weight} of a service in the kernel; None without the service."""
        service = self.table().get(service)
        return service and {key: row["weight"] for key, row in service["servers"].items()}

    def wait_servers(self, servers, timeout=10, service=SERVICE):
        """Until the kernel's table holds exactly these servers ({key: weight}, or their numbers)."""
        if not isinstance(servers, dict):
            wanted = {server_key(number) for number in servers}
            wait_for(lambda: set(self.servers(service) or ()) == wanted, timeout,
                     f"{self.label}: servers of {service} are {sorted(wanted)}")
        else:
            wait_for(lambda: self.servers(service) == servers, timeout,
                     f"{self.label}: servers of {service} are {servers}")

    def rest(self):
        """Waits, not for ever, until none of its processes has anything to do; the log process, which hears
        from the others, comes last."""
        deadline = time.monotonic() + 2
        children = self.all_children() if self.is_running() else {}
        last = children.pop("lvsd: log", None)
        for pid in (*children.values(), self.process.pid, last) if last else children.values():
            while is_busy(pid) and time.monotonic() < deadline:
                time.sleep(0.001)

    def log(self):
        """What it has said. The log process writes the lines of the others, and some tell of what the kernel
        shows already, so it is read when all is quiet."""
        self.rest()
        try:
            with open(self.log_file, encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def log_tail(self, n=25):
        return "\n".join(self.log().splitlines()[-n:])


class Lab:
    """The namespaces and everything that runs in them."""

    def __init__(self, build, scratch=SCRATCH):
        self.build, self.scratch = build, scratch
        self.web = {}
        self.directors = []
        self.sessions = []
        self.closers = []
        os.makedirs(scratch + "/bin", exist_ok=True)
        os.chmod(scratch, 0o755)
        self.lvsd, self.lvsctl, self.lvsadm = (f"{scratch}/bin/{name}" for name in ("lvsd", "lvsctl", "lvsadm"))
        for name in ("lvsd", "lvsctl", "lvsadm"):
            # Copied, so that a user without rights on the build folder can run them too.
            if os.path.exists(f"{build}/{name}"):
                shutil.copy(f"{build}/{name}", f"{scratch}/bin/{name}")
        if DAEMON == "lvsd" and not os.path.exists(self.lvsd):
            raise Failure(f"{build}/lvsd is not built")

    def up(self):
        """Makes bridge and namespaces and starts the web servers."""
        for module in ("veth", "bridge", "ip_vs", "nlmon"):
            netns.run(None, "modprobe", module)
        self.batch(None, "link add front type bridge forward_delay 0 mcast_snooping 0",
                   "link set front up")
        self.make_node("client", CLIENT)
        for name, address in DIRECTORS.items():
            self.make_node(name, address)
            self.prepare_director(name)
        for number in range(1, N_SERVERS + 1):
            self.make_node(server_name(number), server_address(number))
            self.prepare_server(number)
            self.web[number] = Web(number, self.scratch).start()
        for web in self.web.values():
            web.wait()
        return self

    @staticmethod
    def batch(name, *lines):
        """Commands of ip(8), run by one process."""
        netns.run(name, "ip", "-batch", "-", input="\n".join(lines) + "\n")

    def make_node(self, name, address, *before):
        """A namespace with eth0 on the bridge; before: what ip(8) does first. Few programs: each costs the guest much."""
        self.link_node(name, address, *before, f"netns add {name}")

    def link_node(self, name, address, *before):
        last = int(address.rsplit(".", 1)[1])
        self.batch(None, *before,
                   f"link add {name} type veth peer name eth0 address 02:00:00:09:00:{last:02x} netns {name}",
                   f"link set {name} master front up")
        self.batch(name, "link set lo up", f"addr add {address}/24 dev eth0",
                   f"addr add fd09::{last}/64 dev eth0 nodad", "link set eth0 up")

    def make_link(self, name):
        """The interface of a director, deleted before, anew: another index under the same name."""
        self.link_node(name, DIRECTORS[name])
        self.prepare_director(name)

    @staticmethod
    def prepare_director(name):
        for key, value in (("net.ipv4.ip_forward", 1), ("net.ipv4.conf.all.send_redirects", 0),
                           ("net.ipv4.conf.eth0.send_redirects", 0)):
            netns.sysctl(name, key, value)
        if DAEMON == "keepalived":
            # What lvsd sets by itself.
            for key, value in (("threshold", "0 0"), ("refresh_period", "10"), ("retries", "1")):
                netns.sysctl(name, "net.ipv4.vs.sync_" + key, value)

    def prepare_server(self, number):
        """Direct routing: the server has the VIP too, but never answers or asks ARP for it."""
        name = server_name(number)
        netns.sysctl(name, "net.ipv4.conf.all.arp_ignore", 1)
        netns.sysctl(name, "net.ipv4.conf.all.arp_announce", 2)
        self.batch(name, f"addr add {VIP}/32 dev lo")

    def director(self, namespace, text=None, label=None):
        """A daemon for this namespace; started when text, its file, is given."""
        director = Director(self, namespace, label)
        self.directors.append(director)
        return director.start(text) if text is not None else director

    def session(self):
        session = Session()
        self.sessions.append(session)
        return session

    def watch(self, thing):
        """Closes thing (something with close or stop) when the test ends; gives it back."""
        self.closers.append(thing)
        return thing

    def serve(self, numbers, port):
        """One more web server on each of these real servers, until the test ends."""
        webs = [self.watch(Web(number, self.scratch, port).start()) for number in numbers]
        for web in webs:
            web.wait()

    @staticmethod
    def cut_link(name):
        """Pulls the plug on the switch's side: the node sees no carrier."""
        netns.run(None, "ip", "link", "set", name, "down")

    @staticmethod
    def plug_link(name):
        netns.run(None, "ip", "link", "set", name, "up")

    def plug_blocked_link(self, name):
        """Plugs it into a port of the switch that does not forward yet: carrier, and nothing else."""
        self.batch(None, f"link set {name} nomaster", f"link set {name} up")

    def forward_link(self, name):
        self.batch(None, f"link set {name} master front")

    def reboot(self, name):
        """A director's machine as it is after power on: no address, no IPVS, no connection."""
        self.make_node(name, DIRECTORS[name], f"link del {name}", f"netns del {name}")
        self.prepare_director(name)

    def wait_balanced(self, servers=(1, 2, 3), timeout=10):
        """Until requests to the VIP are answered by exactly these servers."""
        wanted = {server_name(number) for number in servers}
        wait_for(lambda: {fetch(timeout=1) for _ in range(2 * len(wanted))} == wanted, timeout,
                 f"requests are answered by {sorted(wanted)}")

    def clean(self):
        """Ends what the test started and gives the next one directors without memory."""
        for session in self.sessions:
            session.close()
        for closer in self.closers:
            (getattr(closer, "close", None) or closer.stop)()
        used = {director.namespace for director in self.directors}
        for director in self.directors:
            director.kill_group()
            shutil.rmtree(director.run_dir, ignore_errors=True)
            for path in glob.glob(f"{self.scratch}/{director.label}.*"):
                os.unlink(path)
        self.sessions, self.closers, self.directors = [], [], []
        for name in used:
            if name in DIRECTORS:
                self.reboot(name)
        for web in self.web.values():
            if not web.process or web.process.poll() is not None:
                web.start()
            if web.is_sick:  # as the test left it
                web.switch_health()
        for web in self.web.values():
            web.wait()
        if used and self.web:
            # Also on the real servers: an address that moved with the VIP may be the next test's client.
            for name in ("client", *map(server_name, self.web)):
                netns.forget_neighbours(name)

    def down(self):
        self.clean()
        for web in self.web.values():
            web.stop()


def start_pair(lab, file_a, file_b):
    """Two directors whose files are given, the first one with the VIP and both with three servers."""
    # One after the other: were the second one master first, the first would leave it alone for 13 s.
    a = lab.director("dir1", file_a).wait_ready()
    b = lab.director("dir2", file_b).wait_ready()
    for director in (a, b):
        director.wait_servers((1, 2, 3))
    wait_for(a.holds_vip, 25, "dir1 has the VIP")
    wait_for(lambda: not b.holds_vip(), 5, "dir2 has not the VIP")
    return a, b


def open_sessions(lab, n=10):
    """n TCP sessions through the VIP, each of which has exchanged data."""
    sessions = [lab.session() for _ in range(n)]
    for session in sessions:
        session.exchange()
    return sessions


def knows_sessions(namespace, sessions):
    """The kernel of the namespace has a connection for each of the sessions."""
    known = {client for client, _ in netns.ipvs_connections(namespace)}
    return all(session.local in known for session in sessions)


def expect_alive(sessions):
    alive = sum(session.lives() for session in sessions)
    expect(alive == len(sessions), f"{alive} of {len(sessions)} sessions exchange data")


def any_daemon(function):
    """Marks a test that holds for keepalived in the place of lvsd too."""
    function.any_daemon = True
    return function


def only_in_all(function):
    """Marks a test for `./check --all`, or whoever names it: it is dear, or its figure is for people to judge."""
    function.only_in_all = True
    return function


def is_all():
    """Whether this is `./check --all`."""
    return bool(os.environ.get("LAB_ALL"))


def takes_long(function):
    """Marks a test of 20 s and more: it begins first, and the other guests do the short ones beside it."""
    function.takes_long = True
    return function


def before_modules(function):
    """Marks a test that runs before IPVS is loaded."""
    function.before_modules = True
    return function
