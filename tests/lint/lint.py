# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules for the sources that no compiler checks: `lint.py BUILD-DIR`.

Each rule is a function rule_* that yields one text for each breach; its docstring is the rule. A
rule whose tool is absent is skipped by name. The last line counts the rules.
"""

import ast
import fnmatch
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

import circles
import documents
import examples
import kinds
import processes

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
BUILD = os.path.realpath(sys.argv[1])

# The rooms that a room may include from, besides itself; daemon joins them all.
ROOMS = {
    "base": (),
    "conf": ("base",),
    "ipvs": ("base", "conf"),
    "healthcheck": ("base", "conf"),
    "vrrp": ("base", "conf"),
    "sync": ("base", "conf"),
    "doctor": ("base", "conf", "vrrp"),
    "admin": ("base", "ipvs", "sync"),
    "host": ("base", "conf"),
    "daemon": ("base", "conf", "ipvs", "healthcheck", "vrrp", "sync", "doctor", "host"),
}

# The parts of a room: a folder may include from those before it, and what stands beside the folders from all.
PARTS = {"conf": ("schema", "text", "tree", "model", "canon", "kinds"),
         "vrrp": ("machine",)}

# Headers beside the folders that say what a value is, or what a kind of check is: they belong to every part.
PART_VALUES = ("conf/conf.h", "conf/kind.h", "conf/kinds/list.h", "conf/load_how.h", "conf/query.h", "vrrp/pkt.h", "vrrp/garp.h")

# The folders of daemon, and which of each other they may include from.
FOLDERS = {
    "daemon/shared": (),
    "daemon/log": ("shared",),
    "daemon/script": ("shared",),
    "daemon/loader": ("shared", "script"),
    "daemon/rules": ("shared",),
    "daemon/mail": ("shared",),
    "daemon/control": ("shared",),
    "daemon/lvsctl/explain": (), "daemon/lvsctl": ("shared", "loader", "lvsctl/explain"),
    "daemon/director/host": ("shared", "rules"),
    "daemon/director/check": ("shared",),
    "daemon/director/heir": (), "daemon/director/maint": ("shared", "director/table"),
    "daemon/director/role": ("shared",),
    "daemon/director/mail": ("shared", "mail"),
    "daemon/director/pair": (),
    "daemon/director/sync": ("shared", "director/pair"),
    "daemon/director/table": ("shared",),
    "daemon/director/track": ("shared",),
    "daemon/director/config": ("shared", "script", "loader", "director/table"),
    "daemon/director/dump": ("shared",),
    "daemon/director": ("shared", "script", "loader", "mail", "control", "director/check", "director/heir", "director/host", "director/mail", "director/maint", "director/pair", "director/role", "director/sync",
                        "director/table", "director/track", "director/config", "director/dump"),
    "daemon/supervisor": ("shared", "log", "script", "loader", "mail", "rules", "director"),
    "daemon": ("shared", "loader", "supervisor", "director", "director/config"),
}
# Headers that every folder below this one may include too.
UPWARD = {"daemon/director": ("director.h", "status.h"), "daemon/lvsctl": ("answer.h",)}

# Files that call each other in a circle, and why they may (patterns; each circle lies within one of them).
CIRCLES = (
    "conf/text/expand*.c",  # what is included is expanded too
    "conf/model/member*.c",  # the elements of a list have members,
    "conf/canon/canon_[fl]*.c",  # and fields
)

# Lists of the whole language, which the parts of conf walk: whoever reads one calls none of the files that it names.
LISTS = ("schema_tables", "schema_n_tables", "conf_kinds")

# How many .c files a folder may have.
FOLDER_MAX = 25

# At most a dozen files of one room include the same header. Not counted are the headers of base, and value types: the
# snapshot of a configuration, what a keyword and a kind of check are, a value, and the names of the files of the run dir.
INCLUDERS_MAX = 12
VALUE_TYPES = ("base/*", "conf/conf.h", "conf/kind.h", "conf/schema/schema.h", "conf/tree/value.h", "daemon/shared/rundir_names.h")

# Edges that may include from a further room.
EDGES = {"ipvs/genl*": ("sync",)}  # the kernel's sync daemons are requests of the IPVS family

# Header of somebody else (pattern) -> the files that may include it (patterns).
VENDOR_HEADERS = (
    ("event2/*", ("base/loop.c",)),
    ("netlink/route/*", ("vrrp/machine/*.c", "healthcheck/path_watch.c", "doctor/gather_net.c", "admin/real/link.c")),
    ("netlink/genl/*", ("ipvs/genl*.[ch]",)),
    ("netlink/*", ("vrrp/machine/*.c", "ipvs/genl*.[ch]", "admin/real/link.c", "healthcheck/path_watch.c", "sync/private/link.c")),
    ("linux/ip_vs.h", ("ipvs/*.[ch]", "admin/*.c")),
    ("curl/*", ("base/curl/library.h",)),
    ("pcre2.h", ("base/regex/regex.c",)),
    ("sha2.h", ("conf/canon/digest.c",)),
    ("ares.h", ("healthcheck/probes/datagram_dns.c",)),
    ("openssl/*", ("base/dynamic/crypto.h", "base/dynamic/ssl.h")),
    ("jansson.h", ("daemon/*.[ch]", "doctor/nft_model.h", "doctor/report.c", "admin/json.c", "admin/real/state.c")),
    ("seccomp.h", ("daemon/supervisor/sandbox.c",)),
    ("linux/landlock.h", ("daemon/supervisor/sandbox.c",)),
    ("cap-ng.h", ("daemon/supervisor/privilege.c",)),
    ("libipset/*", ("host/sets.c",)),
    ("linux/netfilter*", ("host/mark.c", "host/nft*.c", "host/owner.c")),
    ("syslog.h", ()),  # syslog(3) waits
    ("systemd/*", ()),  # libsystemd has eight libraries of its own
)

# Libraries of pure rooms, and their objects that are edges all the same.
PURE_LIBRARIES = {
    "libadmin.a": (),
    "libconf.a": ("load", "query"),
    "libipvs.a": (),
    "libhealth.a": (),
    "libvrrp.a": (),
    "libsync.a": (),
    "libsyncrelay.a": (),
    "libdoctor.a": (),
    "libhost.a": (),
}

# What a pure object must not call: sockets, files, clocks, processes, environment, log.
IMPURE = re.compile(r"""^(?:
    socket|socketpair|bind|connect|listen|accept4?|send|sendto|sendmsg|sendmmsg|recv|recvfrom|recvmsg|recvmmsg|
    [gs]etsockopt|getaddrinfo|gethostby\w+|if_nametoindex|if_indextoname|ioctl|
    open|open64|openat|openat64|creat|close|read|write|readv|writev|pread\w*|pwrite\w*|lseek\w*|
    fopen|fopen64|fdopen|freopen\w*|fread|fgets|fgetc|getc|getline|getdelim|popen|opendir|readdir\w*|
    stat|stat64|fstat\w*|lstat\w*|access|unlink|rename|mkdir|mmap\w*|fcntl\w*|poll|ppoll|select|epoll_\w+|
    clock_\w+|time|gettimeofday|localtime\w*|gmtime\w*|nanosleep|sleep|usleep|timerfd_\w+|
    fork|vfork|exec\w+|system|kill|signal|sigaction|getpid|random|rand|srand|getrandom|
    getenv|secure_getenv|setenv|gethostname|uname|syslog|vsyslog|openlog|
    printf|puts|putchar|perror|stdout|stderr|stdin|
    log_(?!2|10)\w+
)(?:@.*)?$""", re.VERBOSE)

# Variables that outlive a call: those of the log sink, where the kernel keeps the process's title, and the
# world of a simulation.
MUTABLE = ("base/libbase_la-log.o *", "daemon/*spawn.o title_area", "base/virtual/*loop.o world",
           "base/virtual/*chan.o pairs", "base/curl/*turn.o turn")


class Skip(Exception):
    """The rule cannot be checked here."""


def tracked_files():
    done = subprocess.run(["git", "-C", TOP, "ls-files", "-co", "--exclude-standard"],
                          capture_output=True, text=True, check=False)
    if done.returncode == 0:
        names = done.stdout.split("\n")
    else:
        names = [os.path.relpath(os.path.join(base, name), TOP)
                 for base, _, files in os.walk(TOP) for name in files]
    return sorted(name for name in names if name and os.path.isfile(os.path.join(TOP, name))
                  and not name.startswith(("build", "autom4te", ".git/")))


FILES = tracked_files()


def text_of(name):
    with open(os.path.join(TOP, name), encoding="utf-8", errors="replace") as file:
        return file.read()


def numbered(name):
    return enumerate(text_of(name).splitlines(), 1)


def sources(*suffixes):
    """C files of the rooms."""
    return [name for name in FILES if name.split("/")[0] in ROOMS and name.endswith(suffixes)]


def c_files():
    return [name for name in FILES if name.endswith((".c", ".h"))]


def is_script(name):
    with open(os.path.join(TOP, name), "rb") as file:
        return file.read(2) == b"#!"


def shell_scripts():
    for name in FILES:
        if name.endswith(".sh") or is_script(name) and re.match(r"#!.*\b(ba)?sh\b", text_of(name)):
            yield name


def tool(name):
    path = shutil.which(name)
    if not path:
        raise Skip(f"{name} is not installed")
    return path


def output_of(*command, check=True):
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=TOP)
    if check and done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr.strip()}")
    return done.stdout + done.stderr


def matches(name, patterns):
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def rule_rooms():
    """A room includes only from the rooms below it."""
    for name in sources(".c", ".h"):
        room = name.split("/")[0]
        for line, text in numbered(name):
            found = re.match(r'\s*#\s*include\s+"([^"/]+)/', text)
            more = [room for pattern, rooms in EDGES.items() if fnmatch.fnmatch(name, pattern) for room in rooms]
            if found and found[1] not in (room, *ROOMS[room], *more):
                yield f"{name}:{line}: {room} includes from {found[1]}"
            elif re.match(r'\s*#\s*include\s+"[^"/]+"', text) and '"config.h"' not in text:
                yield f"{name}:{line}: the room's name is missing: {text.strip()}"


def part_of(name):
    """The rank of the folder that a file of a room with parts stands in; that of the room's own folder is the last."""
    room, *folders = name.split("/")[:-1]
    parts = PARTS.get(room, ())
    return parts.index(folders[0]) if folders and folders[0] in parts else len(parts)


