// Lesson 3: what d_k and a divisor do to scores, weights and the slope of the softmax.

const DIVISORS = ["none", "√d_k", "d_k"];
const LETTERS = ["none", "√dₖ", "dₖ"];
const STEEPEST = 0.5; // the largest slope that a softmax can have: two keys with half each

// Over all queries, for each d_k. Kept for the last divisor: moving the query changes none of it.
let kept = {};
function overall(samples, d_ks, divisor) {
  if (kept.samples === samples && kept.divisor === divisor) return kept.all;
  const power = DIVISORS.indexOf(divisor) / 2;
  const all = samples.map((rows, i) => {
    const divided = rows.map((row) => row.map((s) => s / d_ks[i] ** power));
    const weights = divided.map(softmax);
    const slopes = weights.map(slopeSize);
    return { divided, weights, slopes, sd: sd(divided.flat()), slope: median(slopes),
      top: mean(weights.map((row) => Math.max(...row))) };
  });
  kept = { samples, divisor, all };
  return all;
}

export function compute({ samples, d_ks, d_k, divisor, query }) {
  const all = overall(samples, d_ks, divisor);
  const { divided, weights, slopes } = all[d_ks.indexOf(d_k)];
  return {
    scores: divided[query], weights: weights[query],
    top: Math.max(...weights[query]), slope: slopes[query],
    sds: all.map((each) => each.sd),
    tops: all.map((each) => each.top),
    slopes: all.map((each) => each.slope),
  };
}

// The root of the sum of squares of all slopes of the softmax at the weights w.
function slopeSize(w) {
  let sum = 0;
  for (let i = 0; i < w.length; i++) {
    for (let j = 0; j < w.length; j++) sum += (w[i] * ((i === j ? 1 : 0) - w[j])) ** 2;
  }
  return Math.sqrt(sum);
}

