// Sorts and filters the table of findings. The state stands in the address: #sort=rule&filter=word
"use strict";
(() => {
  const table = document.getElementById("table");
  const form = document.getElementById("filter");
  if (!table || !form) return;
  document.documentElement.classList.add("script");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const names = heads.map((th) => th.dataset.name);
  const rows = [...body.rows].map((tr, at) => ({ tr, at, hidden: false }));
  const count = document.getElementById("count");
  const fields = ["filter", "severity", "rule", "drug"];
  const state = { sort: "", dir: "up", filter: "", severity: "", rule: "", drug: "" };
  const alphabet = new Intl.Collator("en", { numeric: true });
  let sorted = ""; // how the rows stand now

  // What is read of a row is read once, and only when it is asked for: most readers only scroll.
  const sheet = (row) => (row.sheet ??= document.getElementById(row.tr.querySelector("a").hash.slice(1)));
  const cells = (row) => (row.cells ??= [...row.tr.cells].map((td) => td.textContent));
  const text = (row) => (row.text ??= `${cells(row).join(" ")} ${sheet(row).querySelector("p").textContent}`.toLowerCase());

  const order = (a, b) => {
    const n = names.indexOf(state.sort);
    if (n < 0) return a.at - b.at;
    const [v, w] = [a.tr.cells[n].dataset.v, b.tr.cells[n].dataset.v];
    let by;
    if (v === undefined) by = alphabet.compare(cells(a)[n], cells(b)[n]);
    else if (v === "" || w === "") return (v === "") - (w === "") || a.at - b.at; // nothing measured: last
    else by = v - w;
    return (state.dir === "down" ? -by : by) || a.at - b.at;
  };
  const fits = (row, words) =>
    words.every((w) => text(row).includes(w)) &&
    ["severity", "rule", "drug"].every((k) => !state[k] || cells(row)[names.indexOf(k)] === state[k]);
  const show = () => {
    const words = state.filter.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const hidden = !fits(row, words);
      if (hidden !== row.hidden) {
        row.hidden = row.tr.hidden = sheet(row).hidden = hidden; // paper shows what the table shows
      }
      if (!hidden) shown += 1;
    }
    const wanted = `${state.sort} ${state.sort && state.dir}`;
    if (wanted.trim() !== sorted) {
      body.append(...[...rows].sort(order).map((row) => row.tr));
      sorted = wanted.trim();
    }
    heads.forEach((th, n) => {
      const mine = names[n] === state.sort;
      th.setAttribute("aria-sort", mine ? (state.dir === "down" ? "descending" : "ascending") : "none");
    });
    count.textContent = `${shown} of ${rows.length} findings`;
  };
  const keep = () => {
    const said = new URLSearchParams(Object.entries(state).filter(([k, v]) => v && !(k === "dir" && v === "up")));
    history.replaceState(null, "", `#${said.toString() || "findings"}`);
  };
  const read = () => {
    const hash = location.hash.slice(1);
    if (!hash.includes("=")) {
      const aim = document.getElementById(hash);
      if (aim && aim.tagName === "ARTICLE") { // a finding that the filter hides is shown all the same
        const row = rows.find((one) => sheet(one) === aim);
        if (row) row.hidden = row.tr.hidden = aim.hidden = false;
        aim.scrollIntoView();
        aim.focus({ preventScroll: true });
      }
      return;
    }
    const said = new URLSearchParams(hash);
    for (const name of Object.keys(state)) state[name] = said.get(name) || (name === "dir" ? "up" : "");
    for (const name of fields) form.elements[name].value = state[name];
    show();
  };

  heads.forEach((th, n) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = th.textContent;
    button.addEventListener("click", () => {
      state.dir = state.sort === names[n] && state.dir === "up" ? "down" : "up";
      state.sort = names[n];
      show();
      keep();
    });
    th.replaceChildren(button);
  });
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      for (const name of fields) state[name] = form.elements[name].value;
      show();
      keep();
    }, 120);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    for (const name of fields) state[name] = "";
    show();
    keep();
  });
  window.addEventListener("hashchange", read);
  show();
  read();
})();
