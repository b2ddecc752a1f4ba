from __future__ import annotations

import copy
import pickle

from searchkit.patterns import lazy_pattern


def test_a_pattern_can_be_copied_and_pickled() -> None:
    pattern = lazy_pattern("[a-z]+")
    for other in (copy.copy(pattern), pickle.loads(pickle.dumps(pattern))):
        assert other.findall("gpt 模型") == ["gpt"]
