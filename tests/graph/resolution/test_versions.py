"""A version of a model is trained, previewed, adopted, kept, explained by and taken back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from api.cli import main
from api.intake import Intake
from api.service import Service
from graph.errors import ClewError, Refused
from graph.model import Revision
from graph.resolution import versions
from graph.resolution.models import MODELS, PERSON
from graph.resolution.models.base import Model
from tests.api.asking import CASE, READERS, commit, data
from tests.api.conftest import open_service
from tests.graph.resolution.people import person
from tests.graph.resolution.test_resolve import entities, ids, officers
from tests.world import generate


@pytest.fixture
def service(tmp_path: Path) -> Any:
    opened = open_service(tmp_path / "data")
    (tmp_path / "data" / "readers.toml").write_text(READERS, encoding="utf-8")
    yield opened
    opened.close()


def version(folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """A version of the person model with some parameters changed."""
    shutil.copytree(PERSON.shipped, folder)
    said = json.loads((folder / "parameters.json").read_bytes())
    change(said)
    (folder / "parameters.json").write_text(json.dumps(said), encoding="ascii")
    return folder


def strict(folder: Path) -> Path:
    """A version by which hardly anything is enough."""
    return version(folder, lambda said: said.update(accept=60.0))


def test_a_preview_tells_what_adoption_then_does_and_commits_nothing(
    service: Service, tmp_path: Path
) -> None:
    commit(service, "officers", officers())
    service.resolve()
    before, known = entities(service), ids(service)
    new = str(strict(tmp_path / "strict"))
    told = service.preview(service.scope(None), 10, model=new)
    assert (service.directory.ledger.head(), list((tmp_path / "data").glob("models/*"))) == (2, [])
    assert told.counts == {"merge": 0, "split": 1, "regroup": 0}
    (change,) = told.changes
    assert [(part.size, part.caption) for part in change.before] == [(4, "Barnaby Ashcombe")]
    assert (len(change.after), sum(part.size for part in change.after), change.moved) == (4, 4, 3)
    assert {(tie.before.verdict, tie.after and tie.after.verdict) for tie in change.because if tie.before} == {("SAME", "UNSURE")}  # fmt: skip
    assert all(tie.before and round(sum(tie.comparisons.values()) - 16.61 - (tie.before.bits or 0), 1) == 0 for tie in change.because)  # fmt: skip

    report = service.resolve(model=new)
    assert report["revision"] == 3
    after = entities(service)
    assert {key for key in before if before[key] != after[key]} == {"1", "2", "3", "4"}
    assert {part.id for part in change.after} == {known[key] for key in "1234"}

    back = service.preview(service.scope(None), 10, model="person-1")
    assert back.counts == {"merge": 1, "split": 0, "regroup": 0}
    assert (back.changes[0].before, back.changes[0].after) == (change.after, change.before)
    service.resolve(model="person-1")
    assert (entities(service), service.directory.ledger.head()) == (before, 4)
    assert service.preview(service.scope(None), 10, model="person-1").total == 0


def test_what_was_adopted_decides_from_then_on_explains_and_is_kept(service: Service, tmp_path: Path) -> None:
    commit(service, "officers", officers())
    service.resolve()
    new = strict(tmp_path / "strict")
    service.resolve(model=str(new))
    shutil.rmtree(new)
    line = service.directory.ledger.lines()[-1]
    (kept,) = (tmp_path / "data" / "models").iterdir()
    assert line.content["adopted"] == {"person-1": kept.name}
    later, first = service.models(Revision(3))[0], service.models(Revision(2))[0]
    assert (later.accept, first.accept) == (60.0, 8.0)
    assert line.content["models"]["person-1"] == later.digest() != first.digest() == PERSON.digest()
    more = [person("8", "Barnaby John", "Ashcombe", "1961-04", company="00000001", nationality="British")]
    commit(service, "more", more)
    assert "SAME" not in service.resolve()["decided"]
    known = ids(service)
    text = "query($a: ID!, $b: ID!, $r: Int!) { why(a: $a, b: $b, asOf: {known: {revision: $r}}) { waterfall { accept digest verdict } } }"
    then, now = (data(service, text, a=known["1"], b=known["4"], r=r)["why"]["waterfall"] for r in (2, 3))
    assert (then["accept"], then["verdict"], then["digest"]) == (8.0, "SAME", PERSON.digest())
    assert (now["accept"], now["verdict"], now["digest"]) == (60.0, "UNSURE", later.digest())
    before = entities(service)
    service.rebuild()
    assert (entities(service), service.check()["problems"]) == (before, [])

    (kept / "parameters.json").write_text("{}", encoding="ascii")
    assert any("has changed" in problem for problem in service.check()["problems"])
    with pytest.raises(ClewError, match="person-1 that decided here has changed"):
        service.resolve()


def test_a_version_that_changes_no_decision_is_adopted_all_the_same(service: Service, tmp_path: Path) -> None:
    commit(service, "officers", officers())
    service.resolve()
    same = version(tmp_path / "same", lambda said: said.update(accept=8.001))
    report = service.resolve(model=str(same))
    assert (report["revision"], report["decided"]) == (3, {})
    assert service.resolve(model=str(same))["revision"] is None
    assert service.models(Revision(3))[0].accept == 8.001
    assert (service.directory.ledger.head(), service.check()["problems"]) == (3, [])


def test_hidden_mentions_change_nothing_in_an_outsiders_preview(tmp_path: Path) -> None:
    told = []
    for hidden in (True, False):
        service = open_service(tmp_path / str(hidden))
        (tmp_path / str(hidden) / "readers.toml").write_text(READERS, encoding="utf-8")
        secret = [
            person("h1", "Barnaby John", "Ashcombe", "1961-04-09", company="00000001", phone="+447612000001", nationality="British"),
            person("h2", "Barnaby", "Ashcombe", "1961-04-09", phone="+447612000009"),
            *(person(f"s{n}", f"N{n}", "Ashcombe", phone="+447612000001", company="00000001") for n in range(45)),
        ]  # fmt: skip
        commit(service, "officers", officers(), digest="p")
        commit(service, "case", secret if hidden else [], CASE, digest="c")
        service.resolve()
        new = str(strict(tmp_path / f"strict{hidden}"))
        outsider = service.scope("outsider")
        told.append(service.preview(outsider, 10, model=new))
        if hidden:
            assert service.preview(service.scope(None), 10, model=new) != told[0]
        service.close()
    assert told[0] == told[1]
    assert told[0].counts["split"] == 1


def test_a_limited_preview_counts_what_it_leaves_out(
    service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = [
        person(f"{n}/{side}", f"Crispin{n}x", f"Ashcombe{n}x", phone=f"+4476120000{n:02}")
        for n in range(5)
        for side in "ab"
    ]
    commit(service, "a", pairs)
    at = ["--data", str(service.settings.data), "resolve"]
    assert main([*at, "--preview", "--limit", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["revision"], told["counts"], len(told["changes"])) == (
        1, {"merge": 5, "split": 0, "regroup": 0}, 2,
    )  # fmt: skip
    assert told["truncated"] == {"by": "limit", "limit": 2, "left": 3}
    assert main([*at, "--preview"]) == 0
    shown = capsys.readouterr()
    assert shown.out.count("merge: Crispin") == 5
    assert "5 merge, 0 split, 0 regroup; nothing was committed (revision 1)" in shown.err
    assert main([*at, "--preview", "--as", "nobody"]) == 1
    assert main([*at, "--as", "outsider"]) == 2
    assert main([*at, "--model", str(strict(tmp_path / "new")), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["revision"] == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda said: said.update(acept=3), "'acept' is no parameter of person-1"),
        (lambda said: said.update(accept="8"), "accept: '8' is no number of bits"),
        (lambda said: said["comparisons"]["surname"].pop("same"), "are not those of person-1"),
        (lambda said: said["comparisons"].pop("title"), "are not those of person-1"),
        (lambda said: said["comparisons"]["title"]["agree"].update(m=1.0), "title, agree, m: 1.0 is no chance"),
        (lambda said: said["comparisons"]["title"].update(agree=3), "title, agree, m: None is no chance"),
        (lambda said: said.update(prior=0), "prior: 0 is no chance"),
    ],
)  # fmt: skip
def test_parameters_that_do_not_fit_the_model_are_refused(
    change: Callable[[dict[str, Any]], None], told: str, tmp_path: Path
) -> None:
    folder = version(tmp_path / "new", change)
    with pytest.raises(Refused, match=told):
        versions.load(str(folder))


def test_a_folder_that_is_no_version_is_refused(tmp_path: Path) -> None:
    for new, told in [("person-9", "is no model version"), (str(tmp_path), "is no model version")]:
        with pytest.raises(Refused, match=told):
            versions.load(new)
    folder = version(tmp_path / "new", lambda said: None)
    pq.write_table(pa.table({"word": ["A"]}), folder / "frequencies.parquet")
    with pytest.raises(Refused, match="columns word, not field, value, tf"):
        versions.load(str(folder))
    (folder / "card.json").write_text('{"model": "cat-1"}', encoding="ascii")
    with pytest.raises(Refused, match="model 'cat-1' is none"):
        versions.load(str(folder))
    (folder / "card.json").write_text("{", encoding="ascii")
    with pytest.raises(Refused, match="cannot be read"):
        versions.load(str(folder))


def test_the_same_data_and_seed_train_the_same_version_and_it_can_be_adopted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = generate(tmp_path / "world", 200, seed=7).out
    service = open_service(tmp_path / "data")
    for path in sorted(world.iterdir()):
        if path.name.startswith(("Prod195", "psc-")):
            list(service.ingest(path, Intake()))
    head = service.directory.ledger.head()
    at = ["--data", str(tmp_path / "data")]
    for name in "ab":
        assert main([*at, "train", "Person", "--out", str(tmp_path / name), "--seed", "3"]) == 0
    assert main([*at, "train", "Person", "--out", str(tmp_path / "c"), "--json"]) == 0
    card = json.loads(capsys.readouterr().out)
    assert service.directory.ledger.head() == head
    files = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()}
    assert sorted(files) == ["card.json", "frequencies.parquet", "parameters.json"]
    assert (card["model"], card["seed"], card["truth_used"]) == ("person-1", 20260901, False)
    assert card["digest"] == versions.load(str(tmp_path / "c")).digest()
    assert card["trained_on"] == f"a data directory at revision {head}"
    assert service.resolve(model=str(tmp_path / "a"))["revision"] == head + 1
    assert service.check()["problems"] == []
    service.close()


@pytest.mark.parametrize("model", [m for m in MODELS if not m.training], ids=lambda m: m.decider)
def test_a_model_set_by_hand_is_written_as_it_is(service: Service, tmp_path: Path, model: Model) -> None:
    at = ["--data", str(service.settings.data), "train", model.kinds[0], "--out", str(tmp_path / "new")]
    assert main(at) == 0
    card = json.loads((tmp_path / "new" / "card.json").read_bytes())
    assert (card["model"], card["mentions"], card["levels_set_by_hand"]) == (model.decider, 0, card["levels"])
    made = versions.load(str(tmp_path / "new"))
    chances = [
        (level["m_probability"], level["u_probability"])
        for settings in (made.settings(), model.settings())
        for comparison in settings["comparisons"]
        for level in comparison["comparison_levels"]
        if "m_probability" in level
    ]
    assert chances[: len(chances) // 2] == chances[len(chances) // 2 :]


def test_training_says_what_cannot_be_trained(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--data", str(service.settings.data), "train"]
    assert main([*at, "Flight", "--out", str(service.settings.data / "new")]) == 1
    assert "No model resolves the kind 'Flight'" in capsys.readouterr().err
    commit(service, "officers", officers())
    assert main([*at, "Person", "--out", str(service.settings.data / "new")]) == 1
    assert "6 public mentions have too little in common to train person-1 on." in capsys.readouterr().err
