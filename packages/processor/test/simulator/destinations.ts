/** A backend and a channel that fail in every way there is, now one, now another. */
import { decodeRequest, type SeededRandom } from '@spanguard/testkit';
import type { Channel } from '#processor/alerts/channel.ts';
import type { Backend } from '#processor/exporters/backend.ts';
import type { Delivery } from '#processor/pipeline/delivery.ts';
import type { Ledger } from './ledger.ts';
import type { Schedule } from './schedule.ts';
import { itemsIn, POISONED, STICKY } from './workload.ts';

/** How a destination is for a while. `forgetful`: it takes what it says it does not. `broken`: it throws. */
const MOODS = ['fine', 'fine', 'away', 'busy', 'refusing', 'forgetful', 'broken'] as const;
type Mood = (typeof MOODS)[number];

const MOOD_CHANGES = 0.15;
/** Requests with more records are too large. */
const RECORDS_MAX = 6;
const CONCURRENCY_MAX = 4;
/** Of alerts, so many in sixteen are never taken. */
const UNTOLD = '0';

/** What a destination works with. */
export interface DestinationOptions {
  readonly schedule: Schedule;
  readonly random: SeededRandom;
  readonly ledger: Ledger;
  /** Takes everything but what it never takes. */
  readonly isCalm: boolean;
}

/** Draws how it is. A machine may die before an attempt arrives, and before it is answered. */
class Moods {
  readonly #options: DestinationOptions;
  readonly #name: string;
  #mood: Mood = 'fine';
  #underWay = 0;

  constructor(name: string, options: DestinationOptions) {
    this.#name = name;
    this.#options = options;
  }

  /** One attempt. `refusal` is said in any mood; `take` takes it. */
  async attempt(refusal: Delivery | undefined, take: () => void): Promise<Delivery> {
    const { schedule, ledger } = this.#options;
    this.#underWay += 1;
    if (this.#underWay > CONCURRENCY_MAX) ledger.broken(`too much under way to the ${this.#name}`);
    try {
      const answer = await schedule.act(() => this.#answer(refusal, take));
      return await schedule.act(() => {
        if (answer === 'throws') throw new RangeError('of the simulator');
        return answer;
      });
    } finally {
      this.#underWay -= 1;
    }
  }

  #answer(refusal: Delivery | undefined, take: () => void): Delivery | 'throws' {
    const { random, isCalm } = this.#options;
    if (isCalm) this.#mood = 'fine';
    else if (random.chance(MOOD_CHANGES)) this.#mood = random.pick(MOODS);
    if (this.#mood === 'fine') {
      if (refusal !== undefined) return refusal;
      take();
      return { kind: 'accepted', rejectedItems: 0 };
    }
    return this.#failure(refusal, take);
  }

  #failure(refusal: Delivery | undefined, take: () => void): Delivery | 'throws' {
    const { random } = this.#options;
    switch (this.#mood) {
      case 'busy':
        return { kind: 'later', reason: 'busy', retryAfterMs: random.int(0, 5000) };
      case 'refusing':
        return { kind: 'paused', reason: 'refusing' };
      case 'broken':
        // For a moment, or all would be dead letters soon.
        this.#mood = 'fine';
        return 'throws';
      case 'forgetful':
        if (refusal === undefined) take();
        return { kind: 'later', reason: 'forgetful' };
      case 'fine':
      case 'away':
        return { kind: 'later', reason: 'away' };
    }
  }
}

/** A backend of telemetry. */
export function scriptedBackend(options: DestinationOptions): Backend {
  const { ledger, isCalm } = options;
  const moods = new Moods('backend', options);
  return {
    send: async (signal, requests) => {
      const items = requests.flatMap((bytes) => itemsIn(bytes));
      const delivery = await moods.attempt(refusalOf(items, isCalm), () => {
        for (const bytes of requests) {
          decodeRequest(signal, bytes);
          ledger.saw('backend', bytes);
        }
      });
      if (delivery.kind === 'accepted') ledger.accepted(items);
      return delivery;
    },
    close: () => undefined,
  };
}

function refusalOf(items: readonly string[], isCalm: boolean): Delivery | undefined {
  if (items.length > RECORDS_MAX) return { kind: 'too_large', reason: 'too large' };
  if (items.some((item) => item.includes(POISONED))) return { kind: 'never', reason: 'poisoned' };
  const isStuck = !isCalm && items.some((item) => item.includes(STICKY));
  return isStuck ? { kind: 'later', reason: 'sticky' } : undefined;
}

/** A channel of alerts. */
export function scriptedChannel(options: DestinationOptions): Channel {
  const { ledger } = options;
  const moods = new Moods('channel', options);
  return {
    deliver: (alert) =>
      moods.attempt(
        alert.id.startsWith(UNTOLD) ? { kind: 'never', reason: 'unwanted' } : undefined,
        () => ledger.tell(alert),
      ),
  };
}
