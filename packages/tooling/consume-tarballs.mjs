/**
 * Packs every publishable package, installs the tarballs in a folder outside the workspace, and there runs
 * the register hook and the processor, as a user of the published packages would. Wants built packages.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packTarballs } from './pack-tarballs.mjs';

const folder = mkdtempSync(join(tmpdir(), 'spanguard-consumer-'));

try {
  const packed = Object.entries(packTarballs(join(folder, 'tarballs')));
  const dependencies = Object.fromEntries(packed.map(([name, path]) => [name, `file:${path}`]));
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({
      private: true,
      type: 'module',
      dependencies: { ...dependencies, express: '5.3.0' },
      overrides: dependencies,
    }),
  );
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error']);
  await useThem();
  process.stdout.write(
    `consumer: ${Object.keys(dependencies).length} packages installed and used\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The processor on embedded defaults; an application under the hook that refuses one login. */
async function useThem() {
  writeFileSync(
    join(folder, 'app.mjs'),
    `import express from 'express';
     const server = express()
       .post('/login', (request, response) => response.status(401).json({ error: 'no' }))
       .listen(0, '127.0.0.1', async () => {
         const { port } = server.address();
         const answer = await fetch(\`http://127.0.0.1:\${port}/login\`, { method: 'POST' });
         console.log('answered', answer.status);
         process.kill(process.pid, 'SIGTERM');
       });`,
  );
  const spanguard = join(folder, 'node_modules', '.bin', 'spanguard');
  const processor = spawn(process.execPath, [spanguard, 'run'], { cwd: folder, stdio: 'inherit' });
  try {
    await until(
      'the processor is ready',
      async () => (await fetch('http://127.0.0.1:13133/readyz')).ok,
    );
    for (const flag of ['--import', '--require']) {
      const { status, signal, stdout, stderr } = spawnSync(
        process.execPath,
        [flag, '@spanguard/register', 'app.mjs'],
        {
          cwd: folder,
          encoding: 'utf8',
          env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' },
        },
      );
      if (!stdout.includes('answered 401') || signal !== 'SIGTERM') {
        throw new Error(`${flag}: ended with ${status ?? signal}\n${stdout}${stderr}`);
      }
    }
    // Counted in the thread that runs the rules: its file is in the package too.
    await until('two failed logins were correlated', async () => {
      const metrics = await (await fetch('http://127.0.0.1:13133/metrics')).text();
      return (
        Number(/^spanguard_correlation_events_total\{[^}]*\} (\d+)/m.exec(metrics)?.[1] ?? 0) >= 2
      );
    });
  } finally {
    processor.kill('SIGTERM');
    await new Promise((resolve) => processor.once('exit', resolve));
  }
}

async function until(what, condition) {
  const end = performance.now() + 15_000;
  while (performance.now() < end) {
    if (await condition().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain: ${what}`);
}

function run(file, args) {
  const result = spawnSync(file, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status === 0) return result.stdout;
  throw new Error(`${file} ${args.join(' ')} failed:\n${result.stdout}${result.stderr}`);
}
