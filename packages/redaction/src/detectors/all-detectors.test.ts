import { expect } from 'chai';
import { SENSITIVE_CLASSES } from '../keys/key-words.ts';
import { DETECTORS } from './all-detectors.ts';
import { DETECTOR_LABELS, placeholderEnd } from './placeholder.ts';

describe('replacements', () => {
  it('are known for every detector and class of keys', () => {
    const labels = new Set<string>([...SENSITIVE_CLASSES, ...DETECTOR_LABELS]);
    const missing = DETECTORS.map(({ name }) => name).filter((name) => !labels.has(name));
    expect(new Set(missing)).to.deep.equal(new Set(['named_secret']));
  });

  it('are recognised whole, and nothing that only resembles them', () => {
    const ends = (text: string): number => placeholderEnd(Buffer.from(text), 0, text.length);
    for (const text of ['[pan]', '[pan:1111]', '[iban:DE3000]', '[email:k3f.Qm9fXw2abcdefghi]']) {
      expect(ends(text), text).to.equal(text.length);
    }
    for (const text of [
      '[hunter]',
      '[pan',
      '[pan:hunter2]',
      '[pan:11111]',
      '[Pan]',
      'pan]',
      '[]',
    ]) {
      expect(ends(text), text).to.equal(0);
    }
  });
});
