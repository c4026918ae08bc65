/**
 * Put a button beside each <input data-copy data-copy-label="Copy" data-copied-label="Copied"> that
 * copies what stands in it. Without this script the box can be selected and copied by hand.
 */

/** @param {HTMLInputElement} box the box to copy from */
function offerCopy(box) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button-quiet button-small";
  button.textContent = box.dataset.copyLabel;
  button.setAttribute("aria-live", "polite");
  button.setAttribute("aria-describedby", `${box.id}-label`);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(box.value);
      button.textContent = box.dataset.copiedLabel;
    } catch {
      // The browser does not let us: select it, so that one key is left to press.
      box.select();
    }
  });
  box.after(button);
}

// Only pages that browsers call secure may copy; elsewhere the button would do nothing.
if (navigator.clipboard) document.querySelectorAll("input[data-copy]").forEach(offerCopy);
