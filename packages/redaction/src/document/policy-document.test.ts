/** What a file may say of redaction: every option, both sides of its limits, and what is refused. */
import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { ACTION_NAMES } from '../policy/actions.ts';
import { sentenceOf } from '../policy/policy-checks.ts';
import { compilePolicy } from '../policy/redaction-policy.ts';
import { parsePolicy, POLICY_OPTIONS } from './policy-document.ts';

function problemsOf(data: unknown): string[] {
  const parsed = parsePolicy(data);
  if (parsed.ok) return [];
  return parsed.problems.map(
    (problem) => `${problem.path.join('.')}: ${sentenceOf(problem, 'this')}`,
  );
}

const takes = (data: unknown): void => {
  expect(problemsOf(data)).to.deep.equal([]);
};
const refuses = (data: unknown, message: RegExp): void => {
  const problems = problemsOf(data);
  expect(problems, JSON.stringify(data)).to.have.length(1);
  expect(problems[0]).to.match(message);
};

describe('parsePolicy', () => {
  it('gives the default policy where nothing is said', () => {
    const parsed = parsePolicy({});
    expect(parsed.ok && parsed.policy).to.deep.equal({ config: {}, pseudonymKey: undefined });
  });

  it('reads each option', () => {
    const key = 'k'.repeat(31) + 'é';
    const parsed = parsePolicy({
      profile: 'hipaa',
      detectors: { email: 'keep', cvv: 'replace' },
      keys: { keep: ['a'], redact: ['b.*'], drop: ['*c'], only: [] },
      url_query: 'all',
      pseudonym_key: key,
    });
    if (!parsed.ok) throw new Error('refused');
    expect(parsed.policy.config).to.deep.equal({
      profile: 'hipaa',
      detectors: { email: 'keep', cvv: 'replace' },
      keys: { keep: ['a'], redact: ['b.*'], drop: ['*c'], only: [] },
      urlQuery: 'all',
    });
    expect(parsed.policy.pseudonymKey?.()).to.deep.equal(new TextEncoder().encode(key));
    expect(inspect(parsed, { depth: 9 }) + JSON.stringify(parsed)).not.to.include('kkk');
  });

  it('takes an action for every detector and class', () => {
    for (const name of ACTION_NAMES) takes({ detectors: { [name]: 'drop' } });
  });

  it('refuses what is not known, and says what is', () => {
    refuses({ profil: 'pci' }, /^profil: unknown key; allowed here: profile, detectors, keys, /);
    refuses({ urlQuery: 'all' }, /^urlQuery: unknown key/);
    refuses({ keys: { kept: [] } }, /^keys\.kept: unknown key; allowed here: keep, redact/);
    refuses({ detectors: { pam: 'mask' } }, /^detectors\.pam: unknown key; .*\bpan\b/);
    refuses({ profile: 'PCI' }, /^profile: found this, expected one of default, pci/);
    refuses({ detectors: { pan: 'hash' } }, /^detectors\.pan: .* one of keep, drop/);
    refuses({ detectors: { pin: 'mask' } }, /^detectors\.pin: .* one of drop, replace$/);
    refuses({ url_query: true }, /^url_query: /);
    refuses(JSON.parse('{"__proto__": {"profile": "pci"}}'), /^__proto__: unknown key/);
    refuses({ detectors: JSON.parse('{"__proto__": "keep"}') }, /^detectors\.__proto__: unknown/);
  });

  it('finds every problem at once', () => {
    expect(problemsOf({ profile: 1, keys: { keep: 1, other: 1 }, x: 1 })).to.have.length(4);
  });

  it('takes no other shape for a map', () => {
    for (const data of [null, [], 'profile', 7, undefined]) refuses(data, /^: .*a map of options/);
    for (const data of [null, [], 'x']) {
      refuses({ keys: data }, /^keys: .*a map of options/);
      refuses({ detectors: data }, /^detectors: .*a map of actions/);
    }
  });

  it('bounds lists of globs', () => {
    const [text, list] = ['x'.repeat(256), Array.from({ length: 1024 }, () => 'x')];
    takes({ keys: { keep: [text], drop: list } });
    for (const globs of [[`${text}x`], [''], [7], 'x', null, [...list, 'x']]) {
      refuses({ keys: { redact: globs } }, /^keys\.redact: .*1024 texts of 1 to 256/);
    }
  });

  it('bounds the key, and never shows it', () => {
    takes({ pseudonym_key: 'k'.repeat(32) });
    takes({ pseudonym_key: 'k'.repeat(8192) });
    for (const key of ['k'.repeat(31), 'k'.repeat(8193), 12_345_678, '', null]) {
      refuses({ pseudonym_key: key }, /^pseudonym_key: found a value that is not shown, expected/);
    }
  });

  it('takes any data without throwing, and gives only what compiles', () => {
    const name = fc.constantFrom('profile', 'detectors', 'keys', 'url_query', 'keep', 'pan', 'cvv');
    const value = fc.oneof(
      fc.constantFrom('pci', 'mask', 'drop', 'all', null),
      fc.array(fc.string(), { maxLength: 2 }),
      fc.anything(),
    );
    const members = fc.dictionary(name, fc.oneof(value, fc.dictionary(name, value)));
    fc.assert(
      fc.property(fc.oneof(members, fc.anything()), (data) => {
        const parsed = parsePolicy(data);
        if (parsed.ok) compilePolicy(parsed.policy.config);
      }),
    );
  });

  it('has a line of the reference for each option', () => {
    const listed = new Set(POLICY_OPTIONS.map(({ path }) => path.split('.')[0]));
    const [problem] = problemsOf({ x: 1 });
    const known = /allowed here: (.*)$/.exec(problem ?? '')?.[1]?.split(', ');
    expect([...listed]).to.deep.equal(known);
  });
});
