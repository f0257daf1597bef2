import { expect } from 'chai';
import { RecentAnswers } from './recent-answers.ts';

const YOUNG_MAX = 256;
const KEPT_MAX = 1024;

describe('recent answers', () => {
  let answers: RecentAnswers<number>;
  let others = 0;

  beforeEach(() => {
    answers = new RecentAnswers({ answersMax: KEPT_MAX, charactersMax: 128 });
  });

  function giveOthers(count: number): void {
    for (let other = 0; other < count; other++) answers.set(`other ${(others += 1)}`, 0);
  }

  it('are known at once, each by its question', () => {
    answers.set('GET', 1);
    expect(answers.get('GET')).to.equal(1);
    expect(answers.get('get')).to.equal(undefined);
  });

  it('are known up to the length of a question', () => {
    const known = [128, 129].map((length) => {
      answers.set('x'.repeat(length), length);
      return answers.get('x'.repeat(length));
    });
    expect(known).to.deep.equal([128, undefined]);
  });

  for (const [count, isKnown] of [
    [2 * YOUNG_MAX - 1, true],
    [2 * YOUNG_MAX, false],
  ] as const) {
    it(`${isKnown ? 'stay' : 'go'} when ${count} others came after them`, () => {
      answers.set('once', 1);
      giveOthers(count);
      expect(answers.get('once')).to.equal(isKnown ? 1 : undefined);
    });
  }

  it('go even where one request asked for them often', () => {
    answers.set('once', 1);
    for (let time = 0; time < 9; time++) expect(answers.get('once')).to.equal(1);
    giveOthers(2 * YOUNG_MAX);
    expect(answers.get('once')).to.equal(undefined);
  });

  it('stay when they are asked for again later', () => {
    answers.set('often', 1);
    giveOthers(YOUNG_MAX);
    expect(answers.get('often')).to.equal(1);
    giveOthers(9 * YOUNG_MAX);
    expect(answers.get('often')).to.equal(1);
  });

  it('start over when as many are kept as may be, and are never more', () => {
    for (let round = 0; round <= KEPT_MAX / YOUNG_MAX; round++) {
      for (let value = 0; value < YOUNG_MAX; value++) answers.set(`${round}.${value}`, 1);
      giveOthers(YOUNG_MAX);
      for (let value = 0; value < YOUNG_MAX; value++) answers.get(`${round}.${value}`);
      giveOthers(YOUNG_MAX);
      expect(answers.size).to.be.at.most(KEPT_MAX + 2 * YOUNG_MAX);
    }
    expect(answers.get('0.0')).to.equal(undefined);
    expect(answers.get(`${KEPT_MAX / YOUNG_MAX}.0`)).to.equal(1);
  });
});
