/** Finds the client's address from the socket and the hops its proxies vouch for. Never the left-most header. */
import type { ClientAddressSource } from '@spanguard/conventions';
import {
  type HopChain,
  headerCharsMax,
  hopsOfForwarded,
  hopsOfXForwardedFor,
  isHiddenHop,
} from './forwarding-headers.ts';
import { RecentAnswers } from '@spanguard/memory';
import { isNonPublic, prefixOf, readAddress } from '@spanguard/verdict';
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
  /**
   * Untrusted hops carried private, duplicate or garbage values, there were too many hops, headers contradict
   * each other, or `X-Real-IP` alone was believed of a proxy that nobody named.
   */
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
// A Unix socket's peer has no address; whoever may connect to it is as local as loopback.
const LOCAL_PEER = '127.0.0.1';
// Its key among the answers, which no text of a peer can be.
const LOCAL = '\n';

/** Resolves client addresses by one trust setting. Pure but for a bounded memory of answers. */
export class ClientAddressResolver {
  private readonly trusted: TrustedProxies;
  private readonly framework: boolean;
  private readonly answers = new RecentAnswers<ClientAddress>({
    answersMax: cachedAnswersMax,
  });

  constructor({ trusted, framework = false }: ClientAddressSettings) {
    this.trusted = trusted;
    this.framework = framework;
  }

  /**
   * `remoteAddress` is the socket's: `undefined` for a Unix socket, which is local; text that is no address
   * is a peer nobody knows, who is believed nothing. The walk goes right to left, from the socket through
   * trusted hops only; the first untrusted hop is the client. Total on every input.
   */
  resolve(remoteAddress: string | undefined, headers: ForwardingHeaders): ClientAddress {
    const forwardedFor = headerText(headers['x-forwarded-for']);
    const forwarded = this.framework ? '' : headerText(headers['forwarded']);
    const realIp = this.framework ? '' : headerText(headers['x-real-ip']);
    const isDirect = forwardedFor === '' && forwarded === '' && realIp === '';
    const peerText = remoteAddress ?? LOCAL;
    const key = isDirect ? peerText : `${peerText}\n${forwardedFor}\n${forwarded}\n${realIp}`;
    const known = this.answers.get(key);
    if (known !== undefined) return known;

    const peer = remoteAddress === undefined ? undefined : readAddress(remoteAddress);
    const isUnknown = remoteAddress !== undefined && peer === undefined;
    const answer = isUnknown
      ? this.clientAddress(undefined, undefined, 'socket', false)
      : this.answer(peer, claimsIn({ forwardedFor, forwarded }), realIp);
    this.answers.set(key, answer);
    return answer;
  }

  private answer(
    peer: string | undefined,
    claims: readonly Claim[],
    realIp: string,
  ): ClientAddress {
    const [claim = realIpClaim(realIp), otherClaim] = claims;
    if (claim === undefined) return this.clientAddress(peer, peer, 'socket', false);
    const { trusts, hops: counted, areNamed } = this.trusted;
    const { hops, truncated } = claim.chain;
    const walk = walkChain(peer, hops, trusts);
    const isFromSocket = walk.address === peer && walk.untrusted.length === hops.length;
    const contradicted =
      (otherClaim !== undefined &&
        walkChain(peer, otherClaim.chain.hops, trusts).address !== walk.address) ||
      (claim.source !== 'x-real-ip' && realIp !== '' && !isAmong(realIp, [peer ?? '', ...hops]));
    const source = isFromSocket ? 'socket' : claim.source;
    // A proxy appends to the other headers; this one it writes, or lets a client's own through.
    const isUnvouched = source === 'x-real-ip' && !areNamed;
    const spoofSuspected =
      truncated || contradicted || isUnvouched || isSuspicious(walk, counted !== undefined);
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
function claimsIn(headers: { forwardedFor: string; forwarded: string }): Claim[] {
  const claims: Claim[] = [];
  if (headers.forwardedFor !== '') {
    claims.push({ source: 'x-forwarded-for', chain: hopsOfXForwardedFor(headers.forwardedFor) });
  }
  if (headers.forwarded !== '') {
    claims.push({ source: 'forwarded', chain: hopsOfForwarded(headers.forwarded) });
  }
  return claims;
}

function realIpClaim(realIp: string): Claim | undefined {
  if (realIp === '') return undefined;
  return { source: 'x-real-ip', chain: { hops: [realIp], truncated: false } };
}

// The last of several proxies names the one before it, so any hop of the chain is as good as the client.
function isAmong(realIp: string, hops: readonly string[]): boolean {
  const address = readAddress(realIp);
  if (address === undefined) return isHiddenHop(realIp);
  return hops.some((hop) => readAddress(hop) === address);
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
