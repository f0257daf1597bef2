/** The same instrumentations in a process whose application is written in ES modules. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const run = promisify(execFile);

interface Printed {
  readonly states: string[];
  readonly events: { name: string; attributes: Record<string, unknown> }[];
}

describe('an application in ES modules', () => {
  it('is seen like any other, and ends when its server does', async () => {
    const application = fileURLToPath(new URL('./esm-application.mjs', import.meta.url));
    const { stdout } = await run(
      process.execPath,
      ['--conditions=@spanguard/source', '--disable-warning=ExperimentalWarning', application],
      { timeout: 20_000 },
    );
    const { states, events } = JSON.parse(stdout) as Printed;
    expect(states.filter((state) => state === 'applied')).to.have.length(7);
    expect(events.map(({ name }) => name)).to.deep.equal(['security.authn_login_fail']);
    expect(events[0]?.attributes).to.include({
      'http.route': '/api/login/:realm',
      'user.id': 'eve',
      'security.authn.method': 'local',
    });
  });
});
