/** Lines of JSON, each with its time, from the level on that was asked for. */
import { expect } from 'chai';
import { createLogger } from './create-logger.ts';

const LEVELS = ['info', 'warn', 'error'] as const;

describe('the log', () => {
  for (const [from, level] of LEVELS.entries()) {
    it(`shows nothing below ${level}`, () => {
      const lines: string[] = [];
      const logger = createLogger({ level, write: (line) => lines.push(line) });
      for (const each of LEVELS) logger[each]({ count: 2 }, `a ${each}`);
      const told = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
      expect(told).to.deep.equal(LEVELS.slice(from).map((each) => `a ${each}`));
    });
  }

  it('has one line for each happening: time, fields, message, and neither host nor process', () => {
    const lines: string[] = [];
    const logger = createLogger({ level: 'info', write: (line) => lines.push(line) });
    logger.warn({ component: 'x', reason: 'two\nlines' }, 'told');
    expect(lines).to.have.length(1);
    expect(lines[0]).to.match(/^[^\n]*\n$/);
    const { time, ...rest } = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    expect(time).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(rest).to.deep.equal({ level: 40, component: 'x', reason: 'two\nlines', msg: 'told' });
  });
});
