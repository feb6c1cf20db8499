"""Run a command beside a throwaway PostgreSQL server: ``with_postgres.py COMMAND …``.

The server listens on a free port of this machine's loopback, keeps its files in a temporary
folder, and ends with the command. The command finds its address in TRIKAL_TEST_POSTGRES_URL.
Where there is no PostgreSQL, Debian's is installed, which needs root.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

URL_VARIABLE = "TRIKAL_TEST_POSTGRES_URL"
_DEBIAN = Path("/usr/lib/postgresql")
_USER = "postgres"
_OPTIONS = "-c listen_addresses=127.0.0.1 -c fsync=off"  # nothing in it outlives the command


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    if not arguments:
        print(__doc__)
        return 2
    programs = _programs() or _installed()
    with _server(programs) as url:
        return subprocess.run(arguments, env={**os.environ, URL_VARIABLE: url}).returncode


def _programs() -> Path | None:
    """Return the folder of the server's programs, the newest version's first."""
    found = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    elsewhere = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(elsewhere).resolve().parent if elsewhere else None


def _installed() -> Path:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit("There is no PostgreSQL server here. Install one (Debian: apt-get install "
                 "postgresql), or set TRIKAL_TEST_POSTGRES_URL and run the tests without this.")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
    subprocess.run(["apt-get", "install", "-qq", "-y", "--no-install-recommends", "postgresql"],
                   check=True, env=quiet, stdout=subprocess.DEVNULL)
    programs = _programs()
    if programs is None:
        sys.exit("apt-get installed postgresql, but no initdb lies below /usr/lib/postgresql.")
    return programs


@contextmanager
def _server(programs: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="trikal-postgres-") as name:
        folder = Path(name)
        user = _given_away(folder)
        data, port = folder / "data", _free_port()

        def run(program: str, *arguments: str) -> None:
            subprocess.run([str(programs / program), *arguments], check=True, user=user,
                           cwd=folder, env=_environment(), stdout=subprocess.DEVNULL)

        run("initdb", "--pgdata", str(data), "--username", _USER, "--auth", "trust", "--no-sync")
        run("pg_ctl", "start", "--wait", "--pgdata", str(data), "--log", str(folder / "log"),
            "--options", f"{_OPTIONS} -p {port} -k {folder}")
        try:
            yield f"postgresql://{_USER}@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "stop", "--mode", "immediate", "--pgdata", str(data))


def _given_away(folder: Path) -> str | None:
    """Give the folder to the user that the server runs as: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    shutil.chown(folder, _USER, _USER)
    return _USER


def _environment() -> Mapping[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
