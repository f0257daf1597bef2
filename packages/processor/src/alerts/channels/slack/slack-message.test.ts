import { expect } from 'chai';
import fc from 'fast-check';
import { ALERT, HOSTILE } from '../../../../test/channels/channel.suite.ts';
import type { Alert } from '../../../model/alert.ts';
import { slackMessage } from './slack-message.ts';
import { slackText } from './slack-text.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
/** Of Slack: a message beyond one of them is refused as a whole. */
const LIMITS: ReadonlyMap<string, number> = new Map([
  ['header', 150],
  ['section', 3000],
  ['fields', 2000],
  ['context', 2000],
]);

describe('slackText', () => {
  for (const [text, shown] of [
    ['<!channel> & <@U1>', '&lt;!channel&gt; &amp; &lt;@U1&gt;'],
    ['&lt;', '&amp;lt;'],
    ['*b* _i_ `c`', '*b* _i_ `c`'],
    ['a\nb\u001b[2J\u202e', 'a\\u000ab\\u001b[2J\\u202e'],
  ] as const) {
    it(`writes ${JSON.stringify(text)} as ${JSON.stringify(shown)}`, () => {
      expect(slackText(text, 1000)).to.equal(shown);
    });
  }

  for (const [charactersMax, shown] of [
    [3, 'abc'],
    [6, 'abc'],
    [7, 'abc&lt;'],
    [8, 'abc&lt;d'],
    [9, 'abc&lt;d'],
    [10, 'abc&lt;d😀'],
  ] as const) {
    it(`cuts no entity and no character in two at ${charactersMax}`, () => {
      expect(slackText('abc<d😀', charactersMax)).to.equal(shown);
    });
  }

  it(`has no bracket and no more than it may, whatever it is given (seed ${SEED})`, () => {
    const text = fc.string({ unit: fc.constantFrom('<', '>', '&', '!', 'a', '😀', '\u202e') });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (written, charactersMax) => {
        const shown = slackText(written, charactersMax);
        expect(shown).to.have.length.most(charactersMax);
        expect(shown).not.to.match(/[<>]|&(?!amp;|lt;|gt;)/);
      }),
      { seed: SEED },
    );
  });
});

describe('slackMessage', () => {
  /** Every text in it by the block it stands in. */
  function texts(alert: Alert): [kind: string, text: string][] {
    const found: [string, string][] = [];
    JSON.parse(JSON.stringify(slackMessage(alert).blocks), (_key, value: unknown) => {
      if (typeof value !== 'object' || value === null || !('type' in value)) return value;
      const { type } = value;
      if (type === 'header' || type === 'section') {
        if ('text' in value) found.push([type, textOf(value.text)]);
        if ('fields' in value && Array.isArray(value.fields)) {
          for (const field of value.fields) found.push(['fields', textOf(field)]);
        }
      }
      if (type === 'context' && 'elements' in value && Array.isArray(value.elements)) {
        for (const element of value.elements) found.push(['context', textOf(element)]);
      }
      return value;
    });
    return found;
  }

  const textOf = (value: unknown): string => {
    expect(value).to.include({ type: 'plain_text', emoji: false });
    return (value as { readonly text: string }).text;
  };

  it('holds a header, four things said of the alert, what to do, and its evidence', () => {
    expect(texts(ALERT)).to.deep.equal([
      ['header', 'HIGH Password guessing from one client'],
      ['fields', 'who'],
      ['fields', 'client 203.0.113.7/32'],
      ['fields', 'how many'],
      ['fields', '10 events, 3 distinct'],
      ['fields', 'when'],
      ['fields', '2026-01-01T00:00:00.000Z to 2026-01-01T00:01:00.000Z'],
      ['fields', 'where'],
      ['fields', 'shop'],
      ['section', 'To do: Block the client at the edge.'],
      ['context', `rule brute_force_client, alert ${ALERT.id}`],
      ['context', `evidence ${'ab'.repeat(16)}`],
    ]);
  });

  for (const [what, text] of [
    ['long', HOSTILE.repeat(1000)],
    ['empty', ''],
    ['blank', '   '],
  ] as const) {
    it(`stays within what Slack takes of texts that are ${what}`, () => {
      const rule = { ...ALERT.rule, title: text, action: text, name: text };
      const entity = { kind: text, value: text };
      const services = Array.from({ length: 8 }, () => text);
      const evidence = Array.from(
        { length: 16 },
        () => ALERT.evidence[0] ?? { traceId: '', spanId: '' },
      );
      const alert = { ...ALERT, rule, entity, services, evidence };
      expect(slackMessage(alert).text).to.have.length.within(1, 500);
      for (const [kind, shown] of texts(alert)) {
        expect(shown, kind).to.have.length.within(1, LIMITS.get(kind) ?? 0);
        expect(shown.trim(), kind).not.to.equal('');
      }
    });
  }
});
