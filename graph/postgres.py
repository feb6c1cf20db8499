"""What is kept in PostgreSQL instead of in the archive, opened with errors that say what to do."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Protocol, TypeVar

from trikal.errors import ArchiveError


class _Kept(Protocol):
    def setup(self) -> None:
        """Make the tables that are missing."""


Kept = TypeVar("Kept", bound=_Kept)


@contextmanager
def on_postgres(
    what: str, url: str, connect: Callable[[str], AbstractContextManager[Kept]]
) -> Iterator[Kept]:
    """Hold something that is kept on a server open for the length of a ``with`` block.

    Args:
        what: What is kept there, in the plural: ``sessions``.
        url: The server's address; never told in an error, for it may hold a password.
        connect: Imports what connects to it, and connects.

    Raises:
        ArchiveError: The server cannot be used, or the library for it is not installed.
    """
    try:
        from psycopg import Error

        opened = connect(url)
    except ImportError as exc:
        raise ArchiveError(
            f'{what.capitalize()} in PostgreSQL need the extra "server"; install it with: '
            'pip install "trikal[server]"'
        ) from exc
    with ExitStack() as stack:
        try:
            kept = stack.enter_context(opened)
            kept.setup()
        except Error as exc:
            reason = str(exc).strip().splitlines()[-1]
            raise ArchiveError(
                f"The server of TRIKAL_SESSIONS_URL cannot be used: {reason}. Start it, or unset "
                f"the variable to keep {what} in the archive."
            ) from exc
        yield kept
