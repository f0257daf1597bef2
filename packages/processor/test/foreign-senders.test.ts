import {
  attackShop,
  findPython,
  PYTHON_CONVENTIONS,
  PYTHON_FRAMEWORKS,
  type PythonShop,
  recordedPython,
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

describe('attacks on applications that are not instrumented by us', function () {
  let processor: RunningProcessor | undefined;
  let shop: PythonShop | undefined;

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
      await eventually('both alerts', () => alertsOf(running).length === 2);
      expect(alertsOf(running)).to.deep.equal(['brute_force_unnamed', 'injection_probing']);
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
    it(`are told live: ${framework}`, async function () {
      const python = findPython();
      if (python === undefined) return this.skip();
      const running = await startProcessor();
      processor = running;
      shop = await startPythonShop(python, { framework, otlpUrl: running.url });
      await attackShop(shop.port);
      // uvicorn believes forwarded headers, so that to FastAPI each login comes from somebody else.
      const alerts =
        framework === 'flask'
          ? ['brute_force_unnamed', 'injection_probing']
          : ['injection_probing'];
      await eventually('the alerts', () => alertsOf(running).length === alerts.length);
      expect(alertsOf(running)).to.deep.equal(alerts);
      return undefined;
    });
  }
});
