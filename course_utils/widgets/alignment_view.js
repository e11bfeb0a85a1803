// Lesson 8: which source word each target word was read from, against the gold links.

const ROWS = ["predicts", "reads"];
const STRENGTHS = 6; // weights that are no word's largest share so many strokes
const MOST = 200; // of them are drawn, the strongest: more could not be told apart
const LEAST = 0.0005; // a weight below it, written as <0.1%, has no line of its own

const rowsOf = ({ weights, target, row }) =>
  target.map((_, i) => weights[i + ROWS.indexOf(row)] ?? null);

export function compute(state) {
  const links = new Set(state.gold.map(String));
  const linked = new Set(state.gold.map(([i]) => i));
  const rows = rowsOf(state);
  const top = rows.map((row) => (row && row.some((w) => w) ? argmax(row) : null));
  const right = rows.map((row, i) => (row && linked.has(i) ? links.has(`${i},${top[i]}`) : null));
  const count = right.filter((r) => r !== null).length;
  const wrong = right.filter((r) => r === false).length;
  return { top, right, linked: count, wrong, error: count ? wrong / count : null };
}

// 100 units wide whatever the room; strokes keep their width.
const curve = (y0, y1) => `M0 ${y0}C45 ${y0} 55 ${y1} 100 ${y1}`;
const thick = (w) => 0.8 + 4.4 * w;
const MARKS = new Map([[true, ["✓", "right"]], [false, ["✗", "wrong"]], [null, ["", ""]]]);

// The look of a word's line to where it looks most; without any gold link, all look alike.
const kindOf = (right, gold) => (right === false ? "al-wrong"
  : right || !gold.length ? "al-true" : "al-free");

