import { compilePolicy, createPseudonyms } from '@spanguard/redaction';
import { SECRET_KINDS, secretOf, SeededRandom } from '@spanguard/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Alert } from '../model/alert.ts';
import { consoleChannel } from './channels/console/console-channel.ts';
import { alertLogRecord, alertSpan } from './channels/otlp/otlp-channel.ts';
import { detectionFinding } from './ocsf.ts';
import { type AlertMask, shownAlert } from './shown-alert.ts';

const pseudonyms = createPseudonyms({ masterKey: Buffer.alloc(32, 1) });
const policyOf = (config: Parameters<typeof compilePolicy>[0] = {}): AlertMask =>
  compilePolicy(config, { pseudonyms });

/** An alert that says the same in every field that holds a text. */
function alertSaying(text: string): Alert {
  return {
    id: 'ab'.repeat(16),
    rule: {
      id: text,
      name: text,
      title: text,
      description: text,
      level: 'high',
      tags: [text, 'attack.t1110'],
      action: text,
    },
    entity: { kind: text, value: text },
    count: 3,
    firstMs: 1,
    lastMs: 2,
    evidence: [
      { traceId: text, spanId: text },
      { traceId: 'cd'.repeat(16), spanId: 'ef'.repeat(8) },
    ],
    services: [text],
  };
}

/** Everything every channel says of an alert. */
function saidOf(alert: Alert): string {
  let said = '';
  for (const format of ['text', 'json'] as const) {
    void consoleChannel({ format, write: (part) => (said += part) }).deliver(alert);
  }
  return (
    said +
    JSON.stringify([detectionFinding(alert), alertSpan(alert), alertLogRecord(alert)]) +
    JSON.stringify(alert)
  );
}

/** The default profile lets phone numbers be. */
const MASKED_KINDS = SECRET_KINDS.filter((kind) => kind !== 'phone');

describe('what is shown of an alert', () => {
  for (const kind of MASKED_KINDS) {
    it(`holds no ${kind}, whatever field it stood in`, () => {
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const { text, secret } = secretOf(kind, new SeededRandom(seed));
          expect(saidOf(shownAlert(alertSaying(text), policyOf()))).to.not.include(secret);
        }),
      );
    });
  }

  it('forges no line, in any channel', () => {
    const said = saidOf(shownAlert(alertSaying('a\nALERT\u001b[2J\u202e'), policyOf()));
    for (const harmful of ['\u001b', '\u202e', '\nALERT\\', '\nALERT[']) {
      expect(said).to.not.include(harmful);
    }
  });

  it('holds nothing under a name that policy drops or replaces', () => {
    const shown = shownAlert(
      alertSaying('quiet-7391'),
      policyOf({
        keys: {
          keep: [],
          only: [],
          drop: ['security.alert.*', 'security_rule.*'],
          redact: ['service.name', 'message'],
        },
      }),
    );
    expect(saidOf(shown)).to.not.include('quiet-7391');
    expect(shown.id).to.equal('ab'.repeat(16));
    expect(shown.evidence).to.deep.equal([]);
  });

  it('is of bounded length', () => {
    expect(saidOf(shownAlert(alertSaying('x'.repeat(100_000)), policyOf())).length).to.be.below(
      100_000,
    );
  });

  it('keeps what is nobody\u2019s secret, and only ids as evidence', () => {
    const harmless = alertSaying('Password guessing from 203.0.113.7/32');
    const shown = shownAlert(harmless, policyOf());
    expect(shown).to.deep.equal({ ...harmless, evidence: harmless.evidence.slice(1) });
    expect(shownAlert(shown, policyOf())).to.deep.equal(shown);
  });
});
