"""The queue and the routes in SimPy: answers and timing for one file of inputs.

Usage: run.py INPUTS.json OUTPUTS.json

Writes what the kernel tells, then answers each line of its input, a number of runs, with the
nanoseconds they took.
"""

import gc
import json
import sys
import time
from types import SimpleNamespace

from kernel import Kernel


def main(inputs_file, outputs_file):
    with open(inputs_file) as file:
        inputs = json.load(file, object_hook=lambda fields: SimpleNamespace(**fields))
    # A parameter's id is no name in Python.
    by_id = vars(inputs.parameters)
    knobs = SimpleNamespace(**{id.replace(".", "_").replace("-", "_"): x for id, x in by_id.items()})
    routes = [(route.apt, route.open) for route in inputs.routes]

    def run():
        return Kernel(knobs, routes, inputs.months).run()

    with open(outputs_file, "w") as file:
        json.dump(run(), file)
    print("ready", flush=True)
    # Nothing is collected within a timing, as `timeit` has it.
    gc.disable()
    for line in sys.stdin:
        gc.collect()
        start = time.perf_counter_ns()
        for _ in range(int(line)):
            run()
        print(time.perf_counter_ns() - start, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
