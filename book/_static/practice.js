// A notebook runs in the browser only when the book comes from a server: in a book opened from a folder, words stand where the
// link would lead to an empty page.
document.addEventListener("DOMContentLoaded", () => {
  if (location.protocol !== "file:") return;
  for (const link of document.querySelectorAll("a.practice:not([href*='://'])")) {
    link.replaceWith("Practise in the browser, once this folder is served (python -m http.server)");
  }
});
