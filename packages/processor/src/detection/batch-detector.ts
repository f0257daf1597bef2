/** Looks at one indexed batch, raw and in memory, and writes down facts: never payload. */
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_DB_SYSTEM_NAME,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SECURITY_AUTHN_CONFIDENCE,
  ATTR_SECURITY_AUTHN_OUTCOME,
  ATTR_SECURITY_AUTHZ_OUTCOME,
  ATTR_SECURITY_INDICATOR_CONFIDENCE,
  ATTR_SECURITY_INDICATOR_KIND,
  ATTR_SECURITY_INDICATOR_PARAMETER,
  ATTR_SECURITY_INDICATOR_PLACE,
  ATTR_SECURITY_INDICATOR_RULE,
  ATTR_USER_ID,
  EVENT_AUTHZ_FAIL,
  FIELD_EVENT,
  FIELD_SECURITY_CREDENTIALS_SEEN,
  type SecurityEventName,
} from '@spanguard/conventions';
import type { OtlpIndex } from '@spanguard/otlp';
import {
  eventOfIndicator,
  type FusedOutcome,
  parameterName,
  refusalEvents,
  strongestSigns,
} from '@spanguard/verdict';
import type { DataClasses } from '../model/data-classes.ts';
import { type EncodedFacts, encodeFacts, NO_FACTS } from '../model/facts/encode-facts.ts';
import { FactBatch, FLAG } from '../model/facts/fact-batch.ts';
import { flagColumn, numberColumn, textColumn } from '../model/facts/fact-slots.ts';
import { ASKED_ROW_KINDS, type AskedRowKind, REQUEST } from '../model/facts/row-kinds.ts';
import type { Signal } from '../model/signal.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Counters } from '../pipeline/counters.ts';
import { ByteSpan } from './byte-span.ts';
import { attributeNumber } from './columns.ts';
import type { FactMask } from './fact-mask.ts';
import { isAccessLogger } from './foreign-log/access-logger.ts';
import { isTooLarge, readForeignLog } from './foreign-log/foreign-log.ts';
import { LogRecordView } from './foreign-log/log-record-view.ts';
import { ForeignSpanJudge } from './foreign-span.ts';
import { Lexicon } from './lexicon.ts';
import { type AllPlaces, placesFor } from './places.ts';
import { RecordCells } from './record-cells.ts';
import { RecordPlace } from './record-place.ts';
import { RowWriter } from './row-writer.ts';
import { NO_SIGNS, type Sign } from './signs.ts';

/** What a detector works with. */
export interface BatchDetectorDependencies {
  readonly mask: FactMask;
  /** Key of the identities of records. */
  readonly recordKey: Uint8Array;
  /** Key of the fingerprints of entities. */
  readonly entityKey: Uint8Array;
  /** Rows of other spans that somebody asks for. Default: none. */
  readonly rowKinds?: ReadonlySet<AskedRowKind>;
  readonly clock: Clock;
  readonly counters: Counters;
  /** Rows of one batch; of more, requests are dropped before events, counted. */
  readonly rowsMax: number;
}

/** A batch to look at. */
export interface DetectionRequest {
  readonly signal: Signal;
  readonly index: OtlpIndex;
  /** Of its bytes, by the prefilter of the policy. */
  readonly marks: Uint32Array;
  /** What redaction found in its records. */
  readonly classes: DataClasses;
}

/** SpanKind of OTLP. */
const SPAN_KIND = { server: 2, client: 3, producer: 4 } as const;
const EVENT_PREFIX = Buffer.from('security.');
const EVENT_NAME = /^security\.[a-z][a-z0-9_]{0,63}$/;
/** No name of an event holds so many digits; a card, an account or a phone does. */
const LONG_NUMBER = /(?:\d[a-z_]*){9}/;
const PLAIN_ROWS = [REQUEST, ...ASKED_ROW_KINDS] as const;
/** Nine requests in ten are answered with less. */
const REFUSED = 400;
const NO_KINDS: ReadonlySet<AskedRowKind> = new Set();

