import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { encodeLogsRequest } from '@spanguard/otlp';
import { HttpSink, type SinkAnswer } from '@spanguard/testkit';
import { expect } from 'chai';
import { runCommandLine } from '#processor/cli/command-line.ts';
import { SmtpCounterpart } from './channels/smtp-counterpart.ts';
import {
  eventually,
  postOtlp,
  type RunningProcessor,
  startProcessor,
} from './running-processor.ts';

/** Logins refused, enough for an alert. */
function refusedLogins(): Uint8Array {
  return encodeLogsRequest(
    { resource: { 'service.name': 'shop' }, scopeName: 'test' },
    Array.from({ length: 30 }, (_, index) => ({
      timeMs: Date.now() + index,
      severityNumber: 13,
      body: 'refused',
      eventName: 'security.authn_login_fail',
      traceId: (index + 1).toString(16).padStart(32, '0'),
      spanId: (index + 1).toString(16).padStart(16, '0'),
      attributes: { 'client.prefix': '203.0.113.7/32', 'user.id': 'u-1' },
    })),
  );
}

describe('several channels of one type', () => {
  let sink: HttpSink;
  let mail: SmtpCounterpart;
  let processor: RunningProcessor;
  let isHealed = false;

  before(async () => {
    sink = await HttpSink.listen();
    mail = await SmtpCounterpart.listen({ authOptional: true, disabledCommands: ['STARTTLS'] });
    Object.defineProperty(sink, 'answerByDefault', {
      get: (): SinkAnswer => ({
        status: sink.requests.at(-1)?.path === '/broken' && !isHealed ? 400 : 200,
      }),
    });
    const smtp = `host: 127.0.0.1, port: ${mail.port}, encryption: none, from: a@example.com`;
    processor = await startProcessor({
      more: `alerts: { channels: {
        webhook/siem: { url: "${sink.url}/siem" },
        webhook/broken: { url: "${sink.url}/broken" },
        slack/oncall: { url: "${sink.url}/slack" },
        mail/ops: { ${smtp}, to: [ops@example.com] } } }`,
    });
  });
  after(async () => {
    await processor.program.end('SIGKILL');
    await sink.close();
    await mail.close();
  });

  const posted = (path: string): number =>
    sink.requests.filter((request) => request.path === path).length;

  async function command(...args: readonly string[]): Promise<readonly [number, string]> {
    let said = '';
    const write = (text: string): void => void (said += text);
    const config = ['--config', join(processor.folder, 'spanguard.yaml')];
    const code = await runCommandLine({
      argv: [...args, ...config],
      env: {},
      stdout: write,
      stderr: write,
      signals: new EventEmitter(),
    });
    return [code, said];
  }

  it('each tell of an alert, whatever becomes of it in another', async () => {
    expect(await postOtlp(processor.url, 'logs', refusedLogins())).to.equal(200);
    for (const path of ['/siem', '/slack', '/broken']) {
      await eventually(path, () => posted(path) > 0);
    }
    await eventually('the mail', () => mail.mails.length > 0);
    const metrics = async (): Promise<string> =>
      (await fetch(`${processor.adminUrl}/metrics`)).text();
    for (const line of [
      /^spanguard_alerts_delivered_total\{[^}]*channel="webhook\/siem"[^}]*\} [1-9]/m,
      /^spanguard_alerts_delivered_total\{[^}]*channel="slack\/oncall"[^}]*\} [1-9]/m,
      /^spanguard_alerts_delivered_total\{[^}]*channel="mail\/ops"[^}]*\} [1-9]/m,
      /^spanguard_alerts_dead_letters_total\{[^}]*channel="webhook\/broken"[^}]*\} [1-9]/m,
    ]) {
      await eventually(String(line), async () => line.test(await metrics()));
    }
  });

  it('each have a cursor of their own', async () => {
    await processor.program.end('SIGTERM');
    for (const name of ['webhook-siem', 'webhook-broken', 'slack-oncall', 'mail-ops']) {
      const file = join(processor.folder, 'data', 'alerts', `channel-${name}.cursor`);
      expect(existsSync(file), file).to.equal(true);
    }
  });

  it('get their dead letters back by their names', async () => {
    isHealed = true;
    const before = [posted('/siem'), posted('/broken')];
    const [code, said] = await command('deadletters', 'replay');
    expect(code, said).to.equal(0);
    expect(said).to.include('channel webhook/broken');
    expect(posted('/siem')).to.equal(before[0]);
    expect(posted('/broken')).to.be.greaterThan(before[1] ?? 0);
  });
});
