/** Names beside their values as structure of OTLP: the same goes as from the same list as text, and nothing else. */
import { transcodeJsonToProtobuf, indexOtlp, KeyTable, OtlpIndex } from '@spanguard/otlp';
import { JsonLogsSerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { detectResources, processDetector } from '@opentelemetry/resources';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import { compilePolicy, type RedactionConfig } from '@spanguard/redaction';
import { type AnyValue, decodeRequest, encodeRequest, type KeyValue } from '@spanguard/testkit';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { noCounters } from '../pipeline/counters.ts';
import { BatchRedactor } from './batch-redactor.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

function redactorOf(config?: RedactionConfig): (bytes: Uint8Array) => Uint8Array {
  const policy = compilePolicy(config);
  const keys = new KeyTable({ classify: policy.classifyKey, names: policy.names, columns: [] });
  const redactor = new BatchRedactor(policy, noCounters);
  const index = new OtlpIndex();
  return (bytes) => {
    const marked = redactor.mark(bytes);
    const result = indexOtlp(index, { signal: 'logs', bytes, ...marked, keys });
    if (!result.ok) throw new Error(result.error.message);
    redactor.decide({ signal: 'logs', index });
    return redactor.rewrite({ signal: 'logs', index, itemCount: result.recordCount }).bytes;
  };
}

const redacted = redactorOf();
const policy = compilePolicy();

/** A logs request whose one record has this body, and attributes beside it. */
function recordWith(body: AnyValue, attributes: readonly KeyValue[] = []): Uint8Array {
  const logRecords = [{ body, attributes }];
  return encodeRequest('logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] } as never);
}

function anyValue(value: Json): AnyValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return { intValue: String(value) };
  if (value === null) return {};
  if (Array.isArray(value)) return { arrayValue: { values: value.map((item) => anyValue(item)) } };
  return { kvlistValue: { values: membersOf(value) } };
}

function membersOf(map: object): KeyValue[] {
  return Object.entries(map).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function jsonOf(value: AnyValue | undefined): Json {
  if (value?.arrayValue) return (value.arrayValue.values ?? []).map((item) => jsonOf(item));
  if (value?.kvlistValue) return mapOf(value.kvlistValue.values);
  if (value?.intValue !== undefined && value.intValue !== null) return Number(value.intValue);
  return value?.stringValue ?? value?.boolValue ?? null;
}

function mapOf(members: readonly KeyValue[] | null | undefined): { [key: string]: Json } {
  return Object.fromEntries(
    (members ?? []).map(({ key, value }) => [key ?? '', jsonOf(value ?? undefined)]),
  );
}

function recordOf(bytes: Uint8Array) {
  return decodeRequest('logs', bytes).resourceLogs?.[0]?.scopeLogs?.[0]?.logRecords?.[0];
}

/** The same structure as a body, an attribute, and within a map: what comes back of each. */
function redactedEverywhere(structure: Json): Json[] {
  const attribute = [{ key: 'note', value: anyValue(structure) }];
  const inBody = recordOf(redacted(recordWith(anyValue(structure))));
  const inAttribute = recordOf(redacted(recordWith(anyValue('x'), attribute)));
  const inMap = recordOf(redacted(recordWith(anyValue({ note: structure }))));
  const within = jsonOf(inMap?.body ?? undefined);
  return [
    jsonOf(inBody?.body ?? undefined),
    mapOf(inAttribute?.attributes)['note'] ?? null,
    (within as { note?: Json }).note ?? null,
  ];
}

describe('names beside their values', () => {
  const cases: readonly (readonly [Json, Json])[] = [
    [
      ['node', '--password', 'hunter2', '--token=y', '-v', 'shop'],
      ['node', '--password', '[password]', '--token=[token]', '-v', 'shop'],
    ],
    [
      ['java', '-Dpassword=x', '-apiKey', 'k3y'],
      ['java', '-Dpassword=[password]', '-apiKey', '[api_key]'],
    ],
    [
      ['x', '--pin', '1234', 'y'],
      ['x', '--pin', '[pin]', 'y'],
    ],
    [
      ['--password', 'cookie', 'a=b'],
      ['--password', '[password]', '[cookie]'],
    ],
    [
      ['authorization', 'Bearer x1', 'accept', '*/*', 'cookie', 'a=b; c=d'],
      ['authorization', 'Bearer [credentials]', 'accept', '*/*', 'cookie', '[cookie]'],
    ],
    [
      ['password', 'hunter2'],
      ['password', '[password]'],
    ],
    [
      [
        ['password', 'correcthorse'],
        ['user', 'alice'],
      ],
      [
        ['password', '[password]'],
        ['user', 'alice'],
      ],
    ],
    [
      [
        { name: 'password', value: 'x' },
        { name: 'user', value: 'y' },
      ],
      [
        { name: 'password', value: '[password]' },
        { name: 'user', value: 'y' },
      ],
    ],
    [
      { value: 'x', name: 'password' },
      { value: '[password]', name: 'password' },
    ],
    [
      { key: 'Authorization', value: 'Basic x' },
      { key: 'Authorization', value: 'Basic [credentials]' },
    ],
    [
      { k: 'apiKey', v: 'x' },
      { k: 'apiKey', v: '[api_key]' },
    ],
    [
      { headerName: 'Cookie', headerValue: 'a=b' },
      { headerName: 'Cookie', headerValue: '[cookie]' },
    ],
    [
      { type: 'password', id: 'pw', value: 'x' },
      { type: 'password', id: 'pw', value: '[password]' },
    ],
    [
      { name: 'pin', value: 1234 },
      { name: 'pin', value: '[pin]' },
    ],
    [
      { name: 'card_number', value: '4111 1111 1111 1111' },
      { name: 'card_number', value: '[pan:1111]' },
    ],
    [
      { name: 'password', value: { old: ['y', 7, true] } },
      {
        name: 'password',
        value: { '[password]': ['[password]', '[password]', true] },
      },
    ],
    [
      { name: 'user', value: 'a', key: 'token', val: 'b' },
      { name: 'user', value: '[token]', key: 'token', val: '[token]' },
    ],
  ];
  for (const [structure, expected] of cases) {
    it(`say what they are: ${JSON.stringify(structure)}`, () => {
      expect(redactedEverywhere(structure)).to.deep.equal([expected, expected, expected]);
      expect(redactedEverywhere(expected), 'a second time').to.deep.equal([
        expected,
        expected,
        expected,
      ]);
    });
  }

  const clean: readonly Json[] = [
    ['--verbose', 'shop'],
    ['password', 'email'],
    ['password', 'email', 'name'],
    ['authorization', 'x-api-key', 'x-b3-traceid', 'content-md5'],
    [['password', 'email'], ['token']],
    ['--password', '--verbose'],
    ['--password'],
    ['--password', ''],
    ['--password', null, 'x'],
    ['psql', '--no-password', 'db'],
    ['--max-tokens', '512'],
    [['--password'], 'x'],
    { name: 'user', value: 'x' },
    { name: 'tokens', value: 512 },
    { name: 'password', value: '' },
    { name: 'password', value: null },
    { name: 'password', value: true },
    { name: 'password', value: 'must be at least 8 characters' },
    { name: 'password', value: '[password]' },
    { name: 'value', value: 'x' },
    { name: 'password', min: 8, evaluate: 'x' },
    { type: 'token', value: 'lparen' },
    { a: { name: 'password' }, value: 'x' },
    [{ name: 'password' }, { value: 'x' }],
  ];
  for (const structure of clean) {
    it(`say nothing of others: ${JSON.stringify(structure)}`, () => {
      const bytes = recordWith(anyValue(structure), [{ key: 'note', value: anyValue(structure) }]);
      expect(Buffer.from(redacted(bytes))).to.deep.equal(Buffer.from(bytes));
    });
  }

  it('stand among the attributes of a record as well, but not where each has a namespace of its own', () => {
    const attributesOf = (attributes: { [key: string]: Json }): unknown =>
      mapOf(
        recordOf(redacted(recordWith({ stringValue: 'x' }, membersOf(attributes))))?.attributes,
      );
    expect(attributesOf({ 'a.b': 'c', value: 'x', name: 'password' })).to.deep.equal({
      'a.b': 'c',
      value: '[password]',
      name: 'password',
    });
    const flag = { 'feature_flag.key': 'new_password', 'feature_flag.result.value': 'on' };
    expect(attributesOf(flag)).to.deep.equal(flag);
  });

  it('change nothing where a user keeps the key around them, and go with it where he does not', () => {
    const attributes = [
      { key: 'note', value: anyValue(['--password', 'x', { name: 'pin', value: 'y' }]) },
    ];
    const bytes = recordWith({ stringValue: 'x' }, attributes);
    const kept = redactorOf({ keys: { keep: ['note'] } })(bytes);
    expect(Buffer.from(kept)).to.deep.equal(Buffer.from(bytes));
    const replaced = redactorOf({ keys: { redact: ['note'] } })(bytes);
    expect(JSON.stringify(mapOf(recordOf(replaced)?.attributes))).to.not.match(
      /"[xy]"|password|pin/,
    );
  });

  it('keep what the policy keeps, and lose what is secret in it all the same', () => {
    const keeping = redactorOf({ detectors: { password: 'keep' } });
    const bytes = recordWith(anyValue(['--password', 'x', '--password', 'AKIAIOSFODNN7EXAMPLE']));
    expect(jsonOf(recordOf(keeping(bytes))?.body ?? undefined)).to.deep.equal([
      ...['--password', 'x', '--password', '[vendor_token]'],
    ]);
  });

  it('are read in the resource that OpenTelemetry JS makes of a command line, in protobuf and JSON', async () => {
    const { argv, execArgv } = process;
    process.argv = [
      '/usr/bin/node',
      '/srv/shop.js',
      '--password',
      'hunter2',
      '--token=y',
      '--verbose',
    ];
    process.execArgv = [];
    const resource = detectResources({ detectors: [processDetector] });
    [process.argv, process.execArgv] = [argv, execArgv];
    await resource.waitForAsyncAttributes?.();
    const exporter = new InMemoryLogRecordExporter();
    const provider = new LoggerProvider({
      resource,
      processors: [new SimpleLogRecordProcessor({ exporter })],
    });
    provider.getLogger('shop').emit({ body: [{ name: 'password', value: 'hunter2' }] });
    const records = exporter.getFinishedLogRecords();
    const json = JsonLogsSerializer.serializeRequest(records);
    const transcoded = json && transcodeJsonToProtobuf('logs', json);
    const requests = [
      ProtobufLogsSerializer.serializeRequest(records),
      transcoded?.ok === true ? transcoded.bytes : undefined,
    ];
    for (const bytes of requests) {
      if (bytes === undefined) throw new Error('nothing was serialised');
      const out = redacted(Uint8Array.from(bytes));
      const attributes = mapOf(decodeRequest('logs', out).resourceLogs?.[0]?.resource?.attributes);
      expect(attributes['process.command_args']).to.deep.equal([
        ...[
          '/usr/bin/node',
          '/srv/shop.js',
          '--password',
          '[password]',
          '--token=[token]',
          '--verbose',
        ],
      ]);
      expect(jsonOf(recordOf(out)?.body ?? undefined)).to.deep.equal([
        { name: 'password', value: '[password]' },
      ]);
    }
  });

  it('give the same verdicts in structure as in text', () => {
    const word = fc.constantFrom(
      ...['password', 'x-api-key', 'cookie', 'Authorization', '--password', '--api-key', '-token'],
      ...[
        '--no-password',
        '--verbose',
        'accept',
        'email',
        'user',
        'shop',
        'content-md5',
        'max_tokens',
      ],
      ...[
        'hunter2!',
        'k3y/9',
        'Bearer x1y2',
        'a=b; c=d',
        '4111 1111 1111 1111',
        'null',
        '[token]',
        '*/*',
      ],
      ...['must be at least 8 characters', 'lost token', '1234', 'ä"\\'],
    );
    const key = fc.constantFrom(
      ...['name', 'key', 'header', 'type', 'value', 'val', 'v', 'headerValue', 'note', 'size'],
    );
    // In text a bracket ends the look at the members beside, wherever it stands.
    const member = word.filter((text) => !text.includes('['));
    const scalar = fc.oneof(member, fc.constantFrom<Json>(7, 1234, true, null));
    const map = fc.dictionary(key, scalar, { maxKeys: 5, noNullPrototype: true });
    const list = fc.array(word, { maxLength: 6 });
    const structure = fc.oneof(list, fc.array(list, { maxLength: 4 }), map, fc.array(map));
    fc.assert(
      fc.property(structure, (value: Json) => {
        const text: Json = JSON.parse(policy.redactText(JSON.stringify(value)));
        expect(redactedEverywhere(value)).to.deep.equal([text, text, text]);
      }),
      { numRuns: 1000 },
    );
  });
});
