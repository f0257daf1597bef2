/**
 * How many alerts one rule may tell at once: of one client, and in all. What is beyond is told together, as
 * one alert of how many more there were, so that a flood hides neither itself nor anything else.
 */
import type { Alert, EvidenceTrace } from '../model/alert.ts';
import type { CancelTimer, Clock } from '../pipeline/clock.ts';

/** What a budget works with. */
export interface AlertBudgetOptions {
  readonly clock: Clock;
  /** Tells of those that were held back. */
  readonly tell: (alert: Alert) => void;
  /** The id of such an alert, made of the first that was held back. */
  readonly idOf: (first: Alert) => string;
}

/** A rule tells so many alerts of one entity in so long. */
const ENTITY_ALERTS_MAX = 10;
const ENTITY_WINDOW_MS = 600_000;
/** And of all entities. */
const RULE_ALERTS_MAX = 100;
const RULE_WINDOW_MS = 60_000;
/** Windows remembered; beyond it the oldest ends early. */
const WINDOWS_MAX = 10_000;
const EVIDENCE_MAX = 16;
const SERVICES_MAX = 8;

interface Held {
  readonly first: Alert;
  alerts: number;
  events: number;
  firstMs: number;
  lastMs: number;
  evidence: readonly EvidenceTrace[];
  services: readonly string[];
}

interface Window {
  readonly endMs: number;
  readonly isOfEntity: boolean;
  told: number;
  held: Held | undefined;
  cancel: CancelTimer | undefined;
}

/** Counts alerts by rule and entity, and by rule. */
export class AlertBudget {
  readonly #options: AlertBudgetOptions;
  /** By rule and entity, or by rule; in the order they began. */
  readonly #windows = new Map<string, Window>();

  constructor(options: AlertBudgetOptions) {
    this.#options = options;
  }

  /** Whether an alert may be told now; if not it is told of, with others, when its window ends. */
  take(alert: Alert): boolean {
    const ofEntity = this.#window(`${alert.rule.id}\n${mainOf(alert)}`, true);
    if (ofEntity.told >= ENTITY_ALERTS_MAX) return this.#hold(ofEntity, alert);
    const ofRule = this.#window(alert.rule.id, false);
    if (ofRule.told >= RULE_ALERTS_MAX) return this.#hold(ofRule, alert);
    ofEntity.told += 1;
    ofRule.told += 1;
    return true;
  }

  /** Ends all windows: what was held back is told. */
  flush(): void {
    for (const [key, window] of this.#windows) this.#end(key, window);
  }

  #window(key: string, isOfEntity: boolean): Window {
    const nowMs = this.#options.clock.monotonic();
    const known = this.#windows.get(key);
    if (known !== undefined && known.endMs > nowMs) return known;
    if (known !== undefined) this.#end(key, known);
    for (const [oldest, window] of this.#windows) {
      if (this.#windows.size < WINDOWS_MAX) break;
      this.#end(oldest, window);
    }
    const endMs = nowMs + (isOfEntity ? ENTITY_WINDOW_MS : RULE_WINDOW_MS);
    const window = { endMs, isOfEntity, told: 0, held: undefined, cancel: undefined };
    this.#windows.set(key, window);
    return window;
  }

  #hold(window: Window, alert: Alert): false {
    const { held } = window;
    if (held === undefined) {
      const { count, firstMs, lastMs, evidence, services } = alert;
      window.held = { first: alert, alerts: 1, events: count, firstMs, lastMs, evidence, services };
      const leftMs = window.endMs - this.#options.clock.monotonic();
      // A minute at most: an attack that goes on must not be silent for ten.
      window.cancel = this.#options.clock.after(Math.min(leftMs, RULE_WINDOW_MS), () => {
        this.#tell(window);
      });
      return false;
    }
    held.alerts += 1;
    held.events += alert.count;
    held.firstMs = Math.min(held.firstMs, alert.firstMs);
    held.lastMs = Math.max(held.lastMs, alert.lastMs);
    held.evidence = firstOf([...held.evidence, ...alert.evidence], EVIDENCE_MAX);
    if (held.services.length < SERVICES_MAX) {
      held.services = [...new Set([...held.services, ...alert.services])].slice(0, SERVICES_MAX);
    }
    return false;
  }

  #end(key: string, window: Window): void {
    this.#windows.delete(key);
    this.#tell(window);
  }

  #tell(window: Window): void {
    const { held, isOfEntity } = window;
    window.cancel?.();
    window.held = undefined;
    if (held === undefined) return;
    const { first, alerts, events, firstMs, lastMs, evidence, services } = held;
    const { kind } = first.entity;
    const value = isOfEntity ? mainOf(first) : `${alerts} others`;
    this.#options.tell({
      id: this.#options.idOf(first),
      rule: { ...first.rule, title: `${alerts} more: ${first.rule.title}` },
      entity: { kind, value },
      count: events,
      firstMs,
      lastMs,
      evidence,
      services,
    });
  }
}

function firstOf<T>(all: readonly T[], most: number): readonly T[] {
  return all.length > most ? all.slice(0, most) : all;
}

/** What the alert is about before all else: `203.0.113.7/32` of `203.0.113.7/32, user u-1`. */
function mainOf({ entity }: Alert): string {
  return entity.value.split(', ', 1)[0] ?? '';
}