function build({ model, put }) {
  const [source, target] = [model.get("source"), model.get("target")];
  const count = Math.max(source.length, target.length);
  const pitch = clamp(600 / count, 20, 30);
  const middle = (i) => (i + 0.5) * pitch;
  const line = (attributes) => svg("path", { "vector-effect": "non-scaling-stroke", ...attributes });
  const layer = (kind, ...paths) => svg("svg", { class: `al-lines ${kind}`,
    viewBox: `0 0 100 ${pitch * count}`, preserveAspectRatio: "none" }, ...paths);

  const crowd = clamp(14 / count, 0.4, 1);
  const others = Array.from({ length: STRENGTHS }, (_, i) => {
    const w = (i + 0.5) / STRENGTHS;
    return line({ class: "al-other", "stroke-width": thick(w), opacity: (0.1 + 0.5 * w) * crowd });
  });
  const tops = target.map(() => line({}));
  const missed = line({ class: "al-missed" });
  const front = source.map(() => line({}));
  const behind = layer("al-behind", ...others, missed, ...tops);
  const canvas = html("div", { class: "al-canvas", "aria-hidden": "true" }, behind,
    layer("al-front", ...front));

  const name = (words) => html("span", { class: "atc-name", dir: "auto", title: words }, words);
  const group = unique();
  const choose = (i) => model.get("word") !== i && put({ word: i });
  const words = target.map((text, i) => {
    const radio = html("input", { type: "radio", name: group, onchange: () => choose(i),
      ...arrowsAreMine });
    const mark = html("span", { class: "al-mark", "aria-hidden": "true" });
    const verdict = html("span", { class: "atc-unseen" });
    // Only a mouse that moves: a page that scrolls under it must not take the choice away.
    const label = html("label", { onpointermove: ({ pointerType, movementX, movementY }) => {
      if (pointerType === "mouse" && (movementX || movementY)) choose(i);
    } }, radio, name(text), verdict, mark);
    return { label, radio, mark, verdict };
  });
  const left = html("div", { class: "al-words", role: "radiogroup", "aria-label": "target word" },
    ...words.map((word) => word.label));
  const bars = source.map(() => bar(80, source.length));
  const rings = source.map(() => html("span", { class: "al-ring" }));
  const items = source.map((text, j) => html("div", { class: "al-source", role: "listitem" },
    rings[j], name(text), bars[j].element));
  const right = html("div", { class: "al-sources", role: "list",
    "aria-label": "weights of the source words" }, ...items);

  const choice = segments({ label: "row that", options: ROWS.map((row) => `${row} the word`),
    change: (i) => put({ row: ROWS[i] }) });
  const error = html("b");
  const counted = html("span", { class: "atc-muted" });
  const verdict = html("p", { class: "al-error" },
    html("span", { class: "atc-muted" }, "alignment error "), error, " ", counted);
  const heading = (text, kind) => html("div", { class: `al-head ${kind}`, "aria-hidden": "true" },
    text);
  const picture = html("div", { class: "al-picture" },
    heading("target", "al-right atc-query"), heading("", ""),
    heading("source", "al-after atc-key"), heading("weight", "al-gap atc-muted"),
    left, canvas, right);
  picture.style.setProperty("--pitch", `${pitch}px`);
  picture.style.setProperty("--high", `${pitch * count}px`);
  const legend = makeLegend();
  const speech = voice();

  let drawn = [];
  // What does not change with the word is drawn only when it does change.
  function drawBehind(state, found, rows) {
    const now = [state.weights, state.gold, state.row];
    if (now.every((value, i) => value === drawn[i])) return;
    drawn = now;
    const paths = others.map(() => []);
    const pairs = rows.flatMap((row, i) => (row ?? []).map((w, j) => [w, i, j]));
    pairs.filter(([w, i, j]) => w > 0 && j !== found.top[i]).sort((a, b) => b[0] - a[0])
      .slice(0, MOST).forEach(([w, i, j]) => paths[Math.min(STRENGTHS - 1,
        Math.floor(w * STRENGTHS))].push(curve(middle(i), middle(j))));
    others.forEach((path, i) => set(path, { d: paths[i].join("") || null }));
    tops.forEach((path, i) => {
      const j = found.top[i];
      set(path, { class: kindOf(found.right[i], state.gold),
        d: j === null ? null : curve(middle(i), middle(j)),
        "stroke-width": j === null ? null : thick(rows[i][j]) });
    });
    const lost = state.gold.filter(([i]) => found.right[i] === false);
    set(missed, { d: lost.map(([i, j]) => curve(middle(i), middle(j))).join("") || null });
    words.forEach(({ mark, verdict: said, label }, i) => {
      const [sign, text] = MARKS.get(found.right[i]);
      mark.textContent = sign;
      said.textContent = text && ` ${text}`;
      label.classList.toggle("al-bad", found.right[i] === false);
    });
    error.textContent = found.error === null ? "" : fixed(found.error);
    counted.textContent = `${found.wrong} of ${found.linked} words`;
    verdict.hidden = legend.hidden = found.error === null;
  }

  function draw() {
    const state = Object.fromEntries(["weights", "source", "target", "gold", "row", "word"]
      .map((trait) => [trait, model.get(trait)]));
    const [found, rows] = [compute(state), rowsOf(state)];
    choice.put(ROWS.indexOf(state.row));
    drawBehind(state, found, rows);
    const i = state.word;
    const links = state.gold.filter(([word]) => word === i).map(([, j]) => j);
    words.forEach(({ radio }, k) => { radio.checked = k === i; });
    source.forEach((_, j) => {
      const [w, top, gold] = [rows[i]?.[j] ?? 0, found.top[i] === j, links.includes(j)];
      const kind = top ? kindOf(found.right[i], state.gold) : gold ? "al-missed" : "al-thin";
      set(front[j], { class: kind, "stroke-width": gold && !top ? null : thick(w),
        opacity: kind === "al-thin" ? Math.min(0.9, 0.25 + 2 * w) : null,
        d: w >= LEAST || gold ? curve(middle(i), middle(j)) : null });
      bars[j].put(w);
      items[j].classList.toggle("al-top", top);
      items[j].classList.toggle("al-bad", top && found.right[i] === false);
      rings[j].classList.toggle("al-gold", gold);
      set(rings[j], gold ? { role: "img", "aria-label": "gold link:" }
        : { role: null, "aria-label": null });
    });
    speech.say(...sentence(state, found, rows[i], links));
  }

  return { children: [html("div", { class: "atc-controls" }, choice.element, verdict), picture,
    legend, speech.element], draw, stop: speech.stop };
}

function makeLegend() {
  const entries = [["al-true", "largest weight, on a gold link ✓"],
    ["al-wrong", "largest weight, elsewhere ✗"], ["al-missed", "the gold link it missed"]];
  const sample = (kind) => svg("svg", { class: "al-lines", viewBox: "0 0 30 8", width: 30,
    height: 8 }, svg("path", { class: kind, d: "M0 4H30", "stroke-width": 3 }));
  return html("div", { class: "al-legend", "aria-hidden": "true" }, ...entries.map(
    ([kind, text]) => html("span", {}, sample(kind), text)));
}

function sentence({ target, source, gold, row, word }, found, weights, links) {
  const who = ["The row that ", row, " “", token(target[word]), "” "];
  if (!weights) return [...who, "is not among these: it is the one after the last."];
  const top = found.top[word];
  const named = (j) => ["“", token(source[j]), `” ${percent(weights[j])}`];
  const seen = top === null ? ["looks at nothing"] : ["looks most at ", ...named(top)];
  if (!gold.length) return [...who, ...seen, "."];
  if (!links.length) return [...who, ...seen, "; it has no gold link."];
  if (found.right[word]) return [...who, ...seen, ": a gold link."];
  const missed = links.flatMap((j, i) => [i ? " and " : "", ...named(j)]);
  return [...who, ...seen, ", but its gold link is to ", ...missed, "."];
}

export default { render: explorer({
  label: "alignment view",
  traits: ["weights", "gold", "warning"],
  controls: ["row", "word"],
  build,
}) };
