/**
 * Keep the word count under a box true while somebody writes.
 *
 * Counts as the server does when the text is handed in: what stands between blanks is a word.
 */

/**
 * @param {string} text
 * @returns {number}
 */
export function countWords(text) {
  return text.split(/\s+/u).filter(Boolean).length;
}

/** @param {HTMLElement} line the sentence with the count; `data-words-of` names its box */
function follow(line) {
  const box = document.getElementById(line.dataset.wordsOf);
  const show = () => {
    line.textContent = line.dataset.wordsText.replace("{count}", String(countWords(box.value)));
  };
  box.addEventListener("input", show);
  show();
}

document.querySelectorAll("[data-words-of]").forEach(follow);
