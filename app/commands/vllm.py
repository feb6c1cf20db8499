"""``trikal vllm``: a vLLM server of one's own, from nothing to answering, and back."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from trikal.app.options import ArchiveOption, JsonOption
from trikal.app.output import console, errors, print_json, printable
from trikal.serving.roles import Role
from trikal.serving.vllm.launcher import Condition, conditions, down, log_of, up
from trikal.serving.vllm.reasons import tail
from trikal.serving.vllm.state import Server
from trikal.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="Run a vLLM server: up, status, logs, down.")

_FOLLOW_S = 0.5

RoleOption = Annotated[
    Role | None, typer.Option("--role", help="Only the server of this role.", metavar="ROLE")
]


@app.command("up")
def up_command(
    model: Annotated[
        str | None, typer.Argument(help="A model of the catalogue, or a folder with one.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65_535, help="Where to listen (default: 8000 on).")
    ] = None,
    context: Annotated[
        int | None, typer.Option(min=1, help="Longest prompt with its answer, in tokens.")
    ] = None,
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:
    """Serve a model with vLLM; chat, vision, asr or rerank then go to it."""
    started = time.perf_counter()
    with errors.status("…") as status:
        last = ""

        def report(words: str) -> None:
            nonlocal last
            status.update(escape(printable(words)))
            stage = words.partition(":")[0]  # pip has two hundred things to say in one stage
            if stage != last:
                seconds = time.perf_counter() - started
                errors.print(f"[dim]{seconds:6.1f} s[/dim] {escape(printable(words))}")
                last = stage

        server, new = up(load_settings(archive=archive), model, port=port, context=context,
                         report=report)
    if json:
        print_json(server.public())
        return
    how = f"ready after {time.perf_counter() - started:.0f} s" if new else "was up already"
    console.print(f"[green]✓[/green] {_words(server)}: {how}")


@app.command("status")
def status_command(archive: ArchiveOption = None, json: JsonOption = False) -> None:
    """Show the servers of this machine, and whether they answer."""
    found = conditions(load_settings(archive=archive))
    if json:
        print_json([_told(each) for each in found])
        return
    if not found:
        console.print("no vLLM server; start one with: trikal vllm up")
    for each in found:
        console.print(_line(each))
    if any(not each.healthy for each in found):
        raise typer.Exit(1)


@app.command("logs")
def logs_command(
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many lines.")] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as it grows.")] = False,
    role: RoleOption = None,
    archive: ArchiveOption = None,
) -> None:
    """Show the end of a server's log."""
    log = log_of(load_settings(archive=archive), role)
    for line in tail(log, lines):
        console.out(printable(line), highlight=False)
    if follow:
        _follow(log)


@app.command("down")
def down_command(role: RoleOption = None, archive: ArchiveOption = None) -> None:
    """Stop the servers, and sweep up what a crash has left."""
    stopped = down(load_settings(archive=archive), role)
    for server in stopped:
        console.print(f"stopped {_words(server)}")
    if not stopped:
        console.print("no vLLM server was up")


def _words(server: Server) -> str:
    roles = " and ".join(server.roles)
    return escape(f"{server.model} for {roles} on vLLM {server.version} at {server.url}")


def _line(found: Condition) -> str:
    server = found.server
    if not found.alive:
        return f"[red]✗[/red] {_words(server)}: died; clean up with: trikal vllm down"
    minutes = (time.time() - server.started_at) / 60
    state = (
        "[green]✓[/green] {}: answers" if found.healthy and server.ready
        else "[yellow]…[/yellow] {}: is loading" if not server.ready
        else "[red]✗[/red] {}: does not answer"
    )
    return (f"{state.format(_words(server))}, {found.memory_mb:,} MB, up {minutes:.0f} min, "
            f"process {server.pid}, log {escape(str(server.log))}")


def _told(found: Condition) -> dict[str, object]:
    return {**found.server.public(), "alive": found.alive, "healthy": found.healthy,
            "memory_mb": found.memory_mb}


def _follow(log: Path) -> None:
    with log.open(encoding="utf-8", errors="replace") as stream:
        stream.seek(0, 2)
        while True:
            line = stream.readline()
            if line:
                console.out(printable(line.rstrip("\n")), highlight=False)
            else:
                time.sleep(_FOLLOW_S)
