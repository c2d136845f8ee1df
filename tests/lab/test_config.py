# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that are no configuration, or one that cannot be served: one clear sentence, and nothing is touched."""

import os
import threading

import netns
from configs import alone, global_defs, instance, service
from lab import expect
from test_badinput import CONFIGURATION, line_of, one_diagnostic, one_sentence, refuse


def check(lab, text, *arguments):
    """`lvsd -t` with a file of these bytes: (exit status, what it said)."""
    director = lab.director("dir1", label="checked")
    director.write("")
    with open(director.config_file, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    done = netns.run("dir1", lab.lvsd, "-t", "-f", director.config_file, *arguments, check=False, timeout=20)
    return done.returncode, done.stdout + done.stderr


def test_nul_byte(lab):
    """A NUL byte: its place, and that this is no text."""
    status, said = check(lab, alone().encode().replace(b"weight 1", b"weight \0", 1))
    expect(status == CONFIGURATION, f"status {status}: {said}")
    one_diagnostic(said, line_of(alone(), "weight 1"), "NUL")


def test_line_of_ten_megabytes(lab):
    """A line of 10 MB that is no statement: one error that is cut to a screen; as a comment it is no error at all."""
    status, said = check(lab, alone() + "x" * (10 << 20) + "\n")
    expect(status == CONFIGURATION and len(said) < 2000, f"status {status}, {len(said)} bytes")
    one_diagnostic(said, alone().count("\n") + 1, "unknown keyword")
    status, said = check(lab, alone() + "#" * (10 << 20) + "\n")
    expect(status == 0, f"status {status}: {said[:500]}")


def test_crlf(lab):
    """Lines that end in CR LF are lines like any other."""
    status, said = check(lab, alone().replace("\n", "\r\n"))
    expect(status == 0, f"status {status}: {said}")


def test_what_is_no_regular_file(lab):
    """A directory, a FIFO or a device in place of the file is said to be one, without waiting for it."""
    os.mkfifo("/run/lab/fifo.conf")
    for kind, path in (("directory", "/run"), ("FIFO", "/run/lab/fifo.conf"), ("device", "/dev/zero")):
        done = netns.run("dir1", lab.lvsd, "-t", "-f", path, check=False, timeout=10)
        expect(done.returncode == CONFIGURATION, f"{kind}: status {done.returncode}: {done.stderr}")
        one_sentence(done.stdout + done.stderr, kind, "regular file")


def test_real_server_of_the_wrong_family(lab):
    """A real server that its method cannot reach: an error that names the server's line and the service's."""
    text = alone().replace("real_server 10.9.0.22 80", "real_server fd09::22 80")
    said = refuse(lab, CONFIGURATION, text)
    one_diagnostic(said, line_of(text, "fd09::22"), "DR", "the service is here")
    expect(f":{line_of(text, 'virtual_server')}:" in said, f"the service's line is not named: {said}")


def test_tunnel_of_the_other_family_with_sync(lab):
    """The kernel refuses a tunnelled server of the other family while it synchronises: so does the file's check."""
    text = global_defs(sync="\tlvs_sync_daemon eth0\n") + service(method="TUN").replace("10.9.0.22", "fd09::22")
    said = refuse(lab, CONFIGURATION, text)
    one_diagnostic(said, line_of(text, "fd09::22"), "lvs_sync_daemon is here")
    expect(f":{line_of(text, 'lvs_sync_daemon')}:" in said, f"the sync daemon's line is not named: {said}")
    status, said = check(lab, text.replace("\tlvs_sync_daemon eth0\n", ""))
    expect(status == 0, f"without it: {said}")


def test_authentication_header(lab):
    """auth_type AH and PASS of version 2 are in effect, and no message shows a password."""
    block = "\tauthentication {\n\t\tauth_type AH\n\t\tauth_pass verysecret\n\t}\n"
    text = global_defs() + instance(150, extra=block)
    text = text.replace("version 3", "version 2").replace("advert_int 0.2", "advert_int 1")
    for wanted in (text, text.replace("AH", "PASS")):
        status, said = check(lab, wanted)
        expect(status == 0 and "longer than 8 bytes" in said, f"status {status}: {said}")
        expect("secret" not in said, f"a password is shown: {said}")


def test_lenient_counts_what_is_lost(lab):
    """With --lenient the last line counts the instances and services that are left out as a whole; a keyword
    without its value stays an error."""
    text = alone() + instance(150).replace("\tinterface eth0\n", "")
    status, said = check(lab, text, "--lenient")
    expect(status == 0, f"status {status}: {said}")
    expect("1 virtual server, 0 VRRP instances; LEFT OUT: 0 virtual servers, 1 VRRP instance\n" in said, said)
    wrong = alone() + instance(150).replace("virtual_ipaddress {\n", "virtual_ipaddress {\n\t\t10.9.0.300/24\n")
    status, said = check(lab, wrong, "--lenient")
    expect(status == 0 and "LEFT OUT: 0 virtual servers, 0 VRRP instances, 1 address\n" in said, f"status {status}: {said}")
    status, said = check(lab, text.replace("priority 150", "priority"), "--lenient")
    expect(status == CONFIGURATION and "priority needs a value after it" in said, f"status {status}: {said}")


def test_file_that_is_replaced_while_it_is_read(lab):
    """Whatever the moment, the file is taken as one of the two that it was."""
    director = lab.director("dir1", label="replaced")
    texts = [alone(), alone().replace("weight 1", "weight 2")]
    director.write(texts[0])
    done = threading.Event()

    def replace():
        while not done.is_set():
            for text in texts:
                with open(director.config_file + ".new", "w", encoding="ascii") as file:
                    file.write(text)
                os.rename(director.config_file + ".new", director.config_file)

    writer = threading.Thread(target=replace)
    writer.start()
    try:
        for _ in range(20):
            run = netns.run("dir1", lab.lvsd, "-t", "-f", director.config_file, check=False, timeout=10)
            expect(run.returncode == 0, f"status {run.returncode}: {run.stderr}")
    finally:
        done.set()
        writer.join()
