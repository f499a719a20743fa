const HIDDEN = '[secret]';

/**
 * A key's value. Printing, JSON and inspection show `[secret]`; only `reveal()` gives the value: for the HTTP
 * answer, Key Vault and Azure Maps itself.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return HIDDEN;
  }
}
