import { readdirSync, readFileSync } from 'node:fs';
import {
  CorrelationEngine,
  type CorrelationMatch,
  EventList,
  fieldsOfRules,
  parseRules,
  type PlainEvent,
  Ruleset,
  textSlots,
} from '@spanguard/sigma';
import { expect } from 'chai';
import { RULES_URL } from '../src/index.ts';

interface Recorded {
  readonly event: string;
  readonly timeMs: number;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

interface ExpectedAlert {
  readonly rule: string;
  readonly entity: readonly string[];
  readonly count: number;
  readonly distinctCount?: number;
  /** Index of the deciding event in the recording. */
  readonly atEvent: number;
}

const folders = readdirSync(RULES_URL).filter((name) => name !== 'base');
const text = (folder: string, file: string): string =>
  readFileSync(new URL(`${folder}/${file}`, RULES_URL), 'utf8');
const recorded = (folder: string, name: string): Recorded[] =>
  JSON.parse(text(folder, `${name}.json`)) as Recorded[];

function ruleset(): Ruleset {
  const parsed = [...folders, 'base'].map((folder) => {
    const result = parseRules(text(folder, 'rule.yaml'), { file: `${folder}/rule.yaml` });
    if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('\n'));
    return result;
  });
  const result = Ruleset.from(parsed, { vocabulary: { fields: textSlots(fieldsOfRules(parsed)) } });
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  return result.ruleset;
}

function alertsOf(events: readonly Recorded[]): ExpectedAlert[] {
  const rules = ruleset();
  const engine = new CorrelationEngine(rules);
  return events.flatMap((event, atEvent) =>
    engine
      .observe(new EventList(rules.fields, [eventOf(event)]))
      .map((match) => alertOf(match, atEvent)),
  );
}

function eventOf({ event, timeMs, id, attributes }: Recorded): PlainEvent {
  return { timeMs, id, fields: { ...attributes, event } };
}

function alertOf(
  { rule, group, count, distinctCount }: CorrelationMatch,
  atEvent: number,
): ExpectedAlert {
  const entity = group.map(({ value }) => value);
  return {
    rule: rule.name,
    entity,
    count,
    ...(distinctCount === undefined ? {} : { distinctCount }),
    atEvent,
  };
}

describe('the shipped rules', () => {
  it('say what to do and what they are about', () => {
    for (const { name, extension, tags, falsePositives } of ruleset().alerting) {
      expect(extension.action, name).to.be.a('string');
      expect(extension.entity, name).to.be.oneOf(['client', 'user']);
      expect(tags.join(' '), name).to.match(/attack\.t\d{4}/);
      expect(falsePositives, name).not.to.have.length(0);
    }
    expect(ruleset().alerting).to.have.length(folders.length);
  });

  for (const folder of folders) {
    it(`tell the recorded attack, once, and nothing else: ${folder}`, () => {
      expect(alertsOf(recorded(folder, 'attack'))).to.deep.equal(
        JSON.parse(text(folder, 'attack.alerts.json')),
      );
    });

    it(`are silent on recorded benign traffic: ${folder}`, () => {
      expect(alertsOf(recorded(folder, 'benign'))).to.deep.equal([]);
    });

    it(`need every event up to the deciding one: ${folder}`, () => {
      const attack = recorded(folder, 'attack');
      const toldOf = ({ rule, entity }: ExpectedAlert): string => [rule, ...entity].join(' ');
      for (const expected of JSON.parse(text(folder, 'attack.alerts.json')) as ExpectedAlert[]) {
        const toldBy = (events: number): string[] => alertsOf(attack.slice(0, events)).map(toldOf);
        expect(toldBy(expected.atEvent)).not.to.include(toldOf(expected));
        expect(toldBy(expected.atEvent + 1)).to.include(toldOf(expected));
      }
    });
  }

  for (const folder of folders) {
    it(`are silent, each of them, on what is benign for the others: ${folder}`, () => {
      const rulesOf = ({ rule }: ExpectedAlert): string => rule;
      const own = JSON.parse(text(folder, 'attack.alerts.json')) as ExpectedAlert[];
      const others = folders.filter((other) => other !== folder);
      expect(own.map(rulesOf), 'the rule').to.include(folder.replaceAll('-', '_'));
      expect(others).to.have.length(folders.length - 1);
      for (const other of others) {
        const told = alertsOf(recorded(other, 'benign')).map(rulesOf);
        expect(told, other).not.to.include(folder.replaceAll('-', '_'));
      }
    });
  }

  it('are silent on all benign recordings, one after the other', () => {
    // At the same time they would be one crowd behind one address, which is no longer benign.
    const turnMs = 4 * 3_600_000;
    const inTurn = folders.flatMap((folder, turn) =>
      recorded(folder, 'benign').map((event) => ({
        ...event,
        timeMs: event.timeMs + turn * turnMs,
        id: `${folder} ${event.id}`,
      })),
    );
    expect(alertsOf(inTurn)).to.deep.equal([]);
  });
});