def rule_parts():
    """A part of a room includes only from the parts before it."""
    for name in sources(".c", ".h"):
        room = name.split("/")[0]
        for line, text in numbered(name) if room in PARTS else ():
            found = re.match(r'\s*#\s*include\s+"(' + room + '/[^"]+)"', text)
            if found and found[1] not in PART_VALUES and \
                    part_of(found[1]) > part_of(name):
                yield f"{name}:{line}: {found[1]} belongs to a later part"


def rule_folders():
    """A folder of daemon includes only from the folders below it."""
    for name in sources(".c", ".h"):
        folder = os.path.dirname(name)
        if not folder.startswith("daemon"):
            continue
        if folder not in FOLDERS:
            yield f"{name}: the folder {folder} has no place in the order of folders"
            continue
        above = os.path.dirname(folder)
        allowed = [folder] + ["daemon/" + other for other in FOLDERS[folder]]
        for line, text in numbered(name):
            found = re.match(r'\s*#\s*include\s+"(daemon\b[^"]*)/([^"/]+)"', text)
            if found and found[1] not in allowed and not (found[1] == above and found[2] in UPWARD.get(above, ())):
                yield f"{name}:{line}: {folder} includes from {found[1]}"


def rule_kinds():
    """Only the file of a kind of check names the kind, as in CONF_CHECK_TCP, KW_TCP_CHECK, conf_kind_tcp."""
    yield from kinds.breaches(BUILD + "/conf/kinds/list.h", sources(".c", ".h"), text_of)


