// explorer.py puts this text before each explorer's own script: one module without imports.
// Text reaches the page only as text nodes and attributes: a token can never become markup.

const SVG = "http://www.w3.org/2000/svg";

// For ids and groups of radio buttons. Not a counter: every widget has a copy of this text, and
// two groups of one name on a page would uncheck each other.
const unique = () => `atc-${Math.random().toString(36).slice(2)}`;

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === null || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
  return element;
}

function html(tag, attributes = {}, ...children) {
  const element = set(document.createElement(tag), attributes);
  element.append(...children);
  return element;
}

function svg(tag, attributes = {}, ...children) {
  const element = set(document.createElementNS(SVG, tag), attributes);
  element.append(...children);
  return element;
}

// A token inside a sentence: its own direction of writing does not turn the words around it.
const token = (name) => html("bdi", {}, name);

// Numbers as Python writes them: halves go to the even digit, the minus sign is a real one.
function fixed(x, digits = 2) {
  const scaled = Math.abs(x) * 10 ** digits;
  const half = scaled % 1 === 0.5 && Number.isInteger(x * 2 ** (digits + 1)); // not 2.675
  const size = half
    ? ((2 * Math.round(scaled / 2)) / 10 ** digits).toFixed(digits)
    : Math.abs(x).toFixed(digits);
  return x < 0 && Number(size) !== 0 ? "\u2212" + size : size;
}

function percent(w) {
  if (w === 0) return "0%";
  if (w < 0.0005) return "<0.1%";
  return fixed(100 * w, w >= 0.0995 ? 0 : 1) + "%";
}

