/** Ordinary texts alert nobody, wherever they stand, and few of them are looked at twice. */
import { expect } from 'chai';
import { type Indicator, recogniseBody, recogniseTarget, recogniseValue } from '../src/index.ts';
import { ordinaryTexts } from './ordinary-texts.ts';

/** Of a hundred ordinary texts, how many may be a suspicious sign: these were chosen to look like attacks. */
const SUSPICIOUS_SHARE_MAX = 0.1;

function signsIn(section: string, text: string): readonly Indicator[] {
  if (section === 'targets') return recogniseTarget(text);
  return [
    ...recogniseValue(text, { place: 'body' }),
    ...recogniseValue(text, { place: 'query' }),
    ...recogniseTarget(`/s?q=${encodeURIComponent(text)}`),
    ...recogniseTarget(
      `/s?q=${text.replaceAll('%', '%25').replaceAll(' ', '+').replaceAll('&', '%26')}`,
    ),
    ...recogniseBody({ q: text }),
  ];
}

describe('ordinary texts', () => {
  for (const [section, texts] of ordinaryTexts()) {
    it(`alert nobody: ${section}`, () => {
      for (const text of texts) {
        const high = signsIn(section, text).filter(({ confidence }) => confidence === 'high');
        expect(
          high.map(({ rule }) => rule),
          text,
        ).to.deep.equal([]);
      }
    });
  }
  it('are seldom looked at twice', () => {
    const all = [...ordinaryTexts()].flatMap(([section, texts]) =>
      texts.map((text) => signsIn(section, text).length > 0),
    );
    expect(all.length).to.be.above(300);
    const share = all.filter(Boolean).length / all.length;
    expect(share).to.be.below(SUSPICIOUS_SHARE_MAX);
  });
  it('hide no attack that stands between them', () => {
    for (const attack of [
      "Great article' OR '1'='1",
      "I like this one' union select name, password from users -- and so on",
      'Great article <script>alert(1)</script> thank you very much',
      'Great article <script src=//x.test/a></script> thank you very much',
      'Thank you for this <img src=x onerror=alert(1)> and see you soon',
      'please open it now; cat /etc/passwd',
      'home | shop | cat /etc/passwd',
      '../../../../images/../../etc/passwd',
      '../images/a.png/../../../../etc/passwd',
      '<script type="application/ld+json">{}</script><script>alert(1)</script>',
      'javascript:void(0);alert(1)',
      '{"@type":"org.apache.commons.collections.functors.InvokerTransformer"}',
      '{"@type":"com.sun.rowset.JdbcRowSetImpl","dataSourceName":"rmi://x/a"}',
    ]) {
      const high = recogniseValue(attack).some(({ confidence }) => confidence === 'high');
      expect(high, attack).to.equal(true);
    }
  });
});
