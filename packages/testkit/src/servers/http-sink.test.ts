/** HttpSink records what real clients send and answers by script. */

import { gzipSync, zstdCompressSync } from 'node:zlib';

import { expect } from 'chai';

import { HttpSink } from './http-sink.ts';

describe('HttpSink', () => {
  let sink: HttpSink;
  beforeEach(async () => {
    sink = await HttpSink.listen();
  });
  afterEach(() => sink.close());

  const post = (init: RequestInit = {}) =>
    fetch(`${sink.url}/v1/traces?x=1`, { method: 'POST', ...init });

  it('records method, path, headers and body', async () => {
    await post({ body: 'hello', headers: { 'x-test': 'yes' } });
    const [request] = await sink.received(1);
    expect(request?.method).to.equal('POST');
    expect(request?.path).to.equal('/v1/traces?x=1');
    expect(request?.headers['x-test']).to.equal('yes');
    expect(Buffer.from(request?.body ?? []).toString()).to.equal('hello');
  });

  for (const [encoding, body] of [
    ['gzip', gzipSync('hello')],
    ['zstd', zstdCompressSync('hello')],
  ] as const) {
    it(`decodes ${encoding} and keeps the bytes that travelled`, async () => {
      await post({ body, headers: { 'content-encoding': encoding } });
      const request = sink.requests.at(-1);
      expect(Buffer.from(request?.body ?? []).toString()).to.equal('hello');
      expect(Buffer.from(request?.rawBody ?? []).equals(body)).to.equal(true);
    });
  }

  it('answers by script, then by default', async () => {
    sink.answer({ status: 503, headers: { 'retry-after': '1' }, body: 'later' });
    const first = await post();
    expect([first.status, first.headers.get('retry-after'), await first.text()]).to.deep.equal([
      503,
      '1',
      'later',
    ]);
    expect((await post()).status).to.equal(200);
  });

  it('waits before it answers', async () => {
    sink.answer({ status: 204, delayMs: 20 });
    expect((await post()).status).to.equal(204);
  });

  it('hangs until it is closed', async () => {
    sink.answer({ kind: 'hang' });
    const answer = post().then(
      () => 'answered',
      () => 'cut',
    );
    await sink.received(1);
    await sink.close();
    expect(await answer).to.equal('cut');
  });

  it('resets the connection in the middle of an answer', async () => {
    sink.answer({ kind: 'reset', afterBytes: 10 });
    const outcome = await post()
      .then((response) => response.text())
      .then(
        () => 'whole',
        () => 'cut',
      );
    expect(outcome).to.equal('cut');
  });

  it('says how many requests it got when it waited in vain', async () => {
    await post();
    const outcome = await sink.received(2, 10).catch((error: unknown) => String(error));
    expect(outcome).to.include('1 of 2 requests');
  });

  it('may be closed twice', async () => {
    await sink.close();
    await sink.close();
  });
});
