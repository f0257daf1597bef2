/** Takes the body of an export request: read, inflated, handed on, all within the budget. Knows no protocol. */
import type { Signal } from '../../model/signal.ts';
import type { ByteAccount } from '../byte-budget.ts';
import type { Clock } from '../clock.ts';
import type { Counters } from '../counters.ts';
import type { Intake, IntakeOutcome } from '../intake.ts';
import type { ContentEncoding } from './inflate.ts';
import { BodyReader, type BodySource } from './read-body.ts';
import type { ReceivingMemory } from './receiving-memory.ts';

/** What bodies are held to. */
export interface BodyLimits {
  /** Largest request after decompression. */
  readonly bodyBytesMax: number;
  /** Largest request on the wire. */
  readonly wireBytesMax: number;
  /** A body that comes more slowly is given up. */
  readonly bodyBytesPerSecondMin: number;
  /** How long a body may take; Infinity where the listener sees to that. */
  readonly readMsMax: number;
}

/** What bodies are taken with. */
export interface BodyTakerDependencies {
  readonly memory: ReceivingMemory;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly counters: Counters;
}

/** What a body holds, still compressed; or what is wrong with it. */
export type Opened =
  | {
      readonly kind: 'packed';
      readonly encoding: ContentEncoding;
      readonly bytes: Uint8Array;
    }
  | IntakeOutcome;

/** A request whose head was judged and whose body is to be taken. */
export interface BodyToTake {
  readonly source: BodySource;
  readonly signal: Signal;
  readonly client: string;
  /** Takes off what the protocol puts around a message. */
  readonly open: (body: Uint8Array) => Opened;
  /** Makes protobuf of what is not; the account pays for what it makes. */
  readonly transcode?: (plain: Uint8Array, account: ByteAccount) => Transcoded;
}

/** Protobuf bytes, or why there are none. */
export type Transcoded = { readonly kind: 'protobuf'; readonly bytes: Uint8Array } | IntakeOutcome;

/** How it ended. `aborted`: nobody is left to answer. */
export type BodyOutcome = IntakeOutcome | { readonly kind: 'aborted' };

const RETRY_AFTER_MS = 1000;
/** The answer where the budget is spent. */
export const BUSY = comeLater('too many requests are under way');

/** An answer that asks to come again. */
export function comeLater(message: string): Extract<IntakeOutcome, { kind: 'unavailable' }> {
  return { kind: 'unavailable', message, retryAfterMs: RETRY_AFTER_MS };
}

/** See the head of this file. */
export class BodyTaker {
  readonly #limits: BodyLimits;
  readonly #dependencies: BodyTakerDependencies;
  readonly #receiver: string;
  readonly #bodies: BodyReader;

  /** `receiver`: what counters call the one that takes. */
  constructor(receiver: string, limits: BodyLimits, dependencies: BodyTakerDependencies) {
    this.#receiver = receiver;
    this.#limits = limits;
    this.#dependencies = dependencies;
    this.#bodies = new BodyReader({
      bytesMax: limits.wireBytesMax,
      bytesPerSecondMin: limits.bodyBytesPerSecondMin,
      readMsMax: limits.readMsMax,
      buffers: dependencies.memory.buffers,
      clock: dependencies.clock,
    });
  }

  /** Rejects only where something of ours throws. */
  async take(request: BodyToTake): Promise<BodyOutcome> {
    const account = this.#dependencies.memory.budget.open(request.client);
    try {
      return await this.#read(request, account);
    } finally {
      account.close();
    }
  }

  async #read(request: BodyToTake, account: ByteAccount): Promise<BodyOutcome> {
    const read = await this.#bodies.read(request.source, account);
    switch (read.kind) {
      case 'too_large':
        return tooLarge(this.#limits.wireBytesMax);
      case 'busy':
        return BUSY;
      case 'slow':
        return comeLater('the body came too slowly');
      case 'aborted':
        return { kind: 'aborted' };
      case 'body':
        try {
          return await this.#inflate(request, read.buffer.subarray(0, read.length), account);
        } finally {
          this.#dependencies.memory.buffers.giveBack(read.buffer);
        }
    }
  }

  async #inflate(
    request: BodyToTake,
    body: Uint8Array,
    account: ByteAccount,
  ): Promise<IntakeOutcome> {
    const { counters, memory } = this.#dependencies;
    const labels = { signal: request.signal, receiver: this.#receiver };
    counters.add('receiver.wire_bytes', body.length, labels);
    const opened = request.open(body);
    if (opened.kind !== 'packed') return opened;
    const { encoding, bytes } = opened;
    const { bodyBytesMax: bytesMax } = this.#limits;
    const inflated = await memory.inflater.inflate(bytes, { encoding, account, bytesMax });
    switch (inflated.kind) {
      case 'malformed':
        return { kind: 'malformed', message: `the body is not valid ${encoding}` };
      case 'busy':
        return BUSY;
      case 'too_large':
        return tooLarge(bytesMax);
      case 'plain':
        try {
          return await this.#handOn(request, inflated.bytes, account);
        } finally {
          inflated.free();
        }
    }
  }

  async #handOn(
    { signal, transcode }: BodyToTake,
    plain: Uint8Array,
    account: ByteAccount,
  ): Promise<IntakeOutcome> {
    const { intake } = this.#dependencies;
    if (transcode === undefined) return intake(signal, plain);
    const transcoded = transcode(plain, account);
    return transcoded.kind === 'protobuf' ? intake(signal, transcoded.bytes) : transcoded;
  }
}

function tooLarge(bytesMax: number): IntakeOutcome {
  return { kind: 'too_large', message: `the request is larger than ${bytesMax} bytes` };
}
