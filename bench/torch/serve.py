"""What every contender in Python does: one order a line on stdin, one answer a line on stdout."""

import json
import sys
import time


def tell(answer):
    print(json.dumps(answer), flush=True)


def serve(workloads):
    """Names the workloads, then prepares and times what it is told to; a workload makes the function that is timed."""
    run = None
    tell({"workloads": list(workloads)})
    for line in sys.stdin:
        order = json.loads(line)
        if "prepare" in order:
            run = workloads[order["prepare"]]()
            tell({"number": 0})
        else:
            start = time.perf_counter()
            run()
            tell({"number": (time.perf_counter() - start) * 1e3})
