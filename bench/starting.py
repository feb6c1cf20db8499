"""How long the command line takes to begin: whole processes of commands that only tell something.

``python -m bench starting [PATH …]`` runs each command some times, in turn. Every PATH is a folder
that holds another ``trikal`` (as build/typing of another checkout), measured beside this one.
"""

import subprocess
import sys
import tempfile
import time
from os import environ
from pathlib import Path
from statistics import median

COMMANDS = (("--version",), ("--help",), ("media",), ("models",), ("say", "--help"),
            ("ask", "--help"))
_ROUNDS = 5
_PROGRAM = "import sys; from trikal.app.cli import main; sys.argv[0] = 'trikal'; main()"
_COUNT = f"{_PROGRAM[:-6]}\ntry:\n    main()\nfinally:\n    print('modules', len(sys.modules))"


def seconds(path: str, arguments: tuple[str, ...]) -> float:
    """Return how long a process takes; one that fails ends the measurement."""
    begun = time.perf_counter()
    _run(path, _PROGRAM, arguments)
    return time.perf_counter() - begun


def modules(path: str, arguments: tuple[str, ...]) -> int:
    """Return how many modules a command has imported at its end."""
    return int(_run(path, _COUNT, arguments).rpartition("modules ")[2])


def _run(path: str, program: str, arguments: tuple[str, ...]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([sys.executable, "-c", program, *arguments], cwd=folder, text=True,
                              env={**environ, "PYTHONPATH": path}, capture_output=True)
    if done.returncode not in (0, 2) or "Traceback" in done.stderr:
        raise RuntimeError(done.stderr)
    return done.stdout


def main() -> None:
    paths = ["", *(str(Path(path).resolve()) for path in sys.argv[1:])]
    print(f"median of {_ROUNDS} (modules)\n\n| command | "
          f"{' | '.join(path or 'this one' for path in paths)} |\n{'| --- ' * (len(paths) + 1)}|")
    for arguments in COMMANDS:
        times: dict[str, list[float]] = {path: [] for path in paths}
        for path in paths * _ROUNDS:
            times[path].append(seconds(path, arguments))
        cells = [f"{median(times[path]):.2f} s ({modules(path, arguments)})" for path in paths]
        print(f"| trikal {' '.join(arguments)} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
