/**
 * Keep a login's secret in the LMS's own storage (LTI Client Side postMessages, Platform Storage).
 *
 * On the page between login and LMS, <a data-remember="SECRET" data-otherwise="…" href="…">: puts
 * the secret there and goes on to href, or to data-otherwise when nobody takes it. On the page of a
 * launch, <form data-prove>: gets it, forgets it there, and sends the form with what was found.
 * Both say where it is in data-frame, data-origin and data-key.
 *
 * Only data-origin, the origin of the LMS's authorization endpoint, is ever sent the secret, and
 * only its answers count: another page that frames us learns nothing and can't make us believe it.
 */

/** Canvas' mobile apps never answer, in milliseconds. */
const LONGEST_WAIT = 1500;
/** The LMS's frame may still be loading: ask again, in milliseconds. */
const ASK_AGAIN = 300;

/** A place in the LMS's page where texts are kept for us. */
class LmsStorage {
  /** @param {DOMStringMap} place its frame's name, origin and key */
  constructor({ frame, origin, key }) {
    this.frame = frame;
    this.origin = origin;
    this.key = key;
  }

  /** @param {string | null} value null takes the key away */
  put(value) {
    return this.ask("lti.put_data", { value });
  }

  /** @returns {Promise<string>} what was put */
  async get() {
    const { value } = await this.ask("lti.get_data", {});
    if (typeof value !== "string") throw new Error("Nothing is kept under this key.");
    return value;
  }

  /**
   * @param {string} subject
   * @param {object} fields
   * @returns {Promise<{value?: unknown}>} the answer; rejected when there is none in time
   */
  ask(subject, fields) {
    const id = newId();
    const message = { subject, message_id: id, key: this.key, ...fields };
    return new Promise((resolve, reject) => {
      const tries = window.setInterval(() => this.send(message), ASK_AGAIN);
      const end = () => {
        window.clearInterval(tries);
        window.clearTimeout(patience);
        window.removeEventListener("message", hear);
      };
      const patience = window.setTimeout(() => {
        end();
        reject(new Error("Nobody answered."));
      }, LONGEST_WAIT);
      const hear = (/** @type {MessageEvent} */ event) => {
        const answer = event.origin === this.origin ? read(event.data) : null;
        if (answer?.subject !== `${subject}.response` || answer.message_id !== id) return;
        end();
        if (answer.error) reject(new Error("The LMS keeps nothing for us."));
        else resolve(answer);
      };
      window.addEventListener("message", hear);
      this.send(message);
    });
  }

  /** @param {object} message */
  send(message) {
    this.window()?.postMessage(message, this.origin);
  }

  /** The window that keeps things: a frame beside ours, or the page around us. */
  window() {
    if (window.parent === window) return null;
    if (this.frame === "_parent") return window.parent;
    try {
      return window.parent.frames[this.frame] ?? window.parent;
    } catch {
      // There is no frame of this name, which a page of another site may not even be asked.
      return window.parent;
    }
  }
}

/** @returns {string} something no other page can guess; also where randomUUID is missing (http) */
function newId() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (one) => one.toString(36)).join("");
}

/** @param {unknown} data a message, as an object or as JSON text */
function read(data) {
  try {
    return typeof data === "string" ? JSON.parse(data) : data;
  } catch {
    return null;
  }
}

/** @param {HTMLAnchorElement} link */
async function remember(link) {
  try {
    await new LmsStorage(link.dataset).put(link.dataset.remember);
    window.location.replace(link.href);
  } catch {
    window.location.replace(link.dataset.otherwise);
  }
}

/** @param {HTMLFormElement} form */
async function prove(form) {
  const storage = new LmsStorage(form.dataset);
  try {
    form.elements.browser_secret.value = await storage.get();
    // Sent before the page goes; whether it is answered makes no difference to this launch.
    storage.put(null).catch(() => {});
  } catch {
    // Without a secret the launch is refused, with words that say what to do.
  }
  form.submit();
}

const link = document.querySelector("a[data-remember]");
const form = document.querySelector("form[data-prove]");
if (link) remember(link);
if (form) prove(form);
