"use strict";
// The explorer: four choices, three drawings, one table. Everything it shows is in the page already.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const words = data.words;
  const byId = (id) => document.getElementById(id);
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const INK = style("--ink"), FOCUS = style("--focus"), LINE = style("--line"), FAINT = style("--faint");
  const rows = (name) => data[name].rows.map((row) =>
    Object.fromEntries(data[name].columns.map((column, place) => [column, row[place]])));
  const cells = rows("cells"), pairs = rows("pairs"), months = rows("months");
  const names = data.names;
  const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (whole, key) => facts[key] ?? whole);

  // -- numbers and words ---------------------------------------------------------------------------

  const number = (value, digits = 0) => value === null || value === undefined ? words.none
    : new Intl.NumberFormat(data.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
      .format(value);
  const decimals = (values) => {
    const most = Math.max(0, ...values.filter((value) => value !== null));
    return most < 10 ? 2 : most < 1000 ? 1 : 0;
  };
  const month = (key, long = false) => {
    const [year, place] = key.split("-");
    return `${(long ? words.months_long : words.months_short).split(" ")[place - 1]} ${year}`;
  };
  const reason = (cell) => cell.why === "suppressed" ? fill(words.why_suppressed, cell)
    : words[`why_${cell.why}`] || words.why_other;
  const isWhole = (cell) => cell.months === cell.months_wanted;
  const groupName = (code) => words[code] || names[code];
  const inside = (text) => text.charAt(0).toLowerCase() + text.slice(1); // a word of ours within a sentence

  // -- what is chosen ------------------------------------------------------------------------------

  const choice = { area: data.focal, versus: "", category: "", span: "window" };

  const first = { ...choice };
  function readAddress() { // what an address does not name is as at the beginning
    Object.assign(choice, first);
    for (const [key, value] of new URLSearchParams(location.hash.slice(1))) if (Object.hasOwn(choice, key)) choice[key] = value;
    check();
  }
  function check() {
    if (!data.areas.includes(choice.area)) choice.area = data.focal;
    if (!data.spans.includes(choice.span)) choice.span = "window";
    if (!data.categories.includes(choice.category)) choice.category = "";
    const possible = data.comparators[choice.area];
    if (!possible.includes(choice.versus)) choice.versus = possible[0] || "";
  }
  function choose(changes) {
    Object.assign(choice, changes);
    check();
    history.pushState(null, "", `#${new URLSearchParams(choice)}`); // "back" takes a choice back
    show();
  }
  const cellOf = (area, span = choice.span, category = choice.category) =>
    cells.find((one) => one.area === area && one.span === span && one.category === category);
  const pairOf = () => pairs.find((one) => one.area === choice.area && one.comparator === choice.versus
    && one.span === choice.span && one.category === choice.category);
  function versusName() { // a group names its areas where they are few
    if (!words[choice.versus]) return names[choice.versus];
    const own = members().map((area) => names[area]);
    return inside(words[choice.versus]) + (own.length < 5 ? ` (${own.join(", ")})` : "");
  }
  const members = () => (pairOf()?.members || choice.versus).split(";");

  // -- drawing -------------------------------------------------------------------------------------

  function draw(tag, attributes, parent, text) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== undefined) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  }
  function sheet(id, width, height, label) {
    const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": label });
    const patterns = draw("defs", {}, svg);
    for (const [name, path] of [["small", "M-1 1 1-1M0 6 6 0M5 7 7 5"], ["cross", "M0 0 6 6M6 0 0 6"]]) {
      const hatch = draw("pattern", { id: `${id}-${name}`, width: 6, height: 6, patternUnits: "userSpaceOnUse" }, patterns);
      draw("rect", { width: 6, height: 6, fill: "#fff" }, hatch);
      draw("path", { d: path, stroke: LINE, "stroke-width": 1 }, hatch);
    }
    byId(id).replaceChildren(svg);
    return svg;
  }
  function shorten(text, room) { // about 6.6 units a letter
    const most = Math.max(4, Math.floor(room / 6.6));
    return text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text;
  }
  function ticksTo(most, steps = 5) {
    const raw = (most || 1) / steps, power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((part) => part * power).find((part) => part >= raw);
    return Array.from({ length: Math.ceil((most || 1) / step) + 1 }, (_, place) => place * step);
  }
  function pick(element, area, label) { // by pointer and by keyboard
    for (const [name, value] of [["role", "button"], ["tabindex", "0"], ["aria-label", label]]) element.setAttribute(name, value);
    element.setAttribute("aria-pressed", area === choice.area);
    element.dataset.area = area;
    const act = () => { // the drawing is made anew: the focus goes to the same area in it
      const view = element.closest("div[id]").id;
      choose({ area });
      document.querySelector(`#${view} [data-area="${area}"]`)?.focus();
    };
    element.addEventListener("click", act);
    element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); act(); }
    });
  }

  function showRates() {
    const shown = data.areas.map((area) => cellOf(area)).filter(Boolean);
    const rank = (cell) => cell.rate === null ? 2 : isWhole(cell) ? 0 : 1;
    shown.sort((one, other) => rank(one) - rank(other) || (other.rate ?? 0) - (one.rate ?? 0) || (one.area < other.area ? -1 : 1));
    const width = byId("rates").clientWidth < 520 ? 360 : 640, row = 30, left = width < 500 ? 118 : 190;
    const svg = sheet("rates", width, shown.length * row + 34, words.rates_alt);
    const high = Math.max(0, ...shown.map((cell) => cell.rate_high ?? cell.rate ?? 0));
    const ticks = ticksTo(high, width < 500 ? 3 : 5), scale = (value) => left + value / ticks.at(-1) * (width - left - 24);
    const digits = decimals(shown.map((cell) => cell.rate));
    for (const tick of ticks) {
      draw("line", { x1: scale(tick), x2: scale(tick), y1: 4, y2: shown.length * row + 6, stroke: tick ? FAINT : LINE }, svg);
      const tickDigits = Number.isInteger(ticks[1]) ? 0 : decimals(ticks);
      draw("text", { x: scale(tick), y: shown.length * row + 24, "text-anchor": "middle" }, svg, number(tick, tickDigits));
    }
    shown.forEach((cell, place) => {
      const y = place * row + row / 2 + 4, main = cell.area === choice.area, beside = members().includes(cell.area);
      const colour = main ? FOCUS : beside ? INK : LINE;
      const told = cell.rate === null ? reason(cell) : fill(words.rate_told, {
        rate: number(cell.rate, digits), low: number(cell.rate_low, digits), high: number(cell.rate_high, digits),
      }) + (isWhole(cell) ? "" : ` ${fill(words.incomplete, cell)}`);
      const group = draw("g", {}, svg);
      pick(group, cell.area, `${names[cell.area]}: ${told}`);
      draw("title", {}, group, `${names[cell.area]}: ${told}`);
      draw("rect", { x: 0, y: y - row / 2, width, height: row, fill: "transparent" }, group);
      const label = draw("text", { x: 0, y: y + 4.5 }, group, shorten(names[cell.area], left));
      if (main) label.setAttribute("class", "strong");
      if (cell.rate === null) {
        draw("text", { x: left + 6, y: y + 4.5 }, group, shorten(told, width - left - 10));
        return;
      }
      draw("line", { x1: scale(cell.rate_low), x2: scale(cell.rate_high), y1: y, y2: y, stroke: colour, "stroke-width": main ? 4 : 2.5 }, group);
      draw("circle", { cx: scale(cell.rate), cy: y, r: main ? 6 : 5, fill: isWhole(cell) ? colour : "#fff", stroke: colour, "stroke-width": 2 }, group);
    });
    const some = (test) => shown.some(test);
    key("rates-key", [
      [(svg) => { draw("line", { x1: 0, x2: 24, y1: 7, y2: 7, stroke: LINE, "stroke-width": 2.5 }, svg); draw("circle", { cx: 12, cy: 7, r: 5, fill: LINE }, svg); }, words.key_rate],
      some((cell) => cell.rate !== null && !isWhole(cell)) && [(svg) => draw("circle", { cx: 12, cy: 7, r: 5, fill: "#fff", stroke: LINE, "stroke-width": 2 }, svg), words.key_incomplete],
    ]);
  }

  function showTrend() {
    const chosen = [choice.area, ...members()].filter((area, place, all) => area && all.indexOf(area) === place).slice(0, 5);
    const yearly = choice.category !== "";
    const keys = yearly ? data.spans.filter((span) => span !== "window") : [...new Set(months.map((one) => one.month))].sort();
    const series = chosen.map((area) => keys.map((key) => yearly ? cellOf(area, key)
      : months.find((one) => one.area === area && one.month === key)));
    byId("trend-note").textContent = yearly ? words.trend_years : words.trend_months;
    const width = byId("trend").clientWidth < 520 ? 360 : 960, height = width < 500 ? 240 : 260, left = 44, right = width < 500 ? 14 : 170;
    const svg = sheet("trend", width, height, words.trend_alt), bottom = height - 30;
    const value = (one) => one?.incidents ?? null, most = Math.max(data.hideBelow, ...series.flat().map((one) => value(one) ?? 0));
    const ticks = ticksTo(most, 4).filter(Number.isInteger), y = (count) => bottom - count / ticks.at(-1) * (bottom - 12);
    const step = (width - left - right) / Math.max(1, keys.length - (yearly ? 0 : 1));
    const x = (place) => left + step * (place + (yearly ? 0.5 : 0));
    const within = keys.map((key) => data.periods[choice.span].includes(key.slice(0, 7)) || key === choice.span);
    if (within.includes(true) && !yearly) {
      const first = x(within.indexOf(true)), last = x(within.lastIndexOf(true));
      draw("rect", { x: first - step / 2, y: 8, width: last - first + step, height: bottom - 8, fill: "#eef2f6" }, svg);
    }
    for (const tick of ticks) {
      draw("line", { x1: left, x2: width - right, y1: y(tick), y2: y(tick), stroke: tick ? FAINT : LINE }, svg);
      draw("text", { x: left - 6, y: y(tick) + 4.5, "text-anchor": "end" }, svg, number(tick));
    }
    let free = -Infinity;
    keys.forEach((key, place) => {
      const text = yearly ? key : key.endsWith("-01") ? key.slice(0, 4) : "";
      if (text && x(place) - 16 > free) {
        draw("text", { x: x(place), y: bottom + 20, "text-anchor": "middle" }, svg, text);
        free = x(place) + 16;
      }
    });
    const dashes = ["", "6 3", "2 3", "8 3 2 3", "1 2"];
    const ends = [];
    series.forEach((line, number_) => {
      const main = number_ === 0, colour = main ? FOCUS : LINE, sure = (one) => one && value(one) !== null
        && (yearly ? isWhole(one) : one.complete && one.flag !== "provisional" && one.flag !== "partial");
      let path = "", open = false;
      line.forEach((one, place) => {
        if (sure(one)) { path += `${open ? "L" : "M"}${x(place).toFixed(1)} ${y(value(one)).toFixed(1)}`; open = true; } else open = false;
        if (one?.why === "suppressed") draw("rect", { x: x(place) - Math.max(2, step * 0.45), y: y(data.hideBelow - 1), width: Math.max(4, step * 0.9), height: bottom - y(data.hideBelow - 1), fill: "url(#trend-small)", stroke: LINE }, svg);
        if (one?.why === "complementary") draw("rect", { x: x(place) - Math.max(2, step * 0.45), y: 12, width: Math.max(4, step * 0.9), height: bottom - 12, fill: "url(#trend-cross)" }, svg);
      });
      draw("path", { d: path, fill: "none", stroke: colour, "stroke-width": main ? 2.5 : 1.5, "stroke-dasharray": dashes[number_], "stroke-linejoin": "round" }, svg);
      line.forEach((one, place) => {
        if (!one || value(one) === null) return;
        const alone = !sure(line[place - 1]) && !sure(line[place + 1]);
        if (!sure(one) || alone || yearly) draw("circle", { cx: x(place), cy: y(value(one)), r: 3.5, fill: sure(one) ? colour : "#fff", stroke: colour, "stroke-width": 1.5 }, svg);
      });
      const last = line.map(value).findLastIndex((one) => one !== null);
      if (last >= 0) ends.push({ main, y: y(value(line[last])), text: names[chosen[number_]] });
    });
    if (right > 100) {
      ends.sort((one, other) => one.y - other.y);
      ends.forEach((end, place) => { end.at = Math.max(end.y, place ? ends[place - 1].at + 17 : 14); });
      for (let place = ends.length - 1; place >= 0; place--) {
        ends[place].at = Math.min(ends[place].at, place === ends.length - 1 ? bottom : ends[place + 1].at - 17);
      }
      for (const end of ends) draw("text", { x: width - right + 10, y: end.at + 4.5, class: end.main ? "strong" : "" }, svg, shorten(end.text, right - 10));
    }
    const every = series.flat();
    key("trend-key", [
      ...chosen.map((area, place) => right > 100 ? null : [(one) => draw("line", { x1: 0, x2: 24, y1: 7, y2: 7, stroke: place ? LINE : FOCUS, "stroke-width": place ? 1.5 : 2.5, "stroke-dasharray": dashes[place] }, one), names[area]]),
      every.some((one) => one?.why === "suppressed") && [(one) => draw("rect", { width: 22, height: 13, fill: "url(#trend-small)", stroke: LINE }, one), fill(words.key_small, { high: data.hideBelow - 1 })],
      every.some((one) => one?.why === "complementary") && [(one) => draw("rect", { width: 22, height: 13, fill: "url(#trend-cross)", stroke: LINE }, one), words.key_complementary],
      every.some((one) => one && value(one) !== null && (yearly ? !isWhole(one) : !one.complete || one.flag === "provisional")) && [(one) => draw("circle", { cx: 12, cy: 7, r: 4, fill: "#fff", stroke: LINE, "stroke-width": 1.5 }, one), words.key_open],
      every.some((one) => !one || (value(one) === null && one.why !== "suppressed" && one.why !== "complementary")) && [null, words.key_gap],
    ]);
  }

  const SHADES = ["#dbe6ef", "#a9c3d8", "#6d97bb", "#12436d"];
  function showMap() {
    const svg = sheet("map", 300, 20 + 2.6 * data.mapHeight, words.map_alt);
    const known = data.areas.map((area) => cellOf(area)?.rate ?? null).filter((rate) => rate !== null).sort((a, b) => a - b);
    const limits = [0.25, 0.5, 0.75].map((part) => known[Math.floor(part * known.length)] ?? 0);
    const shade = (rate) => SHADES[limits.filter((limit) => rate >= limit).length];
    const group = draw("g", { transform: "translate(20 10) scale(2.6)" }, svg), main = [];
    for (const area of data.areas) {
      const cell = cellOf(area), hidden = cell?.why === "suppressed" ? "url(#map-small)" : cell?.why === "complementary" ? "url(#map-cross)" : "#fff";
      const told = !cell || cell.rate === null ? (cell ? reason(cell) : words.why_not_reported) : fill(words.rate_short, { rate: number(cell.rate, decimals(known)) });
      const shape = draw("path", { d: data.shapes[area], fill: cell && cell.rate !== null ? shade(cell.rate) : hidden, stroke: area === choice.area ? INK : "#fff", "stroke-width": area === choice.area ? 2 : 0.8 }, group);
      if (!cell || cell.rate === null) shape.setAttribute("stroke", area === choice.area ? INK : LINE);
      pick(shape, area, `${names[area]}: ${told}`);
      draw("title", {}, shape, `${names[area]}: ${told}`);
      if (area === choice.area) main.push(shape);
    }
    main.forEach((shape) => group.append(shape));
    const taken = [];
    for (const area of [choice.area, ...data.areas.filter((one) => one !== choice.area)]) {
      const [x, y] = data.middles[area].map((part) => part * 2.6), cell = cellOf(area);
      if (cell && cell.rate !== null && !isWhole(cell)) draw("circle", { cx: x + 20, cy: y - 12, r: 5, fill: "#fff", stroke: LINE, "stroke-width": 2 }, svg);
      const label = draw("text", { "text-anchor": "middle", "aria-hidden": "true", class: area === choice.area ? "label strong" : "label" }, svg);
      names[area].split(/ (.*)/, 2).forEach((line, place) => draw("tspan", { x: x + 20, y: y + 8 + 12 * place }, label, shorten(line, 90)));
      const box = label.getBBox(), meets = (one) => box.x + 8 < one.x + one.width && one.x + 8 < box.x + box.width && box.y < one.y + one.height && one.y < box.y + box.height;
      if (taken.some(meets)) label.remove(); else taken.push(box); // the row of rates names it all the same
    }
    const digits = decimals(known);
    key("map-key", [
      ...SHADES.map((colour, place) => known.length > 3 && [(one) => draw("rect", { width: 22, height: 13, fill: colour, stroke: LINE }, one),
        place === 0 ? `< ${number(limits[0], digits)}` : `≥ ${number(limits[place - 1], digits)}`]),
      data.areas.some((area) => cellOf(area) && cellOf(area).rate !== null && !isWhole(cellOf(area))) && [(one) => draw("circle", { cx: 12, cy: 7, r: 5, fill: "#fff", stroke: LINE, "stroke-width": 2 }, one), words.key_incomplete],
      data.areas.some((area) => cellOf(area)?.why === "suppressed") && [(one) => draw("rect", { width: 22, height: 13, fill: "url(#map-small)", stroke: LINE }, one), fill(words.key_small, { high: data.hideBelow - 1 })],
      data.areas.some((area) => cellOf(area)?.why === "complementary") && [(one) => draw("rect", { width: 22, height: 13, fill: "url(#map-cross)", stroke: LINE }, one), words.key_complementary],
      data.areas.some((area) => !cellOf(area) || cellOf(area).why === "not_reported") && [(one) => draw("rect", { width: 22, height: 13, fill: "#fff", stroke: LINE }, one), words.why_not_reported],
    ]);
  }

  function key(id, entries) {
    byId(id).replaceChildren(...entries.filter(Boolean).map(([paint, text]) => {
      const item = document.createElement("li");
      if (paint) { const svg = draw("svg", { viewBox: "0 0 24 14", "aria-hidden": "true" }, item); paint(svg); }
      item.append(text);
      return item;
    }));
  }

  // -- words and table -----------------------------------------------------------------------------

  function finding() {
    const pair = pairOf();
    if (!choice.versus) return fill(words.finding_alone, { area: names[choice.area] });
    const facts = { area: names[choice.area], versus: versusName(), category: inside(categoryName()), span: spanName() };
    if (!pair || pair.verdict === "not_comparable") return fill(words[`finding_${pair?.why || "incomplete"}`], facts);
    const ratio = number(pair.ratio, 2), low = number(pair.wide_low, 2), high = number(pair.wide_high, 2);
    const atLimit = pair.verdict === "higher" ? low : pair.verdict === "lower" ? high : "";
    const verdict = atLimit === number(1, 2) ? "limit" : pair.verdict;
    return fill(words[`finding_${verdict}`], { ...facts, ratio, low, high });
  }
  const categoryName = () => choice.category ? names[choice.category] : words.all_categories;
  const spanName = () => choice.span === "window" ? data.window : choice.span;
  const COLUMNS = ["area", "incidents", "rate", "rate_low", "rate_high", "months"];

  function tableRows() {
    return data.areas.map((area) => cellOf(area) || { area, months: 0, months_wanted: 0, incidents: null, shown: "", why: "not_reported", rate: null, rate_low: null, rate_high: null });
  }
  function showTable() {
    const shown = tableRows(), digits = decimals(shown.map((cell) => cell.rate));
    const table = byId("table").querySelector("tbody");
    byId("table").querySelector("caption").textContent = `${categoryName()}, ${spanName()}`;
    table.replaceChildren(...shown.map((cell) => {
      const line = document.createElement("tr");
      if (cell.area === choice.area) line.className = "strong";
      const texts = [names[cell.area], cell.shown || words.none, number(cell.rate, digits), number(cell.rate_low, digits), number(cell.rate_high, digits), `${cell.months}/${cell.months_wanted}`];
      texts.forEach((text, place) => {
        const box = document.createElement(place ? "td" : "th");
        if (!place) box.scope = "row";
        box.textContent = text;
        line.append(box);
      });
      return line;
    }));
  }
  function csv() {
    const quoted = (text) => {
      const plain = text === null || text === undefined ? "" : String(text);
      const safe = /^[=@\t\r]|^[+-](?![\d.,]*%?$)/.test(plain) ? `'${plain}` : plain;
      return /[",\n;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
    };
    const head = ["area", "name", "span", "category", "incidents", "shown", "why", "rate", "rate_low", "rate_high", "months", "months_wanted", ...(data.simulated ? ["simulated"] : [])];
    const lines = tableRows().map((cell) => [cell.area, names[cell.area], choice.span === "window" ? data.windowKey : choice.span, choice.category, cell.incidents, cell.shown, cell.why, cell.rate, cell.rate_low, cell.rate_high, cell.months, cell.months_wanted, ...(data.simulated ? ["true"] : [])]);
    return `\ufeff${[head, ...lines].map((line) => line.map(quoted).join(",")).join("\n")}\n`;
  }
  function save() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
    link.download = `insiden-${choice.span}-${choice.category || "semua"}.csv`.replace(/[^\w.-]/g, "-");
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // -- the whole -----------------------------------------------------------------------------------

  function options(id, entries, chosen) {
    byId(id).replaceChildren(...entries.map(([value, text]) => new Option(text, value, false, value === chosen)));
  }
  function show() {
    options("area", data.areas.map((area) => [area, names[area]]), choice.area);
    options("versus", data.comparators[choice.area].map((code) => [code, groupName(code)]), choice.versus);
    options("category", data.categories.map((code) => [code, code ? names[code] : words.all_categories]), choice.category);
    options("span", data.spans.map((span) => [span, span === "window" ? data.window : span]), choice.span);
    byId("finding").textContent = finding();
    byId("rates-title").textContent = fill(words.rates_title, { category: inside(categoryName()), span: spanName() });
    byId("trend-title").textContent = fill(words.trend_title, { category: inside(categoryName()) });
    byId("map-title").textContent = fill(words.map_title, { span: spanName() });
    showRates(); showTrend(); showMap(); showTable();
  }
  for (const id of ["area", "versus", "category", "span"]) byId(id).addEventListener("change", (event) => choose({ [id]: event.target.value }));
  byId("save").addEventListener("click", save);
  addEventListener("popstate", () => { readAddress(); show(); }); // also where the address is typed
  let waiting = 0;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(show, 150); });
  readAddress();
  show();
})();
