/** Both entries, both module systems, every Node line: the built package against real processes. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { HttpSink } from '@spanguard/testkit';
import { expect } from 'chai';
import { MATRIX_VERSIONS, nodeBinary, nodesFolder } from './matrix/node-versions.ts';
import { type Ending, RunningApp, withApp } from './running-app.ts';
import { readTelemetry, serverSpans } from './telemetry.ts';

const ENTRIES = ['--import', '--require'] as const;
const FLAVOURS = ['mjs', 'cjs'] as const;
const RUNNING = process.versions.node;

describe('the built @spanguard/register', () => {
  const table: string[] = [];

  before(() => {
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    const tsc = new URL('bin/tsc', import.meta.resolve('typescript/package.json'));
    const built = spawnSync(
      process.execPath,
      [fileURLToPath(tsc), '--build', 'packages/register'],
      {
        cwd: root,
        encoding: 'utf8',
      },
    );
    expect(built.status, `tsc --build packages/register\n${built.stdout}`).to.equal(0);
  });

  after(() => {
    process.stdout.write(`\n      ${['node      entry      app', ...table].join('\n      ')}\n`);
  });

  for (const version of [...new Set([...MATRIX_VERSIONS, RUNNING])]) {
    const node = version === RUNNING ? process.execPath : binaryOf(version);
    if (node === undefined) {
      it(`runs on Node ${version}`, () => missing(version, table));
      continue;
    }
    const bare = new Map<string, Promise<Ending>>();
    for (const entry of ENTRIES) {
      for (const flavour of FLAVOURS) {
        it(`watches by ${entry} a .${flavour} application on Node ${version}`, async () => {
          const row = [version.padEnd(9), entry.padEnd(10), flavour].join(' ');
          table.push(`${row}  FAILED`);
          const start = performance.now();
          const ending = bare.get(flavour) ?? endingOfBare(node, flavour);
          bare.set(flavour, ending);
          await expectWatched({ node, entry, flavour, asBare: await ending });
          table[table.length - 1] = `${row}  ok ${Math.round(performance.now() - start)} ms`;
        });
      }
    }
  }
});

interface Cell {
  readonly node: string;
  readonly entry: (typeof ENTRIES)[number];
  readonly flavour: (typeof FLAVOURS)[number];
  readonly asBare: Ending;
}

async function expectWatched({ node, entry, flavour, asBare }: Cell): Promise<void> {
  const sink = await HttpSink.listen();
  const options = {
    node,
    nodeArgs: [entry, '@spanguard/register'],
    app: `express-app.${flavour}`,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_SERVICE_NAME: 'app' },
  };
  try {
    await withApp(options, async (app) => {
      const url = await app.url();
      expect((await fetch(`${url}/orders/7`)).status).to.equal(200);
      expect((await logIn(url)).status).to.equal(401);
      expect(await app.end('SIGTERM'), 'ending').to.deep.equal(asBare);
      expect(app.stderr, 'standard error').to.equal('');
    });
    const telemetry = readTelemetry(sink);
    const spans = serverSpans(telemetry);
    expect(spans.map(({ attributes }) => attributes.get('http.route'))).to.deep.equal([
      '/orders/:id',
      '/login',
    ]);
    const [failed] = telemetry.records.filter(({ name }) => name === 'security.authn_login_fail');
    const { traceId, spanId } = spans[1] ?? {};
    expect({ traceId: failed?.traceId, spanId: failed?.spanId }, 'event').to.deep.equal({
      traceId,
      spanId,
    });
  } finally {
    await sink.close();
  }
}

async function endingOfBare(node: string, flavour: string): Promise<Ending> {
  const app = new RunningApp({ node, nodeArgs: [], app: `express-app.${flavour}` });
  await app.url();
  return app.end('SIGTERM');
}

function logIn(url: string): Promise<Response> {
  return fetch(`${url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'bob', password: 'wrong' }),
  });
}

function binaryOf(version: string): string | undefined {
  const binary = nodeBinary(nodesFolder(process.env), version);
  return existsSync(binary) ? binary : undefined;
}

/** Loud on a developer's machine, fatal on a build server. */
function missing(version: string, table: string[]): void {
  const sentence = `Node ${version} is missing; run packages/register/scripts/install-nodes.ts`;
  table.push(`${version.padEnd(9)} SKIPPED: not installed`);
  if (process.env['CI'] !== undefined) throw new Error(sentence);
  process.stderr.write(`SKIPPED: ${sentence}\n`);
}
