// One feature phone: four views (home, inbox, compose, ussd) and what the keys do in each.
import { segments } from "./segments.js";
import { randomId } from "./network.js";
import { MultiTap, rubOut } from "./multitap.js";

const POLL_MS = 1200;
const THREAD_LIMIT = 200;

export class Phone {
  /**
   * @param {HTMLElement} unit a copy of the phone template, already in the page
   * @param {import('./network.js').Network} network
   * @param {object} words texts of the page by key, its language and the USSD code
   * @param {string} number as a person writes it
   */
  constructor(unit, network, words, number) {
    this.unit = unit;
    this.network = network;
    this.words = words;
    this.taps = new MultiTap();
    this.dialled = "";
    this.last = 0;
    this.unread = 0;
    this.session = null;
    this.sent = new Map();
    this.input = this.find(".number input");
    this.input.value = number;
    this.#wire();
    this.show("home");
    this.#tick();
    this.clock = setInterval(() => this.#tick(), 10_000);
    this.#poll();
  }

  find(selector) { return this.unit.querySelector(selector); }

  get number() { return `+${this.input.value.replace(/\D/g, "").replace(/^0/, "84")}`; }

  remove() {
    clearInterval(this.clock);
    clearTimeout(this.timer);
    this.unit.remove();
  }

  /** Write a text into the phone and stop before sending, or dial a code. */
  async example(kind, text) {
    if (kind === "ussd") return this.dial(text);
    if (this.session) await this.hangUp();
    this.show("compose");
    this.draft.value = text;
    this.#count();
    this.draft.focus();
  }

  show(name) {
    this.view = name;
    for (const view of this.unit.querySelectorAll(".view")) view.hidden = !view.classList.contains(name);
    this.taps.rest();
    if (name === "inbox") this.#read();
    if (name === "compose") this.draft.focus();
    if (name === "home") this.#home();
    this.#labels();
  }

  // ---- keys ----------------------------------------------------------------------------------------------------

  #wire() {
    this.draft = this.find(".draft");
    this.answer = this.find(".ussd-input");
    this.thread = this.find(".thread");
    for (const button of this.unit.querySelectorAll("[data-key]")) {
      button.addEventListener("click", () => this.key(button.dataset.key));
    }
    for (const button of this.unit.querySelectorAll("[data-act]")) {
      button.addEventListener("click", () => this.act(button.dataset.act));
    }
    // A press of a phone key must not take the caret out of the text.
    this.find(".keys").addEventListener("pointerdown", (event) => event.preventDefault());
    this.find(".screen").addEventListener("keydown", (event) => this.#typed(event));
    this.draft.addEventListener("input", () => { this.#count(); this.#labels(); });
    this.answer.addEventListener("input", () => this.#labels());
    this.input.addEventListener("change", () => this.#changeNumber());
    this.find(".screen").tabIndex = 0;
  }

  key(key) {
    if (this.view === "home") return this.#dialKey(key);
    if (this.view === "inbox") return undefined;
    const field = this.view === "compose" ? this.draft : this.answer;
    field.focus();
    if (this.view === "ussd") return insertPlain(field, key);
    if (key === "#") {
      this.taps.nextMode();
      return this.#labels();
    }
    return this.taps.press(key, field);
  }

  act(name) {
    if (name === "end") return this.hangUp();
    if (name === "up" || name === "down") return this.#scroll(name === "up" ? -60 : 60);
    const keys = this.#softKeys();
    if (name === "call") return this.view === "home" && this.dialled ? this.dial(this.dialled) : keys.left.run();
    return (name === "right" ? keys.right : keys.left).run();
  }

  #softKeys() {
    const words = this.words;
    const key = (label, run) => ({ label, run });
    const sets = {
      home: () => this.dialled
        ? [key(words.sim_dial_key, () => this.dial(this.dialled)), key(words.sim_erase, () => this.#eraseDialled())]
        : [key(words.sim_inbox, () => this.show("inbox")), key(words.sim_write, () => this.show("compose"))],
      inbox: () => [key(words.sim_write, () => this.show("compose")), key(words.sim_back, () => this.show("home"))],
      compose: () => [
        key(words.sim_send, () => this.send()),
        this.draft.value ? key(words.sim_erase, () => rubOut(this.draft)) : key(words.sim_back, () => this.show("inbox")),
      ],
      ussd: () => this.session?.open
        ? [key(words.sim_send, () => this.step()), key(words.sim_end, () => this.hangUp())]
        : [key("OK", () => this.show("home")), key(words.sim_inbox, () => this.show("inbox"))],
    };
    const [left, right] = sets[this.view]();
    return { left, right };
  }

  #labels() {
    const { left, right } = this.#softKeys();
    this.find(".soft-labels .left").textContent = left.label;
    this.find(".soft-labels .right").textContent = right.label;
    this.find("[data-act=left]").setAttribute("aria-label", left.label);
    this.find("[data-act=right]").setAttribute("aria-label", right.label);
    this.find(".status .mode").textContent = this.view === "compose" ? this.taps.mode : "";
  }

  #typed(event) {
    if (event.key === "Escape") return this.hangUp();
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      return this.act("call");
    }
    if (this.view === "home" && /^[0-9*#]$/.test(event.key)) this.key(event.key);
    if (this.view === "home" && event.key === "Backspace") this.#eraseDialled();
    return undefined;
  }

  #dialKey(key) {
    this.dialled = (this.dialled + key).slice(0, 30);
    this.#home();
    this.#labels();
  }

  #eraseDialled() {
    this.dialled = this.dialled.slice(0, -1);
    this.#home();
    this.#labels();
  }

  #scroll(by) {
    const target = this.view === "inbox" ? this.thread : this.view === "ussd" ? this.find(".ussd-text") : this.draft;
    target.scrollBy({ top: by });
  }

  async #changeNumber() {
    const valid = /^\+\d{10,15}$/.test(this.number);
    this.input.setAttribute("aria-invalid", String(!valid));
    if (!valid) return;
    await this.hangUp();
    this.last = 0;
    this.unread = 0;
    this.sent.clear();
    this.thread.replaceChildren();
    this.#home();
    this.#poll();
  }

  // ---- home ----------------------------------------------------------------------------------------------------

  #home() {
    this.find(".dialled").textContent = this.dialled;
    this.find(".unread").textContent = this.unread ? this.words.sim_unread.replace("{count}", this.unread) : "";
  }

