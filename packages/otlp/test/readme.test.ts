import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { OTLP_ERRORS, OTLP_LIMITS, TRANSCODE_ERROR_CODES } from '../src/index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const errors = readme.slice(readme.indexOf('## Errors'));

function told(name: string): number {
  const number = new RegExp(`\`${name}\`\\s+([\\d,]+)`).exec(readme)?.[1];
  return Number(number?.replaceAll(',', ''));
}

describe('README', () => {
  it('lists all errors with their kinds, and no others', () => {
    const rows = [...errors.matchAll(/^\| `(\w+)` +\| (\w+) +\|$/gm)];
    const expected = Object.entries(OTLP_ERRORS).map(([code, { kind }]) => [code, kind]);
    expect(rows.map(([, code, kind]) => [code, kind])).to.deep.equal(expected);
  });

  it('lists all errors of transcoding, and no others', () => {
    const sentence = errors.slice(errors.indexOf('Transcoding has'));
    const codes = [...sentence.matchAll(/`(\w+)`/g)].map(([, code]) => code);
    expect(codes).to.deep.equal([...TRANSCODE_ERROR_CODES]);
  });

  it('tells the limits as they are', () => {
    const { replacementBytes, ...counts } = OTLP_LIMITS;
    for (const [name, limit] of Object.entries(counts)) expect(told(name), name).to.equal(limit);
    expect(told('replacementBytes') * 1024 * 1024).to.equal(replacementBytes);
  });
});
