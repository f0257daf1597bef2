import { SeededRandom } from '@spanguard/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import { decodeFacts } from './decode-facts.ts';
import { encodeFacts, NO_FACTS } from './encode-facts.ts';
import { FactBatch, IDENTITY_BYTES, ORIGIN_BYTES } from './fact-batch.ts';
import { factsOfRow } from './fact-row.ts';
import {
  FLAG_COLUMNS,
  NUMBER_COLUMNS,
  numberColumn,
  TEXT_COLUMNS,
  textColumn,
} from './fact-slots.ts';
import { FACTS_VERSION } from './facts-format.ts';

const TIMESTAMP = numberColumn('timestamp');
const WEIGHT = numberColumn('weight');
const EVENT = textColumn('event');
const FIRST_TWO = [1, 2];

/** Any batch: rows, texts of each kind, columns dense, sparse and empty, numbers of every width. */
function anyBatch(seed: number): FactBatch {
  const random = new SeededRandom(seed);
  const below = (limit: number): number => random.int(0, limit - 1);
  const facts = new FactBatch();
  const texts = 1 + below(random.chance(0.1) ? 70_000 : 400);
  // The parts of lists.
  for (const text of ['a', 'b']) facts.texts.add(Buffer.from(text), 0, 1);
  for (let index = 0; index < texts; index++) {
    const text = Buffer.from(random.text(below(40), 'abc é\u0000[]'));
    const entity = Buffer.concat([Buffer.alloc(12, below(256)), text]);
    const within = { fingerprintAt: 0, start: 12, end: entity.length };
    if (random.chance(0.2)) facts.texts.addEntity(entity, within);
    else if (random.chance(0.1) && index > 2) facts.texts.addList(FIRST_TWO);
    else facts.texts.add(text, 0, text.length);
  }
  const rows = 1 + below(random.chance(0.1) ? 3000 : 40);
  const widths = [0, 1, 250, 60_000, 3_000_000_000, 2 ** 50];
  for (let row = 0; row < rows; row++) facts.add();
  for (const column of TEXT_COLUMNS.keys()) {
    const share = random.pick([0, 0, 0.1, 1]);
    for (let row = 0; row < rows; row++) {
      if (random.chance(share)) facts.setText(column, row, 1 + below(facts.texts.count));
    }
  }
  for (const column of NUMBER_COLUMNS.keys()) {
    const [share, width, isWhole] = [
      random.pick([0, 0.3, 1]),
      random.pick(widths),
      random.chance(0.7),
    ];
    for (let row = 0; row < rows; row++) {
      const value = width === 0 ? 7 : random.fraction() * width - (random.chance(0.1) ? width : 0);
      if (random.chance(share)) facts.setNumber(column, row, isWhole ? Math.floor(value) : value);
    }
  }
  for (const column of FLAG_COLUMNS.keys()) {
    const share = random.pick([0, 0.5, 1]);
    for (let row = 0; row < rows; row++)
      if (random.chance(share)) facts.setFlag(column, row, 1 + below(2));
  }
  for (let row = 0; row < rows; row++) {
    facts.setNumber(TIMESTAMP, row, 1_767_268_800_000 + below(100_000));
    facts.setNumber(WEIGHT, row, random.chance(0.9) ? 1 : 1 + random.fraction() * 9);
    if (random.chance(0.5))
      facts.origins.fill(below(256), row * ORIGIN_BYTES, (row + 1) * ORIGIN_BYTES);
    else facts.origins.fill(0, row * ORIGIN_BYTES, (row + 1) * ORIGIN_BYTES);
    if (random.chance(0.1)) {
      facts.hasIdentities = true;
      facts.identities.fill(1 + below(255), row * IDENTITY_BYTES, (row + 1) * IDENTITY_BYTES);
    }
  }
  return facts;
}

