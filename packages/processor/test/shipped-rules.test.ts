import type { AttributeValue } from '@spanguard/otlp';
import { readFileSync } from 'node:fs';
import { RULES_URL } from '@spanguard/rules';
import { expect } from 'chai';
import { compileRules } from '../src/correlation/compile-rules.ts';
import { loadRules } from '../src/service/load-rules.ts';
import { withRules } from '../src/service/render-rules.ts';
import { requestsOf, type TrafficStep } from '../src/service/rule-traffic.ts';
import { alertsOf, rulesWithTraffic, tryRule } from '../src/service/rule-trial.ts';

const loaded = loadRules({ rules: [], shipped_rules: true });
if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
const compiled = compileRules(loaded.texts);
if (!compiled.ok) throw new Error(compiled.problems.join('\n'));
const { ruleset } = compiled;
const rules = rulesWithTraffic(ruleset);

type Attributes = Readonly<Record<string, AttributeValue>>;

const OLDER: Readonly<Record<string, string>> = {
  'http.request.method': 'http.method',
  'http.response.status_code': 'http.status_code',
  'user_agent.original': 'http.user_agent',
  'url.scheme': 'http.scheme',
  'user.id': 'enduser.id',
  'network.peer.address': 'net.peer.ip',
  'client.address': 'http.client_ip',
  'http.request.body.size': 'http.request_content_length',
  'http.response.body.size': 'http.response_content_length',
};

/** As most deployed SDKs of Python, Java and Go still send it. */
function older(attributes: Attributes): Attributes {
  const { 'url.path': path, 'url.query': query, ...rest } = attributes;
  const renamed = Object.entries(rest).map(([name, value]) => [OLDER[name] ?? name, value]);
  const target = query === undefined ? path : `${String(path)}?${String(query)}`;
  return {
    ...Object.fromEntries(renamed),
    ...(target === undefined ? {} : { 'http.target': target }),
  };
}

const SEEN_ON_SPANS: ReadonlyMap<string, Attributes> = new Map([
  ['security.authn_login_fail', { 'http.response.status_code': 401 }],
  ['security.authn_login_success', { 'http.response.status_code': 200 }],
]);

/** A login that our SDK tells of, as another SDK's span of it. */
function asSpan({ event = '', attributes = {}, ...step }: TrafficStep): TrafficStep {
  const seen = SEEN_ON_SPANS.get(event);
  if (seen === undefined) return { event, attributes, ...step };
  const { 'client.prefix': _, ...told } = attributes;
  const place = { 'http.request.method': 'POST', 'url.path': '/login', 'http.route': '/login' };
  return { ...step, span: { ...seen, ...told, ...place } };
}

describe('the shipped rules', () => {
  it('are at least 150, and mean what is written', () => {
    expect(loaded.warnings).to.deep.equal([]);
    expect(ruleset.alerting.length).to.be.at.least(150);
  });

  it('have traffic beside them, each in a folder of its name', () => {
    expect(rules.map(({ name }) => name)).to.deep.equal(ruleset.alerting.map(({ name }) => name));
    for (const { name, file } of rules) {
      expect(file).to.match(new RegExp(`/${name.replaceAll('_', '-')}/rule\\.yaml$`));
    }
  });

  it('say what they are about, what may be wrong about them, and what to do', () => {
    const namespaces = ['attack.t', 'owasp_api.', 'cwe.', 'capec.', 'asvs.', 'pci.', 'appsensor.'];
    const entities = ['client', 'user', 'session', 'api_key', 'service'];
    for (const { name, extension, tags, falsePositives, description } of ruleset.alerting) {
      expect(extension.action, name).to.be.a('string');
      expect(extension.entity, name).to.be.oneOf(entities);
      expect(extension.spoofable, name).to.be.a('boolean');
      expect(extension.budget, name).to.be.a('string');
      expect(description, name).not.to.equal('');
      expect(falsePositives, name).not.to.have.length(0);
      for (const namespace of namespaces) {
        expect(
          tags.some((tag) => tag.startsWith(namespace)),
          `${name}: ${namespace}`,
        ).to.equal(true);
      }
    }
  });

  for (const rule of rules) {
    it(`tell of their attack with its last record, and of no benign traffic: ${rule.name}`, () => {
      expect(tryRule(ruleset, rule).problems).to.deep.equal([]);
    });
  }

  it('stand in the table of their README as they are', () => {
    const readme = readFileSync(new URL('../README.md', RULES_URL), 'utf8');
    expect(readme).to.equal(withRules(readme, ruleset));
  });

  it('see the same in what other SDKs send by older names', () => {
    for (const { name, traffic } of rules) {
      if (traffic.attack.some(({ span }) => span === undefined)) continue;
      const told = alertsOf(ruleset, requestsOf(traffic.attack, older));
      expect(
        told.map(({ rule }) => rule.name),
        name,
      ).to.include(name);
      expect(alertsOf(ruleset, requestsOf(traffic.benign, older)), name).to.deep.equal([]);
    }
  });

  it('see logins in the spans of other SDKs', () => {
    const seen = rules.filter(({ traffic }) =>
      traffic.attack.every(({ event, attributes }) => isToldBySpan(event ?? '', attributes)),
    );
    expect(seen.length).to.be.at.least(9);
    for (const { name, traffic } of seen) {
      const told = alertsOf(ruleset, requestsOf(traffic.attack.map(asSpan), older));
      expect(
        told.map(({ rule }) => rule.name),
        name,
      ).to.include(name);
    }
  });
});

/** Whether a span that says nothing of bodies and headers tells as much. */
function isToldBySpan(event: string, attributes: Attributes = {}): boolean {
  if (!SEEN_ON_SPANS.has(event)) return false;
  // That a login succeeded shows in whose it was.
  if (event.endsWith('success') && attributes['user.id'] === undefined) return false;
  return !Object.keys(attributes).some((key) => key.startsWith('security.'));
}
