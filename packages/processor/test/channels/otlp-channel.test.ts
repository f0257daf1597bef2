import { once, EventEmitter } from 'node:events';
import { decodeRequest } from '@spanguard/testkit';
import { expect } from 'chai';
import type { IntakeOutcome } from '#processor/pipeline/intake.ts';
import { type Reception, testChannel } from './channel.suite.ts';

const OUTCOMES: Readonly<Partial<Record<Reception, IntakeOutcome>>> = {
  accepted: { kind: 'accepted' },
  later: { kind: 'unavailable', message: 'busy', retryAfterMs: 1000 },
  never: { kind: 'malformed', message: 'no' },
};

testChannel({
  type: 'otlp',
  receptions: ['accepted', 'later', 'never'],
  secrets: [],
  mistaken: [],
  open: () => {
    const taken: string[] = [];
    const asking = new EventEmitter();
    let outcome: IntakeOutcome = { kind: 'accepted' };
    return Promise.resolve({
      options: '{}',
      taken,
      needs: {
        intake: (signal, bytes) => {
          if (outcome.kind === 'accepted') {
            taken.push(JSON.stringify(decodeRequest(signal, bytes)));
          }
          asking.emit('asked');
          return Promise.resolve(outcome);
        },
      },
      receive: (reception) => {
        outcome = OUTCOMES[reception] ?? outcome;
      },
      asked: () => once(asking, 'asked').then(() => undefined),
      close: () => Promise.resolve(),
    });
  },
  isText: (taken) => expect(() => JSON.parse(taken)).not.to.throw(),
});