/** All that consumers can ask of a batch. */
function allOf(facts: FactBatch): unknown {
  const { texts } = facts;
  return {
    texts: Array.from({ length: texts.count }, (_, index) => [
      texts.textOf(index + 1),
      texts.keyOf(index + 1),
      texts.partsOf(index + 1),
    ]),
    rows: Array.from({ length: facts.count }, (_, row) => [
      factsOfRow(facts, row),
      facts.idOf(row),
      facts.sourceOf(row),
      facts.refOf(row),
      facts.timeMs[row],
      facts.weight[row],
    ]),
  };
}

describe('encoded facts', () => {
  it('are read back as they were, whatever the arena held before', () => {
    const into = new FactBatch();
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const facts = anyBatch(seed);
        expect(decodeFacts(encodeFacts(facts), into)).to.deep.equal({ ok: true });
        expect(allOf(into)).to.deep.equal(allOf(facts));
      }),
      { numRuns: 60 },
    );
  });

  it('are no bytes where there are no rows', () => {
    const into = anyBatch(1);
    expect(encodeFacts(new FactBatch())).to.equal(NO_FACTS);
    expect(decodeFacts(NO_FACTS, into)).to.deep.equal({ ok: true });
    expect(into.count).to.equal(0);
  });

  it('are refused or read, never more, when they are damaged', () => {
    const into = new FactBatch();
    const seeds = fc.record({ seed: fc.integer(), damage: fc.integer() });
    fc.assert(
      fc.property(seeds, ({ seed, damage }) => {
        const bytes = Buffer.from(encodeFacts(anyBatch(seed)));
        const random = new SeededRandom(damage);
        const at = random.int(0, bytes.length - 1);
        bytes[at] = random.int(0, 255);
        const cut = random.chance(0.3) ? bytes.subarray(0, at) : bytes;
        const decoded = decodeFacts(cut, into);
        if (decoded.ok) allOf(into);
        else expect(into.count).to.equal(0);
      }),
      { numRuns: 150 },
    );
  });

  it('are refused by name: of another version, with too many rows, cut off', () => {
    const bytes = (change: (copy: Buffer) => Buffer | void): Buffer => {
      const copy = Buffer.from(encodeFacts(anyBatch(3)));
      return change(copy) ?? copy;
    };
    const refusalOf = (damaged: Buffer): unknown => {
      const decoded = decodeFacts(damaged, new FactBatch());
      return decoded.ok ? 'none' : decoded.refusal;
    };
    expect(refusalOf(bytes((copy) => void copy.writeUInt32LE(FACTS_VERSION + 1, 0)))).to.equal(
      'version',
    );
    expect(refusalOf(bytes((copy) => void copy.writeUInt32LE(262_145, 4)))).to.equal('limit');
    expect(refusalOf(bytes((copy) => void copy.writeUInt32LE(262_144, 4)))).to.equal('damaged');
    expect(refusalOf(bytes((copy) => copy.subarray(0, copy.length - 1)))).to.equal('damaged');
    expect(refusalOf(bytes((copy) => copy.subarray(0, 19)))).to.equal('damaged');
    expect(
      refusalOf(bytes((copy) => Buffer.concat([copy, Buffer.of(2, 1, 0, 0, 0, 0, 0, 0, 0, 0)]))),
    ).to.equal('damaged');
  });

  it('pass over a field that a later version has', () => {
    const facts = new FactBatch();
    const row = facts.add();
    facts.setText(EVENT, row, facts.texts.add(Buffer.from('request'), 0, 7));
    facts.setNumber(TIMESTAMP, row, 1);
    facts.setNumber(WEIGHT, row, 1);
    const later = Buffer.concat([encodeFacts(facts), Buffer.of(190, 2, 7)]);
    const into = new FactBatch();
    expect(decodeFacts(later, into)).to.deep.equal({ ok: true });
    expect(factsOfRow(into, 0)).to.deep.equal({ ...factsOfRow(facts, 0) });
  });
});
