import { decodeRequest, recordedPython } from '@spanguard/testkit';
import { expect } from 'chai';
import { tracesOf } from '../detector.ts';
import { FOREIGN_SENDERS, LIVE_SENDER, type Sender } from './foreign-spans.ts';
import { eventsOf, exportedAttributes, type ToldEvent } from './processor-verdict.ts';
import { type MatrixRequest, matrixRequests } from './requests.ts';
import { tellAll, type ToldRequest } from './run-shop.ts';
import { SENDERS, UNKNOWN_TO_SPANS, type UnknownFact } from './unknown-to-spans.ts';

/** What a verdict is: who, what, how sure. Where an address was found is told differently by each. */
const FIELDS = [
  ...['client.address', 'client.prefix', 'network.peer.address', 'user.id', 'service.name'],
  ...['http.request.method', 'http.response.status_code', 'http.route'],
  ...['security.authn.outcome', 'security.authn.confidence', 'security.authz.outcome'],
  ...['security.indicator.kind', 'security.indicator.confidence', 'security.indicator.rule'],
  ...['security.indicator.place', 'security.indicator.parameter'],
] as const;
const PSEUDONYM = /\[[a-z_]{1,16}:[\w~.-]{1,48}\]/g;
const USERS = ['user.id', 'enduser.id'];
const TARGETS = ['url.original', 'url.path', 'url.query', 'http.target', 'http.url'];

/** Differences shown; a fault makes hundreds. */
const SHOWN_MAX = 12;

/** A verdict as text, without what is not known. */
function verdictText(events: readonly ToldEvent[], unknown: readonly UnknownFact[]): string {
  const costs = new Set(unknown.flatMap((each) => each.costs));
  const told = events
    .filter(({ event }) => !costs.has(event))
    .map(({ event, fields }) => {
      const known = FIELDS.filter((name) => !costs.has(name) && fields[name] !== undefined);
      return [event, ...known.map((name) => `${name}=${String(fields[name])}`)].join(' ');
    });
  return told.join('\n');
}

/** What is unknown of a request to a sender's span. */
function unknownOf(request: MatrixRequest, sender: Sender): readonly UnknownFact[] {
  return UNKNOWN_TO_SPANS.filter(
    ({ senders, matters }) => (senders ?? SENDERS).includes(sender) && matters(request),
  );
}

function pseudonymsIn(
  attributes: ReadonlyMap<string, unknown>,
  names: readonly string[],
): string[] {
  const found = names.flatMap(
    (name) => JSON.stringify(attributes.get(name) ?? '').match(PSEUDONYM) ?? [],
  );
  return [...new Set(found)].toSorted();
}

/** Whether a user's name is one that policy hides and still tells apart. */
function isTold(user: string | undefined): boolean {
  return user?.includes('@') === true || user?.startsWith('4111') === true;
}

