"""Markdown into HTML for the reading copy: formulas, anchors, links, tables, code."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token
from math_core import LatexToMathML
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from reading_flow import flow

FITS = 34  # characters of code that fit into the narrowest page; longer lines scroll
FORMATTER = HtmlFormatter(nowrap=True, classprefix="t-")
SHORT = 24  # characters of code inside a sentence that are kept on one line
IMAGE = re.compile(r"<img\b[^>]*>")


@dataclass
class Page:
    """What rendering one page needs and finds.

    `resolve(target)` returns the address to link to, or None if the copy has no such page.
    `headings` fills up with (level, anchor, HTML of the text) while the page is rendered.
    """

    resolve: Callable[[str], str | None]
    headings: list[tuple[int, str, str]] = field(default_factory=list)
    formulas: int = 0


def markdown(text, page) -> str:
    """Return the HTML of a Markdown text; anchors are unique over all texts of one `Page`.

    >>> markdown("*q* and $k$", Page(str))[:23]
    '<p><em>q</em> and <math'
    """
    return PARSER.render(text, {"page": page})


def inline(text, page) -> str:
    """Return the HTML of a Markdown text without a paragraph around it.

    >>> inline("`softmax`", Page(str))
    '<code class="short">softmax</code>'
    """
    return PARSER.renderInline(text, {"page": page})


def code(text, language, name) -> str:
    """Return a box of code, coloured if the language is known; `name` is for screen readers.

    >>> code("x = 1", "", "code")
    '<pre class="code"><code>x = 1</code></pre>'
    """
    text = text.rstrip("\n")
    shown = html.escape(text, quote=False)
    if language:
        shown = highlight(text, get_lexer_by_name(language, stripnl=False), FORMATTER).rstrip("\n")
    wide = max(map(len, text.split("\n"))) > FITS
    return f'<pre class="code"{scrolls(name) if wide else ""}><code>{shown}</code></pre>'


def scrolls(name) -> str:
    """Return the attributes of a box that may scroll sideways, so that keys can scroll it."""
    return f' tabindex="0" role="group" aria-label="{html.escape(name)}"'


def formula(latex, display) -> str:
    """Return a formula as MathML Core.

    Raises math_core.LatexError where a formula cannot be read.

    >>> formula("k", display=False)
    '<math><mi>k</mi></math>'
    """
    return MATHML.convert_with_local_state(latex.strip(), displaystyle=display)


def anchor(text, taken) -> str:
    """Return an anchor as GitHub makes it from a heading, made unique.

    >>> anchor("Why √d_k?", []), anchor("Next", ["next"])
    ('why-d_k', 'next-1')
    """
    stem = re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", "-") or "part"
    name, count = stem, 0
    while name in taken:
        count += 1
        name = f"{stem}-{count}"
    return name


def _mark(state):
    """Rewrite the tokens of a page: anchors on headings, addresses of links, heads of tables."""
    page = state.env["page"]
    tokens = state.tokens
    for place, token in enumerate(tokens):
        if token.type == "inline":
            _lead(token.children, page)
        elif token.type == "html_block":
            token.content = IMAGE.sub(lambda found: _raw_image(found[0], page), token.content)
        elif token.type == "th_open":
            if tokens[place + 1].content:
                token.attrSet("scope", "col")
            else:
                token.tag = tokens[place + 2].tag = "td"
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            _head(token, tokens[place + 1], page)


def _head(opening, text, page):
    """Give a heading an anchor and make its text the link to it."""
    words = "".join(
        child.content for child in text.children if child.type in ("text", "code_inline")
    )
    name = anchor(words, [taken for _, taken, _ in page.headings])
    opening.attrSet("id", name)
    shown = PARSER.renderer.renderInline(text.children, PARSER.options, {"page": Page(str)})
    shown = re.sub(r"</?(?:a|span)\b[^>]*>", "", shown)
    page.headings.append((int(opening.tag[1]), name, shown))
    if not any(child.type == "link_open" for child in text.children):
        link = Token("html_inline", "", 0, content=f'<a class="anchor" href="#{name}">')
        text.children = [link, *text.children, Token("html_inline", "", 0, content="</a>")]


def _lead(children, page):
    """Let links and pictures lead to pages of the copy; what it has no page for is only named."""
    opened = []
    for child in children:
        if child.type == "link_open":
            target = page.resolve(str(child.attrs["href"]))
            if target is None:
                child.tag = "span"
                child.attrs = {"class": "elsewhere", "title": f"In the repository: {_path(child)}"}
            else:
                child.attrSet("href", target)
            opened.append(child.tag)
        elif child.type == "link_close":
            child.tag = opened.pop()
        elif child.type == "image":
            source = page.resolve(str(child.attrs["src"]))
            if source is None or re.match(r"\w+:|//", source):  # nothing is fetched from elsewhere
                child.type, child.content = "text", child.content
            else:
                child.attrSet("src", source)


def _path(link):
    return str(link.attrs["href"]).removeprefix("../")


def _raw_image(tag, page):
    """Return an <img> written as HTML with its address in the copy, or else its words."""
    source, words = (re.search(rf'\b{name}="([^"]*)"', tag) for name in ("src", "alt"))
    target = page.resolve(source[1])
    if target is None or re.match(r"\w+:|//", target):
        return words[1] if words else ""
    return tag.replace(source[0], f'src="{target}"')


def _code_inline(renderer, tokens, place, options, env):
    text = tokens[place].content
    short = ' class="short"' if len(text) <= SHORT else ""
    return f"<code{short}>{html.escape(text, quote=False)}</code>"


def _fence(renderer, tokens, place, options, env):
    token = tokens[place]
    if token.info.strip() == "mermaid":
        return flow(token.content)
    return code(token.content, token.info.strip(), "Code") + "\n"


def _code_block(renderer, tokens, place, options, env):
    return code(tokens[place].content, "", "Code") + "\n"


def _table(renderer, tokens, place, options, env):
    return f'<div class="wide"{scrolls("Table")}><table>\n'


def _table_end(renderer, tokens, place, options, env):
    return "</table></div>\n"


def _math(renderer, tokens, place, options, env):
    env["page"].formulas += 1
    return formula(tokens[place].content, display=False)


def _math_block(renderer, tokens, place, options, env):
    env["page"].formulas += 1
    shown = formula(tokens[place].content, display=True)
    return f'<div class="formula"{scrolls("Formula")}>{shown}</div>\n'


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    dollarmath_plugin(parser, allow_labels=False, allow_space=True, allow_digits=False)
    parser.core.ruler.push("mark", _mark)
    rules = {
        "code_inline": _code_inline,
        "fence": _fence,
        "code_block": _code_block,
        "table_open": _table,
        "table_close": _table_end,
        "math_inline": _math,
        "math_block": _math_block,
    }
    for name, rule in rules.items():
        parser.add_render_rule(name, rule)
    return parser


MATHML = LatexToMathML()
PARSER = _parser()
