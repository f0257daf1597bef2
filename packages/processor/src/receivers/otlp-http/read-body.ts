/** Reads request bodies into borrowed buffers: memory grows with what came, never with what was declared. */
import type { IncomingMessage } from 'node:http';
import type { ByteAccount } from '../../pipeline/byte-budget.ts';
import type { Clock } from '../../pipeline/clock.ts';
import type { BodyBuffers } from './body-buffers.ts';

/**
 * A body, or why there is none. Its buffer goes back to the buffers it was borrowed from. `busy`: the
 * budget is spent. `slow`: it came below the least rate.
 */
export type BodyRead =
  | { readonly kind: 'body'; readonly buffer: Buffer; readonly length: number }
  | { readonly kind: 'too_large' | 'busy' | 'slow' | 'aborted' };

/** What bodies are read with. */
export interface BodyReaderSettings {
  readonly bytesMax: number;
  /** Bytes a second a body has to bring, averaged over {@link RATE_WINDOW_MS}. */
  readonly bytesPerSecondMin: number;
  readonly buffers: BodyBuffers;
  readonly clock: Clock;
}

/** Long enough for a lost packet to be sent again. */
export const RATE_WINDOW_MS = 3000;
/** A buffer that is too small gives way to one so much larger than what came, the declared length at most. */
const GROWTH = 4;
const NO_BYTES = Buffer.alloc(0);

/** Reads bodies, and gives up those that stop coming. */
export class BodyReader {
  readonly #settings: BodyReaderSettings;
  readonly #underWay = new Set<BodyUnderWay>();
  #isCheckDue = false;

  constructor(settings: BodyReaderSettings) {
    this.#settings = settings;
  }

  /** Reads to the end of the body, or until it is given up. The account pays for the buffer. */
  async read(request: IncomingMessage, account: ByteAccount): Promise<BodyRead> {
    const body = new BodyUnderWay(request, account, this.#settings);
    this.#underWay.add(body);
    this.#checkLater();
    try {
      return await body.read;
    } finally {
      this.#underWay.delete(body);
    }
  }

  /** One timer for all bodies. */
  #checkLater(): void {
    if (this.#isCheckDue || this.#underWay.size === 0) return;
    this.#isCheckDue = true;
    this.#settings.clock.after(RATE_WINDOW_MS, () => this.#check());
  }

  /** Those that were there at the check before have had a whole window since. */
  #check(): void {
    const bytesMin = (this.#settings.bytesPerSecondMin * RATE_WINDOW_MS) / 1000;
    for (const body of this.#underWay) body.check(bytesMin);
    this.#isCheckDue = false;
    this.#checkLater();
  }
}

/** One body on its way. */
class BodyUnderWay {
  readonly read: Promise<BodyRead>;
  readonly #account: ByteAccount;
  readonly #settings: BodyReaderSettings;
  readonly #declared: number;
  #settle: (read: BodyRead) => void = () => undefined;
  #isSettled = false;
  #buffer: Buffer = NO_BYTES;
  #length = 0;
  /** Undefined until the first check. */
  #lengthAtCheck: number | undefined;

  constructor(request: IncomingMessage, account: ByteAccount, settings: BodyReaderSettings) {
    this.#account = account;
    this.#settings = settings;
    this.#declared = Number(request.headers['content-length'] ?? Infinity);
    this.read = new Promise((resolve) => (this.#settle = resolve));
    request.on('data', (chunk: Buffer) => this.#append(chunk));
    request.once('end', () => this.#end());
    request.once('close', () => this.#giveUp('aborted'));
    request.once('error', () => this.#giveUp('aborted'));
  }

  /** Gives the body up where it brought less than `bytesMin` since the check before. */
  check(bytesMin: number): void {
    const since = this.#lengthAtCheck;
    this.#lengthAtCheck = this.#length;
    if (since !== undefined && this.#length - since < bytesMin) this.#giveUp('slow');
  }

  #append(chunk: Buffer): void {
    if (this.#isSettled) return;
    const bytes = this.#length + chunk.length;
    if (bytes > this.#settings.bytesMax) this.#giveUp('too_large');
    else if (bytes > this.#buffer.length && !this.#grow(bytes)) this.#giveUp('busy');
    else {
      chunk.copy(this.#buffer, this.#length);
      this.#length = bytes;
    }
  }

  /** Moves to a larger buffer; false where the account does not pay for it. */
  #grow(bytes: number): boolean {
    const { buffers, bytesMax } = this.#settings;
    const wanted = this.#length === 0 ? bytes : bytes * GROWTH;
    const size = buffers.sizeFor(Math.max(bytes, Math.min(wanted, this.#declared, bytesMax)));
    if (!this.#account.take(size - this.#buffer.length)) return false;
    const larger = buffers.borrow(size);
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#giveBuffer();
    this.#buffer = larger;
    return true;
  }

  #giveBuffer(): void {
    if (this.#buffer !== NO_BYTES) this.#settings.buffers.giveBack(this.#buffer);
    this.#buffer = NO_BYTES;
  }

  #end(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#settle({ kind: 'body', buffer: this.#buffer, length: this.#length });
  }

  #giveUp(kind: 'too_large' | 'busy' | 'slow' | 'aborted'): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#giveBuffer();
    this.#settle({ kind });
  }
}