function softmax(x) {
  const top = Math.max(...x);
  const powers = x.map((value) => Math.exp(value - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const argmax = (x) => x.indexOf(Math.max(...x));
const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

// The colour of a weight, between two anchors of the theme's map, so that a theme changes it.
const WEIGHTS_AT = [0, 0.2, 0.4, 0.67, 0.85, 1]; // the anchors of plots/theme.py
function shade(w) {
  const i = clamp(WEIGHTS_AT.findIndex((place) => place >= w), 1, WEIGHTS_AT.length - 1);
  const share = (100 * (w - WEIGHTS_AT[i - 1])) / (WEIGHTS_AT[i] - WEIGHTS_AT[i - 1]);
  return `color-mix(in srgb, var(--atc-sequential-${i}) ${share.toFixed(1)}%, `
    + `var(--atc-sequential-${i - 1}))`;
}

// A slider with its name before it and its value after it. `show` turns the number into words.
// Its track is filled from `zero`. Returns {element, input, put(value)}; `change` is called with
// the number while the slider moves.
function slider({ label, min, max, step, show, change, zero = min, hidden = false, width = null }) {
  const id = unique();
  const input = html("input", { type: "range", id, min, max, step, ...arrowsAreMine });
  // Not an <output>: each is a live region, and a held key would be read out number by number.
  const value = html("span", { class: "atc-number", "aria-hidden": "true" });
  const name = html("label", { for: id, class: hidden ? "atc-unseen" : "atc-muted" }, label);
  if (width) input.style.width = width;
  const put = (number) => {
    if (Number(input.value) !== number) input.value = number;
    const whole = input.max - input.min;
    const ends = [zero, number].map((x) => clamp((100 * (x - input.min)) / whole, 0, 100));
    input.style.setProperty("--low", `${Math.min(...ends)}%`);
    input.style.setProperty("--high", `${Math.max(...ends)}%`);
    value.textContent = show(number);
    input.setAttribute("aria-valuetext", show(number));
  };
  input.addEventListener("input", () => change(Number(input.value)));
  return { element: html("div", { class: "atc-slider" }, name, input, value), input, put };
}

// A temperature: its slider is even in the logarithm, from .01 to 100, and passes through 1.
function temperatureSlider(change) {
  const show = (x) => String(Number((10 ** x).toPrecision(2)));
  const made = slider({
    label: "temperature", min: -2, max: 2, step: 0.05, show,
    change: (x) => change(Number((10 ** x).toPrecision(2))),
  });
  const put = (temperature) => {
    made.put(Math.log10(temperature));
    const words = String(Number(temperature.toPrecision(3)));
    made.element.lastChild.textContent = words;
    made.input.setAttribute("aria-valuetext", words);
  };
  return { ...made, put };
}

// Native radio buttons: arrow keys and screen readers work by themselves.
function segments({ label, options, change }) {
  const name = unique();
  const inputs = options.map((_, i) =>
    html("input", { type: "radio", name, ...arrowsAreMine, onchange: () => change(i) }));
  const parts = options.map((option, i) =>
    html("label", {}, inputs[i], html("span", {}, option)));
  const group = html("div", { class: "atc-segments", role: "radiogroup", "aria-label": label },
    ...parts);
  const element = html("div", { class: "atc-choice" },
    html("span", { class: "atc-muted", "aria-hidden": "true" }, label), group);
  return { element, put: (i) => inputs.forEach((input, j) => (input.checked = i === j)) };
}

function button(label, press, attributes = {}) {
  return html("button", { type: "button", class: "atc-button", onclick: press, ...attributes },
    label);
}

// JupyterLab takes the arrow keys for itself unless the element says that they are its own.
const arrowsAreMine = { "data-lm-suppress-shortcuts": "true" };

// The sentence below the picture: seen at once, read aloud when the hand rests, so that a held
// key does not make a screen reader stammer. `say(...parts)` takes strings and elements.
function voice() {
  const seen = html("p", { class: "atc-says", "aria-hidden": "true" });
  const heard = html("p", { class: "atc-unseen", role: "status", "aria-live": "polite" });
  let timer = null;
  const say = (...parts) => {
    seen.replaceChildren(...parts);
    clearTimeout(timer);
    timer = setTimeout(() => {
      heard.textContent = seen.textContent;
      seen.style.minHeight = `${seen.offsetHeight}px`; // never shrinks
    }, 250);
  };
  return { element: html("div", {}, seen, heard), say, stop: () => clearTimeout(timer) };
}

// A bar of a share from 0 to 1 with its number, for a table's cell. One of `many` jumps: a page
// that lays out sixty growing bars in each frame falls behind a held key.
function bar(length = 84, many = 1) {
  const fill = html("span", { class: many > 20 ? "atc-fill atc-still" : "atc-fill" });
  const number = html("span", { class: "atc-number" });
  const element = html("span", { class: "atc-bar" }, fill, number);
  const put = (w) => {
    fill.style.width = `max(${w > 0 ? 1 : 0}px, ${w} * var(--bar, ${length}px))`;
    number.textContent = percent(w);
  };
  return { element, put };
}

// Builds the widget: `build` returns {children, draw, stop}; `draw` runs now and at every change
// of the traits named, whether it comes from this page, from another view or from Python.
// `controls` are the traits that the reset button brings back to where they were at first.
function explorer({ label, traits, controls, build }) {
  return ({ model, el }) => {
    const first = Object.fromEntries(controls.map((name) => [name, model.get(name)]));
    const put = (values) => {
      for (const [name, value] of Object.entries(values)) model.set(name, value);
      model.save_changes();
    };
    const { children, draw, stop = () => {} } = build({ model, put, reset: () => put(first) });
    el.classList.add("atc");
    set(el, { role: "group", "aria-label": label });
    const warning = html("p", { class: "atc-warning", role: "note" });
    el.append(warning, ...children);
    const redraw = () => {
      const words = model.get("warning") ?? "";
      warning.hidden = !words;
      warning.textContent = words;
      draw();
    };
    const events = [...traits, ...controls].map((name) => `change:${name}`);
    events.forEach((event) => model.on(event, redraw));
    redraw();
    return () => {
      events.forEach((event) => model.off(event, redraw));
      stop();
    };
  };
}
