import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { FakeClock } from '@spanguard/testkit';
import { expect } from 'chai';
import { systemClock } from './clock.ts';
import { agentFor, post, type PostAnswer, type PostTarget } from './http-post.ts';

const BODY_BYTES = 32 * 1024 * 1024;
const NEVER_MS = Number.MAX_SAFE_INTEGER;
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n';

describe('a POST to a server that misbehaves', () => {
  let clock: FakeClock;
  let server: Server;
  let sockets: Set<Socket>;
  let url: URL;
  let agent: PostTarget['agent'];

  /** A server that does as it likes with every connection. */
  async function serve(misbehave: (socket: Socket) => void): Promise<void> {
    clock = new FakeClock();
    sockets = new Set();
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => sockets.delete(socket));
      socket.once('data', () => misbehave(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    url = new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`);
    agent = agentFor(url, 4);
  }
  afterEach(() => {
    agent.destroy();
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  const send = (limits: Partial<PostTarget> = {}): Promise<PostAnswer> =>
    post(
      { url, agent, headers: {}, timeoutMs: 10_000, answerBytesMax: 65_536, ...limits },
      [Buffer.from('{}')],
      clock,
    );

  /** Runs the clock on, a step for each turn, until the answer is there. */
  async function ended(answer: Promise<PostAnswer>): Promise<PostAnswer> {
    const settled: PostAnswer[] = [];
    void answer.then((value) => settled.push(value));
    while (settled.length === 0) await clock.advanceAsync(100);
    return settled[0] ?? answer;
  }

  async function socketsAreGone(): Promise<void> {
    while (sockets.size > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Sends parts for as long as anybody listens. */
  function endlessly(socket: Socket, part: string): void {
    const more = (): void => {
      if (!socket.destroyed) socket.write(part, () => setImmediate(more));
    };
    more();
  }

  it('lets go of an answer larger than its limit, with its socket', async () => {
    await serve((socket) => {
      socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`);
      endlessly(socket, `2000\r\n${'x'.repeat(8192)}\r\n`);
    });
    const answer = await ended(send({ timeoutMs: NEVER_MS }));
    expect(answer).to.include({ kind: 'answered', status: 200, body: undefined });
    await socketsAreGone();
  });

  it('waits for the rest of an answer no longer than it is told to, and keeps its status', async () => {
    await serve((socket) => void socket.write(`${HEAD}content-length: 10\r\n\r\nabc`));
    const answer = await ended(send({ answerMsMax: 1000, timeoutMs: NEVER_MS }));
    expect(answer).to.include({ kind: 'answered', status: 200, body: undefined });
    expect(clock.timersPending).to.equal(0);
    await socketsAreGone();
  });

  for (const [title, misbehave] of [
    ['that never begins', () => undefined],
    ['whose head never ends', (socket: Socket) => endlessly(socket, ' ')],
    [
      'of which only provisional ones come',
      (socket: Socket) => endlessly(socket, 'HTTP/1.1 102 x\r\n\r\n'),
    ],
    [
      'whose body never ends',
      (socket: Socket) => void socket.write(`${HEAD}content-length: 9\r\n\r\n`),
    ],
    [
      'whose trailers never end',
      (socket: Socket) => void socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n0\r\na: b`),
    ],
  ] as const) {
    it(`gives up at its deadline an answer ${title}, with its socket`, async () => {
      await serve(misbehave);
      const answer = await ended(send());
      expect(answer.kind).to.equal('failed');
      expect(clock.monotonic()).to.be.most(10_000);
      expect(clock.timersPending).to.equal(0);
      await socketsAreGone();
    });
  }

  it('counts the wait for a free socket into the deadline', async () => {
    await serve(() => undefined);
    const answers = Array.from({ length: 12 }, () => send());
    await ended(Promise.all(answers).then(([first]) => first ?? { kind: 'failed', reason: '' }));
    expect(clock.monotonic()).to.be.most(10_100);
    await socketsAreGone();
  });

  it('follows no redirect', async () => {
    await serve((socket) => {
      socket.end(`HTTP/1.1 307 x\r\nlocation: ${url.href}b\r\ncontent-length: 0\r\n\r\n`);
    });
    expect(await ended(send({ timeoutMs: NEVER_MS }))).to.include({
      kind: 'answered',
      status: 307,
    });
  });
});

describe('a POST to a backend', () => {
  it('ends where it is answered before all of it was sent: its memory is given back then', async () => {
    let received = 0;
    const server = createServer((socket) => {
      socket.once('data', () => {
        socket.pause();
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      });
      socket.on('data', ({ length }: Buffer) => (received += length));
      socket.on('error', () => undefined);
    });
    server.listen(0, '127.0.0.1');
    const connected = once(server, 'connection') as Promise<[Socket]>;
    await once(server, 'listening');
    const address = server.address();
    const url = new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`);
    const agent = agentFor(url, 1);
    const target = { url, headers: {}, agent, timeoutMs: 30_000, answerBytesMax: 1024 };
    const answer = await post(target, [Buffer.alloc(BODY_BYTES)], systemClock);
    const [socket] = await connected;
    const closed = once(socket, 'close');
    socket.resume();
    await closed;
    server.close();
    agent.destroy();
    expect(answer.kind).equal('answered');
    expect(received).lessThan(BODY_BYTES);
  });
});
