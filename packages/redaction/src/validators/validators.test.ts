import { expect } from 'chai';
import { cardBrand } from './card-brand.ts';
import { ibanLength, ibanValid } from './iban.ts';
import { luhnValid } from './luhn.ts';

const digits = (text: string): Uint8Array => Uint8Array.from(text, Number);

describe('validators', () => {
  it('know the check digit of cards', () => {
    expect(luhnValid(digits('4111111111111111'), 16)).to.equal(true);
    for (const last of [0, 2, 3, 4, 5, 6, 7, 8, 9]) {
      expect(luhnValid(digits(`411111111111111${last}`), 16), String(last)).to.equal(false);
    }
  });

  it('know ranges and lengths of brands, at both ends', () => {
    const of = (text: string): string => cardBrand(digits(text), text.length);
    expect(of('2221000000000000')).to.equal('card');
    expect(of('2220000000000000')).to.equal('none');
    expect(of('2720000000000000')).to.equal('card');
    expect(of('2721000000000000')).to.equal('none');
    expect(of('340000000000000')).to.equal('card');
    expect(of('3400000000000')).to.equal('none');
    expect(of('4000000000000')).to.equal('card_with_context');
    expect(of('1700000000000')).to.equal('none');
  });

  it('know account numbers by country and check digits', () => {
    for (const iban of ['DE89370400440532013000', 'NL91ABNA0417164300', 'NO9386011117947']) {
      expect(ibanLength(iban.slice(0, 2)), iban).to.equal(iban.length);
      expect(ibanValid(iban), iban).to.equal(true);
      expect(ibanValid(`${iban.slice(0, -1)}${(Number(iban.at(-1)) + 1) % 10}`)).to.equal(false);
    }
    expect(ibanLength('US')).to.equal(0);
    expect(ibanValid('DE8937040044053201300ß')).to.equal(false);
  });
});
