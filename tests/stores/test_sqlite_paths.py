"""A SQLite store is the same whichever way its path is written, also after a rebuild has put a link in its place."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from graph.model import Revision
from graph.store import open_store, same_store
from tests.stores.asking import everything
from tests.stores.rows import Delta

SPELLINGS: dict[str, Callable[[Path], str]] = {
    "plain": lambda folder: f"sqlite://{folder}/s.db",
    "two slashes": lambda folder: f"sqlite:///{folder}/s.db",
    "through a parent": lambda folder: f"sqlite://{folder}/sub/../s.db",
    "through a link": lambda folder: f"sqlite://{folder.parent}/link/s.db",
}


@pytest.mark.parametrize("written", SPELLINGS, ids=str)
@pytest.mark.parametrize("rebuilds", [1, 2])
def test_a_rebuild_keeps_what_it_made_however_the_path_is_written(
    tmp_path: Path, written: str, rebuilds: int
) -> None:
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    (tmp_path / "link").symlink_to(folder)
    url = SPELLINGS[written](folder)
    delta = Delta()
    delta.put("links", 1)
    directory = delta.write(tmp_path / "delta")
    with closing(open_store(url)) as store:
        store.apply(directory, Revision(1))
        for _ in range(rebuilds):
            rebuilt = store.rebuilding()
            rebuilt.apply(directory, Revision(1))
            store.switch(rebuilt)
        assert store.head() == 1
    for again in SPELLINGS.values():
        with closing(open_store(again(folder))) as opened:
            assert opened.head() == 1
            assert [link.row for link in opened.links(everything(1), [1])] == [1]
    assert {same_store(url, again(folder), data=tmp_path) for again in SPELLINGS.values()} == {True}