const mean = (x) => x.reduce((a, b) => a + b, 0) / x.length;
function sd(x) {
  const middle = mean(x);
  return Math.sqrt(mean(x.map((value) => (value - middle) ** 2)));
}
function median(x) {
  const sorted = [...x].sort((a, b) => a - b);
  const half = Math.floor(x.length / 2);
  return x.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

const grouped = (x) => String(x).replace(/\B(?=(\d{3})+$)/g, ",");
const shortWeight = (w) => (w === 0 ? "0" : w >= 0.995 ? "1" : fixed(w).slice(1));
// A row of scores with as many digits as leave room between them.
function shortScores(row) {
  const digits = Math.max(...row.map(Math.abs)) < 9.95 ? 1 : 0;
  return row.map((s) => fixed(s, digits));
}

function build({ model, put, reset }) {
  const [sizes, samples] = [model.get("d_ks"), model.get("samples")];
  const [queries, keys] = [samples[0].length, samples[0][0].length];
  const size = segments({ label: "dₖ", options: sizes.map(grouped),
    change: (i) => put({ d_k: sizes[i] }) });
  const divisor = segments({ label: "divide scores by", options: LETTERS,
    change: (i) => put({ divisor: DIVISORS[i] }) });
  const query = slider({ label: "query", min: 0, max: queries - 1, step: 1, show: String,
    change: (q) => put({ query: q }), width: "110px" });

  const columns = Array.from({ length: keys }, (_, j) => {
    const fill = html("span", { class: "sc-fill" });
    const [number, score] = [html("span"), html("span", { class: "sc-score" })];
    const column = html("span", { class: "sc-column" }, fill);
    return { column, fill, number, score, name: html("span", { class: "atc-key" }, String(j)) };
  });
  const level = (share, words) => {
    const line = html("span", { class: "sc-level" }, html("span", {}, words));
    line.style.bottom = `${100 * share}%`;
    return line;
  };
  const equal = level(1 / keys, "");
  equal.classList.add("sc-equal");
  const chart = html("div", { class: "sc-chart" }, level(0, "0"), level(0.5, ".5"), level(1, "1"),
    ...columns.map((c) => c.column), equal);
  const scoreHead = html("span");
  const line = (side, parts) => html("div", { class: "sc-line" }, side, ...parts);
  const picture = html("div", { class: "sc-scroll", role: "img" }, chart,
    line(html("span", { class: "atc-key" }, "key"), columns.map((c) => c.name)),
    line(scoreHead, columns.map((c) => c.score)),
    line(html("span", {}, "weight"), columns.map((c) => c.number)),
    html("p", { class: "sc-note atc-muted" }, `Dashed: equal shares, ${shortWeight(1 / keys)}.`));

  const left = html("div", { class: "sc-picture" },
    html("div", { class: "sc-title" }, `weights over ${keys} keys`, query.element), picture);

  const rows = sizes.map((d) => {
    const [spread, top, slope] = [html("td"), bar(44), bar(44)];
    const row = html("tr", { onclick: () => put({ d_k: d }) },
      html("th", { scope: "row" }, grouped(d)), spread,
      html("td", {}, top.element), html("td", {}, slope.element));
    return { row, spread, top, slope };
  });
  const heads = [["dₖ"], ["sd of", html("br"), "scores"], ["mean", html("br"), "top weight"],
    ["median", html("br"), "slope"]];
  const table = html("div", { class: "sc-all" },
    html("div", { class: "sc-title" }, `over all ${queries} queries`),
    html("table", { class: "sc-table" },
      html("thead", {}, html("tr", {}, ...heads.map((words) => html("th", { scope: "col" }, ...words)))),
      html("tbody", {}, ...rows.map((r) => r.row))));
  const speech = voice();

  function draw() {
    const names = ["samples", "d_ks", "d_k", "divisor", "query"];
    const state = Object.fromEntries(names.map((name) => [name, model.get(name)]));
    const found = compute(state);
    const at = DIVISORS.indexOf(state.divisor);
    size.put(sizes.indexOf(state.d_k));
    divisor.put(at);
    query.put(state.query);
    scoreHead.textContent = at ? `÷ ${LETTERS[at]}` : "score";
    const top = argmax(found.weights);
    const scores = shortScores(found.scores);
    columns.forEach(({ column, fill, number, score }, j) => {
      fill.style.transform = `scaleY(${Math.max(found.weights[j], 0.006)})`; // smooth, no layout
      number.textContent = shortWeight(found.weights[j]);
      score.textContent = scores[j];
      for (const part of [column, number]) part.classList.toggle("sc-top", j === top);
    });
    const each = found.weights.map((w, j) => `key ${j} ${fixed(w)}`).join(", ");
    set(picture, { "aria-label": `weights of query ${state.query}: ${each}` });
    rows.forEach(({ row, spread, top: weight, slope }, i) => {
      row.classList.toggle("sc-chosen", sizes[i] === state.d_k);
      spread.textContent = fixed(found.sds[i]);
      weight.put(found.tops[i]);
      slope.put(found.slopes[i] / STEEPEST);
      slope.element.lastChild.textContent = fixed(found.slopes[i]);
    });
    speech.say(sentence(state, found));
  }

  return {
    children: [
      html("div", { class: "atc-controls" }, size.element, divisor.element,
        button("reset", reset, { class: "atc-button atc-last" })),
      html("div", { class: "sc-both" }, left, table), speech.element],
    draw,
    stop: speech.stop,
  };
}

function sentence({ d_ks, d_k, divisor, query }, found) {
  const i = d_ks.indexOf(d_k);
  const divided = divisor === "none" ? "undivided"
    : `divided by ${LETTERS[DIVISORS.indexOf(divisor)]}`;
  return `dₖ = ${grouped(d_k)}, ${divided}: the scores have sd ${fixed(found.sds[i])}. The best key `
    + `of query ${query} takes ${percent(found.top)} and the slope there is ${fixed(found.slope)}; `
    + `over all queries ${percent(found.tops[i])} and ${fixed(found.slopes[i])}.`;
}

export default { render: explorer({
  label: "scale explorer",
  traits: ["samples"],
  controls: ["d_k", "divisor", "query"],
  build,
}) };