def rule_values_of_checks():
    """A probe reads no value that does not cross to the check process."""
    rows = [name for name in sources(".c") if matches(name, ("conf/kinds/*.c", "conf/schema/*.c"))]
    probes = [name for name in sources(".c") if matches(name, ("healthcheck/probe*.c", "healthcheck/http_judge.c"))]
    yield from kinds.unknown_values(rows, probes, text_of)


def rule_folder_size():
    """No folder has more than 25 .c files."""
    for folder in sorted({os.path.dirname(name) for name in sources(".c")}):
        n_files = len([name for name in sources(".c") if os.path.dirname(name) == folder])
        if n_files > FOLDER_MAX:
            yield f"{folder}: {n_files} .c files"


def rule_includers():
    """No header is included by more than a dozen files of one room, unless it is a value type."""
    counts = {}
    for name in sources(".c", ".h"):
        for header in set(re.findall(r'^\s*#\s*include\s+"([^"]+/[^"]+)"', text_of(name), re.M)):
            counts[name.split("/")[0], header] = counts.get((name.split("/")[0], header), 0) + 1
    for (room, header), n_files in sorted(counts.items()):
        if n_files > INCLUDERS_MAX and not matches(header, VALUE_TYPES):
            yield f"{header}: included by {n_files} files of {room}"


def rule_circles():
    """No files of the program call each other in a circle, but those that CIRCLES explains; no part of a room calls a
    later one."""
    tool("nm")
    if not os.path.exists(BUILD + "/lvsd"):
        raise Skip(f"{BUILD}/lvsd is not built")
    calls = circles.calls_of_objects(BUILD, TOP, ROOMS, LISTS)
    for source, others in sorted(calls.items()):
        room = source.split("/")[0]
        for other in sorted(others) if room in PARTS else ():
            if other.startswith(room + "/") and f"{other[:-1]}h" not in PART_VALUES and \
                    part_of(other) > part_of(source):
                yield f"{source} calls {other}, which belongs to a later part"
    for circle in sorted(map(sorted, circles.circles_of(calls))):
        if not any(all(fnmatch.fnmatch(name, pattern) for name in circle) for pattern in CIRCLES):
            yield "a circle: " + ", ".join(circle)