const EVENT = textColumn(FIELD_EVENT);
const STATUS = numberColumn(ATTR_HTTP_RESPONSE_STATUS_CODE);
const AUTHN_OUTCOME = textColumn(ATTR_SECURITY_AUTHN_OUTCOME);
const AUTHN_CONFIDENCE = textColumn(ATTR_SECURITY_AUTHN_CONFIDENCE);
const AUTHZ_OUTCOME = textColumn(ATTR_SECURITY_AUTHZ_OUTCOME);
const CREDENTIALS = flagColumn(FIELD_SECURITY_CREDENTIALS_SEEN);
const KIND = textColumn(ATTR_SECURITY_INDICATOR_KIND);
const CONFIDENCE = textColumn(ATTR_SECURITY_INDICATOR_CONFIDENCE);
const RULE = textColumn(ATTR_SECURITY_INDICATOR_RULE);
const PLACE = textColumn(ATTR_SECURITY_INDICATOR_PLACE);
const PARAMETER = textColumn(ATTR_SECURITY_INDICATOR_PARAMETER);
const DATABASE = attributeNumber(ATTR_DB_SYSTEM_NAME);
const UNSURE = [attributeNumber(ATTR_SECURITY_AUTHN_CONFIDENCE), 'low'] as const;
const TRACE_ID_BYTES = 16;
const WHOM = [attributeNumber(ATTR_CLIENT_ADDRESS), attributeNumber(ATTR_USER_ID)];

/** Writes facts of batches. Stateless but for its memory of values, which changes no fact. */
export class BatchDetector {
  readonly #counters: Counters;
  readonly #kinds: ReadonlySet<AskedRowKind>;
  readonly #rowsMax: number;
  readonly #facts = new FactBatch();
  readonly #cells = new RecordCells();
  readonly #places: AllPlaces;
  readonly #lexicon: Lexicon;
  readonly #judge: ForeignSpanJudge;
  readonly #writer: RowWriter;
  readonly #place: RecordPlace;
  readonly #name = new ByteSpan();
  readonly #logs = new LogRecordView();
  #classes: DataClasses | undefined;
  #dropped = 0;
  #unread = 0;
  /** No row between this one and the limit can be dropped for an event. */
  #plainBelow = 0;

  constructor(dependencies: BatchDetectorDependencies) {
    const { mask, entityKey, rowKinds = NO_KINDS, counters, rowsMax } = dependencies;
    this.#counters = counters;
    this.#kinds = rowKinds;
    this.#rowsMax = rowsMax;
    this.#places = placesFor(mask);
    this.#lexicon = new Lexicon(this.#facts.texts, { mask, entityKey });
    this.#judge = new ForeignSpanJudge(this.#lexicon, this.#places);
    this.#writer = new RowWriter(this.#facts, this.#lexicon, this.#places);
    this.#place = new RecordPlace(this.#facts, dependencies);
  }

