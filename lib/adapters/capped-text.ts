const headLength = 48 * 1024;
const tailLength = 16 * 1024 - 100;

/** A text of any length, of which the beginning and the end are kept: at most 64 Ki characters. */
export class CappedText {
  #head = "";
  #tail = "";
  #left = 0;

  add(text: string): void {
    const room = headLength - this.#head.length;
    this.#head += text.slice(0, room);
    this.#tail += text.slice(room);
    if (this.#tail.length > tailLength * 4) this.#cut();
  }

  toString(): string {
    this.#cut();
    const gap = this.#left > 0 ? `\n… (${this.#left} characters left out) …\n` : "";
    return (this.#head + gap + this.#tail).toWellFormed();
  }

  #cut(): void {
    const over = this.#tail.length - tailLength;
    if (over <= 0) return;
    this.#tail = this.#tail.slice(over);
    this.#left += over;
  }
}
