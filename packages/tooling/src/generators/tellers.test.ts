import { expect } from 'chai';
import { tellersIn, toldBy } from './tellers.ts';

const TELLERS = tellersIn([
  {
    path: 'packages/sdk/src/a.ts',
    text: "import {\n  ATTR_A,\n  ATTR_B,\n} from '@spanguard/conventions';\nput(ATTR_A, EVENT_E);",
  },
  { path: 'packages/sdk/src/a.test.ts', text: 'put(ATTR_C);' },
  { path: 'packages/processor/src/alerts/b.ts', text: '[ATTR_A]: 1, [ATTR_D]: 2' },
  { path: 'packages/processor/src/detection/c.ts', text: '[ATTR_B, ATTR_D]' },
  { path: 'packages/testkit/src/d.ts', text: 'ATTR_C' },
]);

describe('who tells a name', () => {
  for (const [constant, cell] of [
    ['ATTR_A', 'application, processor'],
    ['EVENT_E', 'application'],
    ['ATTR_D', 'processor'],
    ['ATTR_B', 'other SDKs; read only'],
    ['ATTR_C', 'nobody yet'],
  ] as const) {
    it(`is ${cell}: ${constant}`, () => expect(toldBy(TELLERS, constant)).to.equal(cell));
  }
});
