// The answer follows the form as it is filled in; without script, the button asks.
"use strict";
(() => {
  const form = document.getElementById("ask");
  const page = form && form.closest(".ask");
  if (!form || !page) return;
  const WAIT = 350;
  let timer = 0;
  let asking = null;

  const address = () => {
    const given = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (String(value).trim() !== "") given.append(name, value);
    }
    return given;
  };

  const replace = (id, from) => {
    const here = document.getElementById(id);
    const there = from.getElementById(id);
    if (!here || !there) return;
    here.className = there.className;
    here.replaceChildren(...there.childNodes);
  };

  // Fields that the answer turns on are added; what is there stays, for somebody may be in it.
  const add = (from) => {
    const here = document.getElementById("asked");
    const fields = here.querySelector(".fields");
    for (const field of from.querySelectorAll("#asked [data-extra]")) {
      const path = field.dataset.extra;
      if (!document.getElementById("f-" + path)) fields.append(field);
    }
    here.hidden = fields.childElementCount === 0;
  };

  const faults = () => {
    for (const place of form.querySelectorAll(".wrong")) place.textContent = "";
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    for (const fault of page.querySelectorAll("[data-fault]")) {
      const path = fault.dataset.fault;
      const place = document.getElementById("e-" + path);
      const field = document.getElementById("f-" + path);
      if (place) place.textContent += fault.querySelector("span").textContent + " ";
      if (field) field.setAttribute("aria-invalid", "true");
    }
  };

  const ask = async () => {
    if (asking) asking.abort();
    asking = new AbortController();
    const given = address();
    history.replaceState(null, "", "/ask?" + given);
    given.append("part", "1");
    page.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch("/ask?" + given, { signal: asking.signal, headers: { accept: "text/html" } });
      if (answer.redirected) return location.reload();
      const text = await answer.text();
      const read = new DOMParser().parseFromString(text, "text/html");
      if (!read.getElementById("verdict")) throw new Error(answer.statusText || "no answer");
      replace("verdict", read);
      replace("why", read);
      add(read);
      faults();
      page.removeAttribute("aria-busy");
    } catch (error) {
      if (error.name === "AbortError") return;
      page.removeAttribute("aria-busy");
      document.getElementById("verdict").textContent = "No answer: " + error.message + ". Press Ask to try again.";
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  // A link to a field opens what it is folded in.
  page.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#f-"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: "center" });
  });
})();
