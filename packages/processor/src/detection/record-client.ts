/** Who the client of a record is: the verdict the application's resolver gives, from what a record tells. */
import type { ClientAddressSource } from '@spanguard/conventions';
import { ByteSpan } from './byte-span.ts';
import { attributeNumber } from './columns.ts';
import type { Entity } from './entity.ts';
import type { Lexicon } from './lexicon.ts';
import type { Places } from './places.ts';
import type { RecordCells } from './record-cells.ts';

const SOURCE = attributeNumber('security.client.address.source');
const ADDRESS = attributeNumber('client.address');
const PREFIX = attributeNumber('client.prefix');
const PEER = attributeNumber('network.peer.address');
const SOCKET: ClientAddressSource = 'socket';
const CLAIMED: ClientAddressSource = 'claimed';

/** The client of one record after the other. */
export class RecordClient {
  address: Entity | undefined;
  /** The network it is counted by. */
  prefix: Entity | undefined;
  peer: Entity | undefined;
  /** Number of the text that says where the address was taken from. */
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
    const told = this.#entity(cells, ADDRESS);
    const peer = this.#entity(cells, PEER);
    this.peer = peer;
    const isTold = cells.point(this.#span, SOURCE);
    if (isTold || peer === undefined) {
      this.address = told;
      this.source = isTold ? this.#lexicon.text(this.#placeOf(cells, SOURCE), this.#span) : 0;
      this.prefix = this.#entity(cells, PREFIX) ?? (told ?? peer)?.network;
      return;
    }
    const isPeer = told === undefined || told.canonical === peer.canonical || !peer.isProxy;
    this.address = isPeer ? peer : told;
    this.prefix = this.address.network;
    this.source = this.#lexicon.word(isPeer ? SOCKET : CLAIMED);
  }

  #entity(cells: RecordCells, attribute: number): Entity | undefined {
    if (!cells.point(this.#span, attribute)) return undefined;
    return this.#lexicon.entity(this.#placeOf(cells, attribute), this.#span);
  }

  #placeOf(cells: RecordCells, attribute: number): Places[number] {
    return this.#places[cells.columnOf(attribute)] ?? NOWHERE;
  }
}

const NOWHERE = { number: 0, field: '', decision: 0, domain: 'object' } as const;
