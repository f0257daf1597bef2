/** Puts the traffic that stands beside rules to all rules of a set: what they tell of an attack, and of what is none. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Ruleset } from '@spanguard/sigma';
import type { Alert } from '../model/alert.ts';
import { Replay } from './replay.ts';
import { parseTraffic, requestsOf, type RuleTraffic, type TrafficRequest } from './rule-traffic.ts';

/** A rule with the traffic that stands beside it. */
export interface RuleWithTraffic {
  readonly name: string;
  /** Where the rule is. */
  readonly file: string;
  readonly traffic: RuleTraffic;
}

/** What came of the traffic of one rule. */
export interface RuleTrial {
  readonly name: string;
  readonly file: string;
  /** What the rule itself told of its attack. */
  readonly told: readonly Alert[];
  /** Names of the other rules that told of its attack. */
  readonly alsoTold: readonly string[];
  /** What the rule did not tell as it is written beside it, or told too soon, or of benign traffic; a line each. */
  readonly problems: readonly string[];
}

/** The name of the file beside a rule. */
export const TRAFFIC_FILE = 'traffic.yaml';

/** The rules of a set that have traffic beside them. Throws where it cannot be read. */
export function rulesWithTraffic({ alerting }: Ruleset): readonly RuleWithTraffic[] {
  return alerting.flatMap(({ name, file }) => {
    const text = textOf(join(dirname(file), TRAFFIC_FILE));
    if (text === undefined) return [];
    try {
      return [{ name, file, traffic: parseTraffic(text) }];
    } catch (error) {
      throw new Error(`${join(dirname(file), TRAFFIC_FILE)}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  });
}

/** Tries the traffic of one rule on all rules. */
export function tryRule(ruleset: Ruleset, { name, file, traffic }: RuleWithTraffic): RuleTrial {
  const attack = requestsOf(traffic.attack);
  const alerts = alertsOf(ruleset, attack);
  const told = alerts.filter(({ rule }) => rule.name === name);
  const problems: string[] = [];
  const found = told.map(shownAlert);
  const expected = traffic.alerts.map(({ entity, count }) => `${entity}, count ${count}`);
  if (found.join('; ') !== expected.join('; ')) {
    problems.push(`tells of its attack: ${shownList(found)}; expected: ${shownList(expected)}`);
  }
  const early = alertsOf(ruleset, attack.slice(0, -1)).filter(({ rule }) => rule.name === name);
  if (told.length > 0 && early.length >= told.length) {
    problems.push('tells of its attack before the last record of it');
  }
  for (const alert of alertsOf(ruleset, requestsOf(traffic.benign))) {
    problems.push(`benign traffic makes ${alert.rule.name} tell: ${shownAlert(alert)}`);
  }
  const others = alerts.map(({ rule }) => rule.name).filter((other) => other !== name);
  return { name, file, told, alsoTold: [...new Set(others)].toSorted(), problems };
}

/** All that a set tells of requests. Throws where one of them is no OTLP. */
export function alertsOf(ruleset: Ruleset, requests: readonly TrafficRequest[]): readonly Alert[] {
  const replay = new Replay({ ruleset });
  return requests.flatMap(({ signal, bytes }) => {
    const replayed = replay.take(signal, bytes);
    if (!replayed.ok) throw new Error(replayed.error.message);
    if (replayed.leftOut > 0) throw new Error('the rules could not cope with a row');
    return replayed.alerts;
  });
}

function shownAlert({ entity, count }: Alert): string {
  return `${entity.kind} ${entity.value}, count ${count}`;
}

function shownList(items: readonly string[]): string {
  return items.join('; ') || 'nothing';
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