  /** Facts of a batch, in the order of its records. Metrics have none. */
  detect(request: DetectionRequest): EncodedFacts {
    const { signal, index, marks, classes } = request;
    if (signal === 'metrics') return NO_FACTS;
    const [facts, cells] = [this.#facts, this.#cells];
    this.#classes = classes;
    this.#dropped = 0;
    this.#unread = 0;
    this.#plainBelow = this.#rowsMax;
    facts.clear();
    cells.begin(index);
    this.#place.beginBatch(signal, index, cells.bytes);
    this.#lexicon.beginBatch({ buffer: cells.bytes, bytes: index.bytes, marks });
    if (signal === 'logs') this.#logs.begin(cells.bytes);
    for (let record = 0; record < index.records.count; record++) {
      if (signal === 'logs') this.#lookAtLog(record, index);
      else this.#lookAtSpan(record, index);
    }
    if (facts.count > 0) this.#counters.add('detection.rows', facts.count);
    if (this.#dropped > 0) this.#counters.add('detection.dropped', this.#dropped);
    if (this.#unread > 0) this.#counters.add('detection.unread', this.#unread);
    return encodeFacts(facts);
  }

  /** Our own events: a log record whose EventName is like those of the vocabulary. */
  #lookAtLog(record: number, index: OtlpIndex): void {
    const { records } = index;
    const start = records.nameStart[record] ?? -1;
    const end = records.nameEnd[record] ?? -1;
    const name = this.#name.setText(this.#cells.bytes, start, end);
    if (start < 0 || !beginsWith(name, EVENT_PREFIX)) {
      this.#lookAtForeignLog(record, index);
      return;
    }
    const { event, judgedEvent } = this.#places;
    const isName = this.#lexicon.judge(judgedEvent, name, isEventName);
    const id = isName ? this.#lexicon.text(event, name) : 0;
    if (id === 0) return;
    this.#cells.moveTo(record);
    this.#write(record, id, false);
    this.#trim();
  }

  /**
   * What another logger tells of a request or a login. Within a trace the span tells of the request, and
   * most likely of the login too: words about one are then less sure.
   */
  #lookAtForeignLog(record: number, { frames, records }: OtlpIndex): void {
    const [view, cells] = [this.#logs, this.#cells];
    const frame = records.frame[record] ?? 0;
    view.moveTo(frames.start[frame] ?? 0, frames.end[frame] ?? 0);
    if (isTooLarge(view)) this.#unread += 1;
    const log = readForeignLog(view);
    if (log === undefined) return;
    const isTraced = this.#isTraced(records.traceIdAt[record] ?? -1);
    if (log.event === undefined) {
      const scope = frames.parent[frame] ?? 0;
      const [start = 0, end = 0] = [frames.start[scope], frames.end[scope]];
      if (isTraced || isAccessLogger(cells.bytes, start, end)) return;
    }
    cells.moveTo(record);
    if (isTraced && log.needsWhom) cells.give([UNSURE]);
    cells.give(log.attributes.map(([name, text]) => [attributeNumber(name), text]));
    if (log.needsWhom && !WHOM.some((attribute) => cells.isOwn(attribute))) return;
    const isRequest = log.event === undefined;
    const row = this.#write(record, this.#lexicon.word(log.event ?? REQUEST), isRequest);
    if (isRequest) this.#lookForEvents(record, row);
    this.#trim();
  }

  /** Some senders write zeros where they have no id. */
  #isTraced(at: number): boolean {
    const { bytes } = this.#cells;
    if (at < 0) return false;
    for (let byte = at; byte < at + TRACE_ID_BYTES; byte++) {
      if (bytes[byte] !== 0) return true;
    }
    return false;
  }

  #lookAtSpan(record: number, { records }: OtlpIndex): void {
    const kind = records.kind[record];
    if (kind !== SPAN_KIND.server) {
      if (this.#kinds.size > 0) this.#lookAtOther(record, kind ?? 0);
      return;
    }
    this.#cells.moveTo(record);
    const isForeign = this.#judge.isForeign(this.#cells);
    const row = this.#write(record, this.#lexicon.word(REQUEST), isForeign);
    if (isForeign) this.#lookForEvents(record, row);
    this.#trim();
  }

  #lookAtOther(record: number, kind: number): void {
    let name: AskedRowKind | undefined;
    this.#cells.moveTo(record);
    if (kind === SPAN_KIND.producer) name = 'message_publish';
    if (kind === SPAN_KIND.client) {
      name = this.#cells.has(DATABASE) ? 'database_query' : 'client_request';
    }
    if (name === undefined || !this.#kinds.has(name)) return;
    this.#write(record, this.#lexicon.word(name), false);
    this.#trim();
  }

  /** How a request ended, and the signs of attack in it, each in a row of its own. */
  #lookForEvents(record: number, row: number): void {
    const facts = this.#facts;
    const signs = this.#writer.signs.every((each) => each.length === 0)
      ? NO_SIGNS
      : strongestSigns(this.#writer.signs);
    const status = facts.numberColumns[STATUS]?.[row] ?? Number.NaN;
    const login = this.#judge.loginOutcome(this.#cells, this.#writer.target, status);
    if (login?.event !== undefined) {
      this.#noteLogin(row, login);
      const event = this.#write(record, this.#lexicon.word(login.event), false);
      this.#noteLogin(event, login);
    }
    if (status >= REFUSED) this.#lookForRefusals(record, row, { status, login });
    for (const sign of signs) this.#writeSign(record, sign);
  }

  #lookForRefusals(
    record: number,
    row: number,
    { status, login }: { readonly status: number; readonly login: FusedOutcome | undefined },
  ): void {
    for (const event of refusalEvents({ statusCode: status, outcome: login?.outcome })) {
      this.#noteRefusal(row, event);
      this.#noteRefusal(this.#write(record, this.#lexicon.word(event), false), event);
    }
  }

