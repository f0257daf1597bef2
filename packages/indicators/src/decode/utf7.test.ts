import { expect } from 'chai';
import { holdsUtf7, utf7Decode } from './utf7.ts';

describe('utf7Decode', () => {
  it('gives the markup that a run hides', () => {
    expect(utf7Decode('+ADw-script+AD4-alert(1)+ADw-/script+AD4-')).to.equal(
      '<script>alert(1)</script>',
    );
  });
  it('leaves what is no run of it', () => {
    for (const text of ['a+b', '+A-', 'C+Align', '+AQID-', 'x+Abcdefgh']) {
      expect(utf7Decode(text), text).to.equal(text);
    }
    expect(holdsUtf7('blue+and+green')).to.equal(false);
  });
});
