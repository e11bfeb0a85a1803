// Lesson 3: one row of attention, step by step: score, scale, softmax, mix.

const STEPS = ["score", "scale", "softmax", "mix"];
const MOST = 4; // features that are written out

export function compute({ Q, K, V, row }) {
  const q = Q[row];
  const scores = K.map((k) => dot(q, k));
  const scaled = scores.map((s) => s / Math.sqrt(q.length));
  const weights = softmax(scaled);
  const output = V[0].map((_, i) => dot(weights, V.map((v) => v[i])));
  return { scores, scaled, weights, output };
}

// A number as one would write it by hand: at most two decimals, none that are zero.
const byHand = (x) => fixed(x).replace(/\.?0+$/, "");
// For a column: whole numbers bare, else two decimals, so that the points stand below each other.
const alike = (values) => (values.every(Number.isInteger) ? byHand : (x) => fixed(x));
const factor = (x) => (x < 0 ? `(${byHand(x)})` : byHand(x));
const listed = (v, write = byHand) => `(${[
  ...v.slice(0, v.length > MOST ? MOST - 1 : MOST).map((x) => write(x)),
  ...(v.length > MOST ? ["…"] : []),
].join(", ")})`;

// A weight that is multiplied next: with two decimals the sum would not come out by hand.
const share = (w) => fixed(w, 3);

// Products and their sum, as long as they fit on a line.
function sumOf(a, b, write = factor) {
  const products = a.map((x, i) => `${write(x)}·${factor(b[i])}`);
  return products.length > 6 ? [...products.slice(0, 4), "…"].join(" + ") : products.join(" + ");
}

function build({ model, put }) {
  const [queries, tokens] = [model.get("queries"), model.get("tokens")];
  const rowChoice = segments({ label: "query", options: queries, change: (row) => put({ row }) });
  const stepChoice = segments({ label: "step", options: STEPS.map((s, i) => `${i + 1} ${s}`),
    change: (step) => put({ step }) });
  const go = (by) => put({ step: clamp(model.get("step") + by, 0, STEPS.length - 1) });
  const back = button("back", () => go(-1));
  const next = button("next", () => go(1));

  const group = unique();
  const rows = tokens.map((words, j) => {
    const radio = html("input", { type: "radio", name: group, ...arrowsAreMine,
      onchange: () => put({ chosen: j }) });
    const label = html("label", { class: "as-key" }, radio,
      html("span", { class: "atc-name", dir: "auto", title: words }, words));
    const [vector, score, scaled] = ["", "as-1", "as-2"].map((c) => html("td", { class: c }));
    const weight = bar(72);
    const [times, value] = [html("span"), html("span", { class: "atc-value" })];
    const row = html("tr", { onclick: () => put({ chosen: j }) },
      html("th", { scope: "row" }, label), vector, score, scaled,
      html("td", { class: "as-3" }, weight.element),
      html("td", { class: "as-4" }, times, value));
    return { row, radio, vector, score, scaled, weight, times, value };
  });
  const output = html("b", { class: "atc-value" });
  const q = html("span", { class: "atc-query" });
  const heads = [["", "key"], ["", "k"], ["as-1", "q·k"], ["as-2", "÷ √dₖ"], ["as-3", "softmax"],
    ["as-4", "weight × value"]].map(([c, words]) => html("th", { scope: "col", class: c }, words));
  const table = html("table", { class: "as-table" },
    html("thead", {}, html("tr", {}, ...heads)),
    html("tbody", { role: "rowgroup" }, ...rows.map((r) => r.row)),
    html("tfoot", {}, html("tr", {},
      html("td"), html("td"), html("td", { class: "as-1" }), html("td", { class: "as-2" }),
      html("td", { class: "as-3" }, "sum 1.00"), html("td", { class: "as-4" }, "sum = ", output))));
  const room = html("div", { class: "as-scroll" }, table);
  const speech = voice();
  let seen = null;
  // In a narrow page the column of a step may lie outside: it comes into sight with its step.
  function bringIntoSight(step) {
    if (seen === step || !room.clientWidth) return; // not on the page yet
    seen = step;
    const column = heads[step + 2];
    room.scrollLeft = column.offsetLeft + column.offsetWidth - room.clientWidth;
  }

  function draw() {
    const state = Object.fromEntries(["Q", "K", "V", "row"].map((name) => [name, model.get(name)]));
    const [step, chosen] = [model.get("step"), model.get("chosen")];
    const found = compute(state);
    rowChoice.put(state.row);
    stepChoice.put(step);
    back.disabled = step === 0;
    next.disabled = step === STEPS.length - 1;
    table.dataset.step = step + 1;
    q.replaceChildren("q of “", token(queries[state.row]), `” = ${listed(state.Q[state.row], alike(state.Q[state.row]))}`);
    const write = Object.fromEntries([["K", state.K.flat()], ["V", state.V.flat()],
      ["score", found.scores], ["scaled", found.scaled]].map(([name, v]) => [name, alike(v)]));
    rows.forEach((r, j) => {
      r.radio.checked = j === chosen;
      r.row.classList.toggle("as-chosen", j === chosen);
      r.vector.textContent = listed(state.K[j], write.K);
      r.score.textContent = write.score(found.scores[j]);
      r.scaled.textContent = write.scaled(found.scaled[j]);
      r.weight.put(found.weights[j]);
      r.times.textContent = `${share(found.weights[j])} × `;
      r.value.textContent = listed(state.V[j], write.V);
    });
    output.textContent = listed(found.output, fixed);
    bringIntoSight(step);
    speech.say(`${step + 1} ${STEPS[step]}: `, ...arithmetic(step, chosen, state, found, tokens));
  }

  const controls = [html("div", { class: "atc-controls" }, stepChoice.element,
    html("span", { class: "as-walk" }, back, next))];
  if (queries.length > 1) controls.unshift(html("div",
    { class: "atc-controls as-queries" }, rowChoice.element));
  return { children: [...controls, html("p", { class: "as-q" }, q), room, speech.element], draw,
    stop: speech.stop };
}

// The arithmetic of a step for one key, in full.
function arithmetic(step, j, { Q, K, V, row }, found, tokens) {
  const name = ["“", token(tokens[j]), "” "];
  const [score, scaled, weight] = [found.scores[j], found.scaled[j], found.weights[j]];
  if (step === 0) return [...name, `${sumOf(Q[row], K[j])} = ${byHand(score)}`];
  if (step === 1) return [...name, `${byHand(score)} ÷ √${Q[row].length} = ${byHand(scaled)}`];
  if (step === 2) {
    const top = Math.max(...found.scaled);
    const away = top > 9 ? top : 0; // large powers are written after the maximum was subtracted
    const powers = found.scaled.map((z) => Math.exp(z - away));
    const sum = powers.reduce((a, b) => a + b, 0);
    const power = html("sup", {}, byHand(scaled) + (away ? ` − ${byHand(away)}` : ""));
    return [...name, "e", power, ` ÷ sum of all = ${fixed(powers[j])} ÷ ${fixed(sum)} = `,
      share(weight)];
  }
  const sum = sumOf(found.weights, V.map((v) => v[0]), share);
  return [`first feature ${sum} = ${fixed(found.output[0])}`];
}

export default { render: explorer({
  label: "attention stepper",
  traits: ["Q", "K", "V", "chosen"],
  controls: ["row", "step"],
  build,
}) };