  #noteRefusal(row: number, event: SecurityEventName): void {
    if (event === EVENT_AUTHZ_FAIL) {
      this.#facts.setText(AUTHZ_OUTCOME, row, this.#lexicon.word('denied'));
    }
  }

  #noteLogin(row: number, { outcome, confidence }: FusedOutcome): void {
    const [facts, lexicon] = [this.#facts, this.#lexicon];
    facts.setText(AUTHN_OUTCOME, row, lexicon.word(outcome));
    facts.setText(AUTHN_CONFIDENCE, row, lexicon.word(confidence));
    // Somebody tried, so somebody came with credentials.
    facts.setFlag(CREDENTIALS, row, FLAG.yes);
  }

  #writeSign(record: number, { kind, confidence, rule, place, parameter }: Sign): void {
    const [facts, lexicon] = [this.#facts, this.#lexicon];
    const row = this.#write(record, lexicon.word(eventOfIndicator(kind)), false);
    facts.setText(KIND, row, lexicon.word(kind));
    facts.setText(CONFIDENCE, row, lexicon.word(confidence));
    facts.setText(RULE, row, lexicon.word(rule));
    facts.setText(PLACE, row, lexicon.word(place));
    facts.setText(
      PARAMETER,
      row,
      parameter === undefined ? 0 : lexicon.parameter(parameterName(parameter)),
    );
  }

  /** A row with all that the record tells. */
  #write(record: number, event: number, looksForSigns: boolean): number {
    const row = this.#facts.add();
    this.#facts.setText(EVENT, row, event);
    this.#writer.write(row, this.#cells, looksForSigns);
    if (this.#classes !== undefined) this.#writer.writeClasses(row, this.#classes, record);
    this.#place.write(row, record);
    return row;
  }

  /** Back to the limit. A batch with more rows is an attack in itself: what its events tell is kept. */
  #trim(): void {
    const facts = this.#facts;
    while (facts.count > this.#rowsMax) {
      const last = facts.count - 1;
      if (!this.#isPlain(last)) {
        while (this.#plainBelow > 0 && !this.#isPlain(this.#plainBelow - 1)) this.#plainBelow -= 1;
        if (this.#plainBelow > 0) facts.copyRow(last, --this.#plainBelow);
      }
      facts.dropLast();
      this.#dropped += 1;
    }
  }

  #isPlain(row: number): boolean {
    const event = this.#facts.textColumns[EVENT]?.[row];
    return PLAIN_ROWS.some((name) => this.#lexicon.word(name) === event);
  }
}

function isEventName(name: string): boolean {
  return EVENT_NAME.test(name) && !LONG_NUMBER.test(name);
}

/** Asked of every record, so no string is made. */
function beginsWith({ bytes, start, end }: ByteSpan, prefix: Uint8Array): boolean {
  if (end - start < prefix.length) return false;
  for (let at = 0; at < prefix.length; at++) if (bytes[start + at] !== prefix[at]) return false;
  return true;
}
