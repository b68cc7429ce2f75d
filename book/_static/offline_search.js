/* Search shows a piece of each page it finds, and fetches the page for it. A browser refuses that to a page opened from a folder. */
if (window.location.protocol === "file:") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}
