/** What a command line asks for, and what is said of one that asks for nothing there is. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { runCommandLine } from './command-line.ts';

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(...argv: readonly string[]): Promise<Answer> {
  let [stdout, stderr] = ['', ''];
  const code = await runCommandLine({
    argv,
    env: {},
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
    signals: new EventEmitter(),
  });
  return { code, stdout, stderr };
}

describe('the command line', () => {
  const asked: readonly (readonly string[])[] = [[], ['help'], ['--help'], ['run', '-h']];
  for (const argv of asked) {
    it(`shows how it is used where it is asked: ${argv.join(' ') || '(nothing)'}`, async () => {
      const { code, stdout, stderr } = await run(...argv);
      expect([code, stderr]).to.deep.equal([0, '']);
      for (const command of ['run', 'validate', 'alerts test', 'deadletters list', '--version']) {
        expect(stdout).to.include(`\n  spanguard ${command}`);
      }
    });
  }

  it('says the version of the package, whatever else is asked', async () => {
    const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    for (const argv of [['--version'], ['-v'], ['run', '--version']]) {
      expect(await run(...argv)).to.deep.equal({ code: 0, stdout: `${version}\n`, stderr: '' });
    }
  });

  const wrong: readonly (readonly [argv: readonly string[], said: string])[] = [
    [
      ['start'],
      'unknown command "start"; known: run, validate, alerts, deadletters, rules, replay, apis, posture, report, store',
    ],
    [['run', 'now'], 'unexpected "now"'],
    [['validate', 'a.yaml', 'b.yaml'], 'unexpected "a.yaml b.yaml"'],
    [['run', '--port', '1'], "Unknown option '--port'"],
    [['run', '--config'], "Option '-c, --config <value>' argument missing"],
    [['run', '--only'], '--rules and --only go with rules and replay'],
    [['rules'], 'rules does one of: list, lint, test, explain, coverage'],
    [['replay'], 'replay needs a file of OTLP/JSON'],
    [['alerts'], 'alerts does one of: test'],
    [['alerts', 'send', 'mail'], 'alerts does one of: test'],
    [['alerts', 'test', 'mail', 'slack'], 'unexpected "slack"'],
    [['deadletters'], 'deadletters does one of: list, show, replay'],
    [['deadletters', 'drop'], 'deadletters does one of: list, show, replay'],
    [['deadletters', 'list', '1'], 'unexpected "1"'],
    [['deadletters', 'replay', 'all'], 'unexpected "all"'],
    [['deadletters', 'show'], 'show needs the number of one letter'],
    [['deadletters', 'show', 'first'], 'show needs the number of one letter'],
    [['deadletters', 'show', '-1'], "Unknown option '-1'"],
    [['deadletters', 'show', '1', '2'], 'show needs the number of one letter'],
    [['deadletters', 'show', '1'.repeat(17)], 'show needs the number of one letter'],
  ];
  for (const [argv, said] of wrong) {
    it(`refuses, and shows how it is used: ${argv.join(' ')}`, async () => {
      const { code, stdout, stderr } = await run(...argv);
      expect([code, stdout]).to.deep.equal([2, '']);
      expect(stderr.slice(0, `spanguard: ${said}`.length)).to.equal(`spanguard: ${said}`);
      expect(stderr).to.include('\n\nspanguard: security monitoring for APIs');
    });
  }

  it('hands the file to every command that reads one', async () => {
    const commands = [
      ['run'],
      ['validate'],
      ['alerts', 'test'],
      ['deadletters', 'list'],
      ['deadletters', 'show', '1'.repeat(16)],
      ['deadletters', 'replay'],
    ];
    for (const command of commands) {
      for (const option of ['--config', '-c']) {
        const { code, stdout, stderr } = await run(...command, option, '/nowhere/a.yaml');
        expect([code, stdout], command.join(' ')).to.deep.equal([1, '']);
        expect(stderr).to.match(/^\/nowhere\/a\.yaml:1:1: --config does not exist; [^\n]+\n$/);
      }
    }
  });
});
