import { expect } from 'chai';
import fc from 'fast-check';
import { ByteBudget } from './byte-budget.ts';

describe('ByteBudget', () => {
  const limits = { bytesMax: 100, clientBytesMax: 75 };

  it('gives exactly its bytes, and nothing where they do not fit', () => {
    const budget = new ByteBudget(limits);
    const account = budget.open('a');
    expect(account.take(101)).to.equal(false);
    expect(account.take(100)).to.equal(true);
    expect(account.take(1)).to.equal(false);
    expect(budget.bytes).to.equal(100);
  });

  it('gives a client with several requests its share, and leaves the rest to others', () => {
    const budget = new ByteBudget(limits);
    const [first, second] = [budget.open('a'), budget.open('a')];
    expect([first.take(40), second.take(36), second.take(35)]).to.deep.equal([true, false, true]);
    expect(budget.open('b').take(25)).to.equal(true);
    second.close();
    expect([first.take(36), first.take(35)]).to.deep.equal([false, true]);
  });

  it('has everything back once all accounts are closed, whatever they did', () => {
    const step = fc.record({
      account: fc.nat(5),
      does: fc.constantFrom('take', 'close'),
      bytes: fc.nat(60),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const budget = new ByteBudget(limits);
        const accounts = Array.from({ length: 6 }, (_, at) => budget.open(`client ${at % 3}`));
        for (const { account, does, bytes } of steps) {
          if (does === 'close') accounts[account]?.close();
          else accounts[account]?.take(bytes);
          expect(budget.bytes).to.be.within(0, 100);
        }
        for (const account of accounts) account.close();
        expect(budget.bytes).to.equal(0);
        expect(budget.open('client 0').take(100)).to.equal(true);
      }),
    );
  });
});
