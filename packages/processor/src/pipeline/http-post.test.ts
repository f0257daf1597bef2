import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect } from 'chai';
import { systemClock } from '../../pipeline/clock.ts';
import { agentFor, postRequest } from './post-request.ts';

const BODY_BYTES = 32 * 1024 * 1024;

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
    const target = { url, headers: {}, agent, timeoutMs: 30_000 };
    const delivery = await postRequest(target, [Buffer.alloc(BODY_BYTES)], systemClock);
    const [socket] = await connected;
    const closed = once(socket, 'close');
    socket.resume();
    await closed;
    server.close();
    agent.destroy();
    expect(delivery.kind).equal('accepted');
    expect(received).lessThan(BODY_BYTES);
  });
});
