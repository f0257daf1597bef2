/**
 * Whether the time of `recogniseValue` grows no faster than the text: medians of interleaved runs, to be read
 * by people. `node --conditions=@spanguard/source <this>`; the tests bound the characters read instead.
 */
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
const LENGTHS = [4096, 8192, 32_768] as const;
const ROUNDS = 9;

const medianOf = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

const rows = FILLERS.map((filler) => {
  const texts = LENGTHS.map((length) => filler.repeat(length).slice(0, length));
  const timesMs: number[][] = LENGTHS.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, text] of texts.entries()) {
      const start = performance.now();
      recogniseValue(text, { place: 'query' });
      timesMs[at]?.push(performance.now() - start);
    }
  }
  return { filler, medians: timesMs.map(medianOf) };
});

for (const { filler, medians } of rows) {
  const [half = 0, whole = 0, beyond = 0] = medians;
  // Four times would be quadratic; below half a millisecond the clock is the noise.
  const mark =
    whole > Math.max(3 * half, 0.5) || beyond > Math.max(5 * whole, 0.5) ? '  <-- look' : '';
  const shown = medians.map((median) => median.toFixed(2).padStart(8)).join('');
  process.stdout.write(`${JSON.stringify(filler).padEnd(20)}${shown} ms${mark}\n`);
}
