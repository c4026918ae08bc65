/**
 * Live inside an LMS's frame: tell the LMS how high the page is, and know whether there is a frame.
 *
 * Canvas listens to `lti.frameResize`; Moodle keeps its fixed height and scrolls (it ignores the
 * message). Nothing here is needed for the page to work.
 */

/** A change smaller than this is not worth a jump of the page around us, in pixels. */
const SMALLEST_CHANGE = 4;

/** @returns {boolean} whether another page frames this one */
function isFramed() {
  return window.parent !== window;
}

/** Tell the LMS the height whenever the content's height changes. */
function followHeight() {
  let told = 0;
  const tell = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (Math.abs(height - told) < SMALLEST_CHANGE) return;
    told = height;
    // To any origin: the height is no secret, and LMSs put frames within frames.
    window.parent.postMessage(JSON.stringify({ subject: "lti.frameResize", height }), "*");
  };
  new ResizeObserver(tell).observe(document.body);
  tell();
}

document.documentElement.dataset.framed = isFramed() ? "yes" : "no";
if (isFramed()) followHeight();
