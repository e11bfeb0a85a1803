// Lesson 1: vectors in the plane to be moved by hand; dot product, cosine and softmax live.

const SIDE = 344; // px, the plane
const STEP = 0.1; // what an arrow key moves

export function compute({ q, K, temperature }) {
  const length = Math.hypot(...q);
  const dots = K.map((k) => dot(q, k));
  const cosines = dots.map((d, i) => {
    const both = length * Math.hypot(...K[i]);
    return both ? d / both : null;
  });
  const shadows = dots.map((d) => (length ? d / length : null));
  return { length, dots, cosines, shadows, weights: softmax(dots.map((d) => d / temperature)) };
}

// Half the width of the plane: room for every vector and for moving it outwards.
function halfWidth(vectors) {
  const far = Math.max(...vectors.flat().map(Math.abs), 0.5) * 1.25;
  const unit = 10 ** Math.floor(Math.log10(far));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((n) => n * unit).find((n) => n >= far);
}

// The whole name stands in the table.
const shortened = (name) => ([...name].length > 15 ? `${[...name].slice(0, 14).join("")}…` : name);

function gridLines(half) {
  const raw = half / 3.2;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * unit).find((n) => n >= raw);
  const count = Math.floor(half / step - 1e-9);
  return Array.from({ length: 2 * count + 1 }, (_, i) => (i - count) * step);
}

function build({ model, put, reset }) {
  const names = model.get("names");
  const titles = ["q", ...names];
  const vectors = () => [model.get("q"), ...model.get("K")];
  let half = 0; // half the width of the plane
  const px = ([x, y]) => [(SIDE / 2) * (1 + x / half), (SIDE / 2) * (1 - y / half)];

  const plane = svg("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, width: SIDE, height: SIDE,
    class: "dp-plane", role: "group", "aria-label": "plane of vectors" });
  const grid = svg("g");
  plane.append(grid);
  function drawGrid() {
    grid.replaceChildren(...gridLines(half).flatMap((at) => {
      const [x, y] = px([at, at]);
      const line = { class: at === 0 ? "dp-axis" : "dp-grid" };
      const shown = at === 0 ? "" : String(Number(at.toFixed(6))).replace("-", "\u2212");
      return [svg("line", { ...line, x1: x, x2: x, y1: 0, y2: SIDE }),
        svg("line", { ...line, x1: 0, x2: SIDE, y1: y, y2: y }),
        svg("text", { class: "dp-tick", x: x + 3, y: SIDE - 4 }, shown),
        svg("text", { class: "dp-tick", x: 3, y: y - 4 }, shown)];
    }));
  }
  // From Python a vector may come that lies outside the plane: it gets larger.
  function widen(all) {
    if (Math.max(...all.flat().map(Math.abs)) <= half) return;
    half = halfWidth(all);
    drawGrid();
    handles.forEach(({ knob }) => set(knob, { "aria-valuemin": -half, "aria-valuemax": half }));
  }
  const shadow = svg("line", { class: "dp-shadow" });
  const drop = svg("line", { class: "dp-drop" });
  plane.append(shadow, drop);

  // The query last, so that it lies over the keys; the Tab key still meets it first.
  const handles = titles.map((title, i) => {
    const line = svg("line", { class: "dp-line" });
    const knob = svg("g", { class: "dp-knob", tabindex: 0, role: "slider",
      "aria-label": i ? `key ${title}` : "query q", "aria-roledescription": "vector", ...arrowsAreMine },
      svg("circle", { class: "dp-reach", r: 20 }), svg("circle", { class: "dp-ring", r: 12 }),
      svg("circle", { class: "dp-dot", r: 7.5 }));
    const name = svg("text", { class: "dp-name" }, shortened(title));
    const group = svg("g", { class: i ? "dp-of-key" : "dp-of-query" }, line, name);
    group.style.pointerEvents = "none";
    knob.classList.add(i ? "dp-of-key" : "dp-of-query");
    return { i, line, knob, name, group };
  });
  plane.append(...handles.slice(1).map((h) => h.group), handles[0].group,
    ...handles.map((h) => h.knob));

  const choose = (i) => { if (i > 0 && model.get("chosen") !== i - 1) put({ chosen: i - 1 }); };
  function move(i, to) {
    const inside = to.map((x) => Number(clamp(x, -half, half).toFixed(2)));
    if (i === 0) return put({ q: inside });
    put({ K: model.get("K").map((key, j) => (j === i - 1 ? inside : key)) });
  }
  for (const { i, knob } of handles) {
    knob.addEventListener("focus", () => choose(i));
    knob.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
      if (!way[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const step = STEP * (event.shiftKey ? 5 : 1);
      move(i, vectors()[i].map((x, axis) => x + step * way[event.key][axis]));
    });
    knob.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      knob.setPointerCapture(event.pointerId);
      choose(i);
    });
    knob.addEventListener("pointermove", (event) => {
      if (!knob.hasPointerCapture(event.pointerId)) return;
      const box = plane.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top].map(
        (at) => (2 * at / box.width - 1) * half);
      move(i, [x, -y].map((at) => Math.round(at * 20) / 20));
    });
  }

  const rows = names.map((name, i) => {
    const cells = { dot: html("td"), cosine: html("td"), weight: bar() };
    const row = html("tr", { onclick: () => choose(i + 1) },
      html("th", { scope: "row", class: "atc-key" },
        html("span", { class: "atc-name", title: name, dir: "auto" }, name)),
      cells.dot, cells.cosine, html("td", {}, cells.weight.element));
    return { row, ...cells };
  });
  const head = ["key", "q · k", "cosine", "softmax"].map((h) => html("th", { scope: "col" }, h));
  const table = html("table", { class: "dp-table" },
    html("thead", {}, html("tr", {}, ...head)), html("tbody", {}, ...rows.map((r) => r.row)));

  const temperature = temperatureSlider((value) => put({ temperature: value }));
  const speech = voice();
  const controls = html("div", { class: "atc-controls" }, temperature.element,
    button("reset", () => { half = 0; reset(); draw(); }, { class: "atc-button atc-last" }));
  const hint = html("p", { class: "atc-muted dp-hint" },
    "Drag a dot, or focus it and press the arrow keys.");

  function draw() {
    const all = vectors();
    const state = { q: all[0], K: all.slice(1), temperature: model.get("temperature") };
    const found = compute(state);
    widen(all);
    const chosen = clamp(model.get("chosen"), 0, names.length - 1);
    temperature.put(state.temperature);
    const tips = all.map(px);
    const origin = px([0, 0]);
    handles.forEach(({ i, line, knob }) => {
      set(line, { x1: origin[0], y1: origin[1], x2: tips[i][0], y2: tips[i][1] });
      const words = all[i].map((x) => fixed(x)).join(", ");
      set(knob, { transform: `translate(${tips[i]})`, "aria-valuenow": all[i][0],
        "aria-valuetext": words });
    });
    const cast = drawShadow(found, state, chosen, origin, tips);
    placeNames(handles, tips, origin, titles, cast);
    rows.forEach(({ row, dot: score, cosine, weight }, i) => {
      row.classList.toggle("dp-chosen", i === chosen);
      score.textContent = fixed(found.dots[i]);
      cosine.textContent = found.cosines[i] === null ? "–" : fixed(found.cosines[i]);
      weight.put(found.weights[i]);
    });
    speech.say(...sentence(found, names[chosen], chosen));
  }

  // Returns the lines drawn, each as [from, to].
  function drawShadow(found, state, chosen, origin, tips) {
    const length = found.shadows[chosen];
    const none = length === null;
    shadow.style.display = drop.style.display = none ? "none" : "";
    if (none) return [];
    const foot = px(state.q.map((x) => (x * length) / found.length));
    const tip = tips[chosen + 1];
    set(shadow, { x1: origin[0], y1: origin[1], x2: foot[0], y2: foot[1] });
    set(drop, { x1: tip[0], y1: tip[1], x2: foot[0], y2: foot[1] });
    return [[origin, foot], [tip, foot]];
  }

  return {
    children: [controls,
      html("div", { class: "dp-side-by-side" }, plane, html("div", {}, table, hint)),
      speech.element],
    draw,
    stop: speech.stop,
  };
}

