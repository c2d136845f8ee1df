# SPDX-License-Identifier: GPL-2.0-or-later
"""Command lines and tables for lvsadm and ipvsadm, right and wrong, from a random.Random."""

SCHEDULERS = ("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh")
FLAGS = {"sh": ("sh-fallback", "sh-port"), "mh": ("mh-fallback", "mh-port")}

TOO_HEAVY = "-a -t 10.1.0.1:80 -r 10.2.0.10 -w 65536"

# Lines whose meaning or refusal is not obvious, one by one.
PECULIAR = """
-A -t 10.1.0.1:80
-A -t 10.1.0.1:80
-At 10.1.0.2:80 -s rr
-A -t10.1.0.3:80 -srr
-A -t=10.1.0.4:80
-A --tcp-service=10.1.0.5:80 --scheduler=wrr
-A --tcp-serv 10.1.0.6:80
-A -t 10.1.0.7:http
-A -u 10.1.0.7:domain -o
-A --sctp-service 10.1.0.7:80
-A -t 10.1.0.8 -p
-A -t 10.1.0.9 -p 60
-A -t 10.1.0.10 -p60
-A -p -t 10.1.0.11
-A -t 10.1.0.12 --persistent=99
-A -t 10.1.0.13 -p 0
-A -t 10.1.0.13 -p 2678401
-A -t 10.1.0.13 -p x
-A -t 10.1.0.14
-A -t 10.1.0.15:0
-A -t 80
-A -t 10.1
-A -t 10.1:80
-A -t 10.1.0.16:65536
-A -t 10.1.0.16:-1
-A -t 10.1.0.16:+80
-A -t 10.1.0.16:nosuchport
-A -t nosuchhost.invalid:80
-A -t localhost:80
-A -t [fd09::100]:80
-A -t fd09::101 -p
-A -t [fd09::102]
-A -t [fd09::103]80
-A -t [fd09::104:80
-A -t [10.1.0.17]:80
-A -u 10.1.0.18:53 -o -s rr
-A -t 10.1.0.18:53 -o
-A -f 1
-A -f 2 -o
-A -f 3 -6
-A -6 -f 4
-A -f 0
-A -f -1
-A -f 4294967295
-A -f 4294967296
-A -f x
-A -f 5 -p 30 -M 255.255.255.0
-A -f 6 -6 -p 30 -M 64
-A -f 6 -M 255.255.255.0 -6 -p 30
-A -f 7 -6 -p -M 0
-A -f 7 -6 -p -M 129
-A -t 10.1.0.19:80 -M 24
-A -t 10.1.0.19:80 -M 255.255.0.0
-A -t 10.1.0.20:80 -p 10 -M 255.255.0.0
-A -t 10.1.0.20:81 -p 10 -M 255.0.255.0
-A -t 10.1.0.20:82 -p 10 -M 0.0.0.0
-A -t 10.1.0.21:80 -M nomask
-A -t 10.1.0.22:80 -s sh -b sh-port
-A -t 10.1.0.23:80 -b sh-port -s sh
-A -t 10.1.0.24:80 -s sh -b sh-port,sh-fallback
-A -t 10.1.0.25:80 -s mh -b mh-port,flag-2
-A -t 10.1.0.26:80 -s rr -b flag-1,flag-3
-A -t 10.1.0.26:81 -s sh -b flag-3
-A -t 10.1.0.26:82 -s mh -b mh-fallback,,mh-port
-A -t 10.1.0.27:80 -s rr -b sh-port
-A -t 10.1.0.27:80 -b mh-port
-A -t 10.1.0.27:80 -s mh -b sh-port
-A -t 10.1.0.27:80 -b nosuch
-A -t 10.1.0.27:80 -b
-A -t 10.1.0.28:80 -s nosuch
-A -t 10.1.0.28:80 -s averylongschedulername
-A -t 10.1.0.29:80 --pe sip -p
-A -u 10.1.0.29:80 --pe sip -p
-A -u 10.1.0.29:81 --pe sip
-A -u 10.1.0.29:82 --pe nosuch
-A -t 10.1.0.30:80 -n
-A -t 10.1.0.30:80 -w 1
-A -t 10.1.0.30:80 -r 10.1.0.1
-A -t 10.1.0.30:80 -t 10.1.0.31:80
-A -t 10.1.0.30:80 -u 10.1.0.31:80
-A -t 10.1.0.30:80 -f 1
-A -t 10.1.0.30:80 -s rr -s wrr
-A -t 10.1.0.30:80 -A
-A -t 10.1.0.30:80 -L
-A -t 10.1.0.30:80 foo
-A -t 10.1.0.30:80 --
-A -- -t 10.1.0.32:80
-A -t 10.1.0.32:80 -- -s
-A -t 10.1.0.32:80 -
-A -t
-A -s
-A
-A --nosuch
-A -t 10.1.0.33:80 --ops=1
-A -t 10.1.0.33:80 -o=1
-A -t 10.1.0.33:80 -Q
-A -tQ
-t 10.1.0.33:80 -A
-
--
foo
-Q
--nosuch
--list=x
-AL
-ZL
-Lx
-LnQ
-E -t 10.1.0.1:80 -s rr
-E -t 10.1.0.1:80 -p 40
-E -t 10.1.0.1:80
-E -t 10.1.9.1:80
-E -t 10.1.0.1:80 -s nosuch
-E -t 10.1.0.22:80 -s sh
-E -t 10.1.0.22:80 -s wlc -b flag-1
-E -u 10.1.0.29:80 -s rr -p
-a -t 10.1.0.1:80 -r 10.2.0.1
-a -t 10.1.0.1:80 -r 10.2.0.1
-a -t 10.1.0.1:80 -r 10.2.0.1:80
-a -t 10.1.0.1:80 -r 10.2.0.2:8080 -g
-a -t 10.1.0.1:80 -r 10.2.0.3:8080 -i
-a -t 10.1.0.1:80 -r 10.2.0.4:8080 -m
-a -r 10.2.0.5 -t 10.1.0.1:80 -m
-a -r 10.2.0.6:http -t 10.1.0.1:80 -m
-a -t 10.1.0.1:80 -r 10.2.0.6:http -m
-a -t 10.1.0.1:80 -r 10.2.0.7:0 -m
-a -t 10.1.0.1:80 -r 10.2.0.8 -w 0
-a -t 10.1.0.1:80 -r 10.2.0.9 -w 65535
-a -t 10.1.0.1:80 -r 10.2.0.10 -w 65536
-a -t 10.1.0.1:80 -r 10.2.0.10 -w -1
-a -t 10.1.0.1:80 -r 10.2.0.10 -w x
-a -t 10.1.0.1:80 -r 10.2.0.10 -w 1.5
-a -t 10.1.0.1:80 -r 10.2.0.10 -x 100 -y 50
-a -t 10.1.0.1:80 -r 10.2.0.11 -x 100 -y 200
-a -t 10.1.0.1:80 -r 10.2.0.12 -x 2147483647
-a -t 10.1.0.1:80 -r 10.2.0.13 -x 2147483648
-a -t 10.1.0.1:80 -r 10.2.0.13 -y -1
-a -t 10.1.0.1:80 -r 10.2.0.13 -g -m
-a -t 10.1.0.1:80 -r 10.2.0.13 -gm
-a -t 10.1.0.1:80 -r fd09::1
-a -t 10.1.0.1:80 -r [fd09::1]:80 -i
-a -t [fd09::100]:80 -r 10.2.0.1 -i
-a -t [fd09::100]:80 -r [fd09::21]:80 -m -w 3
-a -t [fd09::100]:80 -r [fd09::22]:81 -w 3
-a -t [fd09::100]:80 -r 10.2.0.1
-a -f 1 -r 10.2.0.1:0 -m
-a -f 1 -r 10.2.0.2 -g
-a -f 1 -r 10.2.0.3:8080 -g
-a -f 1 -r 10.2.0.4:http -g
-a -f 3 -6 -r fd09::21
-a -f 3 -r fd09::22 -6
-a -f 3 -r 10.2.0.1
-a -t 10.1.0.1:80 -r 10.2.0.20 -i --tun-type ipip
-a -t 10.1.0.1:80 -r 10.2.0.21 -i --tun-type gue --tun-port 6080
-a -t 10.1.0.1:80 -r 10.2.0.22 -i --tun-type gue --tun-port 6080 --tun-csum
-a -t 10.1.0.1:80 -r 10.2.0.23 -i --tun-type gue --tun-port 6080 --tun-remcsum
-a -t 10.1.0.1:80 -r 10.2.0.24 -i --tun-type gue --tun-port 6080 --tun-nocsum
-a -t 10.1.0.1:80 -r 10.2.0.25 -i --tun-type gre
-a -t 10.1.0.1:80 -r 10.2.0.26 -i --tun-type gre --tun-csum
-a -t 10.1.0.1:80 -r 10.2.0.27 -i --tun-type gre --tun-remcsum
-a -t 10.1.0.1:80 -r 10.2.0.27 -i --tun-type gre --tun-port 99
-a -t 10.1.0.1:80 -r 10.2.0.27 -i --tun-type gre --tun-csum --tun-nocsum
-a -t 10.1.0.1:80 -r 10.2.0.27 -i --tun-type gue
-a -t 10.1.0.1:80 -r 10.2.0.27 -i --tun-type gue --tun-port 0
-a -t 10.1.0.1:80 -r 10.2.0.27 -i --tun-type gue --tun-port 99 --tun-csum --tun-remcsum
-a -t 10.1.0.1:80 -r 10.2.0.27 -i --tun-type ipip --tun-csum
-a -t 10.1.0.1:80 -r 10.2.0.27 -i --tun-port 99
-a -t 10.1.0.1:80 -r 10.2.0.27 -i --tun-type nosuch
-a -t 10.1.0.1:80 -r 10.2.0.27 --tun-type gue --tun-port 99
-a -t 10.1.0.1:80 -r 10.2.0.27 -m --tun-csum
-a -t 10.1.0.1:80 -r 80
-a -t 10.1.0.1:80 -r 10.2.0.27:x
-a -t 10.1.0.1:80 -r 10.2.0.27 -s rr
-a -t 10.1.0.1:80 -r 10.2.0.27 -p
-a -t 10.1.0.1:80
-a -r 10.2.0.27
-a -t 10.1.9.1:80 -r 10.2.0.27
-a -t 10.1.0.1:80 -r 224.0.0.1
-e -t 10.1.0.1:80 -r 10.2.0.1 -w 5
-e -t 10.1.0.1:80 -r 10.2.0.4:8080 -m -w 6
-e -t 10.1.0.1:80 -r 10.2.9.1 -w 5
-e -t 10.1.9.1:80 -r 10.2.0.1 -w 5
-e -t 10.1.0.1:80 -r 10.2.0.21 -i --tun-type gue --tun-port 6081
-d -t 10.1.0.1:80 -r 10.2.0.2
-d -t 10.1.0.1:80 -r 10.2.0.2
-d -t 10.1.0.1:80 -r 10.2.0.4:8080
-d -t 10.1.9.1:80 -r 10.2.0.2
-d -t 10.1.0.1:80
-d -t 10.1.0.1:80 -r 10.2.0.1 -w 1
-D -t 10.1.0.2:80
-D -t 10.1.0.2:80
-D -t 10.1.0.3:80 -s rr
-D -f 2
-D
-Z
-Z -t 10.1.0.1:80
-Z -t 10.1.9.1:80
-Z -t 0.0.0.0:0
-Z -n
-L -t 10.1.0.1:80
-Ln -t 10.1.9.1:80
-L -n -f 1
-L -n -f 3 -6
-L -c -t 10.1.0.1:80
-L -c --stats
-L --timeout --daemon
-L --timeout --rate
-L --daemon --persistent-conn
-L -c --persistent-conn -n
-L --timeout
-L --daemon
-L --timeout -n
-L --stats --rate -n
-L -n -n
-L -s rr
-L --syncid 3 -n
-L --syncid 256
-L -X -n --stats
-ln
-l --exact -n
-L foo
-S
-S -n
-Sn
-S --stats
-S -c
--save --numeric
--set 10 20 30
-L --timeout
--set 0 0 40
-L --timeout
--set 10 20
--set
--set 10 20 30 40
--set 10 20 x
--set -1 2 3
--set 10 20 2678401
--set 10 20 2678400
-L --timeout
--start-daemon master --mcast-interface lo --syncid 7
-C
--start-daemon master --mcast-interface lo --syncid 7
--start-daemon master --mcast-interface lo
--start-daemon backup --mcast-interface eth0 --syncid 8 --mcast-group 224.0.0.99 --mcast-port 9999 --mcast-ttl 3
-L --daemon
--start-daemon master --mcast-interface nosuch0
--start-daemon both
--start-daemon
--start-daemon=master --mcast-ttl 0
--start-daemon master --mcast-ttl 256
--start-daemon master --mcast-port 0
--start-daemon master --mcast-group 10.0.0.1
--start-daemon master --mcast-group fd09::1
--start-daemon master --mcast-group nosuch
--start-daemon master --sync-maxlen 0
--start-daemon master --sync-maxlen 65508
--start-daemon master --syncid x
--start-daemon master -n
--stop-daemon master
--stop-daemon master
--stop-daemon backup --syncid 8
--stop-daemon backup --mcast-interface eth0
--stop-daemon nosuch
--start-daemon backup --sync-maxlen 1000 --mcast-group ff02::99
-L --daemon
--stop-daemon backup
-C -n
-C foo
-R foo
-R -n
-C
-D -t 10.1.0.1:80
-L -n
-L
""".strip().splitlines()


