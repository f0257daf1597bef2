import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { z } from 'zod';
import { CHANNELS } from '../alerts/channels/channel-registry.ts';
import { EXPORTERS } from '../exporters/exporter-registry.ts';
import { RECEIVERS } from '../receivers/receiver-registry.ts';
import { loadConfig } from './load-config.ts';
import { renderSchema, SCHEMA_PATH } from './render-schema.ts';

const ROOT = new URL('../../../../', import.meta.url);
const FOLDER = new URL('collector-config/', ROOT);
const HINT = '# yaml-language-server: $schema=./spanguard.schema.json';

/** The files of a folder that a processor is run with. */
const SHIPPED = readdirSync(FOLDER).filter((name) => /^processor.*\.yaml$/.test(name));

const validator = z.fromJSONSchema(JSON.parse(renderSchema()));

function isTaken(text: string): boolean {
  return validator.safeParse(parse(text) ?? {}).success;
}

describe('the JSON Schema of the options', () => {
  it('is fresh in its file', () => {
    expect(readFileSync(new URL(SCHEMA_PATH, ROOT), 'utf8')).to.equal(renderSchema());
  });

  it('is one that validators for the version it names know', () => {
    const { $schema } = JSON.parse(renderSchema()) as { $schema: string };
    expect($schema).to.equal('https://json-schema.org/draft/2020-12/schema');
  });

  for (const name of SHIPPED) {
    it(`is named in, and takes, what is shipped: ${name}`, () => {
      const text = readFileSync(new URL(name, FOLDER), 'utf8');
      expect(isTaken(text)).to.equal(true);
      expect(text.split('\n')[0]).to.equal(HINT);
    });
  }

  it('takes every kind of component, under its type and under a name', () => {
    const whole = JSON.stringify(JSON.parse(renderSchema()));
    for (const { type } of [...RECEIVERS, ...EXPORTERS, ...CHANNELS]) {
      expect(whole, type).to.include(`"^${type}(/[a-z0-9_-]{1,64})?$"`);
    }
  });

  const cases: readonly [text: string, isTaken: boolean][] = [
    ['', true],
    ['data: 7', false],
    ['nonsense: 1', false],
    ['log_level: warn', true],
    ['log_level: loud', false],
    ['log_level: "${env:X:-warn}"', true],
    ['journal: { age_max: 1d }', true],
    ['journal: { age_max: 1y }', false],
    ['correlate:\n  memory_max: ${env:X:-64MiB}', true],
    ['receivers: { otlp_http/a: { endpoint: "h:1", connections_max: 1 } }', true],
    ['receivers: { otlp_http/a: { endpoint: "h:1", connections_max: 0 } }', false],
    ['receivers: { otlp_http/A: {} }', false],
    ['receivers: { otlp: {} }', false],
    ['exporters: { otlp_http: {} }', false],
    [
      'exporters: { otlp_http/a: { endpoint: "http://h", signals: [logs], headers: { a: b } } }',
      true,
    ],
    ['exporters: { otlp_http/a: { endpoint: "http://h", signals: [log] } }', false],
    ['exporters: { otlp_http/a: { endpoint: "http://h", signals: [] } }', false],
    ['correlate: { memory_max: 1MiB, rules: [a] }', true],
    ['correlate: { memory_max: 1KB }', false],
    [
      'alerts: { webhook: { url: "http://h" }, channels: { webhook/a: { url: "http://h" } } }',
      true,
    ],
    ['alerts: { channels: { webhook/a: {} } }', false],
    ['alerts: { mail: { host: h, from: a@b.c, to: ["d@e.f", "${env:X:-g@h.i}"] } }', true],
    ['alerts: { mail: { host: h, from: a, to: [d@e.f] } }', false],
    ['redact: { profile: pci, detectors: { cvv: drop }, keys: { drop: ["a.*"] } }', true],
    ['redact: { detectors: { cvv: burn } }', false],
  ];
  for (const [text, isFine] of cases) {
    it(`${isFine ? 'takes' : 'refuses'}, as the processor does: ${text}`, () => {
      expect(isTaken(text)).to.equal(isFine);
      const loaded = loadConfig({ file: 'f.yaml', text, env: {}, readFile: () => undefined });
      expect(loaded.ok).to.equal(isFine);
    });
  }
});