function sentence(found, name, i) {
  if (found.shadows[i] === null) return ["q has length 0: every dot product is 0."];
  const [shadow, length, score] = [found.shadows[i], found.length, found.dots[i]].map((x) => fixed(x));
  return [token(name), `: shadow on q ${shadow} × length of q ${length} = q · k ${score}; `,
    `${percent(found.weights[i])} of the weight.`];
}

// Each name beyond its tip; where it would cover a dot, a line or a name, the next direction.
function placeNames(handles, tips, origin, titles, cast) {
  const lines = [...tips.map((tip) => [origin, tip]), ...cast];
  const taken = tips.map(([x, y]) => [x - 9, y - 9, x + 9, y + 9]);
  handles.forEach(({ i, name }) => {
    const [x, y] = tips[i];
    const outward = Math.atan2(y - origin[1], x - origin[0]);
    const size = [Math.min(name.getComputedTextLength?.() || 7 * titles[i].length, 200), 15];
    let best = null;
    for (const turn of [0, 30, -30, 60, -60, 90, -90, 125, -125, 160, 180]) {
      const box = boxBeside([x, y], outward + (turn * Math.PI) / 180, size);
      const covered = taken.filter((other) => overlap(box, other)).length
        + 0.7 * lines.filter(([from, to]) => crosses(from, to, box)).length
        + (box[0] < 2 || box[1] < 2 || box[2] > SIDE - 2 || box[3] > SIDE - 2 ? 30 : 0);
      if (!best || covered < best.covered) best = { box, covered };
      if (covered === 0) break;
    }
    taken.push(best.box);
    set(name, { x: (best.box[0] + best.box[2]) / 2, y: best.box[3] - 4 });
  });
}

function boxBeside([x, y], angle, [wide, high]) {
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
  const along = Math.min((15 + wide / 2) / Math.max(Math.abs(dx), 1e-9),
    (14 + high / 2) / Math.max(Math.abs(dy), 1e-9));
  const [cx, cy] = [x + along * dx, y + along * dy];
  return [cx - wide / 2, cy - high / 2, cx + wide / 2, cy + high / 2];
}

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

function crosses([x0, y0], [x1, y1], box) {
  for (let t = 0; t <= 1; t += 1 / 24) {
    const [x, y] = [x0 + t * (x1 - x0), y0 + t * (y1 - y0)];
    if (box[0] < x && x < box[2] && box[1] < y && y < box[3]) return true;
  }
  return false;
}

export default { render: explorer({
  label: "dot product explorer",
  traits: ["chosen"],
  controls: ["q", "K", "temperature"],
  build,
}) };
