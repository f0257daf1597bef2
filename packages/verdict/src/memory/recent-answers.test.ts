import { expect } from 'chai';
import { RecentAnswers } from './recent-answers.ts';

describe('recent answers', () => {
  function giveTwice(answers: RecentAnswers<number>, key: string, answer: number): void {
    answers.set(key, answer);
    answers.set(key, answer);
  }

  it('are known from the second time on', () => {
    const answers = new RecentAnswers<number>(4);
    answers.set('a', 1);
    expect(answers.get('a')).to.equal(undefined);
    answers.set('a', 1);
    expect(answers.get('a')).to.equal(1);
  });

  for (const [others, isKnown] of [
    [255, true],
    [256, false],
  ] as const) {
    it(`${isKnown ? 'are' : 'are not'} known with ${others} others between the two times`, () => {
      const answers = new RecentAnswers<number>(4);
      answers.set('a', 1);
      for (let other = 0; other < others; other++) answers.set(String(other), 0);
      answers.set('a', 1);
      expect(answers.get('a')).to.equal(isKnown ? 1 : undefined);
    });
  }

  it('stay while they are asked for, and go when they are not', () => {
    const answers = new RecentAnswers<number>(4);
    giveTwice(answers, 'often', 1);
    giveTwice(answers, 'once', 2);
    for (let other = 0; other < 12; other++) {
      giveTwice(answers, String(other), 0);
      expect(answers.get('often')).to.equal(1);
    }
    expect(answers.get('once')).to.equal(undefined);
  });

  it('are never more than twice their number', () => {
    const answers = new RecentAnswers<number>(4);
    for (let key = 0; key < 100; key++) {
      giveTwice(answers, String(key), key);
      expect(answers.size).to.be.at.most(8);
    }
  });
});
