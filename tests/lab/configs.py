# SPDX-License-Identifier: GPL-2.0-or-later
"""Texts of configuration files for the tests."""

from lab import VIP, server_address


def http_get(path="/health", retry=0, timeout=1):
    return (f"HTTP_GET {{\n\t\t\turl {{\n\t\t\t\tpath {path}\n\t\t\t\tstatus_code 200\n\t\t\t}}\n"
            f"\t\t\tconnect_timeout {timeout}\n\t\t\tretry {retry}\n\t\t\tdelay_before_retry 1\n\t\t}}")


def tcp_check(timeout=1, retry=0):
    return (f"TCP_CHECK {{\n\t\t\tconnect_timeout {timeout}\n\t\t\tretry {retry}\n"
            "\t\t\tdelay_before_retry 1\n\t\t}")


def real_server(number, weight=1, check=None, port=80):
    check = tcp_check() if check is None else check
    return f"\treal_server {server_address(number)} {port} {{\n\t\tweight {weight}\n\t\t{check}\n\t}}\n"


def service(servers=None, address=VIP, port=80, scheduler="wrr", method="DR", protocol="TCP", check=None,
            extra=""):
    """servers: {number: weight}."""
    servers = {1: 1, 2: 1, 3: 1} if servers is None else servers
    return (f"virtual_server {address} {port} {{\n\tdelay_loop 1\n\tlvs_sched {scheduler}\n"
            f"\tlvs_method {method}\n\tprotocol {protocol}\n{extra}"
            + "".join(real_server(number, weight, check, port) for number, weight in servers.items())
            + "}\n")


def instance(priority, name="VI_1", advert_int="0.2", vrid=51, state="BACKUP", vips=(VIP + "/32",), extra=""):
    return (f"vrrp_instance {name} {{\n\tstate {state}\n\tinterface eth0\n\tvirtual_router_id {vrid}\n"
            f"\tpriority {priority}\n\tversion 3\n\tadvert_int {advert_int}\n{extra}"
            "\tvirtual_ipaddress {\n" + "".join(f"\t\t{vip}\n" for vip in vips) + "\t}\n}\n")


def global_defs(router_id="lab", sync=""):
    return f"global_defs {{\n\trouter_id {router_id}\n{sync}}}\n"


SYNC = "\tlvs_sync_daemon eth0 VI_1\n"


def pair_member(priority, advert_int="0.2", sync=SYNC, **options):
    """The whole file of one director of a pair."""
    return (global_defs(f"lab_{priority}", sync) + instance(priority, advert_int=advert_int)
            + service(**options))


def alone(**options):
    """The file of a director without VRRP."""
    return global_defs() + service(**options)
