/* A formula or a table that is wider than its column scrolls by itself; the keyboard must be able to reach it then. */
document.addEventListener("DOMContentLoaded", () => {
  const parts = [...document.querySelectorAll("article div.math, article .pst-scrollable-table-container")];

  const update = () => {
    parts.forEach((part, place) => {
      if (part.scrollWidth > part.clientWidth) {
        part.tabIndex = 0;
        part.setAttribute("role", "region");
        part.setAttribute("aria-label", `Wide part ${place + 1}, scrolls sideways`);
      } else {
        for (const name of ["tabindex", "role", "aria-label"]) {
          part.removeAttribute(name);
        }
      }
    });
  };

  window.addEventListener("resize", update);
  document.fonts.ready.then(update);
  update();
});
