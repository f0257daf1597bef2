/** Sends OTLP/HTTP requests as fast as they are answered, over a few kept-alive connections. */
import { Agent, request as httpRequest } from 'node:http';

/** What to send, and how often. */
export interface SendOptions {
  readonly url: string;
  readonly bodies: readonly Uint8Array[];
  readonly gzip: boolean;
  readonly requests: number;
  readonly connections: number;
}

/** Sends a fixed number of requests; a refused one (429, 503) is sent again. Throws on any other answer. */
export async function sendRequests(options: SendOptions): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < options.requests; index = next++) {
      const body = options.bodies[index % options.bodies.length] ?? new Uint8Array();
      for (let status = 0; status !== 200;) {
        status = await post(body, { ...options, agent });
        if (status === 429 || status === 503)
          await new Promise((resolve) => setTimeout(resolve, 20));
        else if (status !== 200) throw new Error(`${options.url} answered ${status}`);
      }
    }
  };
  await Promise.all(Array.from({ length: options.connections }, lane));
  agent.destroy();
}

function post(
  body: Uint8Array,
  { url, gzip, agent }: { readonly url: string; readonly gzip: boolean; readonly agent: Agent },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, {
      method: 'POST',
      agent,
      headers: {
        'content-type': 'application/x-protobuf',
        'content-length': body.length,
        ...(gzip ? { 'content-encoding': 'gzip' } : {}),
      },
    });
    request.once('response', (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    request.once('error', reject);
    request.end(body);
  });
}
