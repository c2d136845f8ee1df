# SPDX-License-Identifier: GPL-2.0-or-later
"""HTTP_GET and SSL_GET of servers that users have: nginx, haproxy, openssl s_server, and a server of gRPC."""

import os

import netns
from configs import global_defs
from lab import VIP, expect, server_address, wait_for

HERE = os.path.dirname(os.path.abspath(__file__))

NGINX = """
daemon off;
worker_processes 1;
error_log {scratch}/nginx.error;
pid {scratch}/nginx.pid;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {scratch}/nginx.body; proxy_temp_path {scratch}/nginx.proxy;
    fastcgi_temp_path {scratch}/nginx.fastcgi; uwsgi_temp_path {scratch}/nginx.uwsgi; scgi_temp_path {scratch}/nginx.scgi;
    ssl_certificate {scratch}/own.crt; ssl_certificate_key {scratch}/own.key;
    default_type text/plain;
    server {{
        listen 8080;
        location /status {{ return 200 "Status: fine\\nLoad: 3\\n"; }}
        location /post {{
            if ($request_method != POST) {{ return 405; }}
            return 200 "$http_x_probe $content_length\\n";
        }}
        location /huge {{ alias {scratch}/huge; }}
    }}
    server {{ listen 8082 http2; location / {{ return 200 "$server_protocol\\n"; }} }}
    server {{ listen 8443 ssl http2; location / {{ return 200 "$server_protocol\\n"; }} }}
    server {{ listen 8444 ssl; location / {{ return 200 "$server_protocol\\n"; }} }}
}}
"""

HAPROXY = """
defaults
    mode http
    timeout client 10s
    timeout server 10s
    timeout connect 5s
frontend plain
    bind :8090
    http-request return status 503 content-type text/plain string "not ready" if { path /dead }
    http-request return status 200 content-type text/plain string "READY since today" if { method HEAD GET }
    http-request deny
frontend h2
    bind :8092 proto h2
    http-request return status 200 content-type text/plain string "READY"
"""


def get(kind, port, url, extra="", path="/"):
    """A check of one url."""
    lines = "".join(f"\t\t\t\t{line}\n" for line in [f"path {path}", *url])
    return (f"\t\t{kind} {{\n\t\t\tconnect_port {port}\n\t\t\tconnect_timeout 4\n\t\t\tretry 0\n{extra}"
            f"\t\t\turl {{\n{lines}\t\t\t}}\n\t\t}}\n")


def service(checks, before=""):
    return (global_defs() + before + f"virtual_server {VIP} 80 {{\n\tdelay_loop 4\n\tlvs_sched rr\n\tlvs_method DR\n"
            f"\tprotocol TCP\n\treal_server {server_address(1)} 80 {{\n" + "".join(checks) + "\t}\n}\n")


def outcomes(director):
    """The last reason of each check, in the order of the file; "" before the first one."""
    server = director.status()["virtual_servers"][0]["real_servers"][0]
    return [(check["last"] or {}).get("reason") or "" for check in server["checks"]]


def expect_reasons(director, wanted):
    """wanted: a beginning of each reason."""
    def fit():
        have = outcomes(director)
        return len(have) == len(wanted) and all(map(str.startswith, have, wanted))
    try:
        wait_for(fit, 30, "the reasons")
    except Exception as failure:
        raise type(failure)(f"{failure}: {outcomes(director)}") from failure


def make_certificate(scratch, name, *options):
    """With -days -1 it has expired."""
    netns.run("rs1", "openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
              f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", f"{scratch}/{name}.key", "-out",
              f"{scratch}/{name}.csr")
    netns.run("rs1", "openssl", "x509", "-req", "-in", f"{scratch}/{name}.csr", "-signkey", f"{scratch}/{name}.key",
              "-copy_extensions", "copy", "-out", f"{scratch}/{name}.crt", *options)


def is_listening(*ports):
    shown = netns.run("rs1", "ss", "-Hltn").stdout
    return all(f":{port} " in shown for port in ports)


def run_server(lab, name, command, *ports):
    process = netns.start("rs1", command, f"{lab.scratch}/{name}.log")
    try:
        wait_for(lambda: is_listening(*ports), 30, f"{name} listens")
    except Exception:
        stop(process)
        raise
    return process


def stop(process):
    process.terminate()
    process.wait()


