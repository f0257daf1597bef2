/** Where the real counterparts of the tests lie: outside the repository, kept between runs. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Peers that are built or fetched, with the version the tests were written against. */
export const PEER_VERSIONS = {
  otelcol: '0.165.0',
  jaeger: '1.76.0',
  grpcurl: '1.9.4',
  java: '1.68.0',
} as const;

/** The name of a peer's binary. */
export type PeerName = Exclude<keyof typeof PEER_VERSIONS, 'java'>;

/** `$SPANGUARD_CACHE`, or `~/.cache/spanguard`. */
export function peerCacheFolder(): string {
  return process.env['SPANGUARD_CACHE'] ?? join(homedir(), '.cache', 'spanguard');
}

/** Where a peer's binary belongs, whether it is there or not. */
export function peerBinary(name: PeerName): string {
  return join(peerCacheFolder(), `${name}-${PEER_VERSIONS[name]}`, name);
}

/** A peer's binary, or undefined where it is not installed. With CI set it must be. */
export function findPeer(name: PeerName): string | undefined {
  const path = peerBinary(name);
  if (existsSync(path)) return path;
  const hint = `${name} ${PEER_VERSIONS[name]} is not installed; run packages/testkit/src/peers/install.ts`;
  if (process.env['CI'] !== undefined) throw new Error(hint);
  process.stderr.write(`SKIPPED: ${hint}\n`);
  return undefined;
}
