"""What the agent can do, on tasks whose right answers code can check, beside two plain baselines.

``place`` makes the archive, ``tasks`` and ``gold`` say what is right, ``systems`` answer, ``score``
and ``report`` count; ``overhead`` measures what the graph itself costs.
"""


def main() -> None:
    """Run the benchmark; its parts are imported only then, so that each can be used alone."""
    from bench.agent.main import main as run

    run()
