/** A value that cannot be printed. */
import { inspect } from 'node:util';

const SHOWN = '[secret]';

/** Holds a secret from the configuration. Only {@link Secret.reveal} gives it back. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The secret itself. Call it where it is used, never where it is kept. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
