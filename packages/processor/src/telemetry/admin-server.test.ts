import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { systemClock } from '../pipeline/clock.ts';
import { silentLogger } from '../pipeline/logger.ts';
import { AdminServer, type AdminServerOptions } from './admin-server.ts';
import { createMetrics } from './metrics.ts';

describe('the admin server', () => {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  async function serving(options: Partial<AdminServerOptions> = {}) {
    const metrics = createMetrics({ serviceName: 'spanguard' });
    const server = new AdminServer(
      {
        host: '127.0.0.1',
        port: 0,
        allowedHosts: [],
        notReady: () => undefined,
        scrape: (request, response) => metrics.handleScrape(request, response),
        ...options,
      },
      { clock: systemClock, counters: metrics, logger: silentLogger },
    );
    await server.start();
    ends.push(
      () => server.shutdown(),
      () => metrics.shutdown(),
    );
    const port = server.address?.port ?? 0;
    const url = `http://127.0.0.1:${port}`;
    return { port, get: (path: string) => fetch(url + path, { headers: { connection: 'close' } }) };
  }

  it('answers while 64 connections say nothing, and more come', async () => {
    const { port, get } = await serving();
    const idle: Socket[] = [];
    for (let count = 0; count < 100; count++) {
      const socket = connect({ host: '127.0.0.1', port }).on('error', () => undefined);
      await new Promise((resolve) => socket.once('connect', resolve));
      idle.push(socket);
    }
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      expect((await get(path)).status).to.equal(200);
    }
    for (const socket of idle) socket.destroy();
  });

  it('answers 500 where what it asks throws, lives on, and shows it among its metrics', async () => {
    const { get } = await serving({
      notReady: () => {
        throw new Error('gone');
      },
    });
    expect((await get('/readyz')).status).to.equal(500);
    const metrics = await (await get('/metrics')).text();
    expect(metrics).to.match(/spanguard_listener_failed_total\{[^}]*listener="admin"[^}]*\} 1/);
  });

  it('answers 503 and why while the processor is not ready', async () => {
    const { get } = await serving({ notReady: () => 'draining' });
    const answer = await get('/readyz');
    expect([answer.status, await answer.text()]).to.deep.equal([503, 'draining\n']);
  });
});
