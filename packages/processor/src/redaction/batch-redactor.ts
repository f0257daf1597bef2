/** Redacts one indexed batch. The only place where a RedactedBatch is made. */
import {
  ByteArena,
  CANDIDATE,
  candidateNumberText,
  deleteCandidate,
  EditList,
  isLongNumberCandidate,
  isMarked,
  type OtlpIndex,
  replaceCandidate,
  rewriteOtlp,
} from '@spanguard/otlp';
import type { Marked, RedactionPolicy, Verdict } from '@spanguard/redaction';
import type { RedactedBatch } from '../model/redacted-batch.ts';
import type { Signal } from '../model/signal.ts';
import type { Counters } from '../pipeline/counters.ts';

/** A batch to redact; the index is of its bytes. */
export interface RedactionRequest {
  readonly signal: Signal;
  readonly index: OtlpIndex;
  readonly itemCount: number;
}

/** Output buffers kept for the next batch; more are under way only when the disk is slow. */
const IDLE_ARENAS_MAX = 8;
const IDLE_ARENA_BYTES_MAX = 4 * 1024 * 1024;
/** Decisions below say something of a key, but nothing that makes its value sensitive. */
const SENSITIVE_DECISION_MIN = 16;
/** From here on a user named the key: replaced or dropped whatever stands there. */
const WHOLE_KEY_DECISION_MIN = 253;
const CLEAN: Verdict = { kind: 'clean' };
const PLACEHOLDER = new TextEncoder().encode('[redacted]');

/** Redacts batches one after the other; what it gives out stays valid until it is given back. */
export class BatchRedactor {
  readonly #policy: RedactionPolicy;
  readonly #counters: Counters;
  readonly #edits = new EditList();
  readonly #idle: ByteArena[] = [];
  readonly #lent = new Map<RedactedBatch, ByteArena>();
  /** Places by detector in the batch under way: counted once for a batch, not for each place. */
  readonly #places = new Map<string, number>();
  #marks: Uint32Array = new Uint32Array(0);

  constructor(policy: RedactionPolicy, counters: Counters) {
    this.#policy = policy;
    this.#counters = counters;
  }

  /** Marks the bytes of a batch worth a closer look, for the index. Valid until the next call. */
  mark(bytes: Uint8Array): Marked {
    const marked = this.#policy.mark(bytes);
    this.#marks = marked.marks;
    return marked;
  }

  /**
   * Judges every candidate and rewrites. Where nothing is to be redacted the batch holds the very bytes
   * that came. Fails closed: a candidate whose judging throws is replaced as a whole, and every one
   * where the edits pass their limit.
   */
  redact({ signal, index, itemCount }: RedactionRequest): RedactedBatch {
    this.#edits.clear();
    this.#places.clear();
    for (let candidate = 0; candidate < index.candidates.count; candidate++) {
      try {
        this.#redactCandidate(index, candidate);
      } catch {
        this.#counters.add('redaction.failed_closed', 1);
        replaceCandidate(this.#edits, index, candidate, PLACEHOLDER);
      }
    }
    if (this.#edits.overflow) this.#replaceAll(index);
    for (const [detector, places] of this.#places) {
      this.#counters.add('redaction.places', places, { detector });
    }
    const arena = this.#edits.count === 0 ? undefined : (this.#idle.pop() ?? new ByteArena(0));
    const bytes = arena === undefined ? index.bytes : rewriteOtlp(index, this.#edits, arena);
    const batch = { signal, itemCount, bytes } as RedactedBatch;
    if (arena !== undefined) this.#lent.set(batch, arena);
    return batch;
  }

  /** Takes the batch's buffer back; its bytes must not be read any more. */
  giveBack(batch: RedactedBatch): void {
    const arena = this.#lent.get(batch);
    if (arena === undefined) return;
    this.#lent.delete(batch);
    const isWorthKeeping = arena.bytes.length <= IDLE_ARENA_BYTES_MAX;
    if (isWorthKeeping && this.#idle.length < IDLE_ARENAS_MAX) this.#idle.push(arena);
  }

  #redactCandidate(index: OtlpIndex, candidate: number): void {
    const { candidates, frames, bytes } = index;
    const frame = candidates.frame[candidate] ?? 0;
    const start = frames.start[frame] ?? 0;
    const end = frames.end[frame] ?? 0;
    const decision = candidates.decisionOf(candidate);
    const isNumber = candidates.kindOf(candidate) === CANDIDATE.number;
    if (decision < SENSITIVE_DECISION_MIN) {
      // Most candidates are there for their key alone, and nine in ten of those hold nothing to look at.
      const isWorthALook = isNumber
        ? isLongNumberCandidate(index, candidate)
        : isMarked(this.#marks, start, end);
      if (!isWorthALook) return;
    }
    const verdict = isNumber
      ? this.#judgeNumber(index, candidate, decision)
      : this.#policy.decide(bytes, { start, end }, decision, this.#marks);
    switch (verdict.kind) {
      case 'clean':
        break;
      case 'drop':
        this.#count(verdict.detector);
        deleteCandidate(this.#edits, index, candidate);
        break;
      case 'replace':
        this.#count(verdict.detector);
        replaceCandidate(this.#edits, index, candidate, verdict.replacement);
        break;
      case 'edit':
        if (candidates.kindOf(candidate) === CANDIDATE.packed) {
          this.#count(verdict.edits[0]?.detector ?? '');
          deleteCandidate(this.#edits, index, candidate);
          break;
        }
        for (const edit of verdict.edits) {
          this.#count(edit.detector);
          this.#edits.replace(frame, edit.start, edit.end, edit.replacement);
        }
        break;
    }
  }

  /** Booleans are nobody's secret. */
  #judgeNumber(index: OtlpIndex, candidate: number, decision: number): Verdict {
    const text = candidateNumberText(index, candidate);
    const isBoolean = text === 'true' || text === 'false';
    if (isBoolean && decision < WHOLE_KEY_DECISION_MIN) return CLEAN;
    return this.#policy.decideNumber(text, decision);
  }

  #replaceAll(index: OtlpIndex): void {
    this.#edits.clear();
    this.#counters.add('redaction.failed_closed', index.candidates.count);
    for (let candidate = 0; candidate < index.candidates.count; candidate++) {
      replaceCandidate(this.#edits, index, candidate, PLACEHOLDER);
    }
  }

  #count(detector: string): void {
    this.#places.set(detector, (this.#places.get(detector) ?? 0) + 1);
  }
}
