/** What applications send: logins that fail, and spans, each item with a name of its own. */
import { createHash } from 'node:crypto';
import { encodeLogsRequest, encodeTracesRequest } from '@spanguard/otlp';
import { SeededRandom } from '@spanguard/testkit';
import type { Signal } from '#processor/model/signal.ts';

/** One request, sent until it is taken. */
export interface Batch {
  readonly signal: Signal;
  readonly bytes: Uint8Array;
  /** Names of what is in it. */
  readonly items: readonly string[];
}

/** Batches of one application, sent one after the other; no two have a client in common. */
export type Application = readonly Batch[];

/** Stands in what is sent, and nowhere behind the door. */
export const SECRET = 'ca0ary-7391-xyzzy';
/** Names of items look so, wherever they come out. */
const ITEM = /item-[a-z]+-\d+-\d+\./g;
/** Backends refuse what one with this is in. */
export const POISONED = '-poison-';
/** Backends are long away for what one with this is in. */
export const STICKY = '-sticky-';

/** Event time, all before the machine is there: what comes out must not depend on when it is seen. */
const EVENTS_START_MS = Date.UTC(2026, 0, 1);
/** When the machine starts for the first time. */
export const MACHINE_START_MS = EVENTS_START_MS + 600_000;
const APPLICATIONS = 4;
const STEP_MS_MAX = 9000;

/** Names of items in bytes of any kind. */
export function itemsIn(bytes: Uint8Array): readonly string[] {
  return (
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1').match(ITEM) ?? []
  );
}

/** Equal for equal seeds. */
export function workloadOf(seed: number): readonly Application[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: APPLICATIONS }, (_, number) => applicationOf(number, random));
}

function applicationOf(number: number, random: SeededRandom): Application {
  let timeMs = EVENTS_START_MS;
  return Array.from({ length: random.int(4, 8) }, (_, place) => {
    const count = random.int(1, 4);
    const kind = place % 4 === 3 ? 'span' : 'login';
    const mark = random.chance(0.06) ? 'poison' : random.chance(0.06) ? 'sticky' : 'plain';
    const items = Array.from(
      { length: count },
      (_each, index) => `item-${mark}-${number}-${place * 10 + index}.`,
    );
    const times = items.map(() => (timeMs += random.int(1, STEP_MS_MAX)));
    const needs = { number, items, times, random };
    return kind === 'span' ? spans(needs) : logins(needs);
  });
}

interface BatchNeeds {
  readonly number: number;
  readonly items: readonly string[];
  readonly times: readonly number[];
  readonly random: SeededRandom;
}

function logins({ number, items, times, random }: BatchNeeds): Batch {
  const records = items.map((item, index) => ({
    timeMs: times[index] ?? 0,
    severityNumber: 13,
    eventName: 'security.authn_login_fail',
    body: item,
    ...idsOf(item),
    attributes: {
      'client.prefix': `203.0.${number}.${random.int(1, 2)}/32`,
      'user.id': `user-${random.int(1, 5)}`,
      ...(random.chance(0.3) ? { password: SECRET } : {}),
    },
  }));
  return { signal: 'logs', items, bytes: encodeLogsRequest(sourceOf(number), records) };
}

function spans({ number, items, times, random }: BatchNeeds): Batch {
  const all = items.map((item, index) => ({
    name: item,
    ...idsOf(item),
    startMs: times[index] ?? 0,
    endMs: times[index] ?? 0,
    ...(random.chance(0.5) ? { attributes: { password: SECRET } } : {}),
  }));
  return { signal: 'traces', items, bytes: encodeTracesRequest(sourceOf(number), all) };
}

function sourceOf(number: number) {
  return { resource: { 'service.name': `shop-${number}` }, scopeName: 'simulator' };
}

function idsOf(item: string) {
  const digits = createHash('sha256').update(item).digest('hex');
  return { traceId: digits.slice(0, 32), spanId: digits.slice(32, 48) };
}
