import { expect } from 'chai';
import { substitute } from './substitution.ts';

const sources = {
  env: { HOST: 'a.example', EMPTY: '' },
  readFile: (path: string): string | undefined =>
    ({ '/run/key': 'of a file\n', '/run/long': 'x'.repeat(65_537) })[path],
};

function put(scalar: string): string {
  const result = substitute(scalar, sources);
  return result.ok ? result.text : `missing ${result.missing}`;
}

describe('substitute', () => {
  it('puts variables, defaults and files in', () => {
    expect(put('${env:HOST}:1')).to.equal('a.example:1');
    expect(put('${env:OTHER:-b:-c}')).to.equal('b:-c');
    expect(put('${env:EMPTY:-b}')).to.equal('');
    expect(put('<${file:/run/key}>')).to.equal('<of a file>');
  });

  it('says what is missing, the first of several', () => {
    expect(put('${env:OTHER}${env:THIRD}')).to.equal('missing ${env:OTHER}');
    expect(put('${file:/none}')).to.equal('missing ${file:/none}');
    expect(put('${file:/run/long}')).to.equal('missing ${file:/run/long}');
  });

  it('leaves everything else as it is', () => {
    for (const text of ['', 'a$b', '${HOST}', '${env:}', '$']) expect(put(text)).to.equal(text);
    expect(put('$${env:HOST}')).to.equal('${env:HOST}');
    expect(substitute('plain', sources)).to.deep.equal({
      ok: true,
      text: 'plain',
      substituted: false,
    });
  });
});
