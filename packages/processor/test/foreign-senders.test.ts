import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  attackShop,
  findPython,
  PYTHON_CONVENTIONS,
  PYTHON_FRAMEWORKS,
  type PythonShop,
  recordedPython,
  REFUSED_LOGINS,
  startPythonShop,
} from '@spanguard/testkit';
import { expect } from 'chai';
import { tracesOf } from './detector.ts';
import {
  eventually,
  postOtlp,
  type RunningProcessor,
  startProcessor,
} from './running-processor.ts';

/** Names of the rules that alerted, in order of their names. */
function alertsOf({ program }: RunningProcessor): string[] {
  return [...program.output().matchAll(/^ALERT .*\((\w+)\)$/gm)]
    .map(([, rule = '']) => rule)
    .toSorted();
}

/** Whom the alerts are about, in order of the names of their rules. */
function entitiesOf({ program }: RunningProcessor, rule = '\\w+'): string[] {
  const alert = new RegExp(`^ALERT .*\\((${rule})\\)\\n  who +client ([^\\s,]+)`, 'gm');
  return [...program.output().matchAll(alert)]
    .toSorted(([, a = ''], [, b = '']) => a.localeCompare(b))
    .map(([, , entity = '']) => entity);
}

/** Tells of each client that fails to log in. */
const EACH_CLIENT = `
title: A login of this client failed
name: each_failed
logsource: { product: spanguard }
detection: { one: { event: security.authn_login_fail }, condition: one }
level: informational
---
title: This client fails to log in
name: a_login_failed
correlation:
  type: event_count
  rules: [each_failed]
  group-by: [client.prefix]
  timespan: 5m
  condition: { gte: 1 }
level: high
`;

describe('attacks on applications that are not instrumented by us', function () {
  let processor: RunningProcessor | undefined;
  let shop: PythonShop | undefined;
  const rules = join(mkdtempSync(join(tmpdir(), 'foreign-senders-')), 'rules.yaml');

  before(() => writeFileSync(rules, EACH_CLIENT));
  after(() => rmSync(dirname(rules), { recursive: true, force: true }));

  afterEach(async () => {
    await shop?.program.end('SIGKILL');
    await processor?.program.end('SIGKILL');
    [shop, processor] = [undefined, undefined];
  });

  for (const conventions of PYTHON_CONVENTIONS) {
    it(`are told from what Flask sent: ${conventions}`, async () => {
      processor = await startProcessor();
      const { url } = processor;
      expect(await postOtlp(url, 'traces', recordedPython('flask', conventions))).to.equal(200);
      const running = processor;
      const expected = ['attack_tool', 'brute_force_unnamed', 'injection_probing', 'sqli_attempt'];
      await eventually('the alerts', () =>
        expected.every((rule) => alertsOf(running).includes(rule)),
      );
    });
  }

  for (const { peer, failures, rule } of [
    { peer: '203.0.113.9', failures: 5, rule: 'brute_force_unnamed' },
    { peer: '10.0.0.9', failures: 30, rule: 'brute_force_peer' },
  ]) {
    it(`are told of the peer ${peer}, though each request claims another client`, async () => {
      const running = await startProcessor();
      processor = running;
      const spans = Array.from({ length: failures }, (_, n) => ({
        attributes: {
          ...{ 'http.request.method': 'POST', 'http.route': '/login' },
          ...{ 'http.response.status_code': 401, 'network.peer.address': peer },
          'client.address': `198.51.100.${n}`,
        },
      }));
      expect(await postOtlp(running.url, 'traces', tracesOf(...spans))).to.equal(200);
      await eventually('the alert', () => alertsOf(running).length > 0);
      expect(alertsOf(running)).to.deep.equal([rule]);
      expect(running.program.output()).to.include(peer);
    });
  }

  for (const framework of PYTHON_FRAMEWORKS) {
    for (const conventions of [undefined, 'http']) {
      it(`are told live: ${framework}, ${conventions ?? 'its defaults'}`, async function () {
        const python = findPython();
        if (python === undefined) return this.skip();
        const running = await startProcessor();
        processor = running;
        shop = await startPythonShop(python, {
          framework,
          otlpUrl: running.url,
          ...(conventions !== undefined && { conventions }),
        });
        await attackShop(shop.port);
        // uvicorn believes forwarded headers, so that to FastAPI each login comes from somebody else.
        const alerts =
          framework === 'flask'
            ? ['brute_force_unnamed', 'injection_probing']
            : ['injection_probing'];
        await eventually('the alerts', () =>
          alerts.every((rule) => alertsOf(running).includes(rule)),
        );
        for (const rule of alerts) expect(entitiesOf(running, rule)).to.deep.equal(['127.0.0.1']);
        return undefined;
      });
    }

    for (const conventions of PYTHON_CONVENTIONS) {
      it(`are counted by the clients our hook counts: ${framework}, ${conventions}`, async () => {
        const running = await startProcessor({ more: `correlate: { rules: ["${rules}"] }` });
        processor = running;
        const bytes = recordedPython(framework, conventions);
        expect(await postOtlp(running.url, 'traces', bytes)).to.equal(200);
        // Both are behind a proxy on this machine; Flask does not read what it says.
        const clients =
          framework === 'flask'
            ? ['127.0.0.1']
            : Array.from({ length: REFUSED_LOGINS }, (_, n) => `198.51.100.${n + 1}`);
        const told = (): string[] => entitiesOf(running, 'a_login_failed');
        await eventually('an alert for each', () => told().length === clients.length);
        expect(told()).to.have.members(clients);
      });
    }
  }
});
