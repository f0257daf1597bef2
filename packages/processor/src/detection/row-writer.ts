/** Writes the fields of one record into a row of facts. */
import {
  FACT_FIELDS,
  ATTR_CLIENT_ADDRESS,
  ATTR_CLIENT_PREFIX,
  ATTR_HTTP_REQUEST_BODY_CONTENT,
  ATTR_HTTP_ROUTE,
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_SECURITY_CLIENT_ADDRESS_SOURCE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVICE_NAME,
  ATTR_URL_PATH,
  ATTR_URL_QUERY,
  ATTR_USER_AGENT_ORIGINAL,
  ATTR_USER_HASH,
  ATTR_USER_ID,
  FIELD_SECURITY_DATA_REQUEST,
  FIELD_SECURITY_DATA_RESPONSE,
  FIELD_SECURITY_DATA_TELEMETRY,
  FIELD_SECURITY_OBJECT_ID,
} from '@spanguard/conventions';
import type { DataClasses } from '../model/data-classes.ts';
import { FLAG, type FactBatch } from '../model/facts/fact-batch.ts';
import { FACT_SLOTS, textColumn } from '../model/facts/fact-slots.ts';
import { ByteSpan } from './byte-span.ts';
import { ATTRIBUTE_COUNT, attributeName, attributeNumber } from './columns.ts';
import { listOf } from './known-text.ts';
import { type Lexicon, NOBODY } from './lexicon.ts';
import type { AllPlaces, Place } from './places.ts';
import { PostureFlags } from './posture-flags.ts';
import { RecordClient } from './record-client.ts';
import type { RecordCells } from './record-cells.ts';
import { RequestTarget } from './request-target.ts';
import { RouteObjects } from './route-objects.ts';
import {
  NO_SIGNS,
  type Sign,
  type SignReader,
  signsInAgent,
  signsInBody,
  signsInHeader,
  signsInPath,
  signsInQuery,
} from './signs.ts';

/** What becomes of an attribute. */
const ROLE = {
  ...{ held: 0, text: 1, texts: 2, number: 3, flag: 4, entity: 5, agent: 6 },
  /** Kept are the signs in it alone. */
  examined: 7,
} as const;
/** Where signs of a place stand among all: strongest first is told of, of equal ones the first. */
const SIGNS = { path: 0, query: 1, body: 2, headers: 3, agent: 4 } as const;
const HEADER = 'http.request.header.';

const SERVICE = textColumn(ATTR_SERVICE_NAME);
const PATH = textColumn(ATTR_URL_PATH);
const QUERY = textColumn(ATTR_URL_QUERY);
const SERVER = textColumn(ATTR_SERVER_ADDRESS);
const OBJECT = textColumn(FIELD_SECURITY_OBJECT_ID);
const USER_ID = textColumn(ATTR_USER_ID);
const CLIENT_ADDRESS = textColumn(ATTR_CLIENT_ADDRESS);
const CLIENT_PREFIX = textColumn(ATTR_CLIENT_PREFIX);
const CLIENT_SOURCE = textColumn(ATTR_SECURITY_CLIENT_ADDRESS_SOURCE);
const PEER = textColumn(ATTR_NETWORK_PEER_ADDRESS);
const DATA_REQUEST = textColumn(FIELD_SECURITY_DATA_REQUEST);
const DATA_RESPONSE = textColumn(FIELD_SECURITY_DATA_RESPONSE);
const DATA_TELEMETRY = textColumn(FIELD_SECURITY_DATA_TELEMETRY);
const ROUTE_ATTRIBUTE = attributeNumber(ATTR_HTTP_ROUTE);
const HOST_ATTRIBUTE = attributeNumber(ATTR_SERVER_ADDRESS);
const USER_ATTRIBUTE = attributeNumber(ATTR_USER_ID);
const HASH_ATTRIBUTE = attributeNumber(ATTR_USER_HASH);
/** Rules group by it, and semantic conventions know a name for who has none. */
const UNKNOWN_SERVICE = 'unknown_service';

