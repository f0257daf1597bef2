/** Who the client of a record is: the verdict the application's resolver gives, from what a record tells. */
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_CLIENT_PREFIX,
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_SECURITY_CLIENT_ADDRESS_SOURCE,
  type ClientAddressSource,
} from '@spanguard/conventions';
import { clientPrefix, isOnOwnNetwork, prefixOf, readAddress } from '@spanguard/verdict';
import { isPseudonym } from './pseudonym.ts';
import type { RecordReader } from './record-reader.ts';

/** Canonical addresses, or pseudonyms where the sender's policy hides them; absent is what is neither. */
export interface RecordClient {
  readonly address: string | undefined;
  /** The network it is counted by. */
  readonly prefix: string | undefined;
  readonly peer: string | undefined;
  readonly source: string | undefined;
}

const SOCKET: ClientAddressSource = 'socket';
const CLAIMED: ClientAddressSource = 'claimed';

/**
 * Our own instrumentation says where it took the address from, and is believed. What another says is
 * often the left-most forwarded header, which its sender may write as he likes. So a peer from elsewhere
 * is the client, whoever he claims to be; a peer on a network that the application would trust unasked is
 * a proxy of the operator's, whose word counts, marked `claimed`: the peer is counted as well, by rules
 * that group by it.
 */
export function clientOf(record: RecordReader): RecordClient {
  const source = record.text(ATTR_SECURITY_CLIENT_ADDRESS_SOURCE);
  const told = addressIn(record.text(ATTR_CLIENT_ADDRESS));
  const peer = addressIn(record.text(ATTR_NETWORK_PEER_ADDRESS));
  if (source !== undefined || peer === undefined) {
    const prefix = prefixIn(record.text(ATTR_CLIENT_PREFIX)) ?? networkOf(told ?? peer);
    return { address: told, prefix, peer, source };
  }
  if (told === undefined || told === peer || !isProxy(peer)) {
    return { address: peer, prefix: networkOf(peer), peer, source: SOCKET };
  }
  return { address: told, prefix: networkOf(told), peer, source: CLAIMED };
}

/** Whether a peer may stand for clients behind it; of one that is hidden nobody knows better. */
function isProxy(peer: string): boolean {
  return isPseudonym(peer) || isOnOwnNetwork(peer);
}

function addressIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return readAddress(text) ?? (isPseudonym(text) ? text : undefined);
}

function prefixIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const slash = text.indexOf('/');
  return (
    clientPrefix(slash < 0 ? text : text.slice(0, slash)) ?? (isPseudonym(text) ? text : undefined)
  );
}

function networkOf(address: string | undefined): string | undefined {
  return address === undefined || isPseudonym(address) ? address : prefixOf(address);
}
