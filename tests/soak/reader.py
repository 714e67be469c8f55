"""A reader that never stops asking: `python -m tests.soak.reader DATA STORE`; it ends when its stdin does.

A line on stdout when an answer's revision is new, is not whole, or is an error: {"revision"} or {"wrong"}; the last
line says how many answers there were.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

from api.schema import execute
from api.service import Service
from api.settings import Settings
from tests.soak.batches import question, same


def main(data: str, store: str) -> None:
    service = Service(Settings(data=Path(data), store=store))
    asked, last, answers = question(), -1, 0
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    while not ended.is_set():
        answer = json.loads(json.dumps(execute(service, asked, {})))
        answers += 1
        revision = (answer["data"] or {}).get("changes", {}).get("revision")
        if "errors" in answer or not same(answer, revision):
            print(json.dumps({"wrong": answer}), flush=True)
        elif revision != last:
            print(json.dumps({"revision": revision}), flush=True)
            last = revision
        ended.wait(0.05)
    print(json.dumps({"answers": answers}), flush=True)
    service.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
