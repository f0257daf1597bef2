/** What is sent in one request, and how it becomes smaller. */
import { countDataPoints, countRecords, takeRecords } from '@spanguard/otlp';
import type { Signal } from '../model/signal.ts';

/** One protobuf export request, and how many items it holds. */
export interface ExportRequest {
  readonly bytes: Uint8Array;
  readonly itemCount: number;
}

/** Requests of one signal that travel as one. */
export interface Piece {
  readonly signal: Signal;
  readonly requests: readonly ExportRequest[];
}

/** Items in a piece. */
export function itemsOf({ requests }: Piece): number {
  return requests.reduce((sum, { itemCount }) => sum + itemCount, 0);
}

/** Bytes of a piece, before compression. */
export function bytesOf({ requests }: Piece): number {
  return requests.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/** Two halves, first by requests, then by records; undefined for one record, or what is no OTLP. */
export function halvesOf(piece: Piece): readonly Piece[] | undefined {
  const { signal, requests } = piece;
  const [only] = requests;
  if (only === undefined) return undefined;
  if (requests.length > 1) {
    const middle = requests.length >>> 1;
    return [requests.slice(0, middle), requests.slice(middle)].map((half) => ({
      signal,
      requests: half,
    }));
  }
  const records = countRecords(only.bytes) ?? 0;
  const middle = records >>> 1;
  return middle === 0 ? undefined : cut(signal, only.bytes, [0, middle, records]);
}

/**
 * One request, or one record, of a piece, and what is left without it; `turn` tells which. Undefined where
 * there is nothing smaller.
 */
export function probeOf(
  piece: Piece,
  turn: number,
): { readonly probe: Piece; readonly rest: () => readonly Piece[] } | undefined {
  const { signal, requests } = piece;
  const [only] = requests;
  if (only === undefined) return undefined;
  if (requests.length > 1) {
    const at = turn % requests.length;
    const probe = { signal, requests: requests.slice(at, at + 1) };
    return { probe, rest: () => [{ signal, requests: requests.toSpliced(at, 1) }] };
  }
  const records = countRecords(only.bytes) ?? 0;
  if (records < 2) return undefined;
  const at = turn % records;
  const [probe] = cut(signal, only.bytes, [at, at + 1]);
  if (probe === undefined) return undefined;
  const around = (): readonly Piece[] => [
    ...cut(signal, only.bytes, [0, at]),
    ...cut(signal, only.bytes, [at + 1, records]),
  ];
  return { probe, rest: () => [{ signal, requests: around().flatMap((part) => part.requests) }] };
}

/** A piece for each stretch between two marks that holds a record. */
function cut(signal: Signal, bytes: Uint8Array, marks: readonly number[]): readonly Piece[] {
  return marks.slice(1).flatMap((to, index): readonly Piece[] => {
    const from = marks[index] ?? 0;
    const part = to > from ? takeRecords(bytes, { from, to }) : undefined;
    if (part === undefined) return [];
    const itemCount = signal === 'metrics' ? countDataPoints(part) : to - from;
    return [{ signal, requests: [{ bytes: part, itemCount }] }];
  });
}
