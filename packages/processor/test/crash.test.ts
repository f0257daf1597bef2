import { encodeLogsRequest, encodeTracesRequest } from '@spanguard/otlp';
import { decodeRequest, HttpSink, SeededRandom } from '@spanguard/testkit';
import { expect } from 'chai';
import {
  eventually,
  postOtlp,
  type RunningProcessor,
  startProcessor,
} from './running-processor.ts';

const ROUNDS = 6;
const BATCHES_PER_ROUND = 60;
/** So many failed logins of a client are told. */
const CLIENT_FAILURES = 5;
const SEED = Number(process.env['SEED'] ?? 20_261_124);

/** A batch whose span and client tell which one it is. */
function batch(number: number): Uint8Array {
  const id = (number + 1).toString(16);
  return encodeTracesRequest({ resource: { 'service.name': 'crash' }, scopeName: 'test' }, [
    {
      traceId: id.padStart(32, '0'),
      spanId: id.padStart(16, '0'),
      name: `batch-${number}`,
      startMs: Date.now(),
      endMs: Date.now(),
    },
  ]);
}

/** One failed login of an attack that goes on through all the crashes. */
function failedLogin(number: number, attacker: number): Uint8Array {
  const id = (1_000_000 + number).toString(16);
  const client = `203.0.113.${attacker}`;
  return encodeLogsRequest({ resource: { 'service.name': 'crash' }, scopeName: 'test' }, [
    {
      timeMs: Date.now(),
      severityNumber: 13,
      eventName: 'security.authn_login_fail',
      traceId: id.padStart(32, '0'),
      spanId: id.padStart(16, '0'),
      attributes: { 'client.prefix': `${client}/32`, 'client.address': client, 'user.id': 'alice' },
    },
  ]);
}

/** Ids of the alerts of a rule that the webhook was told. */
function alertIds(sink: HttpSink, rule: string): ReadonlySet<string> {
  const told = sink.requests.filter(
    ({ path, body }) => path === '/hook' && Buffer.from(body).includes(`"${rule}"`),
  );
  return new Set(told.map(({ headers }) => String(headers['webhook-id'])));
}

describe('a processor that is killed again and again', () => {
  it('loses nothing it has acknowledged, and raises each alert once', async () => {
    const random = new SeededRandom(SEED);
    const sink = await HttpSink.listen();
    const acknowledged = new Set<number>();
    const attackers = new Map<number, number>();
    let processor: RunningProcessor = await startProcessor({
      backend: sink.url,
      webhook: `${sink.url}/hook`,
    });
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const killAfter = random.int(5, BATCHES_PER_ROUND - 1);
        let killed: Promise<unknown> = Promise.resolve();
        for (let index = 0; index < BATCHES_PER_ROUND; index++) {
          const number = round * BATCHES_PER_ROUND + index;
          // The first to be killed is killed in the middle of an answer.
          if (index === killAfter) killed = processor.program.end('SIGKILL');
          if ((await postOtlp(processor.url, 'traces', batch(number))) === 200)
            acknowledged.add(number);
          const attacker = round + 1;
          if ((await postOtlp(processor.url, 'logs', failedLogin(number, attacker))) === 200) {
            attackers.set(attacker, (attackers.get(attacker) ?? 0) + 1);
          }
        }
        await killed;
        const { folder } = processor;
        processor = await startProcessor({
          backend: sink.url,
          webhook: `${sink.url}/hook`,
          folder,
        });
      }
      const delivered = (): Set<string> =>
        new Set(
          sink.requests
            .filter(({ path }) => path === '/v1/traces')
            .flatMap(({ body }) => decodeRequest('traces', body).resourceSpans ?? [])
            .flatMap(({ scopeSpans }) => scopeSpans ?? [])
            .flatMap(({ spans }) => spans ?? [])
            .map(({ name }) => name ?? ''),
        );
      expect(acknowledged.size).to.be.above(ROUNDS * 4);
      await eventually(`every acknowledged batch (seed ${SEED})`, () => {
        const names = delivered();
        return [...acknowledged].every((number) => names.has(`batch-${number}`));
      });
      const expected = [...attackers.values()].filter((count) => count >= CLIENT_FAILURES).length;
      const told = (): ReadonlySet<string> => alertIds(sink, 'brute_force_client');
      await eventually(`${expected} alerts (seed ${SEED})`, () => told().size >= expected);
      expect(told().size, `seed ${SEED}`).to.equal(expected);
    } finally {
      await processor.program.end('SIGKILL');
      await sink.close();
    }
  });
});
