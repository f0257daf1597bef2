import { FakeClock } from '@spanguard/testkit';
import { expect } from 'chai';
import { silentLogger } from './logger.ts';
import { SaidOnce } from './said-once.ts';

describe('SaidOnce', () => {
  it('says each kind once an hour', () => {
    const clock = new FakeClock();
    const lines: string[] = [];
    const logger = { ...silentLogger, warn: (_: object, line: string) => void lines.push(line) };
    const said = new SaidOnce({ clock, logger });
    const say = () => {
      said.warn('tls', {}, 'TLS');
      said.warn('http2', {}, 'HTTP/2');
    };
    say();
    say();
    clock.advance(3_599_999);
    say();
    expect(lines).to.deep.equal(['TLS', 'HTTP/2']);
    clock.advance(1);
    say();
    expect(lines).to.have.length(4);
  });
});
