/**
 * Traffic that belongs to a rule: attack and benign, as OTLP. It is written short, in YAML: one step is a
 * record that comes a number of times. What is read is real OTLP, a request for each record, in the order
 * of time.
 */
import {
  type AttributeValue,
  encodeLogsRequest,
  encodeTracesRequest,
  type LogRecordData,
  type SpanData,
} from '@spanguard/otlp';
import { parse } from 'yaml';
import { z } from 'zod';

/** A record that comes one or more times. Texts may hold `{n}`, `{n+7}`, `{n%3}` and `{one|two}`, taken in turn. */
export interface TrafficStep {
  /** Attributes of a span; a step has these or an event or a body. */
  readonly span?: Attributes;
  /** EventName of a log record of our SDK. */
  readonly event?: string;
  /** Body of a log record of somebody else. */
  readonly body?: string;
  /** Attributes of the log record. */
  readonly attributes?: Attributes;
  /** How often. */
  readonly times: number;
  /** Seconds from one to the next. */
  readonly every: number;
  /** Seconds after the beginning; where absent, right behind the step before. */
  readonly at?: number | undefined;
  readonly service: string;
  /** How long a span takes, ms. */
  readonly duration: number;
  /** SpanKind. */
  readonly kind: number;
  /** Of the span: `ot=th:c` says that it stands for four. */
  readonly tracestate?: string;
}

type Attributes = Readonly<Record<string, AttributeValue>>;

/** The traffic of a rule. */
export interface RuleTraffic {
  /** The last record of it decides. */
  readonly attack: readonly TrafficStep[];
  /** What the rule itself is to tell of the attack, in order. */
  readonly alerts: readonly { readonly entity: string; readonly count: number }[];
  readonly benign: readonly TrafficStep[];
}

/** A request of one record. */
export interface TrafficRequest {
  readonly signal: 'traces' | 'logs';
  readonly timeMs: number;
  readonly bytes: Uint8Array;
}

/** A Tuesday morning. */
const BEGIN_MS = Date.UTC(2026, 0, 6, 10);
const TIMES_MAX = 10_000;
const TEMPLATE =
  /\{(?:n(?<operator>[+%])(?<operand>\d{1,9})|(?<plain>n)|(?<choice>[^{}]*\|[^{}]*))\}/g;

const attributeShape = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
const attributesShape = z.record(z.string(), attributeShape);
const stepShape = z.strictObject({
  span: attributesShape.optional(),
  event: z.string().optional(),
  body: z.string().optional(),
  attributes: attributesShape.optional(),
  times: z.int().min(1).max(TIMES_MAX).default(1),
  every: z.number().min(0).default(1),
  at: z.number().min(0).optional(),
  service: z.string().default('shop'),
  duration: z.number().min(0).default(20),
  kind: z.int().min(1).max(5).default(2),
  tracestate: z.string().optional(),
});
const trafficShape = z.strictObject({
  attack: z.array(stepShape).min(1),
  alerts: z.array(z.strictObject({ entity: z.string(), count: z.number() })).min(1),
  benign: z.array(stepShape).min(1),
});

/** Reads the traffic of a rule. Throws an Error that says what is wrong with it. */
export function parseTraffic(text: string): RuleTraffic {
  const read = trafficShape.safeParse(parse(text));
  if (!read.success) throw new Error(z.prettifyError(read.error));
  return read.data as RuleTraffic;
}

/** The requests of steps, each of one record, in the order of time. */
export function requestsOf(
  steps: readonly TrafficStep[],
  /** How another SDK calls an attribute. Default: by its own name. */
  rename: (attributes: Attributes) => Attributes = (attributes) => attributes,
): readonly TrafficRequest[] {
  const requests: TrafficRequest[] = [];
  let atMs = 0;
  for (const step of steps) {
    atMs = step.at === undefined ? atMs : step.at * 1000;
    for (let n = 1; n <= step.times; n++) {
      requests.push(
        requestOf(step, { n, timeMs: BEGIN_MS + atMs, id: requests.length + 1, rename }),
      );
      atMs += step.every * 1000;
    }
  }
  return requests.toSorted((one, other) => one.timeMs - other.timeMs);
}

interface Turn {
  readonly n: number;
  readonly timeMs: number;
  readonly id: number;
  readonly rename: (attributes: Attributes) => Attributes;
}

function requestOf(step: TrafficStep, turn: Turn): TrafficRequest {
  const { timeMs } = turn;
  const scope = { resource: { 'service.name': step.service }, scopeName: 'recorded' };
  return step.span === undefined
    ? { signal: 'logs', timeMs, bytes: encodeLogsRequest(scope, [logOf(step, turn)]) }
    : { signal: 'traces', timeMs, bytes: encodeTracesRequest(scope, [spanOf(step, turn)]) };
}

function spanOf(step: TrafficStep, turn: Turn): SpanData {
  const { span = {}, duration, kind, tracestate } = step;
  const { timeMs, id, rename } = turn;
  return {
    ...idsOf(id),
    name: String(span['http.request.method'] ?? 'GET'),
    kind,
    startMs: timeMs - duration,
    endMs: timeMs,
    ...(tracestate === undefined ? {} : { traceState: tracestate }),
    attributes: rename(filled(span, turn.n)),
  };
}

function logOf({ event, body, attributes = {} }: TrafficStep, turn: Turn): LogRecordData {
  return {
    ...(event === undefined ? {} : { ...idsOf(turn.id), eventName: event }),
    timeMs: turn.timeMs,
    severityNumber: event === undefined ? 9 : 13,
    ...(body === undefined ? {} : { body: filledText(body, turn.n) }),
    attributes: filled(attributes, turn.n),
  };
}

function idsOf(id: number): { readonly traceId: string; readonly spanId: string } {
  const hex = id.toString(16);
  return { traceId: hex.padStart(32, '0'), spanId: hex.padStart(16, '0') };
}

function filled(attributes: Attributes, n: number): Attributes {
  const entries = Object.entries(attributes).map(([key, value]): [string, AttributeValue] => [
    key,
    typeof value === 'string' ? filledText(value, n) : value,
  ]);
  return Object.fromEntries(entries);
}

function filledText(text: string, n: number): string {
  return text.replaceAll(TEMPLATE, (...found) => {
    const { operator, operand, choice } = found.at(-1) as Record<string, string | undefined>;
    if (choice !== undefined) {
      const choices = choice.split('|');
      return choices[(n - 1) % choices.length] ?? '';
    }
    if (operator === '+') return String(n + Number(operand));
    return String(operator === '%' ? n % Number(operand) : n);
  });
}
