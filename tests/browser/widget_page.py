"""The notebook that shows one widget of each kind, and hands and eyes for it."""

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
SETUP = """import numpy as np
from course_utils.widgets import AttentionStepper, AttentionView, DotProduct, SoftmaxExplorer
scores = np.random.default_rng(0).normal(size=(2, 5, 5)) * 1.5
scores[0, 2, 1] = 5
weights = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
Q, V = [[2, 1, 0, 1], [0, 2, 1, 2]], [[10, 0], [0, 10], [5, 5]]
K = [[2, 0, 1, 0], [0, 1, 0, 1], [0, 0, 2, 0]]
tokens = "The cat sat on it".split()
long = np.full((60, 60), 1 / 60)"""
MADE = {
    "dot": 'DotProduct([2.0, 1.3], [[1.8, -0.4], [0.5, 1.2], [-1.5, 0.7]], ["cat", "mat", "on"])',
    "soft": 'SoftmaxExplorer([2, 1, 0, -1.5], ["cat", "sat", "mat", "on"])',
    "step": "AttentionStepper(Q, K, V, ['cat', 'on', 'mat'], queries=['sat', 'slept'])",
    "view": "AttentionView(weights, tokens, query=2)",
    "wide": 'AttentionView(long, [f"word{i}" for i in range(60)])',
    "hostile": 'AttentionView([[0.5, 0.2], [0, 1]], ["<img src=x onerror=window.ran=1>", "قطة"])',
}
CONTRAST = """root => {
    const parse = text => {
        const numbers = text.match(/[\\d.]+/g).map(Number);
        const scale = text.startsWith('color(') ? 255 : 1;
        return [...numbers.slice(0, 3).map(x => x * scale), numbers[3] ?? 1];
    };
    const over = (top, below) => top.slice(0, 3).map(
        (x, i) => x * top[3] + below[i] * (1 - top[3]));
    const ground = element => {
        if (!element) { return [255, 255, 255]; }
        const own = parse(getComputedStyle(element).backgroundColor);
        return own[3] === 1 ? own.slice(0, 3) : over(own, ground(element.parentElement));
    };
    const light = rgb => rgb.map(x => x / 255).map(
        x => x <= .04045 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4).reduce(
        (sum, x, i) => sum + x * [.2126, .7152, .0722][i], 0);
    const poor = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.textContent.trim() || element.disabled) { continue; }
        const style = getComputedStyle(element);
        const inSvg = element instanceof SVGElement;
        const below = ground(element);
        const text = over(parse(inSvg ? style.fill : style.color), below);
        const [low, high] = [light(text), light(below)].sort((a, b) => a - b);
        const ratio = (high + .05) / (low + .05);
        if (ratio < 4.5) { poor.push(`${walker.currentNode.textContent}: ${ratio.toFixed(2)}`); }
    }
    return poor;
}"""


def numbers_of(widget):
    """Return the text of a widget's table cells."""
    return widget.locator("td").all_inner_texts()


def said(widget):
    return widget.get_by_role("status")


def drag(page, handle, dx, dy):
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()


def click_at(page, slider, share):
    box = slider.bounding_box()
    page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)


def is_rung(element):
    """Return whether an element, or what is drawn for it, has a focus ring."""
    return element.evaluate(
        """e => [e, e.nextElementSibling, e.querySelector('.dp-ring')].some(x => x &&
            (x.matches('.dp-ring') ? getComputedStyle(x).opacity === '1'
             : getComputedStyle(x).outlineStyle === 'solid'))"""
    )
