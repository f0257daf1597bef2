import { request as httpRequest } from 'node:http';
import { decodeExportResponse } from '@spanguard/otlp';
import { type Answered, type SentRequest, testReceiver } from './receiver.suite.ts';

const KINDS: ReadonlyMap<number, Answered['kind']> = new Map([
  [200, 'accepted'],
  [400, 'malformed'],
  [401, 'unauthorized'],
  [413, 'too_large'],
  [421, 'refused'],
  [500, 'failed'],
]);

function send(port: number, { signal, body, isGzip, token, host }: SentRequest): Promise<Answered> {
  return new Promise((resolve) => {
    const request = httpRequest(
      {
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: `/v1/${signal}`,
        headers: {
          'content-type': 'application/x-protobuf',
          'content-length': body.length,
          ...(isGzip === true && { 'content-encoding': 'gzip' }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(host !== undefined && { host: `${host}:${port}` }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const { statusCode = 0, headers } = response;
          const isLater = statusCode === 503 && headers['retry-after'] !== undefined;
          const kind = isLater ? 'later' : (KINDS.get(statusCode) ?? 'unreachable');
          const partial =
            kind === 'accepted' ? decodeExportResponse(Buffer.concat(chunks)) : undefined;
          const rejected = partial?.rejected ?? 0;
          resolve(rejected === 0 ? { kind } : { kind, rejected });
        });
      },
    );
    request.on('error', () => resolve({ kind: 'unreachable' }));
    request.end(body);
  });
}

testReceiver({ type: 'otlp_http', send });
