/** Finds the client's address from the socket and the hops its proxies vouch for. Never the left-most header. */
import type { ClientAddressSource } from '@spanguard/conventions';
import {
  type HopChain,
  headerCharsMax,
  hopsOfForwarded,
  hopsOfXForwardedFor,
  isHiddenHop,
} from './forwarding-headers.ts';
import { isNonPublic, prefixOf, readAddress, RecentAnswers } from '@spanguard/verdict';
import type { TrustedProxies, TrustsHop } from './trusted-proxies.ts';

/** Who the client is, as far as it can be known. */
export interface ClientAddress {
  /** Canonical address; absent when the socket has none (a Unix socket) and no proxy told one. */
  readonly address: string | undefined;
  /** `address` as /32 or its IPv6 /64. */
  readonly prefix: string | undefined;
  /** The socket's own address, canonical. */
  readonly peer: string | undefined;
  readonly source: ClientAddressSource;
  /** Untrusted hops carried private, duplicate or garbage values, or there were too many hops. */
  readonly spoofSuspected: boolean;
}

/** The request headers that can name a client, as `node:http` gives them. */
export interface ForwardingHeaders {
  readonly [name: string]: string | readonly string[] | undefined;
}

/** How a resolver works. */
export interface ClientAddressSettings {
  readonly trusted: TrustedProxies;
  /** What a framework honours is `X-Forwarded-For` alone, and the source is then named `framework`. */
  readonly framework?: boolean;
}

interface Claim {
  readonly source: ClientAddressSource;
  readonly chain: HopChain;
}

interface Walk {
  readonly address: string | undefined;
  /** Hops to the left of the client: anybody may have written them. */
  readonly untrusted: readonly string[];
  readonly garbageMet: boolean;
}

const cachedAnswersMax = 512;
const cachedKeyCharsMax = 256;
// A Unix socket's peer has no address; whoever may connect to it is as local as loopback.
const LOCAL_PEER = '127.0.0.1';

/** Resolves client addresses by one trust setting. Pure but for a bounded memory of answers. */
export class ClientAddressResolver {
  private readonly trusted: TrustedProxies;
  private readonly framework: boolean;
  private readonly answers = new RecentAnswers<ClientAddress>(cachedAnswersMax);

  constructor({ trusted, framework = false }: ClientAddressSettings) {
    this.trusted = trusted;
    this.framework = framework;
  }

  /**
   * `remoteAddress` is the socket's. The walk goes right to left, from the socket through trusted
   * hops only; the first untrusted hop is the client. Total on every input.
   */
  resolve(remoteAddress: string | undefined, headers: ForwardingHeaders): ClientAddress {
    const forwardedFor = headerText(headers['x-forwarded-for']);
    const forwarded = this.framework ? '' : headerText(headers['forwarded']);
    const realIp = this.framework ? '' : headerText(headers['x-real-ip']);
    const isDirect = forwardedFor === '' && forwarded === '' && realIp === '';
    const peerText = remoteAddress ?? '';
    const key = isDirect ? peerText : `${peerText}\n${forwardedFor}\n${forwarded}\n${realIp}`;
    const known = this.answers.get(key);
    if (known !== undefined) return known;

    const peer = remoteAddress === undefined ? undefined : readAddress(remoteAddress);
    const answer = this.answer(peer, claimsIn({ forwardedFor, forwarded, realIp }));
    // Long keys are an attacker's: caching them would let one client pin a megabyte.
    if (key.length <= cachedKeyCharsMax) this.answers.set(key, answer);
    return answer;
  }

  private answer(peer: string | undefined, claims: readonly Claim[]): ClientAddress {
    const [claim, otherClaim] = claims;
    if (claim === undefined) return this.clientAddress(peer, peer, 'socket', false);
    const walk = walkChain(peer, claim.chain.hops, this.trusted.trusts);
    const isFromSocket = walk.address === peer && walk.untrusted.length === claim.chain.hops.length;
    const contradicted =
      otherClaim !== undefined &&
      walkChain(peer, otherClaim.chain.hops, this.trusted.trusts).address !== walk.address;
    const spoofSuspected =
      claim.chain.truncated || contradicted || isSuspicious(walk, this.trusted.hops !== undefined);
    const source = isFromSocket ? 'socket' : claim.source;
    return this.clientAddress(peer, walk.address, source, spoofSuspected);
  }

  private clientAddress(
    peer: string | undefined,
    address: string | undefined,
    source: ClientAddressSource,
    spoofSuspected: boolean,
  ): ClientAddress {
    return {
      address,
      prefix: address === undefined ? undefined : prefixOf(address),
      peer,
      source: this.framework ? 'framework' : source,
      spoofSuspected,
    };
  }
}

// Most proxies write X-Forwarded-For and pass a client's Forwarded through untouched, so it is asked
// first; where both are there and disagree, one of them is the client's own invention.
function claimsIn(headers: { forwardedFor: string; forwarded: string; realIp: string }): Claim[] {
  const claims: Claim[] = [];
  if (headers.forwardedFor !== '') {
    claims.push({ source: 'x-forwarded-for', chain: hopsOfXForwardedFor(headers.forwardedFor) });
  }
  if (headers.forwarded !== '') {
    claims.push({ source: 'forwarded', chain: hopsOfForwarded(headers.forwarded) });
  }
  if (claims.length === 0 && headers.realIp !== '') {
    claims.push({ source: 'x-real-ip', chain: { hops: [headers.realIp], truncated: false } });
  }
  return claims;
}

function walkChain(peer: string | undefined, hops: readonly string[], trusts: TrustsHop): Walk {
  let address = peer;
  let hop = 0;
  let left = hops.length;
  while (left > 0 && trusts(address ?? LOCAL_PEER, hop)) {
    const text = hops[left - 1] ?? '';
    const next = readAddress(text);
    // A trusted proxy that could not tell its client ends the walk at the proxy itself.
    if (next === undefined) {
      return { address, untrusted: hops.slice(0, left), garbageMet: !isHiddenHop(text) };
    }
    address = next;
    hop += 1;
    left -= 1;
  }
  return { address, untrusted: hops.slice(0, left), garbageMet: false };
}

function isSuspicious(walk: Walk, isCounted: boolean): boolean {
  if (walk.garbageMet) return true;
  if (walk.untrusted.length === 0) return false;
  if (isCounted) return true;
  const seen = new Set<string | undefined>([walk.address]);
  for (const text of walk.untrusted) {
    const address = readAddress(text);
    if (address === undefined) {
      if (!isHiddenHop(text)) return true;
      continue;
    }
    if (seen.has(address) || isNonPublic(address)) return true;
    seen.add(address);
  }
  return false;
}

function headerText(value: string | readonly string[] | undefined): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : value.slice(-hopHeadersMax).join(',');
  // One character more than is read, so that the reader still sees that it was too long.
  return text.length > headerCharsMax ? text.slice(-headerCharsMax - 1) : text;
}

const hopHeadersMax = 32;
