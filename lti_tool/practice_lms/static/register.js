// Leave when the tool says that it is done (org.imsglobal.lti.close; Dynamic Registration 1.0, 3.7).
const frame = document.querySelector("iframe[data-done]");

window.addEventListener("message", (event) => {
  if (!frame || event.source !== frame.contentWindow) return;
  if (event.data?.subject === "org.imsglobal.lti.close") location.assign(frame.dataset.done);
});