const ROLES = new Uint8Array(ATTRIBUTE_COUNT);
const COLUMNS = new Uint8Array(ATTRIBUTE_COUNT);
const READERS = new Map<number, SignReader>();
for (let attribute = 0; attribute < ATTRIBUTE_COUNT; attribute++) {
  const name = attributeName(attribute);
  const isBody = name === ATTR_HTTP_REQUEST_BODY_CONTENT;
  if (isBody || name?.startsWith(HEADER) === true) {
    ROLES[attribute] = ROLE.examined;
    READERS.set(attribute, isBody ? signsInBody : signsInHeader(name.slice(HEADER.length)));
  }
  const field = FACT_FIELDS.find((each) => each.name === name && each.wire.length > 0);
  if (field === undefined) continue;
  ROLES[attribute] = ROLE[field.kind === 'entities' ? 'entity' : field.kind];
  if (name === ATTR_USER_AGENT_ORIGINAL) ROLES[attribute] = ROLE.agent;
  COLUMNS[attribute] = FACT_SLOTS.get(field.name)?.column ?? 0;
}

/** See the head of this file. Remembers nothing of a record but what it found out about the last one. */
export class RowWriter {
  readonly target: RequestTarget = new RequestTarget();
  /** Signs of attack in the record written last, by place; none unless they were looked for. */
  readonly signs: (readonly Sign[])[] = Object.values(SIGNS).map(() => NO_SIGNS);
  readonly #facts: FactBatch;
  readonly #lexicon: Lexicon;
  readonly #places: AllPlaces;
  readonly #client: RecordClient;
  readonly #posture: PostureFlags;
  readonly #objects = new RouteObjects();
  readonly #span = new ByteSpan();
  readonly #objectSpan = new ByteSpan();
  readonly #found: number[] = [];

  constructor(facts: FactBatch, lexicon: Lexicon, places: AllPlaces) {
    this.#facts = facts;
    this.#lexicon = lexicon;
    this.#places = places;
    this.#client = new RecordClient(lexicon, places.attributes);
    this.#posture = new PostureFlags(facts, lexicon, places.judged);
  }

  /** Writes all that the record tells; with `looksForSigns` its inputs are looked through as well. */
  write(row: number, cells: RecordCells, looksForSigns: boolean): void {
    const span = this.#span;
    this.#lexicon.beginRecord();
    this.signs.fill(NO_SIGNS);
    for (let at = 0; at < cells.count; at++) {
      const attribute = cells.present[at] ?? 0;
      if (ROLES[attribute] === ROLE.held || !cells.point(span, attribute)) continue;
      this.#copy(row, attribute, cells, looksForSigns);
    }
    if (this.#facts.textColumns[SERVICE]?.[row] === 0) {
      this.#facts.setText(SERVICE, row, this.#lexicon.word(UNKNOWN_SERVICE));
    }
    this.target.read(cells);
    this.#writeTarget(row, looksForSigns);
    this.#writeServer(row, cells);
    this.#writeClient(row, cells);
    this.#writeUser(row, cells);
    this.#writeObjects(row, cells);
    this.#posture.write(row, cells);
  }

  /** Writes which kinds of sensitive data redaction found in a record. */
  writeClasses(row: number, classes: DataClasses, record: number): void {
    const { request, response, telemetry } = classes;
    const [ofRequest = 0, ofResponse = 0] = [request[record], response[record]];
    const elsewhere = telemetry[record] ?? 0;
    if ((ofRequest | ofResponse | elsewhere) === 0) return;
    const write = (column: number, bits: number): void => {
      if (bits !== 0) this.#facts.setText(column, row, this.#lexicon.classes(classes, bits));
    };
    write(DATA_REQUEST, ofRequest);
    write(DATA_RESPONSE, ofResponse);
    write(DATA_TELEMETRY, elsewhere);
  }

  #copy(row: number, attribute: number, cells: RecordCells, looksForSigns: boolean): void {
    const [facts, lexicon, span] = [this.#facts, this.#lexicon, this.#span];
    const column = COLUMNS[attribute] ?? 0;
    const place = this.#places.attributes[cells.columnOf(attribute)];
    if (place === undefined) return;
    const role = ROLES[attribute] ?? ROLE.held;
    switch (role) {
      case ROLE.text:
        return facts.setText(column, row, lexicon.text(place, span));
      case ROLE.agent: {
        if (!looksForSigns) return facts.setText(column, row, lexicon.text(place, span));
        facts.setText(column, row, lexicon.input(place, span, signsInAgent));
        if (cells.isOwn(attribute)) this.signs[SIGNS.agent] = lexicon.signs;
        return;
      }
      case ROLE.examined:
        if (looksForSigns && cells.isOwn(attribute)) this.#examine(attribute, cells);
        return;
      case ROLE.texts:
        return facts.setText(column, row, lexicon.list(place, span));
      case ROLE.number:
        return facts.setNumber(column, row, span.number());
      case ROLE.flag: {
        const flag = span.flag();
        if (flag !== undefined) facts.setFlag(column, row, flag ? FLAG.yes : FLAG.no);
        return;
      }
      default:
        facts.setText(column, row, lexicon.idOf(lexicon.entity(place, span)));
    }
  }

