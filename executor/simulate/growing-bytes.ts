/** Bytes that grow and shrink without being copied each time. What was never written is zero. */
export class GrowingBytes {
  #room: Uint8Array;
  #length: number;

  constructor(bytes: Uint8Array) {
    this.#room = bytes.slice();
    this.#length = bytes.length;
  }

  get length(): number {
    return this.#length;
  }

  /** What is there now; the view is valid until the next change. */
  get bytes(): Uint8Array {
    return this.#room.subarray(0, this.#length);
  }

  write(bytes: Uint8Array, offset: number): void {
    this.#reach(offset + bytes.length);
    this.#room.set(bytes, offset);
  }

  /** Makes it `length` long: cut off, or filled up with zeros. */
  resize(length: number): void {
    if (length > this.#length) this.#reach(length);
    else this.#room.fill(0, length, this.#length);
    this.#length = length;
  }

  /** Makes it the same as `bytes`. */
  become(bytes: Uint8Array): void {
    this.#room = bytes.slice();
    this.#length = bytes.length;
  }

  #reach(length: number): void {
    if (length > this.#room.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.bytes);
      this.#room = larger;
    }
    this.#length = Math.max(this.#length, length);
  }
}
