"""The bench's model as its users write it in SimPy: servers with one worker each, first come, first served, at 80 % load,
Poisson arrivals, exponential work with mean 1, and the less busy of two servers drawn by lot.

    /usr/bin/python3 peer.py SERVERS REQUESTS SEED

For SimPy 2, which is Debian's python3-simpy. Prints requests, CPU seconds and mean response as JSON."""

import json
import sys
import time
from random import Random

from SimPy.Simulation import Process, Resource, Simulation, hold, release, request

LOAD = 0.8


class Gate:
    """Counts who is inside each server, and draws two to choose from."""

    def __init__(self, servers, random):
        self.inside = [0] * servers
        self.random = random

    def pick(self):
        count = len(self.inside)
        if count == 1:
            return 0
        first = self.random.randrange(count)
        second = self.random.randrange(count - 1)
        if second >= first:
            second += 1
        return second if self.inside[second] < self.inside[first] else first


def simulate(servers, count, seed):
    random = Random(seed)
    world = Simulation()
    world.initialize()
    gate = Gate(servers, random)
    workers = [Resource(capacity=1, sim=world) for _ in range(servers)]
    responses = []

    class Request(Process):
        def visit(self):
            arrived = world.now()
            server = gate.pick()
            gate.inside[server] += 1
            yield request, self, workers[server]
            yield hold, self, random.expovariate(1)
            yield release, self, workers[server]
            gate.inside[server] -= 1
            responses.append(world.now() - arrived)

    class Traffic(Process):
        def arrive(self):
            for _ in range(count):
                yield hold, self, random.expovariate(LOAD * servers)
                visitor = Request(sim=world)
                world.activate(visitor, visitor.visit())

    traffic = Traffic(sim=world)
    world.activate(traffic, traffic.arrive())
    world.simulate(until=float("inf"))
    return responses


if __name__ == "__main__":
    servers, requests, seed = (int(word) for word in sys.argv[1:4])
    began = time.process_time()
    responses = simulate(servers, requests, seed)
    seconds = time.process_time() - began
    print(json.dumps({
        "requests": len(responses),
        "seconds": seconds,
        "mean": sum(responses) / len(responses),
    }))
