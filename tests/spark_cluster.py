"""A real Spark standalone cluster on 127.0.0.1: a master and workers of one core and 1 GB each, ended with their block."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import pyspark
import pytest

from graph.resolution.engines.spark_session import java_home

HOST = "127.0.0.1"
# Ends what it runs when this process ends, even by kill -9: then this standard input closes.
_WITH_ME = '"$@" & child=$!; cat >/dev/null; kill "$child"; wait "$child"'
_BEGINS = 120.0
"""Seconds for a process to be there."""


@dataclass
class Cluster:
    """url: of its master. driver: the environment of a driver beside it. folder: logs and the workers' scratch."""

    folder: Path
    workers: int = 2
    url: str = ""
    driver: dict[str, str] = field(default_factory=dict)
    _own: dict[str, str] = field(default_factory=dict)
    _ended: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        # Short lives: the second compiler would only begin to pay.
        conf = self.folder / "conf"
        conf.mkdir()
        quick = "-XX:TieredStopAtLevel=1"
        (conf / "spark-defaults.conf").write_text(
            f"spark.driver.defaultJavaOptions {quick}\nspark.executor.defaultJavaOptions {quick}\n"
        )
        self.driver = {"SPARK_CONF_DIR": str(conf), "SPARK_LOCAL_IP": HOST}
        self._own = {
            **self.driver,
            "JAVA_HOME": str(java_home(self.folder)),
            "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_DAEMON_JAVA_OPTS": quick,
            "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",
        }
        try:
            port = _free_port()
            at = ("--host", HOST, "--port", str(port), "--webui-port", "0")
            self._start("master", "master.Master", *at)
            self.url = f"spark://{HOST}:{port}"
            self._await("master", "New state: ALIVE")
            for n in range(self.workers):
                own = ("--webui-port", "0", "--work-dir", str(self.folder / f"work{n}"))
                self._start(
                    f"worker{n}", "worker.Worker", self.url, "--host", HOST, "-c", "1", "-m", "1g", *own
                )
            for n in range(self.workers):
                self._await(f"worker{n}", "Successfully registered with master")
        except BaseException:
            self._ended.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.close()

    def executors(self, worker: int) -> int:
        """How many executors a worker has been asked for so far."""
        return len(re.findall(r"Asked to launch executor", self._log(f"worker{worker}").read_text()))

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _start(self, name: str, main: str, *arguments: str) -> None:
        command = [f"{Path(pyspark.__file__).parent}/bin/spark-class", f"org.apache.spark.deploy.{main}"]
        with self._log(name).open("wb") as log:
            process = subprocess.Popen(
                ["/bin/sh", "-c", _WITH_ME, name, *command, *arguments],
                stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT,
                env={**os.environ, **self._own}, start_new_session=True,
            )  # fmt: skip
        self._ended.callback(_end, process)

    def _await(self, name: str, told: str) -> None:
        end = time.monotonic() + _BEGINS
        while told not in (said := self._log(name).read_text(errors="replace")):
            if time.monotonic() > end:
                raise TimeoutError(f"Spark's {name} is not there after {_BEGINS:.0f} s:\n{said[-3000:]}")
            time.sleep(0.1)


@contextmanager
def driven(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """A cluster, and this process able to drive it: without a Java of its own, as on a machine with Python alone."""
    with pytest.MonkeyPatch.context() as patch, Cluster(folder, workers) as begun:
        patch.delenv("JAVA_HOME", raising=False)
        for name, value in begun.driver.items():
            patch.setenv(name, value)
        yield begun


def _end(process: subprocess.Popen[bytes]) -> None:
    process.communicate()  # closes its standard input


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
