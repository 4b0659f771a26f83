"""The measures of the benchmarks, against values worked out by hand."""

from __future__ import annotations

import pytest

from benchmarks.measures import b_cubed, ndcg, pairs, precision, reciprocal_rank


def test_ndcg_rewards_the_best_first() -> None:
    grades = {"a": 3, "b": 1}
    assert ndcg(["a", "b"], grades) == 1
    assert ndcg(["b", "a"], grades) == pytest.approx((1 + 7 / 1.58496) / (7 + 1 / 1.58496), abs=1e-4)
    assert ndcg(["x", "y"], grades) == 0


def test_precision_and_reciprocal_rank() -> None:
    grades = {"a": 1, "b": 0, "c": 2}
    assert precision(["b", "a", "c"], grades) == 2 / 5
    assert reciprocal_rank(["b", "a", "c"], grades) == 1 / 2
    assert reciprocal_rank(["b"], grades) == 0


def test_b_cubed_and_pairs_of_a_known_clustering() -> None:
    truth = {"1": "a", "2": "a", "3": "b", "4": "b"}
    assert b_cubed(truth, truth) == pairs(truth, truth) == (1, 1, 1)
    lumped = dict.fromkeys(truth, "x")
    assert b_cubed(lumped, truth) == pytest.approx((0.5, 1, 2 / 3))
    assert pairs(lumped, truth) == pytest.approx((2 / 6, 1, 0.5))
    apart = {item: item for item in truth}
    assert b_cubed(apart, truth) == pytest.approx((1, 0.5, 2 / 3))
    assert pairs(apart, truth) == (0, 0, 0)