def rule_vendor_headers():
    """The header of a library is included by its one edge alone."""
    for name in sources(".c", ".h"):
        for line, text in numbered(name):
            found = re.match(r"\s*#\s*include\s+<([^>]+)>", text)
            if not found:
                continue
            for pattern, owners in VENDOR_HEADERS:
                if fnmatch.fnmatch(found[1], pattern):
                    if not matches(name, owners):
                        yield f"{name}:{line}: <{found[1]}> belongs to {', '.join(owners)}"
                    break


def rule_clock():
    """base/clock.c alone reads a clock."""
    for name in sources(".c"):
        if name == "base/clock.c":
            continue
        for line, text in numbered(name):
            if re.search(r"\b(clock_gettime\(|gettimeofday\(|time\(NULL\))", text):
                yield f"{name}:{line}: {text.strip()}"


def rule_pure_symbols():
    """The objects of pure rooms call no socket, file, clock, process or log function."""
    tool("nm")
    if not os.path.isdir(BUILD + "/.libs"):
        raise Skip(f"{BUILD} is not built")
    for library, edges in PURE_LIBRARIES.items():
        path = f"{BUILD}/.libs/{library}"
        if not os.path.exists(path):
            yield f"{library} is not built"
            continue
        for line in output_of("nm", "-A", "-u", path).splitlines():
            found = re.match(r".*?:(\S+?\.o):\s+[Uwv] (\S+)", line)
            if not found:
                continue
            part = re.sub(r"^lib\w+_la-|\.o$", "", found[1])
            if part not in edges and IMPURE.match(found[2]):
                yield f"{library}: {part} uses {found[2]}"


def rule_mutable_globals():
    """No variable outlives a call, but the log sink."""
    tool("objdump")
    for room in ROOMS:
        for path in sorted(glob.glob(f"{BUILD}/{room}/**/*.o", recursive=True)):
            name = os.path.relpath(path, BUILD)
            for line in output_of("objdump", "-t", path).splitlines():
                found = re.match(r"\S+ .{6}O (\.bss|\.data|\.tbss|\.tdata|\*COM\*)\S*\s+\S+\s+(\S+)$", line)
                if found and ".data.rel.ro" not in line and not matches(f"{name} {found[2]}", MUTABLE):
                    yield f"{name}: {found[2]} is in {found[1]}"


def rule_spdx():
    """Each source file says its licence in its first lines."""
    for name in FILES:
        wanted = name.endswith((".c", ".h", ".py", ".sh", ".ac", ".am")) or \
            name.startswith("doc/examples/") or is_script(name)
        if wanted and "SPDX-License-Identifier: GPL-2.0-or-later" not in text_of(name)[:400]:
            yield f"{name}: no SPDX line"


def rule_file_length():
    """No file is longer than 800 lines."""
    for name in FILES:
        if name.endswith((".c", ".h", ".py", ".sh")) or is_script(name):
            n_lines = text_of(name).count("\n")
            if n_lines > 800:
                yield f"{name}: {n_lines} lines"


def rule_function_length():
    """No function of the program is longer than 80 lines."""
    tool("ctags")
    if "Universal" not in output_of("ctags", "--version"):
        raise Skip("this ctags does not know where a function ends (universal-ctags does)")
    for line in output_of("ctags", "-x", "--c-kinds=f", "--_xformat=%F %N %n %e", *sources(".c")).splitlines():
        name, function, first, last = line.split()
        if last.isdigit() and int(last) - int(first) + 1 > 80:
            yield f"{name}:{first}: {function} has {int(last) - int(first) + 1} lines"


def rule_line_length():
    """No line of C, comments included, is wider than 120 columns with tabs of 8 (the aim is 100)."""
    for name in c_files():
        for line, text in numbered(name):
            if len(text.expandtabs(8)) > 120:
                yield f"{name}:{line}: {len(text.expandtabs(8))} columns"


def rule_document_width():
    """No line of a document is wider than 120 columns, but rows of tables and what is made from the schema."""
    for name in FILES:
        if not re.fullmatch(r"[^/]+\.md|doc/\S+\.(md|[0-9]|head|tail)", name) or name == "doc/keywords.md":
            continue
        for line, text in numbered(name):
            if len(text.expandtabs(8)) > 120 and not text.startswith("|"):
                yield f"{name}:{line}: {len(text.expandtabs(8))} columns"


