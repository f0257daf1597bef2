import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { decodeRequest, traceRequest } from '@spanguard/testkit';
import { expect } from 'chai';
import { gunzipSync } from 'node:zlib';
import {
  eventually,
  postOtlp,
  type RunningProcessor,
  startProcessor,
} from './running-processor.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

describe('a processor on a small disk', function () {
  let disk: SmallDisk | undefined;
  let backend: Server;
  let processor: RunningProcessor;
  let isTaking = false;
  /** What the backend answers once it takes something. */
  const waiting: (() => void)[] = [];
  const spans = new Set<string>();

  before(async function () {
    disk = mountSmallDisk(24);
    if (disk === undefined) this.skip();
    backend = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const take = (): void => {
          noteSpans(gunzipSync(Buffer.concat(chunks)));
          response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
        };
        if (isTaking) take();
        else waiting.push(take);
      });
    }).listen(0, '127.0.0.1');
    await once(backend, 'listening');
    processor = await startProcessor({
      backend: `http://127.0.0.1:${(backend.address() as AddressInfo).port}`,
      folder: disk.path,
      more: 'correlate: { snapshot_interval: 1s }',
    });
  });
  after(async () => {
    if (disk === undefined) return;
    await processor.program.end('SIGKILL');
    backend.closeAllConnections();
    backend.close();
    disk.unmount();
  });

  function noteSpans(body: Buffer): void {
    for (const { scopeSpans } of decodeRequest('traces', body).resourceSpans ?? []) {
      for (const { spans: all } of scopeSpans ?? []) {
        for (const { spanId } of all ?? []) spans.add(Buffer.from(spanId ?? []).toString('hex'));
      }
    }
  }

  const readiness = async (): Promise<string> => {
    const answer = await fetch(`${processor.adminUrl}/readyz`);
    return `${answer.status} ${(await answer.text()).trim()}`;
  };
  const segments = (): readonly string[] =>
    readdirSync(join(processor.folder, 'data', 'journal')).filter((name) =>
      name.endsWith('.journal'),
    );

  it('refuses when its journal has filled the disk, says so, and recovers by delivering', async () => {
    const sent = new Set<string>();
    let status = 200;
    for (let seed = 1; status === 200; seed += 1) {
      const bytes = traceRequest({ seed, spans: 500, secretShare: 0 });
      status = await postOtlp(processor.url, 'traces', bytes);
      if (status !== 200) break;
      for (const { scopeSpans } of decodeRequest('traces', bytes).resourceSpans ?? []) {
        for (const { spans: all } of scopeSpans ?? []) {
          for (const { spanId } of all ?? []) sent.add(Buffer.from(spanId ?? []).toString('hex'));
        }
      }
    }
    expect(status).to.equal(503);
    expect(await readiness()).to.equal('503 disk_full');
    expect(segments()).not.to.deep.equal([]);
    isTaking = true;
    for (const take of waiting.splice(0)) take();
    await eventually('to be ready again', async () => (await readiness()) === '200 ready');
    const again = traceRequest({ seed: 999_999, spans: 1, secretShare: 0 });
    expect(await postOtlp(processor.url, 'traces', again)).to.equal(200);
    await eventually('all that was taken', () => [...sent].every((id) => spans.has(id)));
  });
});
