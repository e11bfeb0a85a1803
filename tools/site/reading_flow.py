"""A drawn flow (Mermaid) as a list of steps, for pages without JavaScript."""

import html
import re

NODE = r'(\w+)(?:\["([^"]*)"\])?'
EDGE = re.compile(rf"{NODE}\s+--(?:\s+(.+?)\s+--)?>\s+{NODE}")
HEADER = re.compile(r"\s*(flowchart|accTitle:|accDescr:|subgraph|end\b)")


def flow(text) -> str:
    """Return a Mermaid flowchart as its title, its description and one line for each arrow.

    Raises ValueError for a line that is none of what the project's flowcharts are made of.

    >>> flow('flowchart LR\\naccTitle: T\\nA["a"] -- to --> B["b"]').count("<li>")
    1
    """
    title = re.search(r"accTitle: (.+)", text)
    words = re.search(r"accDescr: (.+)", text)
    steps = "\n".join(f"<li>{_step(arrow)}</li>" for arrow in arrows(text))
    caption = f"<strong>{html.escape(title[1])}.</strong>" if title else ""
    if words:
        caption += f" {html.escape(words[1])}"
    caption = f"<figcaption>{caption}</figcaption>"
    return f'<figure class="flow">\n{caption}\n<ol>\n{steps}\n</ol></figure>\n'


def arrows(text) -> list[tuple[str, str, str]]:
    """Return the arrows of a Mermaid flowchart as (from, label, to).

    >>> arrows('flowchart LR\\n  A["a"] -- yes --> B["b"]\\n  B --> A')
    [('a', 'yes', 'b'), ('b', '', 'a')]
    """
    found, names = [], {}
    lines = [line for line in text.splitlines() if line.strip() and not HEADER.match(line)]
    for line in lines:
        edge, alone = EDGE.fullmatch(line.strip()), re.fullmatch(NODE, line.strip())
        if not edge and not alone:
            raise ValueError(f"this line of a drawn flow cannot be read: {line.strip()!r}")
        groups = (edge or alone).groups()
        pairs = [(groups[0], groups[1])] + ([(groups[3], groups[4])] if edge else [])
        names |= {key: words for key, words in pairs if words}
        if edge:
            found.append((groups[0], (groups[2] or "").strip('"'), groups[3]))
    return [(names.get(one, one), label, names.get(other, other)) for one, label, other in found]


def _step(arrow):
    one, label, other = map(html.escape, arrow)
    label = f' <span class="label">{label}</span>' if label else ""
    return f'<span class="node">{one}</span>{label} → <span class="node">{other}</span>'
