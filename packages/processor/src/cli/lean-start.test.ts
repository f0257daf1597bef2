import { expect } from 'chai';
import { leanStart, type StartedProcess, startLean } from './lean-start.ts';

const STARTED: StartedProcess = {
  execPath: '/bin/node',
  execArgv: ['--conditions=here'],
  args: ['/main.js', 'run'],
  env: { NAME: 'value' },
  hasChannel: false,
};
const MALLOC = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072' };

describe('leanStart', () => {
  it('says the bounds and keeps all that was said', () => {
    expect(leanStart(STARTED)).to.deep.equal({
      command: ['/bin/node', '--max-semi-space-size=4', '--conditions=here', '/main.js', 'run'],
      env: { NAME: 'value', ...MALLOC },
    });
  });

  it('keeps a bound of the user, however it is written', () => {
    for (const flag of ['--max-semi-space-size=64', '--max_semi_space_size=1']) {
      expect(leanStart({ ...STARTED, execArgv: [flag] })).to.equal(undefined);
      const env = { NODE_OPTIONS: `--no-warnings ${flag}` };
      expect(leanStart({ ...STARTED, env })).to.equal(undefined);
    }
    const env = { MALLOC_ARENA_MAX: '8' };
    expect(leanStart({ ...STARTED, env })?.env).to.deep.equal({ ...MALLOC, ...env });
  });

  it('leaves a process alone that another one talks to', () => {
    expect(leanStart({ ...STARTED, hasChannel: true })).to.equal(undefined);
  });
});

describe('startLean', () => {
  const node = {
    execPath: '/bin/node',
    execArgv: [],
    argv: ['/bin/node', '/main.js', 'run'],
    env: { NAME: 'value' },
  };

  it('executes the same program', () => {
    const calls: unknown[] = [];
    startLean({ ...node, execve: ((...args: unknown[]) => calls.push(args)) as never });
    const command = ['/bin/node', '--max-semi-space-size=4', '/main.js', 'run'];
    expect(calls).to.deep.equal([['/bin/node', command, { NAME: 'value', ...MALLOC }]]);
  });

  it('goes on where the system lacks it, or forbids it', () => {
    startLean(node);
    const forbidden = (): never => {
      throw new Error('forbidden');
    };
    expect(() => startLean({ ...node, execve: forbidden })).not.to.throw();
  });
});
