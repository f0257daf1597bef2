/**
 * Redacts one indexed batch in two steps: decides what is to change, and rewrites. The only place where a
 * RedactedBatch is made.
 */
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
import {
  KEY_DECISION,
  type Marked,
  type RedactionPolicy,
  type Verdict,
} from '@spanguard/redaction';
import type { DataClasses } from '../model/data-classes.ts';
import type { RedactedBatch } from '../model/redacted-batch.ts';
import type { Signal } from '../model/signal.ts';
import type { Counters } from '../pipeline/counters.ts';
import { FoundClasses } from './found-classes.ts';

/** A batch to redact; the index is of its bytes. */
export interface RedactionRequest {
  readonly signal: Signal;
  readonly index: OtlpIndex;
  readonly itemCount: number;
}

/** Output buffers kept for the next batch; more are under way only when the disk is slow. */
const IDLE_ARENAS_MAX = 8;
const IDLE_ARENA_BYTES_MAX = 4 * 1024 * 1024;
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
  readonly #classes = new FoundClasses();
  /** The index that the edits are of; undefined once they were carried out. */
  #decided: OtlpIndex | undefined;
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
   * Judges every candidate of a batch; `rewrite` carries out what was decided. Gives the kinds of
   * sensitive data in each record, valid until the next batch. Fails closed: a candidate whose judging
   * throws is replaced as a whole, and every one where the edits pass their limit.
   */
  decide({ signal, index }: Pick<RedactionRequest, 'signal' | 'index'>): DataClasses {
    this.#decided = undefined;
    this.#edits.clear();
    this.#places.clear();
    this.#classes.begin(signal, index);
    for (let candidate = 0; candidate < index.candidates.count; candidate++) {
      try {
        this.#judgeCandidate(index, candidate);
      } catch {
        this.#counters.add('redaction.failed_closed', 1);
        replaceCandidate(this.#edits, index, candidate, PLACEHOLDER);
      }
    }
    if (this.#edits.overflow) this.#replaceAll(index);
    for (const [detector, places] of this.#places) {
      this.#counters.add('redaction.places', places, { detector });
    }
    this.#decided = index;
    return this.#classes;
  }

  /**
   * The batch as decided. Where nothing is to be redacted it holds the very bytes that came. Throws where
   * the batch was not decided.
   */
  rewrite({ signal, index, itemCount }: RedactionRequest): RedactedBatch {
    if (this.#decided !== index) throw new Error('nothing was decided of this batch');
    this.#decided = undefined;
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

  #judgeCandidate(index: OtlpIndex, candidate: number): void {
    const { candidates, frames, bytes } = index;
    const frame = candidates.frame[candidate] ?? 0;
    const start = frames.start[frame] ?? 0;
    const end = frames.end[frame] ?? 0;
    const decision = candidates.decisionOf(candidate);
    const isNumber = candidates.kindOf(candidate) === CANDIDATE.number;
    if (decision < KEY_DECISION.firstClass) {
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
        this.#note(candidate, verdict.detector);
        deleteCandidate(this.#edits, index, candidate);
        break;
      case 'replace':
        this.#note(candidate, verdict.detector);
        replaceCandidate(this.#edits, index, candidate, verdict.replacement);
        break;
      case 'edit':
        if (candidates.kindOf(candidate) === CANDIDATE.packed) {
          this.#note(candidate, verdict.edits[0]?.detector ?? '');
          deleteCandidate(this.#edits, index, candidate);
          break;
        }
        for (const edit of verdict.edits) {
          this.#note(candidate, edit.detector);
          this.#edits.replace(frame, edit.start, edit.end, edit.replacement);
        }
        break;
    }
  }

  /** Booleans are nobody's secret, unless a user named their key. */
  #judgeNumber(index: OtlpIndex, candidate: number, decision: number): Verdict {
    const text = candidateNumberText(index, candidate);
    const isBoolean = text === 'true' || text === 'false';
    if (isBoolean && decision < KEY_DECISION.redact) return CLEAN;
    return this.#policy.decideNumber(text, decision);
  }

  #replaceAll(index: OtlpIndex): void {
    this.#edits.clear();
    this.#counters.add('redaction.failed_closed', index.candidates.count);
    for (let candidate = 0; candidate < index.candidates.count; candidate++) {
      replaceCandidate(this.#edits, index, candidate, PLACEHOLDER);
    }
  }

  #note(candidate: number, detector: string): void {
    this.#places.set(detector, (this.#places.get(detector) ?? 0) + 1);
    this.#classes.note(candidate, detector);
  }
}
