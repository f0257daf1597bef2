import { expect } from 'chai';
import { array, assert, integer, property, tuple } from 'fast-check';
import { addFinding, type Finding } from './findings.ts';

const pan: Finding = { detector: 'pan', start: 0, end: 19, canonical: '4', lastDigits: '1111' };

function merged(...added: readonly Finding[]): readonly Finding[] {
  const findings: Finding[] = [];
  for (const finding of added) addFinding(findings, finding);
  return findings;
}

describe('findings', () => {
  it('keep what holds another whole, with all that is known of it', () => {
    const named: Finding = { detector: 'named_secret', label: 'pan', start: 0, end: 4 };
    expect(merged(named, pan)).to.deep.equal([{ ...pan, isJoined: true }]);
    expect(merged(pan, named)).to.deep.equal([pan]);
  });

  it('keep the first of two in the same place', () => {
    const named: Finding = { detector: 'named_secret', label: 'secret', start: 0, end: 19 };
    expect(merged(named, pan)).to.deep.equal([named]);
  });

  it('become one where they overlap, and show no digits of either', () => {
    const email: Finding = { detector: 'email', canonical: 'a@b.example', start: 18, end: 30 };
    const both = [{ detector: 'pan', label: 'pan', start: 0, end: 30, isJoined: true }];
    expect(merged(pan, email)).to.deep.equal(both);
    expect(merged(email, pan)).to.deep.equal([{ ...both[0], detector: 'email', label: 'email' }]);
  });

  it('stay apart where they touch', () => {
    const next: Finding = { detector: 'email', start: 19, end: 30 };
    expect(merged(pan, next)).to.deep.equal([pan, next]);
    expect(merged(next, pan)).to.deep.equal([pan, next]);
  });

  it('keep the quotes that make a text of a bare member', () => {
    const bare: Finding = { detector: 'named_secret', label: 'pin', start: 0, end: 4, quote: '"' };
    const [both] = merged(bare, { detector: 'email', start: 2, end: 9 });
    expect(both?.quote).to.equal('"');
  });

  it('cover what was added and nothing else, in order and apart, in whatever order they come', () => {
    const place = tuple(integer({ min: 0, max: 40 }), integer({ min: 1, max: 12 }));
    assert(
      property(array(place, { maxLength: 12 }), (places) => {
        const findings = merged(
          ...places.map(([start, width]) => ({ detector: 'x', start, end: start + width })),
        );
        const covered = (at: number, all: readonly { start: number; end: number }[]) =>
          all.some(({ start, end }) => at >= start && at < end);
        const added = places.map(([start, width]) => ({ start, end: start + width }));
        for (let at = 0; at < 60; at++) {
          expect(covered(at, findings)).to.equal(covered(at, added));
        }
        for (const [index, finding] of findings.entries()) {
          const next = findings[index + 1];
          if (next !== undefined) expect(finding.end).to.be.at.most(next.start);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
