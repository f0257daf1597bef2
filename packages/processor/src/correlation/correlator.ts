/** Puts facts to the rules, one section after the other, and gives what they decide. */
import type { CorrelationEngine, CorrelationMatch } from '@spanguard/sigma';
import type { Alert } from '../model/alert.ts';
import { decodeFacts } from '../model/facts/decode-facts.ts';
import { FactBatch } from '../model/facts/fact-batch.ts';
import { factsOfRow } from '../model/facts/fact-row.ts';
import type { Counters } from '../pipeline/counters.ts';
import { errorName } from '../pipeline/failure-reason.ts';
import { alertOfMatch } from './alert-of-match.ts';
import { EngineCounters } from './engine-counters.ts';

/** What correlation works with. */
export interface CorrelatorDependencies {
  readonly engine: CorrelationEngine;
  /** Key of the alerts' ids. */
  readonly alertKey: Uint8Array;
  readonly counters: Counters;
}

/** What the rules could not cope with, as it is after redaction, and why in a few words. */
export interface LeftOut {
  /** One row or what was to be an alert, or a whole section that cannot be read. */
  readonly of: 'row' | 'section';
  readonly bytes: Uint8Array;
  readonly reason: string;
}

/** What came of a section. */
export interface Decided {
  readonly alerts: readonly Alert[];
  readonly leftOut: readonly LeftOut[];
}

const TEXT = new TextEncoder();

/** See the head of this file. Holds nothing but the windows of its engine. */
export class Correlator {
  readonly #dependencies: CorrelatorDependencies;
  readonly #engineCounters: EngineCounters;
  readonly #facts = new FactBatch();

  constructor(dependencies: CorrelatorDependencies) {
    this.#dependencies = dependencies;
    this.#engineCounters = new EngineCounters(dependencies.counters);
    // An alarm sees a counter rise only where it has seen it before.
    this.#engineCounters.count(dependencies.engine.stats());
  }

  /** One row the rules cannot cope with costs itself; facts that cannot be read cost themselves. Never throws. */
  take(section: Uint8Array): Decided {
    const { counters, engine } = this.#dependencies;
    const facts = this.#facts;
    const decoded = decodeFacts(section, facts);
    if (!decoded.ok) {
      const reason = `facts ${decoded.refusal}`;
      return { alerts: [], leftOut: [{ of: 'section', bytes: section, reason }] };
    }
    if (facts.count === 0) return { alerts: [], leftOut: [] };
    const leftOut: LeftOut[] = [];
    const matches = engine.observe(facts, (row, error) => {
      leftOut.push(rowLeftOut({ id: facts.idOf(row), ...factsOfRow(facts, row) }, error));
    });
    const alerts = matches.flatMap((match) => this.#alertOf(match, leftOut));
    this.#engineCounters.count(engine.stats());
    counters.add('correlation.events', facts.count);
    return { alerts, leftOut };
  }

  #alertOf(match: CorrelationMatch, leftOut: LeftOut[]): readonly Alert[] {
    try {
      return [alertOfMatch(match, this.#dependencies.alertKey)];
    } catch (error) {
      leftOut.push(rowLeftOut({ rule: match.rule.key, episode: match.episode }, error));
      return [];
    }
  }
}

function rowLeftOut(what: object, error: unknown): LeftOut {
  const bytes = TEXT.encode(JSON.stringify(what));
  return { of: 'row', bytes, reason: `threw ${errorName(error)}` };
}