def test_http_of_nginx(lab):
    """HTTP_GET and SSL_GET of nginx: regex with its options and offsets, regex_no_match, method, header and body,
    http_protocol 2 without and with TLS, a server that lacks it, and a body that is too long."""
    scratch = lab.scratch
    make_certificate(scratch, "own")
    with open(f"{scratch}/huge", "wb") as file:
        file.truncate(17 << 20)
    with open(f"{scratch}/nginx.conf", "w", encoding="ascii") as file:
        file.write(NGINX.format(scratch=scratch))
    nginx = run_server(lab, "nginx", ["nginx", "-c", f"{scratch}/nginx.conf"], 8080, 8082, 8443, 8444)
    post = ["header \"X-Probe: lvsd\"", "body \"a=1\""]
    checks = (
        (get("HTTP_GET", 8080, ["regex \"^load: [0-4]$\"", "regex_options caseless multiline"], path="/status"), "HTTP 200"),
        (get("HTTP_GET", 8080, ["regex \"^load: [0-4]$\""], path="/status"), "the body does not match '^load: [0-4]$'"),
        (get("HTTP_GET", 8080, ["regex fine", "regex_no_match"], path="/status"), "the body matches 'fine'"),
        (get("HTTP_GET", 8080, ["regex fine", "regex_max_offset 7"], path="/status"), "the body does not match 'fine'"),
        (get("HTTP_GET", 8080, ["regex fine", "regex_max_offset 8", "regex_min_offset 8"], path="/status"), "HTTP 200"),
        (get("HTTP_GET", 8080, [*post, "regex \"^lvsd 3$\""], path="/post"), "HTTP 200"),
        (get("HTTP_GET", 8080, ["method GET"], path="/post"), "HTTP 405, wanted 200-299"),
        (get("HTTP_GET", 8080, [], path="/huge"), "the body is over 16 MiB"),
        (get("HTTP_GET", 8080, ["method HEAD"], path="/huge"), "HTTP 200"),
        (get("HTTP_GET", 8082, ["regex \"HTTP/2\""], "\t\t\thttp_protocol 2\n"), "HTTP 200"),
        (get("SSL_GET", 8443, ["regex \"HTTP/2\""], "\t\t\thttp_protocol 2\n"), "HTTP 200"),
        (get("SSL_GET", 8443, ["regex \"HTTP/1.1\""], "\t\t\thttp_protocol 1.1\n"), "HTTP 200"),
        (get("SSL_GET", 8444, [], "\t\t\thttp_protocol 2\n"), "the server does not answer by HTTP/2"),
        (get("SSL_GET", 8444, ["tls_compliant"], "\t\t\tfast_recovery\n"), "HTTP 200"),
    )
    try:
        director = lab.director("dir1", service([check for check, _ in checks])).wait_ready()
        expect_reasons(director, [reason for _, reason in checks])
        good = [check for check, reason in checks if reason == "HTTP 200"]
        director.write(service(good))
        expect(director.reload().returncode == 0, "the reload was refused")
        director.wait_servers((1,), 20)
    finally:
        stop(nginx)


def test_http_of_haproxy(lab):
    """HTTP_GET of haproxy: status and regex, HEAD, and HTTP/2."""
    with open(f"{lab.scratch}/haproxy.cfg", "w", encoding="ascii") as file:
        file.write(HAPROXY)
    haproxy = run_server(lab, "haproxy", ["haproxy", "-db", "-f", f"{lab.scratch}/haproxy.cfg"], 8090, 8092)
    checks = (
        (get("HTTP_GET", 8090, ["regex \"^READY since\""]), "HTTP 200"),
        (get("HTTP_GET", 8090, ["regex READY"], path="/dead"), "HTTP 503, wanted 200-299"),
        (get("HTTP_GET", 8090, ["status_code 503", "regex READY", "regex_no_match"], path="/dead"), "HTTP 503"),
        (get("HTTP_GET", 8090, ["method HEAD"]), "HTTP 200"),
        (get("HTTP_GET", 8090, ["method DELETE"]), "HTTP 403, wanted 200-299"),
        (get("HTTP_GET", 8092, ["regex \"^READY$\""], "\t\t\thttp_protocol 2\n"), "HTTP 200"),
    )
    try:
        director = lab.director("dir1", service([check for check, _ in checks])).wait_ready()
        expect_reasons(director, [reason for _, reason in checks])
    finally:
        stop(haproxy)


