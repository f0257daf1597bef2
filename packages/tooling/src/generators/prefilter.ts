/** Compiles the redaction prefilter to WebAssembly and renders it as a TypeScript constant. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const HEADER =
  '// Generated from packages/redaction/assembly/prefilter.ts by `npm run generate`. Do not edit.\n';
const FLAGS = [
  ...['--enable', 'simd', '--runtime', 'stub', '-O3', '--noAssert', '--initialMemory', '2'],
  // The module's own constants stay below its tables.
  ...['--memoryBase', '16'],
] as const;

/** The text of `prefilter-wasm.ts` for an AssemblyScript source. Throws where it does not compile. */
export function renderPrefilter(sourceFile: string): string {
  const manifest = createRequire(import.meta.url).resolve('assemblyscript/package.json');
  const compiler = join(dirname(manifest), 'bin', 'asc.js');
  const folder = mkdtempSync(join(tmpdir(), 'prefilter-'));
  try {
    const output = join(folder, 'prefilter.wasm');
    const args = [compiler, 'prefilter.ts', '--outFile', output, ...FLAGS];
    const cwd = dirname(sourceFile);
    const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
    if (status !== 0) throw new Error(`asc: ${stderr}`);
    return rendered(readFileSync(output));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rendered(binary: Buffer): string {
  return (
    `${HEADER}\n/** The module, base64. ${binary.length} bytes. */\n` +
    `export const PREFILTER_WASM =\n  '${binary.toString('base64')}' as const;\n`
  );
}
