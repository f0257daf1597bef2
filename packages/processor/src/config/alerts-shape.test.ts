import { expect } from 'chai';
import { CHANNELS } from '../alerts/channels/channel-registry.ts';
import { formatConfigProblem, loadConfig } from './load-config.ts';

const TYPES = CHANNELS.map(({ type }) => type).join(', ');
const NAMES = `type or type/name, the type one of ${TYPES}`;

function load(alerts: string) {
  const text = `alerts:\n  ${alerts}\n`;
  return loadConfig({ file: 'f.yaml', text, env: {}, readFile: () => undefined });
}

describe('where alerts go, in a configuration', () => {
  for (const [alerts, names] of [
    ['{}', ['console', 'otlp']],
    ['console: { enabled: false }', ['otlp']],
    ['webhook: { url: "http://siem/" }', ['console', 'webhook', 'otlp']],
    ['channels: { otlp: { enabled: false } }', ['console']],
    [
      'channels: { webhook/siem: { url: "http://a/" }, console/json: { format: json } }',
      ['console', 'otlp', 'webhook/siem', 'console/json'],
    ],
    [
      'channels: { webhook/off: { url: "http://a/", enabled: false }, webhook: { url: "http://a/" } }',
      ['console', 'otlp', 'webhook'],
    ],
  ] as const) {
    it(`is ${names.join(', ')} for ${alerts}`, () => {
      const loaded = load(alerts);
      if (!loaded.ok) throw new Error(loaded.problems.map(formatConfigProblem).join('\n'));
      const enabled = [...loaded.config.alerts].filter(([, { isEnabled }]) => isEnabled);
      expect(enabled.map(([name]) => name)).to.deep.equal(names);
    });
  }

  for (const [alerts, problem] of [
    ['teams: {}', `2:3: alerts.teams: unknown key; allowed here: ${TYPES}, channels`],
    [
      'channels: { teams/ops: {} }',
      `2:15: alerts.channels.teams/ops: unknown name; allowed here: ${NAMES}`,
    ],
    [
      'channels: { "webhook/A": {} }',
      `2:15: alerts.channels.webhook/A: unknown name; allowed here: ${NAMES}`,
    ],
    [
      'channels: { __proto__: {} }',
      `2:15: alerts.channels.__proto__: unknown name; allowed here: ${NAMES}`,
    ],
    [
      'channels: { webhook/a: {} }',
      '2:15: alerts.channels.webhook/a.url: is missing, expected an http:// or https:// URL without credentials in it',
    ],
    [
      'channels: { console/a: { fromat: json } }',
      '2:28: alerts.channels.console/a.fromat: unknown key; allowed here: enabled, format',
    ],
    [
      'channels: { webhook/a: 7 }',
      '2:26: alerts.channels.webhook/a: found 7, expected a map of options',
    ],
    [
      'channels: []',
      `2:13: alerts.channels: found a list, expected at most 64 components, named ${NAMES}`,
    ],
    [
      '{ otlp: {}, channels: { otlp: {} } }',
      '2:27: alerts.channels.otlp: is there twice, as alerts.otlp too; give one of them a name, such as otlp/siem',
    ],
  ] as const) {
    it(`refuses ${alerts}`, () => {
      const loaded = load(alerts);
      const found = loaded.ok ? [] : loaded.problems.map(formatConfigProblem);
      expect(found).to.deep.equal([`f.yaml:${problem}`]);
    });
  }

  const mail = (more: Readonly<Record<string, unknown>>): string =>
    `mail: ${JSON.stringify({ host: 'h', from: 'a@b.c', to: ['d@e.f'], ...more })}`;
  for (const [option, value, isTaken] of [
    ['host', 'smtp.example.com', true],
    ['host', '::1', true],
    ['host', 'u:hunter2@smtp.example.com', false],
    ['host', 'smtp.example.com:587', false],
    ['host', 'smtp://example.com', false],
    ['port', 65_535, true],
    ['port', 65_536, false],
    ['from', 'a.b+c@example.com', true],
    ['from', 'Alerts <a@b.c>', false],
    ['from', 'a@b.c\r\nBcc: d@e.f', false],
    ['from', 'a@b.c, d@e.f', false],
    ['from', '"a b"@c.d', false],
    ['to', [], false],
    ['to', ['d@e.f', 'd@e.f>\r\nDATA'], false],
    ['to', Array.from({ length: 32 }, (_, index) => `a${index}@b.c`), true],
    ['to', Array.from({ length: 33 }, (_, index) => `a${index}@b.c`), false],
    ['certificates', 'none', false],
    ['encryption', 'none', true],
    ['encryption', 'opportunistic', false],
  ] as const) {
    it(`${isTaken ? 'takes' : 'refuses'} a mail server with ${option} ${JSON.stringify(value)}`, () => {
      expect(load(mail({ [option]: value })).ok).to.equal(isTaken);
    });
  }

  for (const [more, option, problem] of [
    [{ user: 'u' }, 'password', 'is missing, and goes with user'],
    [{ password: 'hunter2' }, 'user', 'is missing, and goes with password'],
    [
      { user: 'u', password: 'hunter2', encryption: 'none' },
      'encryption',
      'is none, which would show the password to everybody on the way',
    ],
  ] as const) {
    it(`refuses a mail server with ${Object.keys(more).join(', ')} alone`, () => {
      const loaded = load(mail(more));
      const found = loaded.ok ? [] : loaded.problems.map(({ message }) => message);
      expect(found).to.deep.equal([`alerts.mail.${option}: ${problem}`]);
    });
  }

  for (const [url, isTaken] of [
    ['https://hooks.slack.com/services/T/B/x', true],
    ['http://hooks.slack.com/services/T/B/x', false],
    ['http://127.0.0.1:8065/hooks/x', true],
    ['http://localhost:8065/hooks/x', true],
    ['http://localhost.example.com/hooks/x', false],
    ['https://u:p@hooks.slack.com/services/T/B/x', false],
    ['file:///etc/passwd', false],
  ] as const) {
    it(`${isTaken ? 'takes' : 'refuses'} ${url} for Slack`, () => {
      expect(load(`slack: { url: "${url}" }`).ok).to.equal(isTaken);
    });
  }

  for (const [count, isTaken] of [
    [64, true],
    [65, false],
  ] as const) {
    it(`${isTaken ? 'takes' : 'refuses'} ${count} channels`, () => {
      const channels = Array.from({ length: count }, (_, index) => `console/c${index}: {}`);
      expect(load(`channels: { ${channels.join(', ')} }`).ok).to.equal(isTaken);
    });
  }
});
