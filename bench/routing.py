"""How long the router's decisions take: the first ones of fresh processes, and all after them.

Every role that has models, no language and four, and three sizes, in an order of its own for each
process, so that each kind of decision is somewhere the first. All models count as ready, which
leaves the most to be compared.

Usage: ``python -m bench routing [--processes N]``
"""

import argparse
import random
import subprocess
import sys
import time
from itertools import product

import numpy as np

from trikal.errors import ModelUnavailable
from trikal.serving.catalog import load_catalog
from trikal.serving.hardware import probe_hardware
from trikal.serving.roles import Role
from trikal.serving.router import rank
from trikal.serving.tasks import Situation, Size, Task

LANGUAGES = (None, "en", "hi", "ta", "zh-Hant")
SIZES = (None, Size.SMALL, Size.LARGE)


def decisions(seed: int) -> list[float]:
    """Make every decision once, in an order of its own; return milliseconds."""
    catalog = load_catalog()
    situation = Situation(hardware=probe_hardware())
    tasks = [Task(role=role, language=language, size=size)
             for role, language, size in product(Role, LANGUAGES, SIZES)]
    random.Random(seed).shuffle(tasks)
    times = []
    for task in tasks:
        began = time.perf_counter()
        try:
            rank(task, situation, catalog)
        except ModelUnavailable:
            pass  # "nothing here does that" is a decision, too
        times.append((time.perf_counter() - began) * 1_000)
    return times


def main() -> None:
    """Print what decisions take, over several processes."""
    parser = argparse.ArgumentParser(prog="python -m bench routing")
    parser.add_argument("--processes", type=int, default=20)
    parser.add_argument("--seed", type=int, help="be one process, and print its times")
    options = parser.parse_args()
    if options.seed is not None:
        print(*decisions(options.seed))
        return
    runs = []
    for seed in range(options.processes):
        command = [sys.executable, "-m", "bench", "routing", "--seed", str(seed)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        runs.append([float(each) for each in told.split()])
    firsts, rest = [each[0] for each in runs], np.concatenate([each[1:] for each in runs])
    print(f"{len(runs)} processes of {len(runs[0])} decisions: the first of each took "
          f"{np.median(firsts):.2f} ms (median), {max(firsts):.2f} at most; the others "
          f"{np.median(rest):.3f}, 99 % within {np.percentile(rest, 99):.2f}, at most "
          f"{rest.max():.2f}")


if __name__ == "__main__":
    main()
