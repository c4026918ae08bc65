// Answer lti.put_data and lti.get_data as Canvas does (its README, section 3): by origin, up to
// 500 keys and 4096 characters, each answer to who asked and to its origin alone.
const { storage, tool } = document.body.dataset;
const MOST_KEYS = 500;
const MOST_CHARACTERS = 4096;
const OURS = ["lti.put_data", "lti.get_data", "lti.capabilities"];

/** @type {Map<string, string>} */
const kept = new Map();

/** @param {unknown} data A message, as an object or as JSON text. */
function readMessage(data) {
  try {
    return typeof data === "string" ? JSON.parse(data) : data;
  } catch {
    return null;
  }
}

/** @param {string} code @param {string} message */
const error = (code, message) => ({ error: { code, message } });

/** @param {{key: string, value?: string | null}} message What to keep; null forgets. */
function put({ key, value }) {
  if (value === null || value === undefined) {
    kept.delete(key);
    return { key, value: null };
  }
  const others = [...kept].filter(([name]) => name !== key);
  const used = others.reduce((sum, [name, text]) => sum + name.length + text.length, 0);
  const isFull = others.length >= MOST_KEYS || used + key.length + `${value}`.length > MOST_CHARACTERS;
  if (storage === "exhausted" || isFull) {
    return error("storage_exhaustion", "Reached byte limit for tool");
  }
  kept.set(key, `${value}`);
  return { key, value };
}

/** @param {any} message @param {string} origin */
function answer(message, origin) {
  const { subject, key, message_id: id } = message;
  if (!OURS.includes(subject)) return error("unsupported_subject", "Unsupported subject");
  if (origin !== tool) return error("wrong_origin", "The tool is not at home there");
  if (subject === "lti.capabilities") {
    const frame = "post_message_forwarding";
    return { supported_messages: OURS.slice(0, 2).map((one) => ({ subject: one, frame })) };
  }
  if (!id) return error("bad_request", "Missing required 'message_id' field");
  if (!key) return error("bad_request", "Missing required 'key' field");
  return subject === "lti.put_data" ? put(message) : { key, value: kept.get(key) ?? null };
}

window.addEventListener("message", (event) => {
  const message = readMessage(event.data);
  if (typeof message?.subject !== "string" || message.subject.endsWith(".response")) return;
  if (storage === "silent" || !event.source) return;
  const head = { subject: `${message.subject}.response`, message_id: message.message_id };
  const told = answer(message, event.origin);
  event.source.postMessage({ ...head, ...told }, { targetOrigin: event.origin });
});