def rule_sentences():
    """The sentences of a document have at most 20 words on average, and of its glossary at most 30 terms."""
    for name in FILES:
        sentences = list(documents.sentences_of(text_of(name))) if re.fullmatch(r"[^/]+\.md|doc/\S+\.md", name) else []
        if sentences and sum(map(len, sentences)) > 20 * len(sentences):
            yield f"{name}: {sum(map(len, sentences)) / len(sentences):.1f} words a sentence"
    glossary = re.search(r"^## Words\n(.*?)^## ", text_of("doc/architecture.md"), re.M | re.S)
    terms = re.findall(r"^\| (?!term )\w[^|]*\|", glossary[1], re.M) if glossary else []
    if not 0 < len(terms) <= 30:
        yield f"doc/architecture.md: {len(terms)} terms in the glossary"


def rule_static_names():
    """The name of a static function stands in two .c files of the program at most: its name says what it does there."""
    files = {}
    for name in sources(".c"):
        for found in set(re.findall(r"^static\s[^;={}()]*?\b(\w+)\(", text_of(name), re.M)):
            files.setdefault(found, []).append(name)
    for function, names in sorted(files.items()):
        if len(names) > 2:
            yield f"{function}: {', '.join(names)}"


def rule_whitespace():
    """No blank at the end of a line, no missing newline at the end of a file."""
    for name in FILES:
        if not (name.endswith((".c", ".h", ".py", ".sh", ".am", ".ac", ".mk", ".md")) or is_script(name)):
            continue
        if name == "COPYING":
            continue
        for line, text in numbered(name):
            if text != text.rstrip():
                yield f"{name}:{line}: blank at the end of the line"
        if not text_of(name).endswith("\n"):
            yield f"{name}: no newline at the end"


def rule_promises():
    """Nothing is put off to later in a comment."""
    words = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    for name in FILES:
        if name.endswith((".c", ".h", ".py", ".sh", ".am", ".ac", ".mk")) or is_script(name):
            for line, text in numbered(name):
                if words.search(text):
                    yield f"{name}:{line}: {text.strip()}"


def rule_no_shell():
    """No shell between the program and what it starts."""
    for name in sources(".c"):
        for line, text in numbered(name):
            if re.search(r"\b(system|popen)\s*\(", text):
                yield f"{name}:{line}: {text.strip()}"


def rule_no_conditionals():
    """Source files have no conditional parts: an optional feature is a whole file."""
    for name in sources(".c"):
        for line, text in numbered(name):
            if re.match(r"\s*#\s*if", text):
                yield f"{name}:{line}: {text.strip()}"


def rule_no_sleep_in_unit_tests():
    """A unit test waits for nothing."""
    for name in FILES:
        if name.startswith("tests/unit/") and name.endswith(".c"):
            for line, text in numbered(name):
                if re.search(r"\b(sleep|usleep|nanosleep|clock_nanosleep)\s*\(", text):
                    yield f"{name}:{line}: {text.strip()}"


def rule_header_guards():
    """A header's guard is its path."""
    for name in sources(".h"):
        guard = "LVSD_" + re.sub(r"[/.]", "_", name).upper()
        if f"#ifndef {guard}\n#define {guard}\n" not in text_of(name):
            yield f"{name}: the guard is not {guard}"


def rule_header_subjects():
    """Between its licence and its guard a header says in whole sentences what it is for."""
    for name in sources(".h"):
        found = re.match(r"/\* SPDX[^\n]*\n/\*(.*?)\*/\n\s*#ifndef ", text_of(name), re.S)
        words = re.sub(r"\n \*", "\n", found[1]).split() if found else []
        if len(words) < 3 or not any(word.endswith((".", "?", ":")) for word in words):
            yield f"{name}: no comment that says what it is for"


def rule_headers_stand_alone():
    """A header compiles by itself."""
    compiler = tool("cc")
    modules = ("libnl-3.0", "libcurl", "jansson", "libevent", "libcap-ng")
    flags = output_of("pkg-config", "--cflags", *modules, check=False).split()
    if not os.path.exists(BUILD + "/config.h"):
        raise Skip(f"{BUILD} is not configured")
    for name in sources(".h"):
        done = subprocess.run(
            [compiler, "-fsyntax-only", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-I" + TOP, "-I" + BUILD,
             "-include", "config.h", *flags, "-x", "c", "-"], input=f'#include "{name}"\n', text=True,
            capture_output=True, check=False)
        if done.returncode:
            yield f"{name}: " + (done.stderr.strip().splitlines() or ["?"])[0]


