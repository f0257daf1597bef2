import { decodeExportResponse } from '@spanguard/otlp';
import { call, framed, retryInfo } from '../grpc/grpc-receiver.ts';
import { type Answered, type SentRequest, testReceiver } from './receiver.suite.ts';

const KINDS: ReadonlyMap<number | undefined, Answered['kind']> = new Map([
  [0, 'accepted'],
  [3, 'malformed'],
  [7, 'refused'],
  [8, 'too_large'],
  [13, 'failed'],
  [16, 'unauthorized'],
]);
const UNAVAILABLE = 14;
const PREFIX_BYTES = 5;

async function send(
  port: number,
  { signal, body, isGzip, token, host }: SentRequest,
): Promise<Answered> {
  const answer = await call(port, {
    signal,
    body: framed(body, { flag: isGzip === true ? 1 : 0 }),
    headers: {
      ...(isGzip === true && { 'grpc-encoding': 'gzip' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(host !== undefined && { ':authority': `${host}:${port}` }),
    },
  });
  const isLater = answer.status === UNAVAILABLE && retryInfo(answer) !== undefined;
  const kind = isLater ? 'later' : (KINDS.get(answer.status) ?? 'unreachable');
  const message = answer.body.subarray(PREFIX_BYTES);
  const rejected = (kind === 'accepted' ? decodeExportResponse(message)?.rejected : undefined) ?? 0;
  return rejected === 0 ? { kind } : { kind, rejected };
}

testReceiver({ type: 'otlp_grpc', send });
