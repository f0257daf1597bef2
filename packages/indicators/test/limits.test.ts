/** What a limit leaves out is told, padding hides nothing, and the work for one input is bounded in characters. */
import { expect } from 'chai';
import { assert, constantFrom, integer, property } from 'fast-check';
import { DEFAULT_LIMITS } from '../src/limits.ts';
import { readText } from '../src/read-text.ts';
import { budgetOf, Findings } from '../src/findings.ts';
import {
  type Indicator,
  recogniseBody,
  recogniseTarget,
  recogniseUserAgent,
  recogniseValue,
} from '../src/index.ts';
import { signsInBody } from '../src/recognise-body.ts';

const INJECTION = "1' OR '1'='1";
const ENCODED = encodeURIComponent(INJECTION);
const WORDS = 'lorem ipsum dolor sit amet ';
/** Ordinary, and yet every field has to be read: all hold literals of rules. */
const BUSY = "it's 5 o'clock; a = b, c: d ";
const JUNK = "'; -- or 1=1 ";
const BEYOND = 'extraneous.beyond_limits';

const filled = (text: string, length: number): string =>
  text.repeat(Math.ceil(length / text.length)).slice(0, length);

function sees(signs: readonly Indicator[], kind: string): void {
  expect(signs.map((sign) => sign.kind)).to.include(kind);
}

function tellsLimit(signs: readonly Indicator[]): void {
  const sign = signs.find(({ rule }) => rule === BEYOND);
  expect(sign).to.include({ kind: 'extraneous', confidence: 'suspicious' });
}

function passes(signs: readonly Indicator[]): void {
  expect(signs).to.deep.equal([]);
}

describe('padding', () => {
  it('in front of, behind and around a payload does not hide it in a value', () => {
    for (const padding of [0, 4095, 4096, 4097, 8191, 8192, 8193, 9000, 100_000]) {
      const pad = filled(WORDS, padding);
      for (const text of [pad + INJECTION, INJECTION + pad, `${pad} ${INJECTION} ${pad}`]) {
        sees(recogniseValue(text), 'sqli');
        sees(recogniseBody({ q: text }), 'sqli');
      }
    }
  });
  it('does not hide a payload at any place of a long text', () => {
    const text = filled(WORDS, 20_000);
    for (let at = 0; at <= text.length; at += 97) {
      sees(recogniseValue(`${text.slice(0, at)} <script>x ${text.slice(at)}`), 'xss');
    }
  });
  it('gives offsets into the whole text', () => {
    const text = `${filled(WORDS, 9000)}<script>${filled(WORDS, 9000)}`;
    const sign = recogniseValue(text).find(({ rule }) => rule === 'xss.script_element');
    expect(text.slice(sign?.start, sign?.end)).to.equal('<script>');
  });
  it('of 8 KiB in front of a payload does not hide it in a target', () => {
    for (const padding of [8191, 8192, 8193, 16_300, 17_000, 100_000]) {
      const pad = 'a'.repeat(padding);
      sees(recogniseTarget(`/s?p=${pad}&q=${ENCODED}`), 'sqli');
      sees(recogniseTarget(`/${pad}/${ENCODED}`), 'sqli');
      sees(recogniseTarget(`/s?q=${pad}${ENCODED}`), 'sqli');
    }
  });
  it('with parameters, entries or path segments does not hide what follows', () => {
    for (const count of [255, 256, 257, 1023, 1024, 1025, 1600]) {
      const pairs = Array.from({ length: count }, (_, index) => `k${index}=v`).join('&');
      sees(recogniseTarget(`/s?${pairs}&q=${ENCODED}`), 'sqli');
    }
    for (const count of [255, 256, 257, 20_001]) {
      sees(recogniseBody([...Array.from({ length: count }, () => 1), INJECTION]), 'sqli');
      sees(recogniseBody([...Array.from({ length: count }, () => BUSY), INJECTION]), 'sqli');
    }
    sees(recogniseTarget(`${'/a%20b'.repeat(40)}/${ENCODED}`), 'sqli');
  });
  it('with fields that have to be read does not hide what follows', () => {
    for (const count of [63, 64, 65, 200]) {
      const pairs = Array.from({ length: count }, (_, index) => `k${index}=it%27s+${index}`);
      sees(recogniseTarget(`/s?${pairs.join('&')}&q=${ENCODED}`), 'sqli');
      const fields = Array.from({ length: count }, (_, index) => `${BUSY} ${index}`);
      sees(recogniseBody([...fields, INJECTION]), 'sqli');
    }
  });
  it('with levels of nesting does not hide what is in them, and too many are told', () => {
    const nested = (levels: number): unknown => {
      let value: unknown = { q: INJECTION };
      for (let level = 1; level < levels; level++) value = { nested: value };
      return value;
    };
    for (const levels of [16, 17, 18, 63, 64]) sees(recogniseBody(nested(levels)), 'sqli');
    for (const levels of [65, 66, 5000]) tellsLimit(recogniseBody(nested(levels)));
  });
  it('in front of an attack tool does not hide it in a user agent', () => {
    for (const padding of [1023, 1024, 1025, 16_300, 17_000, 100_000]) {
      sees(recogniseUserAgent(`${'a '.repeat(padding / 2)}sqlmap/1.7`), 'attack_tool');
    }
    const pad = 'a '.repeat(8192);
    tellsLimit(recogniseUserAgent(`${pad}sqlmap/1.7 ${pad}`));
    passes(recogniseUserAgent(`${pad}firefox/1.7 ${pad}`));
  });
});

