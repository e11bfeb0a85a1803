"""Lesson 9: wrong blocks that are no known mistake, and known ones written in other words."""

from dataclasses import replace

import numpy as np
import pytest

from course_utils.checks.registry import find_check
from course_utils.grading.judge import judge
from course_utils.grading.layout import leaves
from course_utils.grading.observe import observe
from course_utils.model.multi_head_attention import multi_head_attention
from course_utils.model.transformer_block import (
    decoder_block,
    encoder_block,
    feed_forward,
    layer_norm,
)

SEEDS = (0, 1, 2)


def spoils_its_words(X, gain, bias, epsilon=1e-5):
    result = layer_norm(X, gain, bias, epsilon)
    X -= X.mean(axis=-1, keepdims=True)
    return result


def adds_in_place(X, block, heads, mask=None):
    ready = layer_norm(X, **block["norm_1"])
    note, weights = multi_head_attention(ready, ready, **block["attention"], heads=heads, mask=mask)
    X += note
    X += feed_forward(layer_norm(X, **block["norm_2"]), **block["feed_forward"])
    return X, weights


def spoils_the_block(X, block, heads, mask=None):
    results = encoder_block(X, block, heads, mask)
    block["norm_1"]["gain"] += 1.0
    return results


def empties_the_block(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    results = decoder_block(Y, X, block, heads, cross_heads, mask, cross_mask)
    block.pop("norm_3")
    return results


def uneven(X, gain, bias, epsilon=1e-5):
    return layer_norm(X, gain, bias, epsilon) + 0.1


def one_number_off(X, W_1, b_1, W_2, b_2):
    result = feed_forward(X, W_1, b_1, W_2, b_2)
    result[..., 0] += 1.0
    return result


def halved_notes(X, block, heads, mask=None):
    output, weights = encoder_block(X, block, heads, mask)
    return (X + output) / 2, weights


def louder(X, block, heads, mask=None):
    output, weights = encoder_block(X, block, heads, mask)
    return 1.5 * output, weights


def sharper(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    output, weights, crossed = decoder_block(Y, X, block, heads, cross_heads, mask, cross_mask)
    return output, weights, crossed**1.1


def in_a_list(*arguments):
    return list(decoder_block(*arguments))


SENTENCES = [
    ("layer_norm", lambda X: X, "call", "layer_norm(X, gain, bias, epsilon=1e-5)"),
    ("layer_norm", lambda *arguments: None, "result", "Is the `return` line missing?"),
    ("layer_norm", spoils_its_words, "inputs", "the argument X is not what it was"),
    ("layer_norm", uneven, "identity", "the mean of each word is 0"),
    ("layer_norm", lambda *a: layer_norm(*a).tolist(), "result", "a list"),
    ("feed_forward", lambda X, W: X, "call", "feed_forward(X, W_1, b_1, W_2, b_2)"),
    ("feed_forward", one_number_off, "values", "got"),
    ("encoder_block", lambda X, block: X, "call", "mask=None"),
    ("encoder_block", adds_in_place, "inputs", "the line `X += note` writes into it"),
    ("encoder_block", spoils_the_block, "inputs", "the argument block is not what it was"),
    ("encoder_block", louder, "identity", "the words come out unchanged"),
    ("encoder_block", halved_notes, "values", "output"),
    ("decoder_block", lambda Y, X, block, heads: Y, "call", "cross_mask=None"),
    ("decoder_block", empties_the_block, "inputs", "the argument block is not what it was"),
    ("decoder_block", sharper, "identity", "in each head the weights of each word sum to 1"),
    ("decoder_block", in_a_list, "result", "no brackets"),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function", "stage", "words"), SENTENCES)
def test_other_wrong_answers_get_a_sentence(verdict_on, name, function, stage, words, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.stage == stage, verdict
    assert words in " ".join(verdict.feedback())


def norm_with_ddof(X, gain, bias, epsilon=1e-5):
    spread = np.sqrt(np.var(X, axis=-1, keepdims=True, ddof=1) + epsilon)
    return gain * (X - np.mean(X, axis=-1, keepdims=True)) / spread + bias


def norm_over_words(X, gain, bias, epsilon=1e-5):
    mean, variance = X.mean(axis=-2, keepdims=True), X.var(axis=-2, keepdims=True)
    return gain * ((X - mean) / (variance + epsilon) ** 0.5) + bias


def norm_with_std_plus_epsilon(X, gain, bias, epsilon=1e-5):
    centred = X - X.mean(-1, keepdims=True)
    return gain * centred / (X.std(-1, keepdims=True) + epsilon) + bias


def no_bend(X, W_1, b_1, W_2, b_2):
    return X @ (W_1 @ W_2) + b_1 @ W_2 + b_2


def max_along_an_axis(X, W_1, b_1, W_2, b_2):
    hidden = np.max(X @ W_1 + b_1, 0)
    return hidden @ W_2 + b_2


def paper_of_2017(X, block, heads, mask=None):
    note, weights = multi_head_attention(X, X, **block["attention"], heads=heads, mask=mask)
    X = layer_norm(X + note, **block["norm_1"])
    return layer_norm(X + feed_forward(X, **block["feed_forward"]), **block["norm_2"]), weights


def overwrites_its_words(X, block, heads, mask=None):
    X = layer_norm(X, **block["norm_1"])
    note, weights = multi_head_attention(X, X, **block["attention"], heads=heads, mask=mask)
    X = X + note
    X = layer_norm(X, **block["norm_2"])
    return X + feed_forward(X, **block["feed_forward"]), weights


def forgets_its_mask(X, block, heads, mask=None):
    ready = layer_norm(X, **block["norm_1"])
    note, weights = multi_head_attention(ready, ready, **block["attention"], heads=heads)
    X = X + note
    return X + feed_forward(layer_norm(X, **block["norm_2"]), **block["feed_forward"]), weights


def norms_everything(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    X = layer_norm(X, **block["norm_2"])
    return decoder_block(Y, X, block, heads, cross_heads, mask, cross_mask)


def one_mask_for_all(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    return decoder_block(Y, X, block, heads, cross_heads, mask, mask)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        ("layer_norm", norm_with_ddof, "d - 1"),
        ("layer_norm", norm_over_words, "run over the words"),
        ("layer_norm", norm_with_std_plus_epsilon, "epsilon stands outside the root"),
        ("feed_forward", no_bend, "bend is missing"),
        ("feed_forward", max_along_an_axis, "`np.max`"),
        ("encoder_block", paper_of_2017, "post-norm"),
        ("encoder_block", overwrites_its_words, "both add to the normed words"),
        ("encoder_block", forgets_its_mask, "mask does not reach"),
        ("decoder_block", norms_everything, "X is normed again"),
        ("decoder_block", one_mask_for_all, "goes to both attentions"),
    ],
)
def test_a_mistake_is_named_however_it_is_written(verdict_on, name, function, words, seed):
    assert words in verdict_on(name, function, seed).mistake


def test_a_part_that_is_not_written_yet_is_named(verdict_on):
    def layer_norm(X, gain, bias):
        raise NotImplementedError("layer_norm: exercise 9.1")

    def block_on_a_stub(X, block, heads, mask=None):
        return layer_norm(X, **block["norm_1"])

    verdict = verdict_on("encoder_block", block_on_a_stub)
    assert verdict.stage == "not written"
    assert "calls `layer_norm`, which is not written yet" in " ".join(verdict.feedback())


def test_no_gain_is_1_and_no_array_of_a_block_is_idle():
    for name in ("encoder_block", "decoder_block"):
        check = find_check(name)
        case = check.cases(np.random.default_rng(0))[3]
        block = next(one for one in case.args if isinstance(one, dict))
        assert not any(np.any(np.isin(array, (0.0, 1.0))) for _, array in leaves(block))


def test_a_wrong_oracle_would_be_seen():
    """Break the oracle on purpose: the reference must then be refused."""

    def oracle(X, block, heads, mask=None):
        output, weights = encoder_block(X, block, heads, mask)
        return output * 1.001, weights

    broken = replace(find_check("encoder_block"), oracle=oracle)
    cases = broken.cases(np.random.default_rng(0))
    seen = observe("encoder_block", encoder_block, [case.args for case in cases])
    assert not judge(broken, cases, seen).right
