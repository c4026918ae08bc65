// Give the framed tool the height it asks for (lti.frameResize, as Canvas listens to it), and go
// back to the course when our own page in the frame says that activities were chosen.
const frame = document.querySelector("iframe.tool");

/** @param {unknown} data A message, as an object or as JSON text. */
function readMessage(data) {
  try {
    return typeof data === "string" ? JSON.parse(data) : data;
  } catch {
    return null;
  }
}

window.addEventListener("message", (event) => {
  if (!frame || event.source !== frame.contentWindow) return;
  const message = readMessage(event.data);
  if (message?.subject === "practice.picked" && event.origin === location.origin) {
    location.assign(message.url);
    return;
  }
  const height = Number(message?.height);
  if (message?.subject !== "lti.frameResize" || !(height > 0)) return;
  frame.style.height = `${Math.min(height, 20000)}px`;
});
