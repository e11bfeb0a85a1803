"""Where the gradients of np.einsum go: the same products, with the subscripts turned round."""

import string

import numpy as np

from course_utils.arrays.errors import NotDifferentiable


def einsum(subscripts, *operands, optimize=True, **options):
    """Return np.einsum of them, through BLAS where that is possible."""
    if not isinstance(subscripts, str):
        raise NotDifferentiable("np.einsum: write the subscripts as one string, as in 'nd,md->nm'.")
    return np.einsum(subscripts, *operands, optimize=optimize, **options)


def explicit(subscripts, operands):
    """Return the subscripts of each operand and of the result, one letter an axis."""
    subscripts = subscripts.replace(" ", "")
    left, arrow, right = subscripts.partition("->")
    free = [x for x in string.ascii_letters if x not in subscripts]
    names = left.split(",")
    width = [np.ndim(x) - len(name.replace("...", "")) for x, name in zip(operands, names)]
    dots = "".join(free[: max([w for w, name in zip(width, names) if "." in name], default=0)])
    expanded = [name.replace("...", dots[len(dots) - w :]) for w, name in zip(width, names)]
    if not arrow:
        letters = sorted(set(left) - set(",."))
        right = dots + "".join(x for x in letters if left.count(x) == 1)
    return expanded, right.replace("...", dots)


def einsum_gradient(i, g, out, subscripts, *operands):
    """Return the gradient of operand i (from 0) of np.einsum."""
    names, right = explicit(subscripts, operands)
    target, own = names[i], operands[i]
    letters = "".join(dict.fromkeys(target))  # a letter twice means a diagonal
    others = [(n, x) for j, (n, x) in enumerate(zip(names, operands)) if j != i]
    known = set(right).union(*(n for n, _ in others))
    reached = "".join(x for x in letters if x in known)
    inputs = ",".join([right, *(n for n, _ in others)])
    part = np.einsum(f"{inputs}->{reached}", g, *(x for _, x in others), optimize=True)
    # An axis that was summed alone, or repeated by broadcasting, has its own length again.
    sizes = {x: max(n, 1) for x, n in zip(target, own.shape)}
    index = tuple(slice(None) if x in known else None for x in letters)
    shape = [n if x not in known else part.shape[reached.index(x)] for x, n in sizes.items()]
    part = np.broadcast_to(part[index], shape)
    if letters == target:
        return part
    full = np.zeros(own.shape, part.dtype)
    np.einsum(f"{target}->{letters}", full)[...] = part  # einsum of one operand gives a view
    return full
