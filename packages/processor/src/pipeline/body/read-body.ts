/** Reads request bodies into borrowed buffers: memory grows with what came, never with what was declared. */
import type { Readable } from 'node:stream';
import type { ByteAccount } from '../byte-budget.ts';
import type { Clock } from '../clock.ts';
import type { BodyBuffers } from './body-buffers.ts';

/**
 * A body, or why there is none. Its buffer goes back to the buffers it was borrowed from. `busy`: the
 * budget is spent. `slow`: it came below the least rate, or took too long.
 */
export type BodyRead =
  | { readonly kind: 'body'; readonly buffer: Buffer; readonly length: number }
  | { readonly kind: 'too_large' | 'busy' | 'slow' | 'aborted' };

/** A body to read. */
export interface BodySource {
  readonly stream: Readable;
  /** How long it says it will be, as far as its first bytes tell; Infinity where they do not. */
  declaredBytes(head: Uint8Array): number;
}

/** What bodies are read with. */
export interface BodyReaderSettings {
  readonly bytesMax: number;
  /** Bytes a second a body has to bring, averaged over {@link RATE_WINDOW_MS}. */
  readonly bytesPerSecondMin: number;
  /** How long a body may take, to {@link RATE_WINDOW_MS}; Infinity where its listener sees to that. */
  readonly readMsMax: number;
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
  async read(source: BodySource, account: ByteAccount): Promise<BodyRead> {
    const body = new BodyUnderWay(source, account, this.#settings);
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
    const nowMs = this.#settings.clock.monotonic();
    for (const body of this.#underWay) body.check(bytesMin, nowMs);
    this.#isCheckDue = false;
    this.#checkLater();
  }
}

/** One body on its way. */
class BodyUnderWay {
  readonly read: Promise<BodyRead>;
  readonly #source: BodySource;
  readonly #account: ByteAccount;
  readonly #settings: BodyReaderSettings;
  readonly #startedAtMs: number;
  #declared = Infinity;
  #settle: (read: BodyRead) => void = () => undefined;
  #isSettled = false;
  #buffer: Buffer = NO_BYTES;
  #length = 0;
  /** Undefined until the first check. */
  #lengthAtCheck: number | undefined;

  constructor(source: BodySource, account: ByteAccount, settings: BodyReaderSettings) {
    this.#source = source;
    this.#account = account;
    this.#settings = settings;
    this.#startedAtMs = settings.clock.monotonic();
    this.read = new Promise((resolve) => (this.#settle = resolve));
    const { stream } = source;
    stream.on('data', (chunk: Buffer) => this.#append(chunk));
    stream.once('end', () => this.#end());
    stream.once('close', () => this.#giveUp('aborted'));
    stream.once('error', () => this.#giveUp('aborted'));
  }

  /** Gives the body up where it brought less than `bytesMin` since the check before, or its time is over. */
  check(bytesMin: number, nowMs: number): void {
    const since = this.#lengthAtCheck;
    this.#lengthAtCheck = this.#length;
    const isSlow = since !== undefined && this.#length - since < bytesMin;
    if (isSlow || nowMs - this.#startedAtMs >= this.#settings.readMsMax) this.#giveUp('slow');
  }

  #append(chunk: Buffer): void {
    if (this.#length === 0) this.#declare(chunk);
    if (this.#isSettled) return;
    const bytes = this.#length + chunk.length;
    if (bytes > this.#settings.bytesMax) this.#giveUp('too_large');
    else if (bytes > this.#buffer.length && !this.#grow(bytes)) this.#giveUp('busy');
    else {
      chunk.copy(this.#buffer, this.#length);
      this.#length = bytes;
      if (this.#declared === Infinity) this.#declare(this.#buffer.subarray(0, bytes));
    }
  }

  /** A body that says it is too large is not worth reading. */
  #declare(head: Uint8Array): void {
    this.#declared = this.#source.declaredBytes(head);
    const isTooLarge = this.#declared !== Infinity && this.#declared > this.#settings.bytesMax;
    if (isTooLarge) this.#giveUp('too_large');
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
    // A stream of HTTP/2 that its client gives up ends as well, after it was closed.
    if (this.#source.stream.closed) this.#giveUp('aborted');
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