def address(random):
    """IPv4 mostly from the two ends of the range, where ipvsadm's order is not that of numbers."""
    return f"{random.choice((10, 10, 10, 172, 192))}.{random.randrange(3)}.{random.randrange(3)}.{random.randrange(1, 9)}"


def endpoint(random, is_v6, port):
    return f"[fd09::{random.randrange(1, 40):x}]:{port}" if is_v6 else f"{address(random)}:{port}"


def service_words(random):
    """(words that name a service, whether it is IPv6, its port or None)."""
    kind, is_v6 = random.randrange(8), random.random() < 0.3
    if kind == 0:
        return ["-f", str(random.randrange(1, 5))] + (["-6"] if is_v6 else []), is_v6, None
    option = ("-t", "-t", "-t", "-u", "-u", "--sctp-service", "-t")[kind - 1]
    port = random.choice((80, 443, 53, 8080))
    return [option, endpoint(random, is_v6, port)], is_v6, port


def add_service(random, words, is_v6):
    scheduler = random.choice(SCHEDULERS)
    line = ["-A", *words, "-s", scheduler]
    if random.random() < 0.3:
        line += ["-p", str(random.randrange(1, 900))]
        if random.random() < 0.5:
            line += ["-M", str(random.randrange(1, 129)) if is_v6 else random.choice(
                ("255.255.255.0", "255.255.255.255", "255.0.0.0", "255.255.255.252"))]
    if words[0] in ("-u", "-f") and random.random() < 0.3:
        line.append("-o")
    if random.random() < 0.3:
        names = FLAGS.get(scheduler, ("flag-1", "flag-2", "flag-3"))
        line += ["-b", ",".join(random.sample(names, random.randrange(1, len(names) + 1)))]
    return line


