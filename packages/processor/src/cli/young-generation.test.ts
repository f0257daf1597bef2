import { expect } from 'chai';
import { boundedStart, boundYoungGeneration, type StartedProcess } from './young-generation.ts';

const STARTED: StartedProcess = {
  execPath: '/bin/node',
  execArgv: ['--conditions=here'],
  args: ['/main.js', 'run'],
  nodeOptions: undefined,
  hasChannel: false,
};

describe('boundedStart', () => {
  it('says the bound and keeps all that was said', () => {
    const command = [
      '/bin/node',
      '--max-semi-space-size=4',
      '--conditions=here',
      '/main.js',
      'run',
    ];
    expect(boundedStart(STARTED)).to.deep.equal(command);
  });

  it('keeps a bound of the user, however it is written', () => {
    for (const flag of ['--max-semi-space-size=64', '--max_semi_space_size=1']) {
      expect(boundedStart({ ...STARTED, execArgv: [flag] })).to.equal(undefined);
      expect(boundedStart({ ...STARTED, nodeOptions: `--no-warnings ${flag}` })).to.equal(
        undefined,
      );
    }
  });

  it('leaves a process alone that another one talks to', () => {
    expect(boundedStart({ ...STARTED, hasChannel: true })).to.equal(undefined);
  });
});

describe('boundYoungGeneration', () => {
  const node = {
    execPath: '/bin/node',
    execArgv: [],
    argv: ['/bin/node', '/main.js', 'run'],
    env: { NAME: 'value' },
  };

  it('executes the same program with the same environment', () => {
    const calls: unknown[] = [];
    boundYoungGeneration({ ...node, execve: ((...args: unknown[]) => calls.push(args)) as never });
    const command = ['/bin/node', '--max-semi-space-size=4', '/main.js', 'run'];
    expect(calls).to.deep.equal([['/bin/node', command, { NAME: 'value' }]]);
  });

  it('goes on where the system lacks it, or forbids it', () => {
    boundYoungGeneration(node);
    const forbidden = (): never => {
      throw new Error('forbidden');
    };
    expect(() => boundYoungGeneration({ ...node, execve: forbidden })).not.to.throw();
  });
});
