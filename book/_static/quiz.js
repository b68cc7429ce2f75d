/* A quiz hides its feedback until the reader asks. Without this script all of it is shown. */
document.documentElement.classList.add("quiz-live");

document.addEventListener("DOMContentLoaded", () => {
  for (const quiz of document.querySelectorAll("fieldset.quiz")) {
    const button = quiz.querySelector(".quiz-check");
    const more = quiz.querySelector(".quiz-more");
    const options = [...quiz.querySelectorAll(".quiz-option")];
    const isChosen = (option) => option.querySelector("input").checked;
    const isRight = (option) => "right" in option.dataset;

    const begin = () => {
      options.forEach((option) => option.classList.remove("quiz-told"));
      more.textContent = "";
      button.disabled = !options.some(isChosen);
    };

    const tell = () => {
      const chosen = options.filter(isChosen);
      chosen.forEach((option) => option.classList.add("quiz-told"));
      const incomplete = chosen.every(isRight) && options.filter(isRight).length > chosen.length;
      more.textContent = incomplete ? more.dataset.words : "";
    };

    button.hidden = false;
    button.addEventListener("click", tell);
    quiz.addEventListener("change", begin);
    begin();
  }
});
