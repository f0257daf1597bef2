/** Compares the alerts that should be told with those that were. */
import { say } from './say.mjs';

/** Collects what is expected and what was told; alerts are matched by rule and, where given, entity. */
export class Verdict {
  #expected = [];
  #told = new Map();
  #lastToldAt = performance.now();

  expect(alerts) {
    for (const alert of alerts) this.#expected.push({ ...alert, by: undefined });
  }

  told(alert) {
    this.#lastToldAt = performance.now();
    this.#told.set(alert.id, { ...alert, times: (this.#told.get(alert.id)?.times ?? 0) + 1 });
  }

  /** Waits until everything expected was told, then for a silence: what comes late counts too. */
  async complete({ patienceMs, silenceMs }) {
    const until = performance.now() + patienceMs;
    while (this.#missing().length > 0 && performance.now() < until) await pause(50);
    while (performance.now() - this.#lastToldAt < silenceMs) await pause(50);
  }

  get right() {
    return this.#missing().length === 0 && this.#surplus().length === 0;
  }

  report() {
    const missing = this.#missing();
    for (const alert of this.#expected) {
      say.line(`${missing.includes(alert) ? 'MISSED' : 'told  '}  ${describe(alert)}`);
    }
    for (const alert of this.#surplus()) say.line(`EXTRA   ${alert.rule} about ${alert.entity}`);
    if (this.#surplus().length === 0) say.line('benign traffic raised nothing');
  }

  #missing() {
    const unused = [...this.#told.values()];
    return this.#expected.filter((wanted) => {
      const index = unused.findIndex((alert) => matches(alert, wanted));
      if (index >= 0) unused.splice(index, 1);
      return index < 0;
    });
  }

  /** Alerts about who attacked nothing, and alerts told twice. Several rules may tell of one attacker. */
  #surplus() {
    const attackers = this.#expected.flatMap(({ entity }) =>
      entity === undefined ? [] : [entity],
    );
    return [...this.#told.values()].filter((alert) => {
      const isExpected =
        this.#expected.some((wanted) => matches(alert, wanted)) ||
        attackers.some((attacker) => alert.entity.includes(attacker));
      return !isExpected || alert.times > 1;
    });
  }
}

function matches(alert, wanted) {
  return (
    alert.rule === wanted.rule &&
    (wanted.entity === undefined || alert.entity.includes(wanted.entity))
  );
}

function describe({ rule, entity }) {
  return entity === undefined ? rule : `${rule} about ${entity}`;
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
