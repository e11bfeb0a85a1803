"""What all explorers share: a plain model that says its numbers, and a thin live view of it."""

from functools import cache
from importlib.resources import files

import anywidget
from traitlets import HasTraits, TraitType, Unicode, default

from course_utils.plots import theme
from course_utils.plots.display import bundle
from course_utils.plots.inputs import as_array, finite
from course_utils.widgets.numeric import real_numbers

# What the style sheet uses of a palette; the two colour maps follow, one variable an anchor.
SHADES = "surface ink muted faint grid query key value accent accent_soft on_light on_dark"
DARK_PAGES = ('body[data-jp-theme-light="false"]', "body.vscode-dark")


class Model(HasTraits):
    """An explorer without a browser: traits for what is shown and chosen, and three answers.

    Traits tagged `sync=True` are what the browser sees; those it may change are the controls.
    """

    def compute(self):
        """Return every number on show as a dict of floats and lists; the script has the same."""
        raise NotImplementedError

    def summary(self):
        """Return all numbers as text of at most two decimals, the same at every run."""
        raise NotImplementedError

    def alt(self):
        """Return the sentence that stands for the picture."""
        raise NotImplementedError

    def picture(self, dark=False):
        """Return the Axes, or list of Axes, that stand where no kernel runs."""
        raise NotImplementedError


class Explorer(anywidget.AnyWidget):
    """The live view of a model; `class DotProduct(DotProductModel, Explorer)` joins the two.

    Its display bundle carries the live view, the picture as PNG and the summary as text, each as
    the controls stand at that moment.
    """

    script = ""  # the file of this explorer, beside its module; its style sheet is beside it
    _esm = Unicode().tag(sync=True)
    _css = Unicode().tag(sync=True)

    @default("_esm")
    def _default_esm(self):
        return module(self.script)

    @default("_css")
    def _default_css(self):
        return style_sheet(self.script)

    def _repr_mimebundle_(self, **kwargs):
        live, _ = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle(self.picture(), self.alt())
        return {**live, **data, "text/plain": self.summary()}, metadata


class Numbers(TraitType):
    """A trait of finite numbers: any array-like goes in, nested lists of floats come out.

    `axes` names the axes for the errors, which are those of the figures.
    """

    default_value = ()

    def __init__(self, axes, **about):
        super().__init__(**about)
        self.axes = axes

    def validate(self, obj, value):
        """Return the numbers as lists. Raises ValueError as the figures do."""
        ndim = len(self.axes.split(", "))
        value = real_numbers(value, self.name)
        return finite(as_array(value, self.name, ndim, self.axes), self.name).tolist()


@cache
def module(script):
    """Return an explorer's browser code: the shared controls, then its own script.

    One text without imports, so that it runs from any page and needs no build step.

    >>> module("dot_product.js").count("export default")
    1
    """
    here = files(__package__)
    names = ("controls.js", script)
    return "\n".join(here.joinpath(name).read_text(encoding="utf-8") for name in names)


@cache
def style_sheet(script):
    """Return an explorer's style sheet: both palettes as variables, the shared rules, its own.

    >>> style_sheet("dot_product.js").startswith(".atc {")
    True
    """
    light, dark = _variables(theme.LIGHT), _variables(theme.DARK)
    pages = ", ".join(f"{page} .atc" for page in DARK_PAGES)
    here = files(__package__)
    names = ("theme.css", script.replace(".js", ".css"))
    rules = "\n".join(here.joinpath(name).read_text(encoding="utf-8") for name in names)
    return f".atc {{ {light} }}\n{pages} {{ {dark} }}\n{rules}"


def _variables(colours):
    """Return a palette as CSS custom properties."""
    pairs = [(name.replace("_", "-"), getattr(colours, name)) for name in SHADES.split()]
    for kind in ("sequential", "diverging"):
        pairs += [(f"{kind}-{i}", colour) for i, (_, colour) in enumerate(getattr(colours, kind))]
    return " ".join(f"--atc-{name}: {colour};" for name, colour in pairs)
