// A run's page follows the run; without script, it is loaded again.
"use strict";
(() => {
  const said = document.getElementById("said");
  const WAIT = 2000;
  let told = "";
  let failed = 0;

  const page = () => document.getElementById("run");

  // What has changed is read out by tenths and by states, not with every rehearsal.
  const tell = () => {
    const { state, percent } = page().dataset;
    const tenth = Math.floor(Number(percent) / 10) * 10;
    const now = state === "running" ? "The run is at " + tenth + " percent." : "The run is " + state + ".";
    if (now !== told) said.textContent = told = now;
  };

  const look = async () => {
    if (document.hidden) return again();
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (answer.redirected || answer.status === 404) return location.reload();
      const read = new DOMParser().parseFromString(await answer.text(), "text/html");
      const there = read.getElementById("run");
      if (!there) throw new Error("no run");
      failed = 0;
      const at = page().contains(document.activeElement) ? document.activeElement.id : null;
      document.title = read.title;
      page().replaceWith(there);
      if (at !== null) (document.getElementById(at) || there.querySelector("h1")).focus();
      tell();
    } catch {
      failed += 1;
      said.textContent = told = "The desk does not answer; the page looks again.";
    }
    if (page().dataset.open === "true") again();
  };

  const again = () => setTimeout(look, WAIT * Math.min(1 + failed, 15));
  tell();
  again();
})();
