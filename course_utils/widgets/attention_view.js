// Lesson 5: attention as lines from queries to keys; the row under the hand stands out.

const WIDE = 240; // px, the lines where there is room; else they are pushed together
const STRENGTHS = 8; // lines that are not chosen share so many strokes, whatever their number

export function compute({ weights, head, query }) {
  const row = weights[head][query];
  const order = row.map((_, j) => j).sort((a, b) => row[b] - row[a] || a - b);
  return { row, order };
}

const curve = (y0, y1) =>
  `M0 ${y0}C${WIDE * 0.45} ${y0} ${WIDE * 0.55} ${y1} ${WIDE} ${y1}`;

function build({ model, put }) {
  const [queries, keys] = [model.get("queries"), model.get("key_names")];
  const heads = model.get("weights").length;
  const count = Math.max(queries.length, keys.length);
  const pitch = clamp(600 / count, 20, 30);
  const middle = (i) => (i + 0.5) * pitch;

  // Two layers: thousands of lines behind must not be painted again with each row in front.
  const layer = (kind, ...paths) => svg("svg", { class: `av-lines ${kind}`,
    viewBox: `0 0 ${WIDE} ${pitch * count}`, preserveAspectRatio: "none" }, ...paths);
  const crowd = clamp(14 / count, 0.3, 1); // many lines fill the ground, so each must be fainter
  const others = Array.from({ length: STRENGTHS }, (_, i) => {
    const w = (i + 0.5) / STRENGTHS;
    return svg("path", { class: "av-other", "stroke-width": 0.9 + 4.6 * w,
      opacity: (0.09 + 0.36 * w) * crowd });
  });
  const front = keys.map(() => svg("path", { class: "av-chosen" }));
  const canvas = html("div", { class: "av-canvas", "aria-hidden": "true" },
    layer("av-behind", ...others), layer("av-front", ...front));

  const name = (words) => html("span", { class: "atc-name", dir: "auto", title: words }, words);
  const group = unique();
  const radios = queries.map((_, i) => html("input", { type: "radio", name: group,
    onchange: () => put({ query: i }), ...arrowsAreMine }));
  const left = html("div", { class: "av-queries", role: "radiogroup", "aria-label": "query" },
    ...queries.map((words, i) => html("label", {
      // Only a mouse that moves: a page that scrolls under it must not take the choice away.
      onpointermove: ({ pointerType, movementX, movementY }) => {
        if (pointerType === "mouse" && (movementX || movementY) && model.get("query") !== i) {
          put({ query: i });
        }
      },
    }, radios[i], name(words))));
  const bars = keys.map(() => bar(96, keys.length));
  const items = keys.map((words, j) => html("div", { class: "av-key", role: "listitem" },
    name(words), bars[j].element));
  const right = html("div", { class: "av-keys", role: "list", "aria-label": "weights of the keys" },
    ...items);

  const choice = segments({ label: "head", options: Array.from({ length: heads }, (_, i) => `${i}`),
    change: (i) => put({ head: i }) });
  const speech = voice();
  const heading = (words, kind) => html("div", { class: kind, "aria-hidden": "true" }, words);
  const picture = html("div", { class: "av-picture" },
    heading("query", "av-head av-right atc-query"), heading("", ""),
    heading("key", "av-head atc-key"), heading("weight", "av-head atc-muted"), left, canvas, right);
  picture.style.setProperty("--pitch", `${pitch}px`);
  picture.style.setProperty("--high", `${pitch * count}px`);

  let drawn = null;
  // The lines behind change with the head only; drawing them at every move would be slow.
  function drawOthers(weights) {
    if (drawn === weights) return;
    drawn = weights;
    const paths = others.map(() => []);
    weights.forEach((row, i) => row.forEach((w, j) => {
      const strength = Math.min(STRENGTHS - 1, Math.floor(w * STRENGTHS));
      if (w > 0) paths[strength].push(curve(middle(i), middle(j)));
    }));
    others.forEach((path, i) => set(path, { d: paths[i].join("") || null }));
  }

  function draw() {
    const state = { weights: model.get("weights"), head: model.get("head"),
      query: model.get("query") };
    const { row, order } = compute(state);
    choice.put(state.head);
    drawOthers(state.weights[state.head]);
    radios.forEach((radio, i) => { radio.checked = i === state.query; });
    row.forEach((w, j) => {
      set(front[j], { d: w > 0 ? curve(middle(state.query), middle(j)) : null,
        "stroke-width": 0.9 + 4.6 * w, opacity: Math.min(1, 0.3 + 0.6 * w) });
      bars[j].put(w);
      items[j].classList.toggle("av-top", j === order[0] && w > 0);
    });
    speech.say(...sentence(row, order, queries[state.query], keys));
  }

  const controls = html("div", { class: "atc-controls" }, choice.element);
  return { children: [...(heads > 1 ? [controls] : []),
    html("div", { class: "av-room" }, picture), speech.element], draw,
    stop: speech.stop };
}

function sentence(row, order, name, keys) {
  const top = order.slice(0, 3).filter((j) => row[j] > 0);
  if (!top.length) return ["“", token(name), "” looks at nothing."];
  const seen = top.flatMap((j, i) => [i ? ", " : "", token(keys[j]), ` ${percent(row[j])}`]);
  return ["“", token(name), "” looks at: ", ...seen, "."];
}

export default { render: explorer({
  label: "attention view",
  traits: ["weights", "warning"],
  controls: ["head", "query"],
  build,
}) };