describe('a limit that is reached', () => {
  it('is told when marks of payloads are left out', () => {
    tellsLimit(recogniseValue(filled(JUNK, 100_000)));
    tellsLimit(recogniseBody(Array.from({ length: 4000 }, (_, at) => `${JUNK}${at}`)));
    tellsLimit(recogniseTarget(`/s?q=${'a'.repeat(10_000)}${ENCODED}${'a'.repeat(10_000)}`));
    tellsLimit(recogniseTarget(`/s?${'k=it%27s&'.repeat(1500)}q=${ENCODED}`));
    tellsLimit(recogniseBody(Array.from({ length: 65_537 }, () => 1)));
    passes(recogniseBody(Array.from({ length: 65_536 }, () => 1)));
  });
  it('is told once, without a parameter, whatever was left out', () => {
    const body = { a: filled(JUNK, 50_000), b: filled(JUNK, 50_000) };
    const told = recogniseBody(body).filter(({ rule }) => rule === BEYOND);
    expect(told).to.have.length(1);
    expect(told[0]).to.include({ place: 'body', part: 'value', parameter: '' });
  });
  it('is nothing to tell where ordinary text is left out', () => {
    passes(recogniseValue(filled(WORDS, 1_000_000)));
    passes(recogniseTarget(`/s?q=${'a'.repeat(100_000)}`));
    passes(recogniseTarget(`/s?q=${filled('Köln+12+', 20_000)}`));
    passes(recogniseBody({ picture: `data:image/png;base64,${filled('iVBORw0KGgo', 5_000_000)}` }));
  });
  it('is nothing to tell of large ordinary documents', () => {
    passes(recogniseBody(orders(6000)));
    passes(
      recogniseBody({ text: filled('"Well," she said, "it\'s late; let\'s go." ', 1_000_000) }),
    );
    const form = Array.from({ length: 300 }, (_, at) => `filter[${at}]=from+${at}%2C50+to+${at}`);
    passes(recogniseTarget(`/search?${form.join('&')}`));
    let deep: unknown = { title: "O'Neil's list; part 2" };
    for (let level = 0; level < 20; level++) deep = { children: [deep] };
    passes(recogniseBody(deep));
  });
});

/** About 1 MB of what a shop exports. */
function orders(count: number): unknown {
  return Array.from({ length: count }, (_, at) => ({
    id: at,
    customer: `Siobhán O'Brien ${at}`,
    address: `${at} King's Road, Apt. #4; London SW${at % 20} 1AA`,
    note: `Call before 5 o'clock & leave at no. ${at} (back door) - thanks!`,
    link: `https://shop.example.com/orders/${at}?lang=en&currency=GBP`,
    at: '2024-01-01T10:00:00.000Z',
  }));
}

describe('the characters read for one input', () => {
  const FILLERS = Array.from(`'"\`<&;|$(\\[{/:=.-#%0a_ \n`).concat(
    "' or ",
    'a=1&',
    '%27',
    '%2527',
    '&#x41;',
    '\\u0041',
    '../',
    '<a ',
    'union select ',
    'YWJj',
    '${',
    '&&',
  );

  it('of a text do not grow beyond head, windows and tail, in any view', () => {
    const { viewLengthMax, windowLengthMax, windowsMax, viewsMax } = DEFAULT_LIMITS;
    const slices = 2 + windowsMax;
    const lengthMax = 2 * viewLengthMax + windowsMax * windowLengthMax + slices * 128;
    assert(
      property(
        constantFrom(...FILLERS),
        constantFrom(...FILLERS),
        integer({ min: 1, max: 9 }),
        (...[one, other, times]) => {
          const unit = one.repeat(times) + other;
          for (const length of [100, 4096, 8192, 8193, 200_000]) {
            const { lengthRead } = readText(filled(unit, length), 'body', DEFAULT_LIMITS);
            expect(lengthRead).to.be.at.most(lengthMax * viewsMax);
            expect(lengthRead).to.be.at.most((length + 128 * slices) * viewsMax * 2);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
  it('of a body stay within one budget and one text, however it is divided', () => {
    const oneText = (8192 + 8 * 1024 + 10 * 128) * 8;
    for (const filler of ["' or %27 &#x41; \\u0041 <a = ", JUNK, BUSY, "'"]) {
      for (const fieldLength of [20, 2030, 8125, 520_000]) {
        const count = Math.ceil(520_000 / fieldLength);
        const budget = budgetOf(DEFAULT_LIMITS);
        signsInBody(
          Array.from({ length: count }, (_, at) => filled(`${filler}${at} `, fieldLength)),
          { budget },
        );
        expect(budget.readLength).to.be.at.least(-oneText);
      }
    }
  });
  it('of path and query come out of the same budget', () => {
    const budget = budgetOf(DEFAULT_LIMITS);
    new Findings('path', { budget }).read(filled(BUSY, 4000), 'value', '');
    const left = budget.readLength;
    new Findings('query', { budget }).read(filled(BUSY, 4000), 'value', '');
    expect(DEFAULT_LIMITS.readLengthMax - budget.readLength).to.equal(
      2 * (DEFAULT_LIMITS.readLengthMax - left),
    );
  });
});
