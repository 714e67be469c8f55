"""A Neo4j server over bolt, with its errors told as ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit, urlunsplit

import neo4j
from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

import cypher
from graph.errors import Permanent, Refused, Transient, Unreachable

Row = Sequence[Any]


class Run(Protocol):
    """Runs one statement in a transaction and gives its first row."""

    def __call__(self, name: str, slot: int | None = None, /, **parameters: object) -> Row | None: ...


RETRY_SECONDS: Final = 4.0
"""How long a write is tried again by itself: callers retry Unreachable at their own pace."""

CONNECT_SECONDS: Final = 10.0


@contextmanager
def _told_as_ours(address: str) -> Iterator[None]:
    try:
        yield
    except AuthError as error:
        raise Refused(
            f"Neo4j at {address} does not accept these credentials.",
            remedy="Set NEO4J_USER and NEO4J_PASSWORD, or write them in the store's URL.",
        ) from error
    except (ServiceUnavailable, SessionExpired) as error:
        raise Unreachable(
            f"Neo4j at {address} does not answer: {error}.",
            remedy="Start it (`clew neo4j start`) or check the store's URL.",
        ) from error
    except TransientError as error:
        raise Transient(
            f"Neo4j at {address} could not run a statement now: {error.code}: {error.message}",
            remedy="Try again.",
        ) from error
    except ConfigurationError as error:
        raise Refused(f"Store URL {address!r} is not one for Neo4j: {error}.") from error
    except Neo4jError as error:
        raise Permanent(f"Neo4j at {address} refused a statement: {error.code}: {error.message}") from error
    except DriverError as error:
        if error.is_retryable():
            raise Unreachable(f"Neo4j at {address} does not answer: {error}.") from error
        raise Permanent(f"The connection to Neo4j at {address} can't be used: {error}") from error


class Server:
    """One database of one server. Threads may share it.

    Reads and writes hand all parameters over in one map, `$p`: Neo4j plans a statement anew for every order of
    magnitude that the lists and texts among its parameters come in, and a plan takes longer than an answer.
    Commands take theirs plain: names of indexes can't be in a map.

    Raises Unreachable when the server does not answer, Refused for credentials or a URL it does not take,
    Permanent when it refuses a statement."""

    def __init__(self, url: str, user: str | None, password: str | None, database: str | None) -> None:
        parts = urlsplit(url)
        bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        user = user if user is not None else unquote(parts.username or "") or None
        password = password if password is not None else unquote(parts.password or "")
        self._arguments = (bare, user, password, database)
        self.address, self.user = bare, user
        self._database = database
        with _told_as_ours(bare):
            self._driver = neo4j.GraphDatabase.driver(
                bare,
                auth=None if user is None else (user, password),
                connection_timeout=CONNECT_SECONDS,
                max_transaction_retry_time=RETRY_SECONDS,
                notifications_min_severity="OFF",  # an empty store knows none of the labels: no news
                telemetry_disabled=True,
            )

    def again(self) -> Server:
        """Another, independent connection to the same database."""
        return Server(*self._arguments)

    def close(self) -> None:
        self._driver.close()

    def _session(self, mode: str) -> neo4j.Session:
        # The driver's bookmarks make what one thread wrote visible to the next read, on a cluster too.
        return self._driver.session(
            database=self._database,
            default_access_mode=mode,
            fetch_size=-1,
            bookmark_manager=self._driver.execute_query_bookmark_manager,
        )

    def read(self, name: str, slot: int | None = None, /, **parameters: object) -> Row | None:
        """The one row of a reading statement, None when it has none. One round trip: no transaction around it."""
        with _told_as_ours(self.address):
            try:
                return self._run(neo4j.READ_ACCESS, name, slot, {"p": parameters})
            except (Neo4jError, DriverError) as error:
                if not error.is_retryable():
                    raise
            # A pooled connection that the server has closed since looks like this once, on its next use.
            return self._run(neo4j.READ_ACCESS, name, slot, {"p": parameters})

    def command(self, name: str, slot: int | None = None, /, **parameters: object) -> None:
        """Run a statement that is, or has, transactions of its own."""
        with _told_as_ours(self.address):
            self._run(neo4j.WRITE_ACCESS, name, slot, parameters)

    def _run(self, mode: str, name: str, slot: int | None, parameters: Mapping[str, object], /) -> Row | None:
        with self._session(mode) as session:
            rows = list(session.run(cypher.load(name, slot), dict(parameters)))
            return rows[0].values() if rows else None

    def write(self, work: Callable[[Run], None]) -> None:
        """Do work in one transaction. It may be run again when the outcome of a commit is unknown: it must see
        for itself that it was done."""

        def in_transaction(tx: neo4j.ManagedTransaction) -> None:
            def run(name: str, slot: int | None = None, /, **parameters: object) -> Row | None:
                rows = list(tx.run(cypher.load(name, slot), p=parameters))
                return rows[0].values() if rows else None

            work(run)

        with _told_as_ours(self.address), self._session(neo4j.WRITE_ACCESS) as session:
            session.execute_write(in_transaction)
