"""Processes that are killed: how they are started, and how they kill themselves at a given point."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any, Final

# Processes are forked from one that has imported all and opened nothing: a kill costs no imports.
FORKING: Final = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(
    ["tests.soak.played", "tests.soak.reader", "tests.soak.replay", "graph.resolution.resolve"]
)


def start(target: Callable[..., None], *arguments: Any) -> tuple[BaseProcess, Connection]:
    """A process of target(told, *arguments), and what it tells: EOFError once it is gone."""
    ours, theirs = FORKING.Pipe(duplex=False)
    process = FORKING.Process(target=target, args=(theirs, *arguments), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def strike(process: BaseProcess, told: Connection, after: float | None) -> list[Any]:
    """Let a process tell until it is dead; gives what it told. It ends well or by SIGKILL, its own or ours.

    after: seconds after the first thing told, when it is killed from outside; None: it does so itself."""
    heard: list[Any] = []
    with suppress(EOFError):
        if after is not None:
            heard.append(told.recv())
            time.sleep(after)
            process.kill()
        while True:
            heard.append(told.recv())
    process.join()
    assert process.exitcode in (-signal.SIGKILL, 0)
    return heard


def die(left: list[int]) -> None:
    """Count down; at zero, be gone."""
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def die_at(where: str, side: str, left: list[int]) -> None:
    """Count down "before" or "after" every call of a method, named with its module and class."""
    module, owner_name, name = where.rsplit(".", 2)
    owner = getattr(import_module(module), owner_name)
    method: Callable[..., Any] = getattr(owner, name)

    def dying(*args: Any, **more: Any) -> Any:
        if side == "before":
            die(left)
        value = method(*args, **more)
        if side == "after":
            die(left)
        return value

    setattr(owner, name, dying)


def die_in(folder: str, left: list[int]) -> None:
    """Count down at every call made in a folder of the code."""

    def count(frame: FrameType, event: str, _: object) -> None:
        if event in ("call", "c_call") and f"/{folder}/" in frame.f_code.co_filename:
            die(left)

    sys.setprofile(count)
