import { expect } from 'chai';
import { testChannel } from './channel.suite.ts';

for (const format of ['text', 'json']) {
  testChannel({
    type: 'console',
    receptions: ['accepted'],
    secrets: [],
    mistaken: [],
    open: () => {
      const taken: string[] = [];
      return Promise.resolve({
        options: `{ format: ${format} }`,
        taken,
        needs: { stdout: (text: string) => void taken.push(text) },
        receive: () => undefined,
        asked: () => Promise.resolve(),
        close: () => Promise.resolve(),
      });
    },
    isText: (taken) => {
      const lines = format === 'json' ? 1 : 9;
      expect(taken.trimEnd().split('\n')).to.have.length.most(lines);
    },
  });
}
