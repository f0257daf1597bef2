/** Requests of applications that are not instrumented by us are rows that a user's own rule may ask for. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  attackShop,
  findPython,
  PYTHON_CONVENTIONS,
  PYTHON_FRAMEWORKS,
  RECORDED_LANGUAGES,
  recordedExport,
  recordedPython,
  REFUSED_LOGINS,
  startPythonShop,
} from '@spanguard/testkit';
import { expect } from 'chai';
import {
  eventually,
  postOtlp,
  type RunningProcessor,
  startProcessor,
} from './running-processor.ts';

/** Rules as a user writes them: on plain requests by their route, path, status and client, and nothing else. */
const RULES = `
title: The admin page was opened
name: admin_opened
logsource: { product: spanguard }
detection:
  opened: { event: request, url.path: /admin, http.response.status_code: 200 }
  condition: opened
level: high
---
title: The admin route answered
name: admin_route_answered
logsource: { product: spanguard }
detection:
  answered: { event: request, http.route: /admin, http.response.status_code: 200 }
  condition: answered
level: high
---
title: A login was answered 401
name: login_answered_401
logsource: { product: spanguard }
detection:
  refused: { event: request, http.request.method: POST, url.path: /login, http.response.status_code: 401 }
  condition: refused
level: informational
---
title: A service refuses twenty logins
name: twenty_refused
correlation:
  type: event_count
  rules: [login_answered_401]
  group-by: [service.name]
  timespan: 5m
  condition: { gte: ${REFUSED_LOGINS} }
level: high
---
title: A client opens what does not exist
name: never_opened
logsource: { product: spanguard }
detection:
  opened: { event: request, http.route: /nowhere }
  condition: opened
level: high
`;

/** Names of the rules that alerted, each once, in order. */
function alertsOf({ program }: RunningProcessor): string[] {
  const names = [...program.output().matchAll(/^ALERT .*\((\w+)\)$/gm)].map(
    ([, name = '']) => name,
  );
  return [...new Set(names)].toSorted();
}

/** Who opened the admin page. */
function adminOpenedBy({ program }: RunningProcessor): string | undefined {
  return /\(admin_opened\)\n  who +client ([^\s,]+)/.exec(program.output())?.[1];
}

const EXPECTED = ['admin_opened', 'admin_route_answered', 'twenty_refused'];

describe('a rule of a user on plain requests', function () {
  const rules = join(mkdtempSync(join(tmpdir(), 'request-rows-')), 'rules.yaml');
  const more = `correlate: { rules: ["${rules}"], shipped_rules: false }`;
  let running: RunningProcessor | undefined;

  before(() => writeFileSync(rules, RULES));
  after(() => rmSync(dirname(rules), { recursive: true, force: true }));
  afterEach(async () => {
    await running?.program.end('SIGKILL');
    running = undefined;
  });

  async function start(): Promise<RunningProcessor> {
    running = await startProcessor({ more });
    return running;
  }

  async function expectAlerts(
    processor: RunningProcessor,
    expected: readonly string[],
  ): Promise<void> {
    await eventually('the alerts', () => alertsOf(processor).length >= expected.length);
    expect(alertsOf(processor)).to.deep.equal(expected);
    expect(adminOpenedBy(processor)).to.equal('127.0.0.1');
  }

  for (const framework of PYTHON_FRAMEWORKS) {
    for (const conventions of PYTHON_CONVENTIONS) {
      it(`fires on what was recorded of ${framework}: ${conventions}`, async () => {
        const processor = await start();
        const bytes = recordedPython(framework, conventions);
        expect(await postOtlp(processor.url, 'traces', bytes)).to.equal(200);
        await expectAlerts(processor, EXPECTED);
      });
    }

    for (const conventions of [undefined, 'http']) {
      it(`fires live: ${framework}, ${conventions ?? 'its defaults'}`, async function () {
        const python = findPython();
        if (python === undefined) return this.skip();
        const processor = await start();
        const shop = await startPythonShop(python, {
          framework,
          otlpUrl: processor.url,
          ...(conventions !== undefined && { conventions }),
        });
        try {
          await attackShop(shop.port);
          await expectAlerts(processor, EXPECTED);
        } finally {
          await shop.program.end('SIGKILL');
        }
        return undefined;
      });
    }
  }

  for (const language of RECORDED_LANGUAGES) {
    it(`fires on what was recorded of ${language}`, async () => {
      const processor = await start();
      const bytes = recordedExport(language, 'traces');
      expect(await postOtlp(processor.url, 'traces', bytes)).to.equal(200);
      // Go's own router is no route to its instrumentation.
      const expected = language === 'go' ? EXPECTED.toSpliced(1, 1) : EXPECTED;
      await expectAlerts(processor, expected);
    });
  }
});