  #examine(attribute: number, cells: RecordCells): void {
    const place = this.#places.examined[cells.columnOf(attribute)];
    const read = READERS.get(attribute);
    if (place === undefined || read === undefined) return;
    const found = this.#lexicon.signsIn(place, this.#span, read);
    if (found.length === 0) return;
    const at = read === signsInBody ? SIGNS.body : SIGNS.headers;
    this.signs[at] = [...(this.signs[at] ?? NO_SIGNS), ...found];
  }

  #writeTarget(row: number, looksForSigns: boolean): void {
    const { path, pathColumn, query, queryColumn } = this.target;
    const ofPath = this.#places.paths[pathColumn];
    if (path.length > 0 && ofPath !== undefined) {
      this.#facts.setText(PATH, row, this.#input(ofPath, path, looksForSigns && signsInPath));
      if (looksForSigns) this.signs[SIGNS.path] = this.#lexicon.signs;
    }
    const ofQuery = this.#places.queries[queryColumn];
    if (query.length > 0 && ofQuery !== undefined) {
      this.#facts.setText(QUERY, row, this.#input(ofQuery, query, looksForSigns && signsInQuery));
      if (looksForSigns) this.signs[SIGNS.query] = this.#lexicon.signs;
    }
  }

  #input(place: Place, span: ByteSpan, read: SignReader | false): number {
    return read === false
      ? this.#lexicon.text(place, span)
      : this.#lexicon.input(place, span, read);
  }

  #writeServer(row: number, cells: RecordCells): void {
    if (!cells.point(this.#span, HOST_ATTRIBUTE)) return;
    const place = this.#places.attributes[cells.columnOf(HOST_ATTRIBUTE)];
    if (place === undefined) return;
    this.#facts.setText(SERVER, row, this.#lexicon.text(place, this.#span));
  }

  #writeClient(row: number, cells: RecordCells): void {
    const [facts, client] = [this.#facts, this.#client];
    client.read(cells);
    if (client.address !== 0) facts.setText(CLIENT_ADDRESS, row, client.address);
    if (client.prefix !== 0) facts.setText(CLIENT_PREFIX, row, client.prefix);
    if (client.peer !== 0) facts.setText(PEER, row, client.peer);
    if (client.source !== 0) facts.setText(CLIENT_SOURCE, row, client.source);
  }

  /** Who is known by a hash alone is known by that. */
  #writeUser(row: number, cells: RecordCells): void {
    const named = this.#entity(cells, USER_ATTRIBUTE);
    const user = named === NOBODY ? this.#entity(cells, HASH_ATTRIBUTE) : named;
    if (user !== NOBODY) this.#facts.setText(USER_ID, row, this.#lexicon.idOf(user));
  }

  #writeObjects(row: number, cells: RecordCells): void {
    const { path, pathColumn } = this.target;
    if (path.length === 0 || !cells.point(this.#span, ROUTE_ATTRIBUTE)) return;
    const [objects, found, span] = [this.#objects, this.#found, this.#objectSpan];
    objects.read(this.#span, path);
    const place = this.#places.objects[pathColumn];
    if (objects.count === 0 || place === undefined) return;
    found.length = 0;
    for (let at = 0; at < objects.count; at++) {
      span.setText(path.bytes, objects.start[at] ?? 0, objects.end[at] ?? 0);
      const object = this.#lexicon.entity(place, span);
      if (object !== NOBODY) found.push(this.#lexicon.idOf(object));
    }
    this.#facts.setText(OBJECT, row, listOf(this.#facts.texts, found));
  }

  #entity(cells: RecordCells, attribute: number): number {
    if (!cells.point(this.#span, attribute)) return NOBODY;
    const place = this.#places.attributes[cells.columnOf(attribute)];
    return place === undefined ? NOBODY : this.#lexicon.entity(place, this.#span);
  }
}
