"""`python -m tests.golden`: write the answer of every golden input; read the diff before you commit it."""

from __future__ import annotations

from tests.golden import answer, expected_path, inputs, shown

for path in inputs():
    expected_path(path).write_text(shown(answer(path)), encoding="utf-8")
    print(path.relative_to(path.parent.parent))
