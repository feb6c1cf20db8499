"""The temporal benchmark: questions about order in time whose truth is known by construction.

``generate`` makes questions from any timed transcript, ``systems`` answer them, ``score`` counts.
"""


def main() -> None:
    """Run the benchmark; its parts are imported only then, so that each can be used alone."""
    from bench.temporal.main import main as run

    run()
