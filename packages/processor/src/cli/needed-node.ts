/** Which Node the processor needs. Imports nothing that an older Node lacks. */
import { readFileSync } from 'node:fs';

/** The sentence for a Node that is too old, or undefined where `version` (`24.21.0`) will do. */
export function tooOldNode(version: string): string | undefined {
  const manifest = new URL('../../package.json', import.meta.url);
  const { engines } = JSON.parse(readFileSync(manifest, 'utf8')) as { engines: { node: string } };
  const needed = engines.node.replace('>=', '');
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return undefined;
  return `spanguard: Node ${needed} or newer is needed, this is ${version}`;
}
