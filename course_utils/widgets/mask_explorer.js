// Lesson 4: who may look where, cell by cell; the weights after the masked softmax follow.

const ROOM = 728; // px, both grids with their names and sums
const SUM = 44; // px, the column of sums
const DEEPEST = 0.4; // share of colour behind a score; ink stays readable on it in both themes

export function compute({ scores, causal, padding, opened, closed }) {
  const mask = scores.map((row, i) => row.map((_, j) => byRule({ causal, padding }, i, j)));
  opened.forEach(([i, j]) => { mask[i][j] = true; });
  closed.forEach(([i, j]) => { mask[i][j] = false; });
  const weights = scores.map((row, i) => (mask[i].some(Boolean)
    ? softmax(row.map((s, j) => (mask[i][j] ? s : -Infinity)))
    : row.map(() => 0)));
  return { mask, weights, sums: weights.map((row) => row.reduce((a, b) => a + b, 0)) };
}

const byRule = ({ causal, padding }, i, j) => !(causal && j > i) && !padding.includes(j);

const shadeOfScore = (s, limit) => `color-mix(in srgb, var(--atc-${s < 0 ? "key" : "accent"}) `
  + `${((100 * DEEPEST * Math.abs(s)) / limit).toFixed(1)}%, var(--base))`;

// About how many px a name takes: it is not on the page yet and cannot be measured.
const lengthOf = (name) => [...name].reduce((sum, c) =>
  sum + (c > "\u2e7f" ? 13.5 : /[<>=+~@MWmw_]/.test(c) ? 11.5 : 8), 0);

// How large the cells are and what is written in them; side by side where both grids fit.
function sizes(queries, keys, scores) {
  const share = keys.length > 40 || queries.length > 40 ? 0.72 : 1; // of the size of the text
  const longest = (names) => share * Math.max(...names.map(lengthOf));
  const names = clamp(longest(queries) + 18, 60, 118);
  const across = Math.min(longest(keys), 118);
  const slanted = Math.max(0, across * 0.71 - 8); // px that the last name sticks out
  const room = (grids, over) => (ROOM - SUM - grids * (names + over)) / (grids * keys.length);
  const beside = room(2, Math.max(slanted, 12));
  const wide = Math.floor(beside >= 30 ? Math.min(beside, 52)
    : clamp(room(1, keys.length > 16 ? 0 : slanted), 10, 46));
  const turned = across <= wide - 4 ? "" : keys.length > 16 ? "mx-upright" : "mx-slanted";
  const head = { "": 38, "mx-upright": across + 12, "mx-slanted": across * 0.71 + 22 }[turned];
  let digits = scores.flat().every(Number.isInteger) ? 0 : wide >= 38 ? 2 : 1;
  const fit = () => Math.max(...scores.flat().map((s) => fixed(s, digits).length)) * 7.4 <= wide;
  while (digits && !fit()) digits -= 1;
  const px = { names, wide, high: clamp(wide, 10, 34), head: Math.max(head, 38),
    over: turned === "mx-slanted" ? slanted : 0 };
  return { px, turned, digits, readable: wide >= 26 && fit(), small: wide < 16 };
}

