/**
 * Save a draft while somebody writes, and say truthfully whether it is safe.
 *
 * For each <form data-autosave data-autosave-url="…" autocomplete="off">: posts the form's fields
 * within five seconds of a change, when a box is left and when the page is put away, with the
 * visit's proof in the header X-Visit-Key (from the hidden field visit_key).
 *
 * The address answers 200 with {"version": number}, which goes into the hidden field `version`;
 * 409 (problem+json) when the text was handed in, or another window has saved newer text, as its
 * `code` tells; any other 4xx but 408 and 429 when this page can no longer save. Everything else,
 * and no answer at all, is tried again. The words are the data-words-* attributes of
 * [data-save-state], so that they are translated.
 */

/** Longest time a change waits to be sent while the connection works, in milliseconds. */
const WAIT = 4000;
const LONGEST_RETRY = 60000;
const LONGEST_ANSWER = 20000;
/** Browsers refuse a request that outlives its page above 64 KiB. */
const LARGEST_KEEPALIVE = 60000;
/** A screen reader hears "Saved" at most this often, trouble and its end at once. */
const BETWEEN_SPOKEN = 60000;

const HANDED_IN = "submissions.handed-in";

/** @typedef {"saving" | "saved" | "unsaved" | "offline"} OpenState */
/** @typedef {OpenState | "conflict" | "handed-in" | "closed"} SaveState */

/** Shows and speaks one form's save state. */
class SaveLine {
  /** @param {HTMLElement} place the [data-save-state] element */
  constructor(place) {
    this.place = place;
    this.seen = place.querySelector("[data-save-seen]");
    this.spoken = place.querySelector("[data-save-spoken]");
    /** @type {SaveState | ""} */
    this.lastSpoken = "";
    this.spokenAt = -Infinity;
  }

  /** @param {SaveState} state */
  show(state) {
    const clock = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" });
    const words = this.place.getAttribute(`data-words-${state}`);
    this.place.dataset.saveState = state;
    this.seen.textContent = words.replace("{time}", clock.format(new Date()));
    if (this.isNews(state)) this.speak(state);
  }

  /** @param {SaveState} state */
  isNews(state) {
    if (state === "saving" || state === "unsaved") return false;
    if (state !== this.lastSpoken) return true;
    return state === "saved" && performance.now() - this.spokenAt > BETWEEN_SPOKEN;
  }

  /** @param {SaveState} state */
  speak(state) {
    this.spoken.textContent = this.seen.textContent;
    this.lastSpoken = state;
    this.spokenAt = performance.now();
  }
}

/** One form whose draft is kept safe: one request at a time, the newest text last. */
class Draft {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.line = new SaveLine(form.querySelector("[data-save-state]"));
    this.isChanged = false;
    this.isOver = false;
    this.timer = 0;
    this.pause = WAIT;
    /** @type {Promise<void> | null} */
    this.underWay = null;
  }

  listen() {
    this.form.addEventListener("input", () => this.change());
    this.form.addEventListener("focusout", () => this.save());
    this.form.addEventListener("submit", (event) => this.submit(event));
    document.addEventListener("visibilitychange", () => this.save());
    window.addEventListener("online", () => this.save());
    window.addEventListener("beforeunload", (event) => {
      if (this.isChanged) event.preventDefault();
    });
    if (this.hasEarlyWords()) this.change();
  }

  /** Whether somebody wrote before this script came, as over a slow line: nobody told us then. */
  hasEarlyWords() {
    return [...this.form.querySelectorAll("textarea")].some((box) => box.value !== box.defaultValue);
  }

  change() {
    this.isChanged = true;
    if (this.isOver) return;
    // While offline the line goes on saying so; it is what the writer needs to know.
    if (this.line.place.dataset.saveState !== "offline") this.line.show("unsaved");
    this.saveIn(this.pause);
  }

  /** @param {number} milliseconds */
  saveIn(milliseconds) {
    this.timer ||= window.setTimeout(() => this.save(), milliseconds);
  }

  save() {
    if (!this.isChanged || this.isOver || this.underWay) return;
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.isChanged = false;
    this.underWay = this.post().finally(() => {
      this.underWay = null;
      if (this.isChanged && !this.isOver) this.saveIn(this.pause);
    });
  }

  async post() {
    this.line.show("saving");
    const body = new URLSearchParams(new FormData(this.form));
    try {
      const answer = await fetch(this.form.dataset.autosaveUrl, {
        method: "POST",
        headers: { Accept: "application/json", "X-Visit-Key": this.form.elements.visit_key.value },
        body,
        keepalive: body.toString().length < LARGEST_KEEPALIVE,
        signal: AbortSignal.timeout(LONGEST_ANSWER),
      });
      await this.heed(answer);
    } catch {
      this.tryAgain();
    }
  }

  /** @param {Response} answer */
  async heed(answer) {
    if (answer.ok) {
      this.form.elements.version.value = (await answer.json()).version;
      this.pause = WAIT;
      this.line.show(this.isChanged ? "unsaved" : "saved");
    } else if (answer.status === 409) {
      this.end((await answer.json()).code === HANDED_IN ? "handed-in" : "conflict");
    } else if (answer.status < 500 && answer.status !== 408 && answer.status !== 429) {
      this.end("closed");
    } else {
      this.tryAgain();
    }
  }

  tryAgain() {
    this.isChanged = true;
    this.pause = Math.min(this.pause * 2, LONGEST_RETRY);
    this.line.show("offline");
  }

  /** @param {SaveState} state why nothing more is saved from here; the text stays in its box */
  end(state) {
    this.isChanged = true;
    this.isOver = true;
    this.line.show(state);
  }

  /**
   * Let a save that is under way finish first: it changes the version the form will send.
   *
   * @param {SubmitEvent} event
   */
  async submit(event) {
    window.clearTimeout(this.timer);
    if (this.underWay) {
      event.preventDefault();
      await this.underWay;
      this.form.requestSubmit(event.submitter);
    } else {
      this.isChanged = false;
    }
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) new Draft(form).listen();
