import { expect } from 'chai';
import { compileRules, rowKindsOf } from './compile-rules.ts';

const HEAD = 'title: t\nname: n\nlogsource: { product: spanguard }\n';

function kindsOf(search: string, more = ''): readonly string[] {
  const text = `${HEAD}detection:\n  s: ${search}\n  condition: s\n${more}`;
  const compiled = compileRules([{ file: 'rule.yaml', text }]);
  if (!compiled.ok) throw new Error(compiled.problems.join('\n'));
  return [...rowKindsOf(compiled.ruleset)];
}

describe('compileRules', () => {
  it('groups a rule that stands alone by client and service', () => {
    const text = `${HEAD}detection:\n  s: { event: security.malicious_sqli }\n  condition: s\n`;
    const compiled = compileRules([{ file: 'rule.yaml', text }]);
    expect(
      compiled.ok && compiled.ruleset.correlations.map(({ groupBy }) => groupBy),
    ).to.deep.equal([['client.prefix', 'service.name']]);
  });
});

describe('the rows that rules ask for', () => {
  it('are those that a rule names, however deep', () => {
    expect(kindsOf('{ event: client_request }')).to.deep.equal(['client_request']);
    expect(kindsOf('{ event: [request, database_query] }')).to.deep.equal(['database_query']);
    expect(
      kindsOf('[{ event: request }, { event: message_publish, service.name: shop }]'),
    ).to.deep.equal(['message_publish']);
  });

  it('are all that may be meant by a part of a name', () => {
    expect(kindsOf("{ event|endswith: '_request' }")).to.deep.equal(['client_request']);
    expect(kindsOf("{ event: 'database*' }")).to.deep.equal(['database_query']);
  });

  it('are none where a rule is about requests and events, or names no event', () => {
    expect(kindsOf('{ event: [request, security.malicious_sqli] }')).to.deep.equal([]);
    expect(kindsOf('{ service.name: client_request }')).to.deep.equal([]);
  });
});
