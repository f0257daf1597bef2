/** What was seen before never changes what is said of a request: neither in the processor nor in the application. */
import { context, trace } from '@opentelemetry/api';
import {
  finishRequest,
  RequestSecurity,
  type SecurityEvent,
  type SecurityRuntime,
  toolsOf,
} from '@spanguard/instrumentation';
import { createKeyedHash, createSecurityMask, createSecurityRuntime } from '@spanguard/sdk';
import { expect } from 'chai';
import fc from 'fast-check';
import { TestDetector, tracesOf } from '../detector.ts';
import { FOREIGN_SENDERS } from './foreign-spans.ts';
import { eventsOf, SHARED_KEY } from './processor-verdict.ts';
import { AGENTS, type MatrixRequest, matrixRequests, QUERIES } from './requests.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_127);
const SEQUENCES = 60;
const NOW_MS = Date.UTC(2026, 0, 1, 12);

const requests = matrixRequests();
const senders = Object.values(FOREIGN_SENDERS);

/** Every text that stands anywhere in the matrix: what is clean in one place need not be so in another. */
const texts = [...Object.values(AGENTS), ...Object.values(QUERIES)].map(
  (text) => `/${text?.replace('?', '') ?? ''}`,
);
const requestOf = fc
  .record({
    request: fc.constantFrom(...requests),
    target: fc.option(fc.constantFrom(...texts)),
    agent: fc.option(fc.constantFrom(...texts)),
  })
  .map(({ request, target, agent }) => ({
    ...request,
    target: target ?? request.target,
    agent: agent ?? request.agent,
  }));

/** A few requests, and the texts of each in the places of another, again and again: memories keep what comes again. */
const sequences = fc.array(requestOf, { minLength: 1, maxLength: 5 }).chain((distinct) => {
  const mixed = distinct.flatMap((one) =>
    distinct.map(({ target, agent = '/' }, n) =>
      n % 2 === 0 ? { ...one, agent: target } : { ...one, target: agent },
    ),
  );
  return fc.array(fc.constantFrom(...distinct, ...mixed), { minLength: 2, maxLength: 24 });
});

/** Runtimes that tell where `emit` puts it. */
function runtimeOf(emit: (event: SecurityEvent) => void): SecurityRuntime {
  return createSecurityRuntime({
    emit,
    eventsLeave: () => true,
    mask: createSecurityMask({}, SHARED_KEY),
    hash: createKeyedHash(SHARED_KEY),
    onInternalError: (where) => {
      throw new Error(where);
    },
    onHookDisabled: () => undefined,
    now: () => NOW_MS,
  });
}

/** An application's side of a request: what its hooks would have put on record, told at its end. */
class Application {
  #told: SecurityEvent[] = [];
  readonly #runtime = runtimeOf((event) => this.#told.push(event));

  tell({ ending, target, caller, agent }: MatrixRequest): readonly object[] {
    this.#told = [];
    const headers = { ...ending.headers, ...caller.headers, 'user-agent': agent };
    const client = toolsOf(this.#runtime).resolver.resolve(caller.peer, headers);
    const start = { method: ending.method, rawTarget: target, headers, client };
    const record = new RequestSecurity(this.#runtime, start);
    record.bind(trace.setSpanContext(context.active(), SPAN), undefined);
    record.setRoute(ending.route);
    record.requestBody = ending.body;
    record.responseBody = ending.answer.json;
    if (ending.answer.user !== undefined) record.user = { id: ending.answer.user, roles: [] };
    finishRequest(record, {
      statusCode: ending.answer.status,
      header: (name) => ending.answer.headers?.[name],
    });
    return this.#told.map(({ name, attributes }) => ({ name, attributes }));
  }
}

const SPAN = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
};

describe(`what is said of a request whatever came before it (seed ${SEED})`, () => {
  it('is the same in the processor: a fresh detector equals a warmed one on every prefix', () => {
    fc.assert(
      fc.property(sequences, fc.constantFrom(...senders), (sequence, attributesOf) => {
        const warmed = new TestDetector();
        for (const request of sequence) {
          const bytes = tracesOf({ attributes: attributesOf(request) });
          expect(eventsOf('traces', bytes, warmed)).to.deep.equal(eventsOf('traces', bytes));
        }
      }),
      { seed: SEED, numRuns: SEQUENCES },
    );
  });

  it('is the same in one batch and in a batch of its own', () => {
    fc.assert(
      fc.property(sequences, fc.constantFrom(...senders), (sequence, attributesOf) => {
        const spans = sequence.map((request) => ({ attributes: attributesOf(request) }));
        const apart = spans.flatMap((span) => eventsOf('traces', tracesOf(span)));
        const together = eventsOf('traces', tracesOf(...spans));
        const byEvent = apart.toSorted((a, b) => a.event.localeCompare(b.event));
        expect(together).to.deep.equal(byEvent);
      }),
      { seed: SEED, numRuns: SEQUENCES },
    );
  });

  it('is the same in the application: a fresh runtime equals a warmed one on every prefix', () => {
    let events = 0;
    fc.assert(
      fc.property(sequences, (sequence) => {
        const warmed = new Application();
        for (const request of sequence) {
          const told = warmed.tell(request);
          expect(told, request.name).to.deep.equal(new Application().tell(request));
          events += told.length;
        }
      }),
      { seed: SEED, numRuns: SEQUENCES },
    );
    expect(events).to.be.greaterThan(SEQUENCES);
  });
});
