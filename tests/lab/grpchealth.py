# SPDX-License-Identifier: GPL-2.0-or-later
"""A gRPC server with the standard health service: `grpchealth.py PORT TLS_PORT CERTIFICATE KEY`.

The whole server is SERVING, example.Shop is NOT_SERVING, and no other service is known. The messages are written by hand,
since Debian's python3-grpcio comes without the health service; HTTP/2, frames and trailers are those of grpcio.
"""

import sys
from concurrent import futures

import grpc

SERVING, NOT_SERVING = b"\x08\x01", b"\x08\x02"
ANSWERS = {b"": SERVING, b"\x0a\x0cexample.Shop": NOT_SERVING}


def check(question, context):
    if question not in ANSWERS:
        context.abort(grpc.StatusCode.NOT_FOUND, "unknown service")
    return ANSWERS[question]


def main():
    server = grpc.server(futures.ThreadPoolExecutor(4))
    handler = grpc.unary_unary_rpc_method_handler(check)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("grpc.health.v1.Health", {"Check": handler}),))
    server.add_insecure_port(f"0.0.0.0:{sys.argv[1]}")
    with open(sys.argv[3], "rb") as certificate, open(sys.argv[4], "rb") as key:
        credentials = grpc.ssl_server_credentials(((key.read(), certificate.read()),))
    server.add_secure_port(f"0.0.0.0:{sys.argv[2]}", credentials)
    server.start()
    print("listening", flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    main()
