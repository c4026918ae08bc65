/**
 * Let a file be dropped anywhere on the form, and say which one was taken.
 *
 * Nothing here is needed: without it the file is chosen with the button, as always. The file is
 * only put into the form; it leaves this computer when the form is sent.
 */

const form = document.querySelector("[data-drop]");
const field = form.querySelector("input[type=file]");
const spoken = form.querySelector("[data-drop-spoken]");

/** @param {boolean} isOver whether a file is held over the form */
function mark(isOver) {
  form.classList.toggle("drop-over", isOver);
}

function tell() {
  const name = field.files[0]?.name;
  spoken.textContent = name ? spoken.dataset.wordsChosen.replace("{name}", name) : "";
}

form.addEventListener("dragover", (event) => {
  event.preventDefault();
  mark(true);
});
form.addEventListener("dragleave", (event) => {
  if (!form.contains(event.relatedTarget)) mark(false);
});
form.addEventListener("drop", (event) => {
  event.preventDefault();
  mark(false);
  if (event.dataTransfer.files.length === 0) return;
  field.files = event.dataTransfer.files;
  tell();
});
// A file dropped beside the form would replace the page, and what was typed would be gone.
for (const kind of ["dragover", "drop"]) {
  window.addEventListener(kind, (event) => event.preventDefault());
}
field.addEventListener("change", tell);
form.querySelector("[data-drop-hint]").hidden = false;
