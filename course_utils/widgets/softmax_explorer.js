// Lesson 2: logits and a temperature to be moved; powers, their sum and the weights follow.

export function compute({ logits, temperature }) {
  const top = Math.max(...logits);
  const powers = logits.map((z) => Math.exp((z - top) / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  return { powers, sum, weights: softmax(logits.map((z) => z / temperature)) };
}

function build({ model, put, reset }) {
  const labels = model.get("labels");
  const largest = () => Math.max(...model.get("logits").map(Math.abs));
  let limit = -1; // not known yet
  let moved = 0; // by how much the buttons moved all logits last

  const change = (values) => { moved = 0; put(values); };
  const shift = (by) => {
    moved = by;
    put({ logits: model.get("logits").map((z) => Number((z + by).toFixed(6))) });
  };
  const rows = labels.map((label, i) => {
    const logit = slider({ label: `logit of ${label}`, hidden: true, ...ends(5), zero: 0,
      show: (z) => fixed(z),
      change: (z) => change({ logits: model.get("logits").map((old, j) =>
        (j === i ? Number(z.toFixed(6)) : old)) }) });
    const cells = { logit, power: html("td"), weight: bar(120, labels.length) };
    const row = html("tr", {},
      html("th", { scope: "row" },
        html("span", { class: "atc-name", title: label, dir: "auto" }, label)),
      html("td", {}, logit.element), cells.power, html("td", {}, cells.weight.element));
    return { row, ...cells };
  });
  const sum = html("td");
  const all = html("td", { class: "atc-muted" }, "sum 100%");
  const shiftBy = Number((roomFor(largest()) / 5).toPrecision(1));
  // Logits that left the sliders, from Python or by the buttons, take the ends with them.
  function widen() {
    if (largest() <= limit) return;
    limit = roomFor(largest());
    rows.forEach(({ logit }) => set(logit.input, ends(limit)));
    table.style.setProperty("--number", `${fixed(-limit).length}ch`);
  }
  const buttons = [-shiftBy, shiftBy].map((by) => button(
    `${by < 0 ? "\u2212" : "+"}${Math.abs(by)}`, () => shift(by),
    { "aria-label": `${by < 0 ? "subtract" : "add"} ${Math.abs(by)} ${by < 0 ? "from" : "to"} all logits` }));
  const exponent = html("sup", {}, "(z\u2212max)/T");
  const heads = [["label"], ["logit z"], ["e", exponent], ["softmax"]];
  const table = html("table", { class: "se-table" },
    html("thead", {}, html("tr", {}, ...heads.map((words) => html("th", { scope: "col" }, ...words)))),
    html("tbody", {}, ...rows.map((r) => r.row)),
    html("tfoot", {}, html("tr", {},
      html("th", { scope: "row" }, "all"), html("td", {}, html("span", { class: "se-all" },
        ...buttons)), sum, all)));

  const temperature = temperatureSlider((value) => change({ temperature: value }));
  const speech = voice();

  function draw() {
    const state = { logits: model.get("logits"), temperature: model.get("temperature") };
    const found = compute(state);
    temperature.put(state.temperature);
    widen();
    rows.forEach(({ logit, power, weight }, i) => {
      logit.put(state.logits[i]);
      power.textContent = fixed(found.powers[i]);
      weight.put(found.weights[i]);
    });
    sum.textContent = `sum ${fixed(found.sum)}`;
    speech.say(...sentence(found, state, labels, moved));
  }

  return {
    children: [
      html("div", { class: "atc-controls" }, temperature.element,
        button("reset", () => { moved = 0; limit = -1; reset(); draw(); },
          { class: "atc-button atc-last" })),
      html("div", { class: "se-fit" }, table), speech.element],
    draw,
    stop: speech.stop,
  };
}

const roomFor = (z) => {
  if (z <= 5) return 5;
  const unit = 10 ** Math.floor(Math.log10(z));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 15].map((n) => n * unit).find((n) => n >= 1.2 * z);
};
const ends = (limit) => ({ min: -limit, max: limit, step: limit / 50 });

function sentence({ weights }, { temperature }, labels, moved) {
  if (moved) return [`All logits moved by ${fixed(moved, 0)}: no weight has changed.`];
  const top = argmax(weights);
  return ["“", token(labels[top]), `” takes ${percent(weights[top])} at temperature `,
    `${Number(temperature.toPrecision(3))}.`];
}

export default { render: explorer({
  label: "softmax explorer",
  traits: [],
  controls: ["logits", "temperature"],
  build,
}) };