function build({ model, put, reset }) {
  const [queries, keys] = [model.get("queries"), model.get("key_names")];
  const size = sizes(queries, keys, model.get("scores"));
  const traits = ["scores", "causal", "padding", "opened", "closed"];
  const state = () => Object.fromEntries(traits.map((name) => [name, model.get(name)]));
  const bare = size.px.wide >= 30 ? 0 : -3; // without the leading zero where there is no room
  let at = null; // the cell under the hand
  let found = null;

  const name = (words) => html("span", { class: "atc-name", dir: "auto", title: words }, words);
  function grid(title, cellOf, ends, about) {
    const columns = keys.map((words) => html("span", { class: "mx-column" }, name(words)));
    const rows = queries.map((words) => html("span", { class: "mx-row" }, name(words)));
    const cells = queries.map((_, i) => keys.map((_, j) => cellOf(i, j)));
    const lines = queries.map((words, i) => html("div", { class: "mx-line", ...about(words) },
      rows[i], ...cells[i], ...(ends ? [ends[i]] : [])));
    const head = html("div", { class: `mx-line mx-heads ${size.turned}`, "aria-hidden": "true" },
      html("span", { class: "mx-row mx-corner" }, html("span", { class: "atc-key" }, "key →"),
        html("span", { class: "atc-query" }, "query ↓")), ...columns,
      ...(ends ? [html("span", { class: "mx-sum atc-muted" }, "sum")] : []));
    const element = html("div", { class: "mx-panel", role: "group", "aria-label": title },
      html("div", { class: "mx-title", "aria-hidden": "true" }, title), head, ...lines);
    return { element, columns, rows, cells, lines };
  }

  const toggle = (i, j) => {
    const now = state();
    const next = !found.mask[i][j];
    const without = (places) => places.filter(([a, b]) => a !== i || b !== j);
    const into = next === byRule(now, i, j) ? null : next ? "opened" : "closed";
    const places = { opened: without(now.opened), closed: without(now.closed) };
    if (into) places[into].push([i, j]);
    put(places);
  };
  const press = (i, j) => html("button", { type: "button", class: "mx-cell mx-score",
    tabindex: i || j ? -1 : 0, ...arrowsAreMine,
    onclick: () => { look(i, j); toggle(i, j); }, onfocus: () => look(i, j),
    onkeydown: (event) => walk(event, i, j) });
  const sums = queries.map(() => html("span", { class: "mx-sum" }));
  const left = grid("scores: who may look at whom", press, null,
    (words) => ({ role: "group", "aria-label": `query ${words}` }));
  const right = grid("weights after the softmax",
    () => html("span", { class: "mx-cell mx-weight" }), sums, () => ({ role: "img" }));

  // One stop for the Tab key; from there the arrow keys walk.
  function walk(event, i, j) {
    const way = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0],
      Home: [0, -Infinity], End: [0, Infinity] }[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    left.cells[clamp(i + way[0], 0, queries.length - 1)][clamp(j + way[1], 0, keys.length - 1)]
      .focus();
  }

  function mark(on) {
    if (!at) return;
    for (const { rows, columns, cells } of [left, right]) {
      for (const part of [rows[at[0]], columns[at[1]], cells[at[0]][at[1]]]) {
        part.classList.toggle("mx-at", on);
      }
    }
  }
  function look(i, j) {
    if (at && at[0] === i && at[1] === j) return;
    mark(false);
    if (at) left.cells[at[0]][at[1]].tabIndex = -1;
    else left.cells[0][0].tabIndex = -1;
    at = [i, j];
    left.cells[i][j].tabIndex = 0;
    mark(true);
    speak();
  }
  for (const { cells } of [left, right]) {
    cells.forEach((row, i) => row.forEach((cell, j) => cell.addEventListener("pointermove",
      ({ pointerType, movementX, movementY }) => {
        if (pointerType === "mouse" && (movementX || movementY)) look(i, j);
      })));
  }

  const causal = html("input", { type: "checkbox", role: "switch", ...arrowsAreMine,
    onchange: () => put({ causal: causal.checked }) });
  const padding = slider({ label: "padding", min: 0, max: keys.length, step: 1,
    show: (count) => (count ? `${count} ${count === 1 ? "key" : "keys"}` : "none"),
    change: (count) => put({ padding: keys.map((_, j) => j).slice(keys.length - count) }),
    width: "110px" });
  const speech = voice();
  const speak = () => speech.say(...(at ? aboutCell(...at, state(), found, queries, keys) : []),
    ...aboutAll(found, queries));

  const shown = new Map(); // what each cell shows: a click must not write thousands of them again
  function write(cell, what, change) {
    if (shown.get(cell) === what) return;
    shown.set(cell, what);
    change(cell);
  }

  function draw() {
    const now = state();
    found = compute(now);
    causal.checked = now.causal;
    padding.put(now.padding.length);
    const shares = queries.map(() => []);
    const limit = Math.max(...now.scores.flat().map(Math.abs), 1e-9);
    found.mask.forEach((row, i) => row.forEach((may, j) => {
      const [score, w] = [now.scores[i][j], found.weights[i][j]];
      const byHand = may !== byRule(now, i, j);
      write(left.cells[i][j], `${may} ${byHand} ${score} ${limit}`, (cell) => {
        cell.style.backgroundColor = may ? shadeOfScore(score, limit) : "";
        cell.classList.toggle("mx-closed", !may);
        cell.classList.toggle("mx-by-hand", byHand);
        if (size.readable) cell.textContent = may ? fixed(score, size.digits) : "\u2212∞";
        set(cell, { "aria-pressed": String(may),
          "aria-label": `${queries[i]} may look at ${keys[j]}, score ${fixed(score)}` });
      });
      // By the number that is shown: most cells of a large grid then stay as they are.
      shares[i][j] = w === 0 ? "0" : fixed(w);
      write(right.cells[i][j], shares[i][j], (cell) => {
        cell.style.backgroundColor = shade(Number(shares[i][j]));
        cell.classList.toggle("mx-strong", Number(shares[i][j]) > 0.67);
        cell.classList.toggle("mx-zero", w === 0);
        if (size.readable) cell.textContent = w === 0 ? "0" : shares[i][j].slice(bare);
      });
    }));
    found.sums.forEach((sum, i) => {
      write(sums[i], sum > 0, (cell) => {
        cell.textContent = sum > 0 ? "1" : "0";
        cell.classList.toggle("mx-nothing", sum === 0);
      });
      write(right.lines[i], shares[i].join(" "), (line) => {
        const each = keys.map((words, j) => `${words} ${shares[i][j]}`).join(", ");
        set(line, { "aria-label": `${queries[i]}: ${each}; sum ${sum > 0 ? 1 : 0}` });
      });
    });
    padded(now.padding);
    speak();
  }
  const padded = (places) => [left, right].forEach(({ columns }) => columns.forEach(
    (column, j) => column.classList.toggle("mx-padding", places.includes(j))));

  const both = html("div", { class: `mx-both ${size.small ? "mx-small" : ""}` },
    left.element, right.element);
  for (const [what, px] of Object.entries(size.px)) both.style.setProperty(`--${what}`, `${px}px`);
  const controls = html("div", { class: "atc-controls" },
    html("label", { class: "mx-switch" }, causal, html("span", { class: "mx-knob" }),
      "causal"), padding.element, button("reset", reset, { class: "atc-button atc-last" }));
  return { children: [controls, both, html("div", { class: "mx-says" }, speech.element)], draw,
    stop: speech.stop };
}

