"""Asks for the health of a gRPC server, and writes each status on a line of its own, and at last how the call ended."""

import sys

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc


def name(response):
    return health_pb2.HealthCheckResponse.ServingStatus.Name(response.status)


def ask(stub, method, service):
    request = health_pb2.HealthCheckRequest(service=service)
    if method == "check":
        print(name(stub.Check(request, timeout=10)))
    elif method == "list":
        statuses = stub.List(health_pb2.HealthListRequest(), timeout=10).statuses
        for service in sorted(statuses):
            print(f"{service}={name(statuses[service])}")
    else:
        for response in stub.Watch(request):
            print(name(response), flush=True)


def main(method, addr, service=""):
    with grpc.insecure_channel(addr) as channel:
        try:
            ask(health_pb2_grpc.HealthStub(channel), method, service)
            print("OK")
        except grpc.RpcError as error:
            print(error.code().name)


main(*sys.argv[1:])
