"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const one = (query) => document.querySelector(query);
  const all = (query) => [...document.querySelectorAll(query)];
  const place = new Map(data.countries.map((country, at) => [country.code, at]));
  const chips = new Map(data.chips.map((chip) => [chip.id, chip]));
  const words = Object.fromEntries(data.words);
  const form = one("form.bar");
  const [chipField, countryField, directionField, textField] =
    ["chip", "country", "direction", "text"].map((name) => document.getElementById("f-" + name));
  const pressed = { change: null, tiers: null };
  let shown = data.chips[0];
  let focus = "";

  document.documentElement.classList.add("js");

  const tierOf = (side, at) => shown.tiers[shown[side][at]];

  function paint() {
    for (const use of all(".map use")) {
      const at = place.get(use.dataset.c);
      const map = use.closest("svg").dataset.map;
      const change = shown.change[at];
      const tier = map === "change" ? null : shown[map][at];
      use.setAttribute("class", map === "change" ? `c-${change}` : "");
      if (map !== "change") {
        use.setAttribute("fill", shown.colors[tier]);
      }
      const off = map === "change"
        ? pressed.change !== null && pressed.change !== change
        : pressed.tiers !== null && pressed.tiers !== String(tier);
      use.classList.toggle("dim", off);
      use.classList.toggle("here", use.dataset.c === focus);
    }
    for (const link of all(".chart a")) {
      link.classList.toggle("here", link.dataset.chip === chipField.value);
    }
  }

  function keys() {
    const count = (side, tier) => shown[side].filter((t) => t === tier).length;
    const list = document.getElementById("key-tiers");
    list.replaceChildren(...shown.tiers.map((tier, at) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      const swatch = document.createElement("span");
      swatch.className = "swatch";
      swatch.style.background = shown.colors[at];
      button.type = "button";
      button.dataset.k = String(at);
      const says = `${at + 1}. ${tier} (${count("before", at)} before, ${count("after", at)} after)`;
      button.append(swatch, document.createTextNode(says));
      item.append(button);
      return item;
    }));
    for (const [name, id] of [["change", "key-change"], ["tiers", "key-tiers"]]) {
      for (const button of all(`#${id} button`)) {
        button.setAttribute("aria-pressed", String(pressed[name] === button.dataset.k));
      }
    }
  }

  function press(name, value) {
    pressed[name] = pressed[name] === value ? null : value;
    for (const button of all(`#key-${name} button`)) {
      button.setAttribute("aria-pressed", String(pressed[name] === button.dataset.k));
    }
    paint();
  }

  function tables() {
    for (const id of ["map-chip", "tiers-chip", "table-chip"]) {
      document.getElementById(id).textContent = shown.name;
    }
    const moves = new Map();
    data.countries.forEach((country, at) => {
      const move = `${shown.before[at]} ${shown.after[at]}`;
      moves.set(move, [...(moves.get(move) || []), at]);
    });
    const pairs = [...moves.values()].sort(([a], [b]) =>
      shown.before[a] - shown.before[b] || shown.after[a] - shown.after[b]);
    document.getElementById("by-tier").replaceChildren(...pairs.map((places) => {
      const row = document.createElement("tr");
      const [at] = places;
      const texts = [tierOf("before", at), tierOf("after", at), words[shown.change[at]],
        places.map((place) => data.countries[place].name).join(", ")];
      row.append(...texts.map((text, column) => {
        const cell = document.createElement(column === 0 ? "th" : "td");
        if (column === 0) {
          cell.scope = "row";
        }
        cell.textContent = text;
        return cell;
      }));
      return row;
    }));
    for (const row of all("#countries tr")) {
      const at = place.get(row.dataset.c);
      const cells = row.children;
      cells[1].textContent = tierOf("before", at);
      cells[2].textContent = tierOf("after", at);
      cells[3].textContent = words[shown.change[at]];
    }
  }

  function card() {
    const box = document.getElementById("card");
    if (!place.has(focus)) {
      box.textContent = "No country chosen.";
      return;
    }
    const at = place.get(focus);
    const title = document.createElement("strong");
    title.textContent = `${data.countries[at].name}, ${shown.name}: ${words[shown.change[at]]}`;
    const list = document.createElement("dl");
    for (const side of ["before", "after"]) {
      const [term, says] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = side;
      says.textContent = tierOf(side, at);
      list.append(term, says);
    }
    box.replaceChildren(title, list);
  }

  function filter() {
    const [chip, country, direction] = [chipField.value, countryField.value, directionField.value];
    const text = textField.value.trim().toLowerCase();
    let visible = 0;
    const changes = all(".change");
    for (const change of changes) {
      const { places, chips: of, direction: way } = change.dataset;
      const group = change.closest(".group").querySelector("h3").textContent;
      const fits = (!chip || of.split(" ").includes(chip))
        && (!country || places === "*" || places.split(" ").includes(country))
        && (!direction || way === direction)
        && (!text || (group + " " + change.textContent).toLowerCase().includes(text));
      change.hidden = !fits;
      // Other duties are filtered alike and are no changes of an answer.
      visible += fits && !("duty" in change.dataset) ? 1 : 0;
    }
    for (const group of all(".group")) {
      group.hidden = !group.querySelector(".change:not([hidden])");
    }
    let orders = "";
    const rows = all("#orders tbody tr");
    if (rows.length) {
      for (const row of rows) {
        row.hidden = Boolean((text && !row.textContent.toLowerCase().includes(text))
          || (chip && row.dataset.chip !== chip) || (country && row.dataset.place !== country));
      }
      orders = `; ${rows.filter((row) => !row.hidden).length} of ${rows.length} orders`;
    }
    document.getElementById("status").textContent =
      `${visible} of ${changes.filter((c) => !("duty" in c.dataset)).length} changes shown${orders}`;
  }

  function choose(code) {
    countryField.value = code;
    focus = code;
    update();
  }

  function update() {
    if (shown) {
      const next = chips.get(chipField.value) || data.chips[0];
      if (next !== shown) {
        shown = next;
        pressed.tiers = null;
      }
      if (countryField.value) {
        focus = countryField.value;
      }
      keys();
      paint();
      tables();
      card();
    }
    filter();
  }

  function tip(event, code) {
    const box = document.getElementById("tip");
    if (!place.has(code)) {
      box.style.display = "none";
      return;
    }
    const at = place.get(code);
    box.textContent = "";
    const name = document.createElement("strong");
    name.textContent = data.countries[at].name;
    box.append(name);
    for (const side of ["before", "after"]) {
      const line = document.createElement("div");
      line.textContent = `${side}: ${tierOf(side, at)}`;
      box.append(line);
    }
    box.style.display = "block";
    const left = Math.min(event.clientX + 14, window.innerWidth - box.offsetWidth - 8);
    const below = event.clientY + 14 + box.offsetHeight < window.innerHeight;
    box.style.left = `${Math.max(8, left)}px`;
    box.style.top = `${below ? event.clientY + 14 : event.clientY - box.offsetHeight - 10}px`;
  }

  // The country that lies nearest in the direction of an arrow key.
  function neighbor(code, [dx, dy]) {
    const from = place.has(code) ? data.countries[place.get(code)].at : null;
    if (!from) {
      return "US";
    }
    let best = code;
    let least = Infinity;
    for (const { code: other, at } of data.countries) {
      if (!at || other === code) {
        continue;
      }
      const [x, y] = [at[0] - from[0], at[1] - from[1]];
      const along = x * dx + y * dy;
      const aside = Math.abs(x * dy) + Math.abs(y * dx);
      const cost = along + 2.5 * aside;
      if (along > 0 && aside < 2 * along && cost < least) {
        [best, least] = [other, cost];
      }
    }
    return best;
  }

  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  for (const map of all(".map")) {
    const code = (event) => event.target.dataset ? event.target.dataset.c || "" : "";
    map.addEventListener("pointermove", (event) => tip(event, code(event)));
    map.addEventListener("pointerleave", (event) => tip(event, ""));
    map.addEventListener("click", (event) => {
      const clicked = code(event);
      choose(clicked === countryField.value ? "" : clicked);
    });
    map.addEventListener("keydown", (event) => {
      if (arrows[event.key]) {
        focus = neighbor(focus, arrows[event.key]);
        paint();
        card();
      } else if (event.key === "Enter" && focus) {
        choose(focus);
      } else if (event.key === "Escape") {
        choose("");
      } else {
        return;
      }
      event.preventDefault();
    });
  }
  for (const name of ["change", "tiers"]) {
    const list = document.getElementById(`key-${name}`);
    list?.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) {
        press(name, button.dataset.k);
      }
    });
  }
  for (const link of all(".chart a")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      chipField.value = chipField.value === link.dataset.chip ? "" : link.dataset.chip;
      update();
    });
  }
  form.addEventListener("input", () => {
    if (!countryField.value) {
      focus = "";
    }
    update();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    focus = "";
    setTimeout(update);
  });
  // On paper everything is open.
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    closed.forEach((details) => { details.open = true; });
  });
  window.addEventListener("afterprint", () => closed.forEach((details) => { details.open = false; }));
  update();
})();
