"""What the graph itself costs: everything of a turn but models and search."""


def measured(turns: int, sessions: int) -> str:
    raise NotImplementedError
