// Lesson 6: the sinusoidal positions as a picture, as clock hands and as dot products.

const BASES = [10, 100, 1000, 10000, 100000];
const MOST = 32; // clocks; of more pairs, that many evenly chosen
const SLOW = 0.1; // of a turn; a hand that makes less over all positions hardly tells them apart
const ANCHORS = [0, 0.16, 0.33, 0.5, 0.67, 0.84, 1]; // of the map of scores, see plots/theme.py

const pairs = (d) => Array.from({ length: d / 2 }, (_, i) => i);

// The whole table, a row of sine, cosine, sine, … for each position. Kept for the last base:
// moving a position changes none of it.
let kept = {};
function encodings(n, d, base) {
  if (kept.n === n && kept.d === d && kept.base === base) return kept.table;
  const slowness = pairs(d).map((i) => base ** ((2 * i) / d));
  const table = Array.from({ length: n }, (_, p) => slowness.flatMap((slow) =>
    [Math.sin(p / slow), Math.cos(p / slow)]));
  kept = { n, d, base, table };
  return table;
}

export function compute({ n, d, base, position, other }) {
  const table = encodings(n, d, base);
  const [hands, others] = [position, other].map((p) =>
    pairs(d).map((i) => table[p].slice(2 * i, 2 * i + 2)));
  return { hands, others,
    dots: table.map((row) => dot(row, table[position])),
    turns: pairs(d).map((i) => 2 * Math.PI * base ** ((2 * i) / d)),
    adds: hands.map((hand, i) => dot(hand, others[i])) };
}

// A few places to name: even steps, at most so many.
function ticks(count, most) {
  const step = [1, 2, 4, 5, 10, 20, 50, 100, 200].find((s) => count / s <= most);
  return Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
}

const short = (x) => (x < 99.5 ? fixed(x, x < 9.95 ? 1 : 0)
  : x < 999.5 ? fixed(x, 0) : x < 999500 ? `${fixed(x / 1000, x < 9950 ? 1 : 0)}k`
    : `${fixed(x / 1e6, 0)}M`);
const grouped = (x) => String(x).replace(/\B(?=(\d{3})+$)/g, ",");

// The table as an image of one pixel a number; the style sheet makes it large.
function paint(canvas, { n, d, base }) {
  const style = getComputedStyle(canvas);
  const anchors = ANCHORS.map((_, i) => {
    const hex = style.getPropertyValue(`--atc-diverging-${i}`).trim();
    return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  });
  const context = canvas.getContext("2d");
  const image = context.createImageData(d, n);
  let at = 0;
  for (const row of encodings(n, d, base)) {
    for (const value of row) {
      const share = (value + 1) / 2;
      const i = clamp(ANCHORS.findIndex((anchor) => anchor >= share), 1, ANCHORS.length - 1);
      const part = (share - ANCHORS[i - 1]) / (ANCHORS[i] - ANCHORS[i - 1]);
      for (let c = 0; c < 3; c++) {
        image.data[at++] = anchors[i - 1][c] + part * (anchors[i][c] - anchors[i - 1][c]);
      }
      image.data[at++] = 255;
    }
  }
  context.putImageData(image, 0, 0);
}

// A clock: how far the hand has come, the hand of the other position behind it, and the hand.
function clock() {
  const [swept, other, hand] = ["pe-swept", "pe-other", "pe-hand"].map((kind) =>
    svg("path", { class: kind }));
  const face = svg("svg", { viewBox: "-20 -20 40 40", role: "img" },
    svg("circle", { class: "pe-face", r: 18 }), swept, other, hand,
    svg("circle", { class: "pe-pin", r: 2 }));
  const [turn, add] = [html("span", { class: "atc-muted" }), html("span")];
  const element = html("div", { class: "pe-clock", role: "listitem" }, turn, face, add);
  const tip = ([sin, cos], r) => `${(r * sin).toFixed(2)} ${(-r * cos).toFixed(2)}`;
  function put(i, position, found) {
    const [mine, its] = [found.hands[i], found.others[i]];
    const share = position / found.turns[i];
    const sector = `M0 0V-18A18 18 0 ${share > 0.5 ? 1 : 0} 1 ${tip(mine, 18)}Z`;
    set(swept, { d: share < 1 ? sector : "M0-18A18 18 0 1 1 0 18A18 18 0 1 1 0-18Z" });
    set(other, { d: `M0 0L${tip(its, 16)}` });
    set(hand, { d: `M0 0L${tip(mine, 16)}` });
    [turn.textContent, add.textContent] = [short(found.turns[i]), fixed(found.adds[i])];
    set(face, { "aria-label": `hand ${i}: one turn takes ${short(found.turns[i])} positions; `
      + `adds ${fixed(found.adds[i])}` });
  }
  return { element, put };
}