def rule_typedefs():
    """Structs keep their names: no typedef of a struct, union or enum."""
    for name in sources(".c", ".h"):
        for line, text in numbered(name):
            if re.match(r"\s*typedef\s+(struct|union|enum)\b", text):
                yield f"{name}:{line}: {text.strip()}"


def rule_manual_pages():
    """Manual pages render without a warning, by mandoc and by man."""
    pages = [path for path in glob.glob(TOP + "/doc/*.[158]") + glob.glob(BUILD + "/doc/*.[158]")]
    tool("mandoc")
    for line in output_of("mandoc", "-Tlint", "-W", "warning", *pages, check=False).splitlines():
        yield line
    tool("man")
    for path in pages:
        done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", path], capture_output=True, text=True,
                              check=False, env={**os.environ, "MANPAGER": "cat", "MANWIDTH": "100"})
        if done.returncode or done.stderr:
            yield f"{os.path.relpath(path, TOP)}: {done.stderr.strip()}"


def rule_completion():
    """The completions name every long option that lvsd, lvsctl and lvsadm print with --help."""
    for program in ("lvsd", "lvsctl", "lvsadm"):
        if not os.path.exists(f"{BUILD}/{program}"):
            raise Skip(f"{BUILD}/{program} is not built")
        words = set(re.findall(r"--[a-z-]+", text_of(f"doc/completion/{program}")))
        for option in re.findall(r"--[a-z-]+", output_of(f"{BUILD}/{program}", "--help")):
            if option not in words:
                yield f"doc/completion/{program}: {option} is missing"


def rule_manual_options():
    """The manual pages describe every long option that lvsd, lvsctl and lvsadm print with --help."""
    for program, page in (("lvsd", "doc/lvsd.8"), ("lvsctl", "doc/lvsctl.1"), ("lvsadm", "doc/lvsadm.8")):
        if not os.path.exists(f"{BUILD}/{program}"):
            raise Skip(f"{BUILD}/{program} is not built")
        words = set(re.findall(r"Fl -([a-z-]+)", text_of(page)))
        for option in re.findall(r"--([a-z-]+)", output_of(f"{BUILD}/{program}", "--help")):
            if option not in words:
                yield f"{page}: --{option} is missing"


def built_flags():
    """What configure chose to harden the build with, for compiler and linker; nothing where it must not."""
    found = dict(re.findall(r"^(HARDEN_\w+|SANITIZE_CFLAGS) *= *(.*)$", text_of(os.path.relpath(BUILD + "/Makefile", TOP)),
                            re.M))
    if found.get("SANITIZE_CFLAGS"):
        raise Skip("a build with sanitizers is not hardened")
    return found["HARDEN_CFLAGS"].split()


def rule_hardened():
    """The programs are position-independent, resolve every symbol at start and then make that table read-only (RELRO
    and BIND_NOW), and have no executable stack; every file of theirs was compiled with what configure chose."""
    tool("readelf")
    if not os.path.exists(BUILD + "/lvsd"):
        raise Skip(f"{BUILD}/lvsd is not built")
    flags = built_flags()
    if "-fstack-protector-strong" not in flags:
        yield f"configure has not chosen -fstack-protector-strong, only {flags}"
    for program in ("lvsd", "lvsctl", "lvsadm"):
        text = output_of("readelf", "-W", "-h", "-l", "-d", "--dyn-syms", f"{BUILD}/{program}")
        for wanted, meaning in ((r"Flags: .*\bPIE\b", "position-independent"), (r"GNU_RELRO", "RELRO"),
                                (r"Flags: .*\bNOW\b", "BIND_NOW"), (r"GNU_STACK.* RW +0x", "a stack without code"),
                                (r"UND __stack_chk_fail\b", "stack protector"),
                                (r"UND __\w+_chk\b", "_FORTIFY_SOURCE")):
            if not re.search(wanted, text):
                yield f"{program}: no {meaning}"
        if "TEXTREL" in text:
            yield f"{program}: relocations in its code"
        # gcc notes its options in the debugging information.
        text = output_of("readelf", "-W", "--debug-dump=info", "--dwarf-depth=1", f"{BUILD}/{program}")
        producers = set(re.findall(r"DW_AT_producer.*?: (GNU C.*)", text))
        for producer in producers:
            for flag in flags:
                if flag not in producer:
                    yield f"{program}: a file was compiled without {flag}: {producer}"


def rule_loaded_libraries():
    """No program links a library that lvsd loads where it is needed, or does without: each process would pay for it."""
    tool("readelf")
    for program in filter(lambda name: os.path.exists(f"{BUILD}/{name}"), ("lvsd", "lvsctl", "lvsadm")):
        for library in re.findall(r"NEEDED.*\[(lib(?:curl|crypto|ssl|systemd|gcrypt)\b.*)\]",
                                  output_of("readelf", "-d", f"{BUILD}/{program}")):
            yield f"{program}: linked with {library}"


