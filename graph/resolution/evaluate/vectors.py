"""Texts as short vectors whose cosine is about that of their weighted character trigrams: one number for typing errors,
moved, joined and left-out words at once, that DuckDB compares by the million."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

DIMENSIONS: Final = 192
SEED: Final = 20_261_126


def vectors(texts: Sequence[str | None]) -> pa.Array[Any]:
    """A unit vector a text (32-bit floats), NULL for none; rare trigrams weigh more. The same texts give the same."""
    distinct = sorted({text for text in texts if text})
    if not distinct:
        return pa.nulls(len(texts), pa.list_(pa.float32(), DIMENSIONS))
    made = _project(distinct)
    place = {text: n for n, text in enumerate(distinct)}
    rows = np.array([place[text] if text else -1 for text in texts])
    flat = np.where(rows[:, None] >= 0, made[rows], 0).astype(np.float32).ravel()
    mask = pa.array(rows < 0)
    return pa.FixedSizeListArray.from_arrays(pa.array(flat), DIMENSIONS, mask=mask)


def _project(distinct: Sequence[str]) -> Any:
    """Signed random projection of the tf-idf of trigrams within words; seeded by the trigrams' order, which is theirs."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    weighed = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), lowercase=False, sublinear_tf=True, dtype=np.float32)  # fmt: skip
    grams = weighed.fit_transform(distinct)
    drawn = np.random.default_rng(SEED).integers(0, 2, (grams.shape[1], DIMENSIONS), dtype=np.int8)
    sides = (drawn.astype(np.float32) * 2 - 1) / np.float32(np.sqrt(DIMENSIONS))
    made = np.asarray(grams @ sides)
    lengths = np.linalg.norm(made, axis=1, keepdims=True)
    return made / np.where(lengths > 0, lengths, 1)
