import { encodeRequest, type LogRecord } from '@spanguard/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  nanoseconds,
  NOW_MS,
  securityEvent,
  TestDetector,
  type TestSpan,
  tracesOf,
} from '../../test/detector.ts';

const TRACE = { traceId: new Uint8Array(16).fill(1), spanId: new Uint8Array(8).fill(2) };
const SECOND = { timeUnixNano: nanoseconds(NOW_MS - 1000) };
const NO_TIME = { timeUnixNano: '0' };
const REFUSED = {
  'http.request.method': 'POST',
  'http.route': '/login',
  'http.response.status_code': 401,
};

/** Distinct ids of what a detector sees of some batches of log records. */
function distinct(...batches: readonly (readonly LogRecord[])[]): number {
  const detector = new TestDetector();
  return new Set(batches.flatMap((batch) => detector.logs(...batch)).map(({ id }) => id)).size;
}

function times(count: number, record: LogRecord): LogRecord[] {
  return Array.from({ length: count }, () => record);
}

describe('the identity of a row', () => {
  const alice = { 'user.id': 'alice', 'client.address': '203.0.113.9' };

  it('tells apart three failures of one second without trace ids', () => {
    expect(distinct(times(3, securityEvent(alice, SECOND)))).to.equal(3);
  });

  it('tells apart five users within one span', () => {
    const users = Array.from({ length: 5 }, (_, n) =>
      securityEvent({ ...alice, 'user.id': `user-${n}` }, { ...SECOND, ...TRACE }),
    );
    expect(distinct(users)).to.equal(5);
  });

  it('tells apart five records without a time, in one batch or in five', () => {
    const record = securityEvent(alice, NO_TIME);
    expect(distinct(times(5, record))).to.equal(5);
    expect(distinct(times(5, securityEvent(alice, { ...NO_TIME, ...TRACE })))).to.equal(5);
    const detector = new TestDetector();
    const ids = Array.from({ length: 5 }, () => {
      detector.clock.advance(1);
      return detector.logs(record).map(({ id }) => id);
    });
    expect(new Set(ids.flat()).size).to.equal(5);
  });

  it('tells apart what differs in a bit nobody copies', () => {
    const bodies = ['one', 'two'].map((text) =>
      securityEvent(alice, { ...SECOND, ...TRACE, body: { stringValue: text } }),
    );
    expect(distinct(bodies)).to.equal(2);
  });

  it('tells apart equal records of two services', () => {
    const of = (service: string) => {
      const attributes = [{ key: 'service.name', value: { stringValue: service } }];
      const logRecords = times(1, securityEvent(alice, { ...SECOND, ...TRACE }));
      return { resource: { attributes }, scopeLogs: [{ logRecords }] };
    };
    const bytes = encodeRequest('logs', { resourceLogs: [of('shop'), of('desk')] });
    const observed = new TestDetector().observe('logs', bytes);
    expect(new Set(observed.map(({ id }) => id)).size).to.equal(2);
  });

  it('is the same for the same record sent again, alone or among others', () => {
    const record = securityEvent(alice, { ...SECOND, ...TRACE });
    const other = securityEvent({ ...alice, 'user.id': 'bob' }, { ...SECOND, ...TRACE });
    expect(distinct([record], [record], [other, record])).to.equal(2);
    expect(distinct([record, record])).to.equal(1);
    const three = times(3, securityEvent(alice, SECOND));
    expect(distinct(three, three)).to.equal(3);
    const span: TestSpan = { attributes: { ...REFUSED, 'url.query': '<script>alert(1)</script>' } };
    const detector = new TestDetector();
    const sent = [detector.spans(span), detector.spans(span)].flat().map(({ id }) => id);
    expect(sent).to.have.length(4);
    expect(new Set(sent).size).to.equal(2);
  });

  it('shows nothing of the record to who lacks the key', () => {
    const record = securityEvent(alice, { ...SECOND, ...TRACE });
    const ids = [1, 2].map((key) => new TestDetector({ key }).logs(record)[0]?.id);
    expect(ids[0]).not.to.equal(ids[1]);
    expect(ids[0]).to.match(/^[\w-]{22}:security\.authn_login_fail$/);
  });

  it('does not depend on how records are batched', () => {
    const record = fc.record({ user: fc.nat(3), at: fc.nat(3), trace: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), fc.nat(12), (records, at) => {
        const logs = records.map(({ user, at: second, trace }) =>
          securityEvent(
            { 'user.id': `user-${user}` },
            {
              timeUnixNano: nanoseconds(NOW_MS - 1000 * second),
              traceId: new Uint8Array(16).fill(trace + 1),
              spanId: new Uint8Array(8).fill(trace + 1),
            },
          ),
        );
        const different = new Set(records.map((each) => JSON.stringify(each))).size;
        expect(distinct(logs)).to.equal(different);
        expect(distinct(logs.slice(0, at), logs.slice(at))).to.equal(different);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the time of a row', () => {
  const timeOf = (record: LogRecord): number | undefined =>
    new TestDetector().logs(record)[0]?.timeMs;
  const spanTime = (also: TestSpan['also']): number | undefined =>
    new TestDetector().spans({ attributes: REFUSED, ...(also && { also }) })[0]?.timeMs;

  it('is when a span ended, however long it took', () => {
    const startTimeUnixNano = nanoseconds(NOW_MS - 3_600_000);
    const endTimeUnixNano = nanoseconds(NOW_MS - 5);
    expect(spanTime({ startTimeUnixNano, endTimeUnixNano })).to.equal(NOW_MS - 5);
    expect(spanTime({ startTimeUnixNano, endTimeUnixNano: '0' })).to.equal(NOW_MS - 3_600_000);
    expect(spanTime({ startTimeUnixNano: '0', endTimeUnixNano: '0' })).to.equal(NOW_MS);
  });

  it('is the time of a log record, else when it was observed, else when it came', () => {
    const observedTimeUnixNano = nanoseconds(NOW_MS - 50);
    const time = { timeUnixNano: nanoseconds(NOW_MS - 90) };
    expect(timeOf(securityEvent({}, { ...time, observedTimeUnixNano }))).to.equal(NOW_MS - 90);
    expect(timeOf(securityEvent({}, { ...NO_TIME, observedTimeUnixNano }))).to.equal(NOW_MS - 50);
    expect(timeOf(securityEvent({}, NO_TIME))).to.equal(NOW_MS);
  });

  it('is whole milliseconds, and at most five seconds ahead', () => {
    expect(timeOf(securityEvent({}, { timeUnixNano: `${NOW_MS - 1}999000` }))).to.equal(NOW_MS - 1);
    for (const [ahead, believed] of [
      [4999, 4999],
      [5000, 5000],
      [5001, 5000],
      [3_600_000, 5000],
    ] as const) {
      const record = securityEvent({}, { timeUnixNano: nanoseconds(NOW_MS + ahead) });
      expect(timeOf(record)).to.equal(NOW_MS + believed);
    }
  });
});

describe('the ids of trace and span of a row', () => {
  it('are absent where they are all zero', () => {
    const zeros = { traceId: new Uint8Array(16), spanId: new Uint8Array(8) };
    expect(new TestDetector().logs(securityEvent({}, zeros))[0]).to.include({
      traceId: '',
      spanId: '',
    });
    expect(new TestDetector().logs(securityEvent({}, TRACE))[0]).to.include({
      traceId: '01'.repeat(16),
      spanId: '02'.repeat(8),
    });
  });
});

describe('a batch', () => {
  it('is observed up to its limit, record by record', () => {
    const bytes = tracesOf(...Array.from({ length: 3 }, () => ({ attributes: REFUSED })));
    for (const [rowsMax, seen] of [
      [3, 3],
      [2, 2],
      [0, 0],
    ] as const) {
      const detector = new TestDetector({ rowsMax });
      expect(detector.observe('traces', bytes)).to.have.length(seen);
    }
  });
});