  #tick() {
    const now = new Date();
    const time = this.#time(now);
    this.find(".big-clock").textContent = time;
    this.find(".status .clock").textContent = time;
    this.find(".day").textContent = now.toLocaleDateString(this.words.page_locale, { weekday: "long", day: "numeric", month: "numeric" });
  }

  #time(moment) {
    return moment.toLocaleTimeString(this.words.page_locale, { hour: "2-digit", minute: "2-digit", hour12: false });
  }

  // ---- text messages -------------------------------------------------------------------------------------------

  async send() {
    const text = this.draft.value.trim();
    if (!text) return;
    const bubble = this.#bubble("out", text, this.#cost(text));
    this.draft.value = "";
    this.#count();
    this.show("inbox");
    try {
      await this.network.sendText(this.number, text);
    } catch {
      bubble.classList.add("failed");
      bubble.querySelector("small").textContent = this.words.sim_not_sent;
    }
    this.#poll();
  }

  #count() {
    const { units, segments: messages, size } = segments(this.draft.value);
    const line = this.find(".count");
    line.textContent = `${units}/${size} · ${this.#messages(messages)}`;
    line.classList.toggle("costly", messages > 1);
  }

  #cost(text) {
    const { units, segments: messages } = segments(text);
    return `${units} · ${this.#messages(messages)}`;
  }

  #messages(count) { return this.words.sim_segments.replace("{count}", count); }

  #bubble(side, text, note) {
    this.thread.querySelector(".empty")?.remove();
    const line = document.createElement("li");
    line.className = side;
    line.append(text);
    const small = document.createElement("small");
    small.textContent = note;
    line.append(small);
    this.thread.append(line);
    while (this.thread.children.length > THREAD_LIMIT) this.thread.firstChild.remove();
    this.thread.scrollTop = this.thread.scrollHeight;
    return line;
  }

  #read() {
    this.unread = 0;
    if (!this.thread.children.length) this.#empty();
    this.thread.scrollTop = this.thread.scrollHeight;
  }

  #empty() {
    const line = document.createElement("li");
    line.className = "empty";
    line.textContent = this.words.sim_no_messages;
    this.thread.append(line);
  }

  async #poll() {
    clearTimeout(this.timer);
    const number = this.number;
    try {
      const messages = await this.network.messages(number, this.last);
      if (number === this.number) for (const message of messages) this.#receive(message);
    } catch { /* the server is away; the next poll tries again */ }
    if (!this.unit.isConnected) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#poll(), POLL_MS);
  }

  #receive(message) {
    if (message.id <= this.last) return;
    this.last = message.id;
    const note = `${this.#time(new Date(message.time))} · ${segments(message.text).units} · ${this.#messages(message.segments)}`;
    this.#bubble("in", message.text, note);
    if (this.view === "inbox") return;
    this.unread += 1;
    if (this.view === "home") this.#home();
  }

  // ---- USSD ----------------------------------------------------------------------------------------------------

  async dial(code) {
    this.dialled = "";
    if (this.session?.open) await this.hangUp();
    this.show("ussd");
    const path = dialledPath(code, this.words.ussd_code);
    if (path === null) return this.#ussdSays(this.words.sim_wrong_code, false);
    this.session = { id: randomId(), step: 0, path, open: true };
    return this.#exchange(path);
  }

  async step() {
    const text = this.answer.value.trim();
    if (!this.session?.open) return undefined;
    this.session.step += 1;
    this.session.path = this.session.path ? `${this.session.path}*${text}` : text;
    return this.#exchange(text);
  }

  async hangUp() {
    const session = this.session;
    this.session = null;
    this.dialled = "";
    this.show("home");
    if (session?.open) await this.network.ussdEnd(this.number, session).catch(() => {});
  }

  async #exchange(text) {
    const session = this.session;
    this.#ussdSays("…", false);
    try {
      const screen = await this.network.ussdStep(this.number, session, text);
      if (session !== this.session) return;
      session.open = screen.open;
      this.#ussdSays(screen.text, screen.open);
    } catch {
      session.open = false;
      this.#ussdSays(this.words.sim_no_answer, false);
    }
    this.#poll();
  }

  #ussdSays(text, open) {
    this.find(".ussd-text").textContent = text;
    this.answer.value = "";
    this.answer.hidden = !open;
    this.#labels();
    (open ? this.answer : this.find(".screen")).focus({ preventScroll: true });
  }
}

function insertPlain(field, text) {
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** What follows the service code: "*098*1*2#" → "1*2"; "" for the code alone; null for another code. */
export function dialledPath(dialled, code) {
  const wanted = code.replace(/#$/, "");
  const given = dialled.replace(/\s|#$/g, "");
  if (given === wanted) return "";
  return given.startsWith(`${wanted}*`) ? given.slice(wanted.length + 1) : null;
}