def fuzz_targets():
    """(source, what make calls its program: tests/fuzz/fuzz_X, or fuzz_X; None without a rule) of each fuzz target."""
    rules = "".join(text_of(name) for name in FILES if name.endswith(".mk"))
    for name in FILES:
        found = re.fullmatch(r"(tests/fuzz/)(fuzz_\w+)\.c", name)
        if found and re.search(rf"^{found[2]}:", rules, re.M):
            yield name, found[2]
        elif found:
            has_rule = re.search(rf"\btests/fuzz/{found[2]}(?!\.c)\b", rules)
            yield name, found[1] + found[2] if has_rule else None


def object_of(source, folder, flags):
    """An object of a source file: that of the build, or one made in folder."""
    part = os.path.splitext(os.path.basename(source))[0]
    stem = f"{BUILD}/{os.path.dirname(source)}/"
    for path in glob.glob(f"{stem}*_la-{part}.o") + glob.glob(f"{stem}{part}.o"):
        return path
    path = f"{folder}/{source.replace('/', '-')}.o"
    if not os.path.exists(path):
        output_of(tool("cc"), "-c", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fPIE", "-I" + TOP, "-I" + BUILD,
                  "-include", "config.h", *flags, "-o", path, source)
    return path


def rule_fuzz_targets_link():
    """Each fuzz target has a rule, and the source files that make names for it are all that it needs."""
    compiler, make = tool("cc"), tool("make")
    if not os.path.exists(BUILD + "/lvsd"):
        raise Skip(f"{BUILD}/lvsd is not built")
    if "-flto" in text_of(os.path.relpath(BUILD + "/Makefile", TOP)):
        raise Skip("the objects of this build are for the optimizer of its linker")
    flags = output_of("pkg-config", "--cflags", "libnl-3.0", "jansson", check=False).split()
    with tempfile.TemporaryDirectory() as folder:
        for source, target in fuzz_targets():
            if not target:
                yield f"{source}: no rule makes a program of it"
                continue
            # -W: also if it has been made, with a fuzzer's main() of clang.
            commands = output_of(make, "-n", "-C", BUILD, "-W", f"{TOP}/{source}", target).replace("\\\n", " ")
            link = [line for line in commands.splitlines() if re.search(rf" -o \S*{target}(\s|$)", line)]
            if not link:
                yield f"{target}: make links it by no command"
                continue
            words = link[-1].split()
            names = [re.sub(r"^(\.\./)+", "", word) for word in words if word.endswith(".c")]
            for word in words:
                if re.fullmatch(r"\S+-\w+\.o", word):
                    names.append(f"{os.path.dirname(word)}/{word.rsplit('-', 1)[1][:-2]}.c")
            names = [os.path.relpath(name, TOP) if name.startswith("/") else name for name in names]
            libraries = [f"{BUILD}/.libs/{word[:-3]}.a" for word in words if word.endswith(".la")] + \
                [word for word in words if word.startswith("-l")] + ["-levent"]
            done = subprocess.run(
                [compiler, "-pie", "-nostartfiles", "-Wl,-e,LLVMFuzzerTestOneInput", "-o", folder + "/linked",
                 *dict.fromkeys(object_of(name, folder, flags) for name in names), *libraries],
                cwd=TOP, text=True, capture_output=True, check=False)
            for missing in sorted(set(re.findall(r"undefined reference to `(\w+)'", done.stderr))):
                yield f"{target}: {missing}() is in none of its files"
            if done.returncode and "undefined reference" not in done.stderr:
                yield f"{target}: " + (done.stderr.strip().splitlines() or ["?"])[-1]


def rule_shellcheck():
    """Shell scripts pass shellcheck."""
    tool("shellcheck")
    for line in output_of("shellcheck", "-x", "-f", "gcc", *shell_scripts(), check=False).splitlines():
        yield line


# A server of the lab imports the library that it is there for.
PYTHON_PEERS = {"tests/lab/grpchealth.py": ("grpc",)}


def rule_python():
    """Python files parse, and import nothing but the standard library, their neighbours and PYTHON_PEERS."""
    for name in FILES:
        if not name.endswith(".py"):
            continue
        try:
            tree = ast.parse(text_of(name), name)
        except SyntaxError as error:
            yield f"{name}:{error.lineno}: {error.msg}"
            continue
        for node in ast.walk(tree):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else \
                [node.module] if isinstance(node, ast.ImportFrom) else []
            for module in modules:
                neighbour = os.path.join(TOP, os.path.dirname(name), module.split(".")[0] + ".py")
                if module in PYTHON_PEERS.get(name, ()):
                    continue
                if module.split(".")[0] not in sys.stdlib_module_names and not os.path.exists(neighbour):
                    yield f"{name}:{node.lineno}: imports {module}"


