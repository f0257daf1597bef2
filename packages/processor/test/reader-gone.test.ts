/** Nobody reads what the processor writes any more: it goes on, and ends when it is told to. */
import { logsRequest } from '@spanguard/testkit';
import { expect } from 'chai';
import { eventually, postOtlp, startProcessor } from './running-processor.ts';

/** More than a pipe takes, so that what is written meets the end of it. */
const REFUSED_REQUESTS = 50;

describe('a processor whose output nobody reads', () => {
  it('takes telemetry, counts no error of its own, and ends in peace', async () => {
    const { program, url, adminUrl } = await startProcessor({});
    try {
      program.child.stdout?.destroy();
      program.child.stderr?.destroy();
      for (let request = 0; request < REFUSED_REQUESTS; request += 1) {
        await postOtlp(url, 'traces', Buffer.from('no protobuf'));
      }
      expect(await postOtlp(url, 'logs', logsRequest({ seed: 1 }))).to.equal(200);
      await eventually('the metrics', async () => (await fetch(`${adminUrl}/metrics`)).ok);
      const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
      expect(metrics).not.to.match(/^spanguard_process_unhandled_total/m);
      expect(await program.end('SIGTERM')).to.equal(0);
    } finally {
      await program.end('SIGKILL');
    }
  });
});