def dest_words(random, is_v6, port):
    method = random.choice(("-g", "-m", "-i", "-m"))
    own = random.choice((port, 8000)) if method == "-m" else port
    if port is None:
        own = 0
    line = ["-r", endpoint(random, is_v6, own), method, "-w", str(random.choice((0, 1, 2, 100, 65535)))]
    if random.random() < 0.2:
        line += ["-x", str(random.randrange(500, 1000)), "-y", str(random.randrange(500))]
    if method == "-i" and random.random() < 0.6:
        line += random.choice((["--tun-type", "ipip"], ["--tun-type", "gre"], ["--tun-type", "gre", "--tun-csum"],
                               ["--tun-type", "gue", "--tun-port", str(random.randrange(1, 65536))],
                               ["--tun-type", "gue", "--tun-port", "6080", "--tun-remcsum"],
                               ["--tun-type", "gue", "--tun-port", "6080", "--tun-csum"]))
    return line


def table(random, n_services, n_dests):
    """Rules of a table in random order of services; each service comes once, as does each of its real servers."""
    lines, seen = [], set()
    while len(seen) < n_services:
        words, is_v6, port = service_words(random)
        if tuple(words) in seen:
            continue
        seen.add(tuple(words))
        lines.append(" ".join(add_service(random, words, is_v6)))
        servers = set()
        for _ in range(random.randrange(n_dests + 1)):
            dest = dest_words(random, is_v6, port)
            if dest[1] not in servers:
                servers.add(dest[1])
                lines.append(" ".join(["-a", *words, *dest]))
    return lines


