/**
 * Who the client of a record is: the verdict the application's resolver gives, from what a record tells.
 */
import {
  type ClientAddressSource,
  ATTR_CLIENT_ADDRESS,
  ATTR_CLIENT_PREFIX,
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_SECURITY_CLIENT_ADDRESS_SOURCE,
} from '@spanguard/conventions';
import { ByteSpan } from './byte-span.ts';
import { attributeNumber } from './columns.ts';
import { type Lexicon, NOBODY } from './lexicon.ts';
import { NO_PLACE, type Places } from './places.ts';
import type { RecordCells } from './record-cells.ts';

const SOURCE = attributeNumber(ATTR_SECURITY_CLIENT_ADDRESS_SOURCE);
const ADDRESS = attributeNumber(ATTR_CLIENT_ADDRESS);
const PREFIX = attributeNumber(ATTR_CLIENT_PREFIX);
const PEER = attributeNumber(ATTR_NETWORK_PEER_ADDRESS);
const SOCKET: ClientAddressSource = 'socket';
const CLAIMED: ClientAddressSource = 'claimed';

/** The client of one record after the other: numbers of texts, 0 = absent. */
export class RecordClient {
  address = 0;
  /** The network it is counted by. */
  prefix = 0;
  peer = 0;
  /** Says where the address was taken from. */
  source = 0;
  readonly #lexicon: Lexicon;
  readonly #places: Places;
  readonly #span = new ByteSpan();

  constructor(lexicon: Lexicon, places: Places) {
    this.#lexicon = lexicon;
    this.#places = places;
  }

  /**
   * Our own instrumentation says where it took the address from, and is believed. What another says is
   * often the left-most forwarded header, which its sender may write as he likes. So a peer on the internet
   * is the client, whoever he claims to be; a peer that no client on the internet can have is a proxy of
   * the operator's, whose word counts, marked `claimed`: the peer is counted as well, by rules that group
   * by it.
   */
  read(cells: RecordCells): void {
    const lexicon = this.#lexicon;
    const told = this.#entity(cells, ADDRESS);
    const peer = this.#entity(cells, PEER);
    this.peer = lexicon.idOf(peer);
    const isTold = cells.point(this.#span, SOURCE);
    if (isTold || peer === NOBODY) {
      this.source = isTold ? lexicon.text(this.#placeOf(cells, SOURCE), this.#span) : 0;
      this.address = lexicon.idOf(told);
      const prefix = this.#entity(cells, PREFIX);
      const address = told === NOBODY ? peer : told;
      this.prefix = prefix === NOBODY ? lexicon.networkOf(address) : lexicon.idOf(prefix);
      return;
    }
    const isPeer = told === NOBODY || !lexicon.isProxy(peer) || lexicon.areOne(told, peer);
    const client = isPeer ? peer : told;
    this.address = lexicon.idOf(client);
    this.prefix = lexicon.networkOf(client);
    this.source = lexicon.word(isPeer ? SOCKET : CLAIMED);
  }

  #entity(cells: RecordCells, attribute: number): number {
    if (!cells.point(this.#span, attribute)) return NOBODY;
    return this.#lexicon.entity(this.#placeOf(cells, attribute), this.#span);
  }

  #placeOf(cells: RecordCells, attribute: number): Places[number] {
    return this.#places[cells.columnOf(attribute)] ?? NO_PLACE;
  }
}