def rule_cppcheck():
    """cppcheck finds nothing but what tests/lint/cppcheck.supp explains."""
    tool("cppcheck")
    rooms = [room for room in ROOMS if sources(".c") and any(n.startswith(room + "/") for n in sources(".c"))]
    text = output_of("cppcheck", "--quiet", "-j", "2", "--enable=warning,performance,portability",
                     *[f"--include={path}" for path in glob.glob("/usr/include/**/sys/queue.h", recursive=True)[:1]],
                     f"--include={TOP}/tests/lint/cppcheck_macros.h", "--std=c11", "--library=posix,gnu", f"--library={TOP}/tests/lint/cppcheck.cfg", "-I", TOP, "-I", BUILD, "--template={file}:{line}: {severity}: {id}: {message}",
                     f"--suppressions-list={TOP}/tests/lint/cppcheck.supp", *rooms, check=False)
    for line in text.splitlines():
        yield line


def rule_distribution():
    """Every file of the lab, the lint and the examples is in the tarball: a source or in EXTRA_DIST."""
    text = "".join(text_of(name) for name in FILES if name.endswith((".mk", "Makefile.am")))
    for name in FILES:
        if name.startswith(("tests/lab/", "tests/lint/", "doc/examples/")) and not name.endswith(".mk"):
            if not re.search(rf"(^|\s){re.escape(name)}(\s|$)", text):
                yield f"{name} is not in EXTRA_DIST"


def rule_ten_lines():
    """The ten lines of the README are doc/examples/minimal.conf."""
    example = "".join(line for line in text_of("doc/examples/minimal.conf").splitlines(True) if line[0] != "#")
    if f"```\n{example}```".replace("\t", "    ") not in text_of("README.md"):
        yield "README.md: its ten lines are not doc/examples/minimal.conf"


def rule_manual_words():
    """No macro of a manual page that changes between two fonts sets two words without a blank between them."""
    for name in FILES:
        if not re.fullmatch(r"doc/\S+\.([0-9]|head|tail)", name):
            continue
        for number, line in enumerate(text_of(name).splitlines(), 1):
            words = re.findall(r'"[^"]*"|\S+', line)
            if words and words[0] in (".BR", ".RB", ".IR", ".RI") and re.search(r"[a-z]{2} [a-z]{2}", " ".join(
                    '"' if word.startswith('"') else word for word in words[2:])):
                yield f"{name}:{number}: {line}"


def rule_missing_packages():
    """Without root and with packages missing, ./quickstart and ./check print the apt-get line and exit 2."""
    options = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with open(folder + "/dpkg-query", "w", encoding="ascii") as file:
            file.write("#!/bin/sh\nexit 1\n")
        os.chmod(folder + "/dpkg-query", 0o755)
        environment = {**os.environ, "PATH": folder + ":" + os.environ["PATH"], "TMPDIR": "/var/tmp"}
        for command in (["./quickstart"], ["./check", "--build-only"]):
            try:
                done = subprocess.run(command, cwd=TOP, env=environment, capture_output=True, text=True,
                                      stdin=subprocess.DEVNULL, check=False, **options)
            except PermissionError:
                raise Skip("this folder cannot be entered by an ordinary user") from None
            if done.returncode != 2 or not re.search("^.*apt-get install .*user-mode-linux", done.stderr, re.M):
                yield f"{command[0]}: status {done.returncode}: {done.stderr.strip()}"


rule_examples = examples.rule_of(TOP, BUILD, Skip)
rule_processes = processes.rule_of(text_of)


def main():
    counts = {"PASS": 0, "FAIL": 0, "SKIP": 0}
    for name, rule in list(globals().items()):
        if not name.startswith("rule_"):
            continue
        try:
            breaches = list(rule())
            result, why = ("FAIL" if breaches else "PASS"), ""
        except Skip as skip:
            breaches, result, why = [], "SKIP", f": {skip}"
        counts[result] += 1
        print(f"{result} lint.{name[5:]}{why}" + (f": {rule.__doc__}" if breaches else ""))
        for breach in breaches[:30]:
            print("    " + breach)
        if len(breaches) > 30:
            print(f"    and {len(breaches) - 30} more")
    print(f"{counts['PASS']} passed, {counts['FAIL']} failed, {counts['SKIP']} skipped")
    return 1 if counts["FAIL"] else 0


sys.exit(main())
