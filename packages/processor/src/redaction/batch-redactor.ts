/** Redacts one indexed batch. The only place where a RedactedBatch is made. */
import {
  ByteArena,
  CANDIDATE,
  deleteCandidate,
  EditList,
  type OtlpIndex,
  replaceCandidate,
  rewriteOtlp,
} from '@spanguard/otlp';
import type { RedactedBatch } from '../model/redacted-batch.ts';
import type { Signal } from '../model/signal.ts';

export {};