function aboutCell(i, j, now, { mask, weights }, queries, keys) {
  const byHand = mask[i][j] !== byRule(now, i, j);
  const why = byHand ? "by hand" : now.padding.includes(j) ? "padding" : "it comes later";
  const pair = ["“", token(queries[i]), mask[i][j] ? "” may look at “" : "” may not look at “",
    token(keys[j]), "”"];
  if (mask[i][j]) {
    return [...pair, byHand ? " (by hand)" : "", `: score ${fixed(now.scores[i][j])}, weight `,
      `${fixed(weights[i][j])}. `];
  }
  return [...pair, ` (${why}): score \u2212∞, weight 0. `];
}

function aboutAll({ mask }, queries) {
  const allowed = mask.flat().filter(Boolean).length;
  const seen = `${allowed} of ${mask.flat().length} cells may attend; `;
  const nowhere = queries.filter((_, i) => !mask[i].some(Boolean));
  if (!nowhere.length) return [seen, "every row of weights sums to 1."];
  if (nowhere.length > 1) {
    return [seen, `${nowhere.length} rows have nothing to attend to: their weights are 0.`];
  }
  return [seen, "“", token(nowhere[0]), "” has nothing to attend to: its weights are 0."];
}

export default { render: explorer({
  label: "mask explorer",
  traits: ["scores"],
  controls: ["causal", "padding", "opened", "closed"],
  build,
}) };