def test_certificates(lab):
    """SSL_GET of openssl s_server with a good, an expired, a stranger's and another name's certificate: with and without
    a CA, by name, by the pinned key, and the warning before it expires."""
    scratch = lab.scratch
    for name, days in (("own", "20"), ("late", "-1"), ("stranger", "20")):
        make_certificate(scratch, name, "-days", days)
    netns.run("rs1", "sh", "-c", f"cat {scratch}/own.crt {scratch}/late.crt >{scratch}/ca.crt")
    pins = [netns.run("rs1", "sh", "-c", f"openssl x509 -pubkey -noout -in {scratch}/{name}.crt | "
                      "openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64").stdout.strip()
            for name in ("own", "stranger")]
    servers = [run_server(lab, name, ["openssl", "s_server", "-accept", str(port), "-www", "-cert", f"{scratch}/{name}.crt",
                                      "-key", f"{scratch}/{name}.key"], port)
               for name, port in (("own", 8451), ("late", 8452), ("stranger", 8453))]
    soon = "\t\t\ttls_expiry_warning 30\n"
    checks = (
        (get("SSL_GET", 8451, []), "HTTP 200", "HTTP 200"),
        (get("SSL_GET", 8451, [], soon), "HTTP 200; the certificate expires in 19 days",
         "HTTP 200; the certificate expires in 19 days"),
        (get("SSL_GET", 8451, [], "\t\t\ttls_expiry_warning 10\n"), "HTTP 200", "HTTP 200"),
        (get("SSL_GET", 8452, [], soon), "HTTP 200; the certificate expired ", "the server's certificate is not accepted: "),
        (get("SSL_GET", 8453, []), "HTTP 200", "the server's certificate is not accepted: "),
        (get("SSL_GET", 8451, [], "\t\t\ttls_verify_name own\n"), "HTTP 200", "HTTP 200"),
        (get("SSL_GET", 8451, [], "\t\t\ttls_verify_name other\n"), "the server's certificate is not for other",
         "the server's certificate is not for other"),
        (get("SSL_GET", 8451, [], "\t\t\tsni_name other\n"), "HTTP 200", "the server's certificate is not accepted: "),
        (get("SSL_GET", 8451, [], f"\t\t\ttls_pin sha256//{pins[0]}\n"), "HTTP 200", "HTTP 200"),
        (get("SSL_GET", 8451, [], f"\t\t\ttls_pin sha256//{pins[1]}\n"), "the server's public key is not the one of tls_pin",
         "the server's public key is not the one of tls_pin"),
    )
    try:
        director = lab.director("dir1", service([check[0] for check in checks])).wait_ready()
        expect_reasons(director, [check[1] for check in checks])
        wait_for(lambda: "a certificate that the server shows expires in 19 days" in director.log(), 5, "the warning")
        director.write(service([check[0] for check in checks], f"SSL {{\n\tca {scratch}/ca.crt\n}}\n"))
        expect(director.reload().returncode == 0, "the reload was refused")
        expect_reasons(director, [check[2] for check in checks])
        lines = director.log().count("expires in 19 days")
        expect(lines == 1, f"the warning stands {lines} times in the log")
    finally:
        for server in servers:
            stop(server)


def test_grpc(lab):
    """grpc_health of a server of gRPC, without and with TLS: SERVING, NOT_SERVING, a service that is not known, a method
    that is not there, and the end of the server."""
    scratch, path = lab.scratch, "/grpc.health.v1.Health/Check"
    make_certificate(scratch, "own")
    server = run_server(lab, "grpc", ["python3", f"{HERE}/grpchealth.py", "8095", "8096", f"{scratch}/own.crt",
                                      f"{scratch}/own.key"], 8095, 8096)
    checks = (
        (get("HTTP_GET", 8095, ["grpc_health"], path=path), "gRPC health SERVING"),
        (get("SSL_GET", 8096, ["grpc_health"], path=path), "gRPC health SERVING"),
        (get("HTTP_GET", 8095, ["grpc_health", "grpc_service example.Shop"], path=path),
         "gRPC health NOT_SERVING, wanted SERVING"),
        (get("HTTP_GET", 8095, ["grpc_health", "grpc_service no"], path=path), "gRPC status 5 (NOT_FOUND): unknown service"),
        (get("HTTP_GET", 8095, ["grpc_health"], path="/other/Check"), "gRPC status 12 (UNIMPLEMENTED)"),
    )
    try:
        director = lab.director("dir1", service([check for check, _ in checks])).wait_ready()
        expect_reasons(director, [reason for _, reason in checks])
        stop(server)
        wait_for(lambda: outcomes(director) == ["connection refused"] * len(checks), 30, "the server is gone")
    finally:
        if server.poll() is None:
            stop(server)
