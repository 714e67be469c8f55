"""A real Chromium, and the demo's case served over HTTP for it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from api.app import create_app
from tests.test_readme import case

_FLAGS = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
          "--enable-unsafe-swiftshader"]  # fmt: skip


def chromium() -> str:
    """Where Chromium is: `CLEW_TEST_CHROMIUM`, the system's, or Debian's, installed when this user may. Fails by name."""
    given = os.environ.get("CLEW_TEST_CHROMIUM") or shutil.which("chromium")
    if given is None and os.geteuid() == 0 and shutil.which("apt-get"):
        for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", "-q", *command], check=False, capture_output=True)
        given = shutil.which("chromium")
    if given is None:
        pytest.fail(
            "The tests need Chromium: `apt install chromium`, or set CLEW_TEST_CHROMIUM.", pytrace=False
        )
    return given


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium(), args=_FLAGS, headless=True, chromium_sandbox=False
        )
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo's case, taken in and served on a free port."""
    service = case(tmp_path_factory.mktemp("viewer"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(service), port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
    service.close()
