import { expect } from 'chai';
import { checkFields, type FieldModel, renderFieldReference, renderFields } from './fields.ts';

const ATTRIBUTES = [
  { id: 'a.b', brief: 'An attribute.', example: 'x', aliases: ['old.b'], values: ['x', 'y'] },
  { id: 'c', brief: 'Another.', example: '1' },
];
const FIELDS: readonly FieldModel[] = [
  { id: 'a.b', number: 1, kind: 'text', from: 'attribute' },
  {
    id: 'd',
    number: 2,
    kind: 'number',
    from: 'derived',
    reads: ['c', 'a.b'],
    brief: 'D.',
    example: '2',
  },
  { id: 'e', number: 3, kind: 'flag', from: 'record', brief: 'E.', example: 'true' },
];

describe('the catalogue of fields', () => {
  it('becomes a table with names on the wire, and each attribute once', () => {
    const text = renderFields(FIELDS, ATTRIBUTES);
    expect(text).to.include("{ name: 'a.b', number: 1, kind: 'text', wire: ['a.b', 'old.b'] },");
    expect(text).to.include("{ name: 'd', number: 2, kind: 'number', wire: [] },");
    expect(text.match(/\{ name: 'a\.b', wire: \['a\.b', 'old\.b'\] \}/g)).to.have.length(1);
    expect(text).to.include("{ name: 'c', wire: ['c'] },");
  });

  it('reads what an attribute is made of where nobody sends it', () => {
    const [field] = FIELDS;
    if (field === undefined) throw new RangeError('no field');
    const fields = [{ ...field, reads: ['c'] }];
    expect(renderFields(fields, ATTRIBUTES)).to.include("{ name: 'c', wire: ['c'] },");
    expect(renderFieldReference(fields, ATTRIBUTES).join(' ')).to.include('| `a.b` `old.b` `c` |');
  });

  it('becomes a page that says what a field means and what it is read from', () => {
    const page = renderFieldReference(FIELDS, ATTRIBUTES);
    expect(page).to.include(
      '| `a.b` | text | An attribute. One of `x` `y`. | `a.b` `old.b` | `x` |',
    );
    expect(page).to.include('| `d` | number | D. | `c` `a.b` `old.b` | `2` |');
    expect(page).to.include('| `e` | true or false | E. | the record | `true` |');
  });

  for (const [what, field, message] of [
    ['takes a number that is taken', { number: 1 }, /number 1 is taken/],
    ['has a number that a journal cannot hold', { number: 192 }, /number 192/],
    ['is of an attribute that is not there', { from: 'attribute' }, /no attribute is called z/],
    ['reads an attribute that is not there', { reads: ['q'] }, /no attribute is called q/],
    ['says nothing of itself', { brief: undefined }, /brief and example are missing/],
  ] as const) {
    it(`refuses a field that ${what}`, () => {
      const wrong = {
        id: 'z',
        number: 9,
        kind: 'text',
        from: 'derived',
        brief: 'Z.',
        example: 'z',
      };
      const fields = [...FIELDS, { ...wrong, ...field } as FieldModel];
      expect(() => checkFields(fields, ATTRIBUTES)).to.throw(message);
    });
  }
});