function build({ model, put, reset }) {
  const [n, d] = [model.get("n"), model.get("d")];
  const high = clamp(26 * n, 104, 340);
  const bases = [...new Set([...BASES, model.get("base")])].sort((a, b) => a - b);
  const walk = (label, name, shade) => {
    const made = slider({ label, min: 0, max: n - 1, step: 1, show: String, width: "130px",
      change: (p) => put({ [name]: p }) });
    made.element.classList.add(shade);
    return made;
  };
  const position = walk("position", "position", "pe-of-query");
  const other = walk("compared with", "other", "pe-of-key");
  const choice = segments({ label: "base", options: bases.map(grouped),
    change: (i) => put({ base: bases[i] }) });

  const percentOf = (i, count) => `${(100 * (i + 0.5)) / count}%`;
  const at = (words, style, kind) => {
    const mark = html("span", { class: kind, "aria-hidden": "true" }, words);
    Object.assign(mark.style, style);
    return mark;
  };
  const rows = ticks(n, high / 16).map((p) => at(p, { top: percentOf(p, n) }, "pe-row"));
  const columns = ticks(d, 9).map((j) => at(j, { left: percentOf(j, d) }, "pe-column"));
  const canvas = html("canvas", { width: d, height: n, role: "img",
    "aria-label": `table of ${n} positions and ${d} features, waves from fast to slow` });
  const frames = ["pe-of-key", "pe-of-query"].map((kind) =>
    html("div", { class: `pe-frame ${kind}` }));
  const table = html("div", { class: "pe-table" }, canvas, ...frames);

  const [area, line] = ["pe-area", "pe-line"].map((kind) => svg("path", { class: kind }));
  const zero = svg("path", { class: "pe-zero" });
  const plot = svg("svg", { viewBox: `0 0 100 ${n}`, preserveAspectRatio: "none", role: "img" },
    area, zero, line);
  const dots = ["pe-of-key", "pe-of-query"].map((kind) => html("div", { class: `pe-dot ${kind}` }));
  const names = [html("b", { class: "pe-name pe-of-key" }), html("b", { class: "pe-row pe-here" })];
  const curve = html("div", { class: "pe-curve" }, plot, ...dots, names[0]);
  const scale = html("div", { class: "pe-scale" });
  const both = html("div", { class: "pe-both" },
    html("div"), html("div", { class: "pe-head" }, "feature: sine, cosine, sine, …"),
    html("div", { class: "pe-head" }, "dot product with each position"),
    html("div"), html("div", { class: "pe-scale" }, ...columns), scale,
    html("div", { class: "pe-rows" }, ...rows, names[1]), table, curve);
  both.style.setProperty("--high", `${high}px`);

  // Dragging in the table moves the position, in the curve the one it is compared with.
  for (const [place, name] of [[table, "position"], [curve, "other"]]) {
    const follow = (event) => {
      if (!place.hasPointerCapture(event.pointerId)) return;
      const box = place.getBoundingClientRect();
      const p = clamp(Math.floor((n * (event.clientY - box.top)) / box.height), 0, n - 1);
      if (p !== model.get(name)) put({ [name]: p });
    };
    place.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      place.setPointerCapture(event.pointerId);
      follow(event);
    });
    place.addEventListener("pointermove", follow);
  }

  const count = Math.min(d / 2, MOST);
  const shown = Array.from({ length: count }, (_, k) =>
    Math.round((k * (d / 2 - 1)) / Math.max(count - 1, 1)));
  const clocks = shown.map(() => clock());
  const ring = html("div", { class: "pe-clocks", role: "list", "aria-label": "clock hands" },
    ...clocks.map((c) => c.element));
  ring.style.setProperty("--side", `${clamp(Math.floor(724 / count) - 4, 40, 72)}px`);
  const slow = html("p", { class: "atc-muted pe-slow" });
  const speech = voice();

  let painted = null;
  const repaint = () => {
    const key = `${model.get("base")} ${getComputedStyle(canvas).getPropertyValue("--atc-ink")}`;
    if (key === painted || !canvas.isConnected) return;
    painted = key;
    paint(canvas, { n, d, base: model.get("base") });
  };
  const themes = new MutationObserver(repaint);
  themes.observe(document.body, { attributes: true });
  const sight = new ResizeObserver(repaint); // before it is on the page it has no colours
  sight.observe(canvas);

  function draw() {
    const state = Object.fromEntries(["n", "d", "base", "position", "other"].map(
      (name) => [name, model.get(name)]));
    const found = compute(state);
    position.put(state.position);
    other.put(state.other);
    choice.put(bases.indexOf(state.base));
    repaint();
    drawCurve(state, found);
    shown.forEach((i, k) => clocks[k].put(i, state.position, found));
    const still = found.turns.filter((turn) => (n - 1) / turn < SLOW).length;
    slow.textContent = `Hands that make less than a tenth of a turn in these ${n} positions: `
      + `${still} of ${d / 2}.`;
    speech.say(sentence(state, found));
  }

  function drawCurve(state, { dots: values }) {
    const low = Math.min(0, ...values);
    const x = (value) => (100 * (value - low)) / (d / 2 - low);
    const points = values.map((value, p) => `${x(value).toFixed(2)} ${p + 0.5}`);
    set(line, { d: `M${points.join("L")}` });
    set(area, { d: `M${x(0)} 0.5L${points.join("L")}L${x(0)} ${n - 0.5}Z` });
    set(zero, { d: `M${x(0)} 0V${n}` });
    set(plot, { "aria-label": `dot products with position ${state.position}: largest there, `
      + `${d / 2}; smallest ${fixed(Math.min(...values))}` });
    scale.replaceChildren(...[0, d / 4, d / 2].map((value) =>
      at(String(value), { left: `${x(value)}%` }, "pe-column")));
    names[0].style.left = `${x(values[state.other])}%`;
    names[0].hidden = state.other === state.position;
    [state.other, state.position].forEach((p, k) => {
      dots[k].style.top = names[k].style.top = percentOf(p, n);
      dots[k].style.left = `${x(values[p])}%`;
      names[k].textContent = p;
      frames[k].style.top = `${(100 * p) / n}%`;
      frames[k].style.height = `max(3px, ${100 / n}%)`;
    });
  }

  return {
    children: [
      html("div", { class: "atc-controls" }, position.element, other.element,
        button("reset", reset, { class: "atc-button atc-last" })),
      html("div", { class: "atc-controls" }, choice.element),
      both,
      html("p", { class: "pe-legend atc-muted" }, "One clock a pair: sine to the right, cosine "
        + "up. Above it how many positions one turn takes, below what it adds to the dot product, "
        + "the cosine of the angle between the two hands."),
      ring, slow, speech.element],
    draw,
    stop: () => { themes.disconnect(); sight.disconnect(); speech.stop(); },
  };
}

function sentence({ d, position, other }, { dots }) {
  const apart = Math.abs(position - other);
  return `Position ${position} with position ${other}: dot product ${fixed(dots[other])} of at `
    + `most ${d / 2}, like all pairs ${apart} apart.`;
}

export default { render: explorer({
  label: "position explorer",
  traits: [],
  controls: ["position", "other", "base"],
  build,
}) };
