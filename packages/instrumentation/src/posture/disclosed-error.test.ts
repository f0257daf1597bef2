/** What an error looks like when it shows its insides, and what only sounds like it. */
import { expect } from 'chai';
import { POSTURE } from './answer-head.ts';
import { disclosedBits } from './disclosed-error.ts';

const STACK = 'Error: boom\n    at Object.<anonymous> (/app/server.js:3:9)';

describe('disclosedBits', () => {
  for (const [what, text] of [
    ['of V8', STACK],
    ['in JSON', JSON.stringify({ stack: STACK })],
    [
      'of the last handler of Express',
      '<pre>Error: x<br> &nbsp; &nbsp;at go (/app/a.js:3:9)</pre>',
    ],
    ['of Java', 'java.lang.Error\n\tat shop.Cart.add(Cart.java:12)'],
    ['of Python', 'Traceback (most recent call last):\n  File "a.py", line 1'],
  ] as const) {
    it(`sees a stack ${what}`, () => {
      expect(disclosedBits(text, undefined)).to.equal(POSTURE.stack_trace);
    });
  }

  for (const text of [
    'SQLSTATE[42000]',
    'ORA-00933: SQL command not properly ended',
    'ERROR: syntax error at or near "x"',
    'SQLITE_CONSTRAINT: UNIQUE',
    'ER_DUP_ENTRY: Duplicate',
    'SequelizeDatabaseError',
  ]) {
    it(`sees a database in ${text}`, () => {
      expect(disclosedBits(text, undefined)).to.equal(POSTURE.database_error);
    });
  }

  it('looks at what an object says of its error', () => {
    for (const body of [
      { stack: STACK },
      { error: { stack: STACK } },
      { trace: STACK.split('\n') },
      { message: STACK },
    ]) {
      expect(disclosedBits(undefined, body), JSON.stringify(body)).to.equal(POSTURE.stack_trace);
    }
    const body = { error: { message: 'syntax error at or near "x"' } };
    expect(disclosedBits(undefined, body)).to.equal(POSTURE.database_error);
  });

  it('leaves ordinary errors alone', () => {
    for (const text of [
      '',
      'Internal Server Error',
      'meet at 10:30',
      '{"error":"order not found"}',
    ]) {
      expect(disclosedBits(text, undefined), text).to.equal(0);
    }
    for (const body of [undefined, null, 'x', {}, { stack: 3 }, { error: 'wrong password' }]) {
      expect(disclosedBits(undefined, body), JSON.stringify(body)).to.equal(0);
    }
  });

  it('reads 8192 characters', () => {
    expect(disclosedBits(STACK.padStart(8192), undefined)).to.equal(POSTURE.stack_trace);
    expect(disclosedBits('x'.repeat(8192) + STACK, undefined)).to.equal(0);
  });
});
