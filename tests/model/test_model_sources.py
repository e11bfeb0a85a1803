"""What the package promises about its sources: they can be copied, and they stay plain NumPy.

A learner's `my_transformer.py` may take any reference function over as text, and lesson 10 runs
it on differentiable arrays.
"""

import ast
import builtins
import importlib
import inspect
import pkgutil
import types

import numpy as np
import pytest
from numpy.lib.mixins import NDArrayOperatorsMixin

from course_utils import model
from course_utils.model.attention_backward import attention_backward
from course_utils.model.cross_entropy import cross_entropy
from course_utils.model.masks import padding_mask
from course_utils.model.parameters import language_model_parameters, transformer_parameters

MODULES = [
    importlib.import_module(f"course_utils.model.{module.name}")
    for module in pkgutil.iter_modules(model.__path__)
]
FUNCTIONS = {
    name: function
    for module in MODULES
    for name, function in vars(module).items()
    if inspect.isfunction(function) and function.__module__ == module.__name__
}


def global_names(code):
    """Return the names that a function, with the functions inside it, looks up outside."""
    tree = ast.parse(code)
    bound = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    names = {node for node in ast.walk(tree) if isinstance(node, ast.Name)}
    bound |= {name.id for name in names if isinstance(name.ctx, ast.Store)}
    inner = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    bound |= {node.name for node in inner if node is not tree.body[0]}
    return {name.id for name in names if isinstance(name.ctx, ast.Load)} - bound


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_needs_numpy_and_its_siblings_only(name):
    outside = global_names(inspect.getsource(FUNCTIONS[name])) - set(dir(builtins))
    assert outside <= {"np", *FUNCTIONS}


@pytest.fixture(scope="module")
def copied():
    """All sources in one module under nothing but `import numpy as np`."""
    text = "import numpy as np\n\n\n" + "\n\n".join(map(inspect.getsource, FUNCTIONS.values()))
    module = types.ModuleType("copied")
    exec(compile(text, "copied.py", "exec"), vars(module))
    return module


class Strict(NDArrayOperatorsMixin):
    """An array that knows NumPy's protocols and nothing else, as a differentiable one would.

    It cannot be assigned into and refuses to become a plain array behind one's back.
    """

    def __init__(self, value):
        self.value = value

    shape = property(lambda self: self.value.shape)
    dtype = property(lambda self: self.value.dtype)
    ndim = property(lambda self: self.value.ndim)

    def __len__(self):
        return len(self.value)

    def __getitem__(self, index):
        return Strict(self.value[index])

    def __array__(self, *args, **kwargs):
        raise TypeError("turned into a plain array: the gradient is lost")

    def __array_ufunc__(self, ufunc, method, *args, out=None, **kwargs):
        assert method == "__call__"
        assert out is None, f"{ufunc.__name__} writes into an array"
        return Strict(ufunc(*map(plain, args), **kwargs))

    def __array_function__(self, function, kinds, args, kwargs):
        result = function(*map(plain, args), **{key: plain(arg) for key, arg in kwargs.items()})
        return Strict(result) if isinstance(result, np.ndarray | np.generic) else result


def plain(value):
    if isinstance(value, Strict):
        return value.value
    return type(value)(map(plain, value)) if isinstance(value, list | tuple) else value


def strict(params):
    return {k: strict(v) if isinstance(v, dict) else Strict(v) for k, v in params.items()}


def test_the_copied_transformer_runs_on_arrays_that_only_know_the_protocols(copied):
    rng = np.random.default_rng(0)
    params = transformer_parameters(rng, 11, 13, d_model=8, d_ff=6)
    source, target = rng.integers(11, size=(3, 5)), rng.integers(13, size=(3, 4))
    mask = padding_mask(np.array([2, 5, 4]), 5)

    def loss(params):
        logits, _ = copied.transformer(params, source, target, source_mask=mask)
        return copied.cross_entropy(logits, target, target > 2)

    traced = loss(strict(params))
    assert isinstance(traced, Strict)
    assert np.allclose(traced.value, loss(params))


def test_the_other_differentiable_functions_do_too(copied):
    rng = np.random.default_rng(1)
    params = language_model_parameters(rng, 11, d_model=8, d_ff=6)
    words = rng.integers(11, size=(2, 5))
    logits, _ = copied.language_model(strict(params), words)
    assert np.allclose(logits.value, copied.language_model(params, words)[0])
    loss = copied.cross_entropy(logits, words, words >= 0)
    assert np.allclose(loss.value, cross_entropy(logits.value, words, words >= 0))
    X, W = Strict(rng.normal(size=(4, 6))), Strict(rng.normal(size=(6, 6)))
    v, ones = Strict(rng.normal(size=6)), Strict(np.ones(6))
    block = strict(copied.encoder_block_parameters(rng, 6, 7))
    calls = [
        (copied.apply_rope, X),
        (copied.self_attention, X, W, W, W),
        (copied.cross_attention, X, X, W, W, W),
        (copied.additive_scores, X, X, W, W, v),
        (copied.soft_lookup, v, X, X, 0.5),
        (copied.cosine_similarity, v, X),
        (copied.average_lookup, X),
        (copied.layer_norm, X, ones, ones),
        (copied.encoder_block, X, block, 2, np.tril(np.ones((4, 4), bool)), False),
        (attention_backward, X, X, X, X, Strict(np.eye(4))),
    ]
    for function, *args in calls:
        result = function(*args)
        for part in result if isinstance(result, tuple) else [result]:
            assert isinstance(part, Strict), function.__name__