describe('the same request', () => {
  const requests = matrixRequests();
  let hooked: readonly ToldRequest[];
  let plain: readonly ToldRequest[];
  let verdicts: readonly (readonly ToldEvent[])[];

  before(async () => {
    [hooked, plain] = await Promise.all([
      tellAll(requests, 'hook'),
      tellAll(requests, 'opentelemetry'),
    ]);
    verdicts = hooked.map(({ traces, logs }) =>
      [...eventsOf('traces', traces), ...eventsOf('logs', logs)].toSorted((a, b) =>
        a.event.localeCompare(b.event),
      ),
    );
  });

  function spanOf(n: number, sender: Sender): Uint8Array {
    if (sender === LIVE_SENDER) return plain[n]?.traces ?? new Uint8Array();
    const request = requests[n];
    if (request === undefined) throw new RangeError(`no request ${n}`);
    return tracesOf({ attributes: FOREIGN_SENDERS[sender](request) });
  }

  it('is told by both, and by each ending, target, client and agent something', () => {
    for (const told of [hooked, plain]) {
      expect(told.filter(({ traces }) => traces.length === 0)).to.have.length(0);
    }
    const events = new Set(verdicts.flat().map(({ event }) => event.replace('security.', '')));
    expect([...events]).to.include.members([
      ...['authn_login_fail', 'authn_login_success', 'authn_token_invalid', 'authz_fail'],
      ...['excess_rate_limit_exceeded', 'input_validation_fail', 'malicious_attack_tool'],
      ...['malicious_sqli', 'malicious_xss', 'malicious_traversal', 'malicious_nosqli'],
      ...['malicious_ssrf', 'malicious_crlf', 'malicious_ssti', 'malicious_cmdi'],
      ...['malicious_sensitive_file'],
    ]);
  });

  for (const sender of SENDERS) {
    it(`has the same verdict, told by the hook or by a span: ${sender}`, () => {
      const differences: object[] = [];
      for (const [n, request] of requests.entries()) {
        const unknown = unknownOf(request, sender);
        const hook = verdictText(verdicts[n] ?? [], unknown);
        const span = verdictText(eventsOf('traces', spanOf(n, sender)), unknown);
        if (hook !== span) differences.push({ request: request.name, hook, span });
      }
      expect(differences.slice(0, SHOWN_MAX), `${differences.length} differ`).to.deep.equal([]);
    });
  }

  it('has another one where a fact is unknown, for each fact of the table', () => {
    const needed = new Set<UnknownFact>();
    for (const sender of SENDERS) {
      for (const [n, request] of requests.entries()) {
        const unknown = unknownOf(request, sender);
        if (unknown.every((fact) => needed.has(fact))) continue;
        const told = eventsOf('traces', spanOf(n, sender));
        for (const fact of unknown) {
          const others = unknown.filter((other) => other !== fact);
          if (verdictText(verdicts[n] ?? [], others) !== verdictText(told, others))
            needed.add(fact);
        }
      }
    }
    const idle = UNKNOWN_TO_SPANS.filter((fact) => !needed.has(fact));
    expect(idle.map(({ fact }) => fact)).to.deep.equal([]);
  });

  for (const sender of SENDERS) {
    it(`shows the same pseudonyms in what is exported: ${sender}`, () => {
      let pseudonyms = 0;
      for (const [n, { name, ending }] of requests.entries()) {
        if (ending.answer.user?.startsWith('password=') === true) continue;
        const hook = exportedAttributes(hooked[n]?.traces ?? new Uint8Array());
        const span = exportedAttributes(spanOf(n, sender));
        const inTarget = pseudonymsIn(hook, TARGETS);
        expect(pseudonymsIn(span, TARGETS), name).to.deep.equal(inTarget);
        pseudonyms += inTarget.length;
        if (ending.answer.user === undefined) continue;
        const inUser = pseudonymsIn(hook, USERS);
        expect(pseudonymsIn(span, USERS), name).to.deep.equal(inUser);
        pseudonyms += inUser.length;
      }
      expect(pseudonyms).to.be.greaterThan(100);
    });
  }

  it('has a user by whose pseudonym the exported span is found', () => {
    let users = 0;
    for (const [n, { name, ending }] of requests.entries()) {
      if (!isTold(ending.answer.user)) continue;
      const spans = [
        { bytes: hooked[n]?.traces ?? new Uint8Array(), events: verdicts[n] ?? [] },
        ...SENDERS.map((sender) => {
          const bytes = spanOf(n, sender);
          return { bytes, events: eventsOf('traces', bytes) };
        }),
      ];
      for (const { bytes, events } of spans) {
        const named = events.flatMap(
          ({ shown }) => String(shown['user.id']).match(PSEUDONYM) ?? [],
        );
        if (named.length === 0) continue;
        users += 1;
        expect(pseudonymsIn(exportedAttributes(bytes), USERS), name).to.include.members(named);
      }
    }
    expect(users).to.be.greaterThan(10);
  });
});

describe('a span that the matrix renders', () => {
  const request: MatrixRequest = {
    name: 'what the recorded visitor probed with',
    ending: { method: 'GET', path: '/search', route: '/search', answer: { status: 200 } },
    target: '/search?q=shoes',
    caller: { peer: '127.0.0.1' },
    agent: 'sqlmap/1.8#stable',
  };
  for (const [sender, framework, conventions] of [
    ['WSGI, older names', 'flask', 'default'],
    ['WSGI, current names', 'flask', 'http'],
    ['ASGI, older names', 'fastapi', 'default'],
    ['ASGI, current names', 'fastapi', 'http'],
  ] as const) {
    it(`has the attributes that were recorded of ${framework}: ${sender}`, () => {
      const recorded = decodeRequest('traces', recordedPython(framework, conventions));
      const probe = (recorded.resourceSpans ?? [])
        .flatMap(({ scopeSpans }) => scopeSpans ?? [])
        .flatMap(({ spans }) => spans ?? [])
        .find(({ attributes = [] }) =>
          attributes.some(({ value }) => value?.stringValue === request.agent),
        );
      const names = Object.keys(FOREIGN_SENDERS[sender](request));
      expect(names).to.have.members((probe?.attributes ?? []).map(({ key = '' }) => key));
    });
  }
});
