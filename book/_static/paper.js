/* Paper is white: a page that is read in the dark theme is printed in the light one, and comes back dark. */
(() => {
  let kept = null;

  const begin = () => {
    const page = document.documentElement.dataset;
    kept ??= page.theme;
    page.theme = "light";
  };

  const end = () => {
    if (kept !== null) {
      document.documentElement.dataset.theme = kept;
      kept = null;
    }
  };

  window.matchMedia("print").addEventListener("change", (media) => (media.matches ? begin() : end()));
  window.addEventListener("beforeprint", begin);
  window.addEventListener("afterprint", end);
})();
