import { expect } from 'chai';
import { recogniseValue } from '../src/index.ts';

/** What patterns start with or repeat: each repeated to fill a value. */
const FILLERS =
  `' " \` < ../ ..%2f %25 %27 <a <svg on onx= = & | ; $( \\ /* /**/ a, 1, &#x41; \\u0041 ()
  [$ )( (&( // http:// http://a@ a: { {{ \${ {$ #{ {% <% [ ] 1= if( concat( char(1) 0x .. . %2e \`id
  <x
  <div/style= expr/* sleep( :: a] [' '] + A Ab <scr <a/ "a 'a || && -- # /. 0x2e a/ a- 127. [:: x@
  __proto__ javascript: data:text/html union( select( O:8:" <!ENTITY <!DOCTYPE (select $ union/**/`
    .split(/\s+/)
    .concat([
      ' ',
      '\t',
      '\r\n',
      '\n',
      "' or ",
      'union ',
      'select ',
      'case when ',
      ' and ',
      'order by ',
    ]);

function fastestMs(filler: string, length: number): number {
  const text = filler.repeat(Math.ceil(length / filler.length)).slice(0, length);
  let best = Infinity;
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    recogniseValue(text, { place: 'query' });
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

describe('the time of recogniseValue', () => {
  it('grows no faster than the text, and not at all beyond head and tail', () => {
    for (const filler of FILLERS) {
      const half = fastestMs(filler, 4096);
      const whole = fastestMs(filler, 8192);
      // Four times would be quadratic; below a tenth of a millisecond the clock is the noise.
      expect(whole, `${filler}: ${half} ms, ${whole} ms`).to.be.below(Math.max(3.2 * half, 0.5));
      const beyond = fastestMs(filler, 32_768);
      expect(beyond, `${filler}: ${whole} ms, ${beyond} ms`).to.be.below(Math.max(2 * whole, 0.5));
      expect(whole, filler).to.be.below(15);
    }
  }).timeout(60_000);
});
