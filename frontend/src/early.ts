// Runs before anything is painted, as a classic script: so no import, no export.
(() => {
  const chosen = localStorage.getItem("duco.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset["theme"] = chosen;
})();