def mutated(random, line):
    """A line with a word lost, doubled, exchanged or foreign: mostly wrong."""
    words = line.split()
    at = random.randrange(len(words))
    kind = random.randrange(5)
    if kind == 0:
        del words[at]
    elif kind == 1:
        words.insert(at, words[at])
    elif kind == 2:
        words[at] = random.choice(("-n", "-c", "-6", "-w", "-o", "-p", "--stats", "--pe", "--tun-csum", "-x", "99999",
                                   "10.0.0.1", "-1", "", "[", "rr", "--syncid", "-m", "-i"))
    elif kind == 3:
        other = random.randrange(len(words))
        words[at], words[other] = words[other], words[at]
    else:
        words.insert(at, random.choice(("-n", "-X", "-m", "-y", "5", "--mcast-ttl", "-f", "-Z")))
    return words


def random_line(random):
    """The words of one command line about services and real servers that may or may not be there."""
    words, is_v6, port = service_words(random)
    kind = random.randrange(10)
    if kind < 3:
        line = add_service(random, words, is_v6)
    elif kind == 3:
        line = ["-E", *add_service(random, words, is_v6)[1:]]
    elif kind == 4:
        line = ["-D", *words]
    elif kind < 8:
        line = [random.choice(("-a", "-a", "-e")), *words, *dest_words(random, is_v6, port)]
    elif kind == 8:
        line = ["-d", *words, *dest_words(random, is_v6, port)[:2]]
    else:
        line = [random.choice(("-L", "-Z")), *words]
    return mutated(random, " ".join(line)) if random.random() < 0.4 else line
