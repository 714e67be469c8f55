"""The GraphQL schema: types, what can be asked, what can be changed. Committed as schema.graphql."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLSyntaxError
from starlette.concurrency import run_in_threadpool
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType

from api.schema.context import Context
from api.schema.executor import Executor
from api.schema.mutations import Mutation
from api.schema.results import COLUMNS
from api.schema.root import Query
from api.schema.subscriptions import Subscription
from api.service import Service
from graph.errors import ClewError, Refused, Replaced

__all__ = ["Context", "execute", "execute_as", "schema"]


AGAIN = 5
"""How often a request begins again that rebuilds keep overtaking: rebuilds of a small store can be that quick."""


class Coded(SchemaExtension):
    """Gives errors that Clew raises on purpose their stable code, in extensions.code."""

    def on_operation(self) -> Any:
        yield
        _code(getattr(self.execution_context.result, "errors", None) or ())


def _code(errors: Iterable[Any]) -> None:
    for error in errors:
        if not isinstance(error, GraphQLError):
            continue
        if isinstance(error.original_error, ClewError):
            code = error.original_error.code
        elif isinstance(error, GraphQLSyntaxError):
            code = "GRAPHQL_PARSE_FAILED"
        elif error.path is None:  # found before anything was answered
            code = "GRAPHQL_VALIDATION_FAILED"
        else:
            continue
        error.extensions = {**(error.extensions or {}), "code": code}


class Schema(strawberry.Schema):
    """Strawberry's, but quiet about errors raised on purpose: they are answers, and logs hold no values.

    A request that a rebuild's switch overtook is answered again, whole, from the store that took over."""

    async def execute(self, *arguments: Any, **more: Any) -> Any:
        """Answers in a thread: resolvers read stores, and a slow question must not hold up everybody else's."""
        return await run_in_threadpool(self.execute_sync, *arguments, **more)

    def execute_sync(self, *arguments: Any, **more: Any) -> Any:
        result = super().execute_sync(*arguments, **more)
        for _ in range(AGAIN):
            if not _overtaken(result, more.get("context_value")):
                break
            result = super().execute_sync(*arguments, **more)
        return result

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        _code(errors)  # of a subscription: no extension sees its errors
        unexpected = [e for e in errors if e.original_error and not isinstance(e.original_error, ClewError)]
        if unexpected:
            super().process_errors(unexpected, execution_context)


def _overtaken(result: Any, context: Context | None) -> bool:
    """Whether the store was replaced while a request was answered; its context is then ready to begin again."""
    errors = getattr(result, "errors", None) or ()
    replaced = any(isinstance(getattr(error, "original_error", None), Replaced) for error in errors)
    if context is None or not replaced:
        return False
    context.begin_again()
    return True


schema = Schema(
    Query,
    Mutation,
    Subscription,
    # Clients ask the same few documents with other variables: reading one anew costs more than a small answer does.
    extensions=[Coded, lambda: ParserCache(maxsize=100), lambda: ValidationCache(maxsize=100)],
    execution_context_class=Executor,
    config=StrawberryConfig(auto_camel_case=True, scalar_map=COLUMNS),
)


def execute(
    service: Service, text: str, variables: Mapping[str, Any], *, reader: str | None = None
) -> dict[str, Any]:
    """Run a document in process; gives {"data": …} and, when there are any, "errors" as GraphQL over HTTP does."""
    return execute_as(Context(service, service.scope(reader)), text, variables)


def execute_as(context: Context, text: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """As execute, for a request whose reader is known; its head is then the context's."""
    try:
        result = schema.execute_sync(
            text if text.strip() else None, variable_values=dict(variables), context_value=context,
            allowed_operation_types=(OperationType.QUERY, OperationType.MUTATION),
        )  # fmt: skip
    except MissingQueryError:
        return _refused("The document is empty: nothing is asked.")
    except InvalidOperationTypeError:
        return _refused(
            "A subscription is followed at /graphql over a WebSocket, or with `clew watch --follow`."
        )
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer["errors"] = [error.formatted for error in result.errors]
    return answer


def _refused(why: str) -> dict[str, Any]:
    """The answer to a document that has none."""
    return {"data": None, "errors": [{"message": why, "extensions": {"code": Refused.code}}]}
