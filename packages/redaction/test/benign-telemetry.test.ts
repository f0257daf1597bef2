/** What telemetry lives on is never altered: 20,000 values of each kind, from a fixed seed. */
import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { compilePolicy } from '../src/index.ts';

const VALUES = 20_000;
const policy = compilePolicy();
let drawn = 0;

/** Bytes that repeat from run to run. */
function bytes(count: number): Buffer {
  return createHash('sha512')
    .update(`benign ${(drawn += 1)}`)
    .digest()
    .subarray(0, count);
}

function below(limit: number): number {
  return Math.floor((bytes(6).readUIntBE(0, 6) / 2 ** 48) * limit);
}

const hex = (count: number): string => bytes(count).toString('hex');

function uuid(): string {
  return hex(16).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}

/** Key, and a value of it. */
const KINDS: Readonly<Record<string, () => readonly [string, string]>> = {
  'trace id': () => ['note', hex(16)],
  'span id under its name': () => ['span_id', hex(8)],
  traceparent: () => ['note', `00-${hex(16)}-${hex(8)}-01`],
  uuid: () => ['note', uuid()],
  'sha-256': () => ['note', `sha256:${hex(32)}`],
  'base64 digest': () => ['note', bytes(32).toString('base64')],
  seconds: () => ['note', String(1_700_000_000 + below(1e8))],
  milliseconds: () => ['note', String(1_700_000_000_000 + below(1e11))],
  microseconds: () => ['note', String(1_700_000_000_000_000 + below(1e14))],
  nanoseconds: () => ['note', `${1_700_000_000 + below(1e8)}${100_000_000 + below(9e8)}`],
  version: () => ['note', `${below(200)}.${below(9999)}.${below(9999)}.${below(99)}`],
  float: () => ['note', String(below(1e15) / 1e15 - 0.5)],
  'larger float': () => ['note', String(below(1e15) / 1e9)],
  port: () => ['note', `10.${below(255)}.${below(255)}.${below(255)}:${below(65_535)}`],
  'order number': () => ['note', `ORD-${below(1e8)}`],
  'order id': () => ['order.id', String(1e15 + below(8e15))],
  offset: () => ['messaging.kafka.offset', String(1e15 + below(8e15))],
  'order id in a text': () => ['note', `order_id=${1e15 + below(8e15)} done`],
  'order id in a document': () => ['note', JSON.stringify({ orderId: String(4e15 + below(1e15)) })],
  'ids in a text': () => ['note', `trace_id=${hex(16)} span_id=${hex(8)} took ${below(999)}ms`],
  timestamp: () => ['note', new Date(1.7e12 + below(1e11)).toISOString()],
  'log line': () => ['note', `2026-11-24 10:11:12 ${1000 + below(9000)} ${1000 + below(9000)} GET`],
  arn: () => ['note', `arn:aws:iam::${1e11 + below(8e11)}:role/x`],
  'part number': () => ['note', `${100 + below(899)}-${10 + below(89)}-${1000 + below(8999)}-12`],
  coordinates: () => ['note', `${below(1e16) / 1e14},${below(1e16) / 1e14}`],
};

describe('benign telemetry', () => {
  for (const [kind, make] of Object.entries(KINDS)) {
    it(`stays as it is: ${kind}`, () => {
      for (let value = 0; value < VALUES; value++) {
        const [key, text] = make();
        expect(policy.redactAttribute(key, text)).to.equal(text);
      }
    });
  }
});
