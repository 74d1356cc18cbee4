// Letters on a number pad: the same key pressed again within the pause replaces the letter by the next one.
const LETTERS = {
  1: ".,;?!-1", 2: "abc2", 3: "def3", 4: "ghi4", 5: "jkl5", 6: "mno6", 7: "pqrs7", 8: "tuv8", 9: "wxyz9", 0: " 0", "*": "*+/:;'#",
};
const PAUSE_MS = 900;
export const MODES = ["Abc", "ABC", "abc", "123"];

export class MultiTap {
  #mode = 0;
  #key = null;
  #turn = 0;
  #at = 0;

  get mode() { return MODES[this.#mode]; }

  nextMode() {
    this.#mode = (this.#mode + 1) % MODES.length;
    this.rest();
  }

  /** Forget the letter being chosen, so that the next press starts a new one. */
  rest() { this.#key = null; }

  /** Type `key` into a text field at its caret. */
  press(key, field, now = performance.now()) {
    if (this.mode === "123") return insert(field, key, 0);
    const again = key === this.#key && now - this.#at < PAUSE_MS;
    this.#turn = again ? this.#turn + 1 : 0;
    this.#key = key;
    this.#at = now;
    const letters = LETTERS[key];
    const letter = letters[this.#turn % letters.length];
    insert(field, this.#capital(field, again) ? letter.toUpperCase() : letter, again ? 1 : 0);
  }

  #capital(field, again) {
    if (this.mode !== "Abc") return this.mode === "ABC";
    const before = field.value.slice(0, field.selectionStart - (again ? 1 : 0)).trimEnd();
    return before === "" || /[.?!;]$/.test(before);
  }
}

function insert(field, text, replacing) {
  const start = field.selectionStart;
  field.setRangeText(text, Math.max(0, start - replacing), field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Remove the selection or the character before the caret. */
export function rubOut(field) {
  const start = field.selectionStart === field.selectionEnd ? field.selectionStart - 1 : field.selectionStart;
  if (start < 0) return;
  field.setRangeText("", start, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
