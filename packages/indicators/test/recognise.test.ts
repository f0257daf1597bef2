import { expect } from 'chai';
import { assert, property, string } from 'fast-check';
import {
  INDICATOR_KINDS,
  recogniseBody,
  recogniseTarget,
  recogniseUserAgent,
  recogniseValue,
} from '../src/index.ts';
import { VALUE_RULES } from '../src/all-rules.ts';

const INJECTION = "1' OR '1'='1";

describe('recogniseValue', () => {
  it('answers every benign value with the same empty array', () => {
    expect(recogniseValue('blue shirt')).to.equal(recogniseValue("O'Brien"));
  });
  it('gives offsets in the raw text only', () => {
    const raw = recogniseValue('see <script>x')[0];
    expect('see <script>x'.slice(raw?.start, raw?.end)).to.equal('<script>');
    expect(recogniseValue('%3Cscript%3Ex')[0]).to.not.have.property('start');
  });
  it('reports the chain of decodings, and is as sure of base64 as of text unless it may be chance', () => {
    expect(recogniseValue('%3Cscript%3E')[0]?.decoding).to.deep.equal(['url']);
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const [hidden] = recogniseValue(base64('<script>x'));
    expect(hidden).to.deep.include({ decoding: ['base64'], confidence: 'high' });
    expect(recogniseValue(base64("x'or'1"))[0]).to.deep.include({ confidence: 'suspicious' });
  });
  it('reads head and tail of a long value, with offsets into the whole', () => {
    const value = `${'a'.repeat(100_000)}<script>`;
    const sign = recogniseValue(value).find(({ rule }) => rule === 'xss.script_element');
    expect(value.slice(sign?.start, sign?.end)).to.equal('<script>');
  });
  it('answers any text without throwing', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 200 }), (text) => {
        for (const { kind, rule } of recogniseValue(text)) {
          expect(INDICATOR_KINDS).to.include(kind);
          expect(rule.startsWith(`${kind}.`)).to.equal(true);
        }
      }),
    );
  });
});

describe('recogniseTarget', () => {
  it('reads path, names and values, each where it stands', () => {
    expect(recogniseTarget('/a/../../../etc/passwd')[0]).to.include({
      place: 'path',
      part: 'value',
    });
    const value = recogniseTarget(`/s?page=2&q=${encodeURIComponent(INJECTION)}`)[0];
    expect(value).to.include({ place: 'query', part: 'value', parameter: 'q', kind: 'sqli' });
    expect(recogniseTarget('/s?user[$ne]=x')[0]).to.include({ part: 'name', kind: 'nosqli' });
    expect(recogniseTarget(`/s/${encodeURIComponent(INJECTION)}/x`)[0]).to.include({
      place: 'path',
    });
  });
  it('gives the parameter name whole, for whoever masks it', () => {
    const name = `${'x'.repeat(60)} 4111 1111 1111 1111`;
    const written = `${encodeURIComponent(name)}=${encodeURIComponent(INJECTION)}`;
    expect(recogniseTarget(`/s?${written}`)[0]?.parameter).to.equal(encodeURIComponent(name));
    expect(recogniseBody({ [name]: INJECTION })[0]?.parameter).to.equal(name);
  });
  it('reads a payload that is split by the query syntax', () => {
    expect(recogniseTarget('/x?a=1&&cat%20/etc/passwd')).to.not.deep.equal([]);
    expect(recogniseTarget('/x?<img%20src=x%20onerror=alert(1)>')).to.not.deep.equal([]);
  });
  it('is not led astray by many harmless pairs before the payload', () => {
    const many = Array.from({ length: 200 }, (_, index) => `k${index}=v${index}`).join('&');
    expect(recogniseTarget(`/x?${many}&q=${encodeURIComponent(INJECTION)}`)).to.not.deep.equal([]);
  });
  it('lets ordinary targets pass', () => {
    for (const target of [
      '/',
      '/api/v1/orders/550e8400-e29b-41d4-a716-446655440000?page=2&sort=name%2Casc',
      '/search?q=rock+%26+roll%3B+live&price=10-20',
      '/callback?code=4%2F0AX4XfWh&state=eyJhIjoxfQ%3D%3D&scope=openid+email',
      '/search?q=O%27Brien+%26+sons',
      '/go?url=https%3A%2F%2Fwww.example.com%2Fa%3Fb%3Dc',
      '/odata/items?$filter=price%20gt%2020%20and%20name%20eq%20%27x%27&$top=5',
      '/files/report%20(final).pdf',
    ]) {
      expect(recogniseTarget(target), target).to.deep.equal([]);
    }
  });
});

describe('recogniseBody', () => {
  it('reads names and values at any nesting', () => {
    let nested: unknown = { q: INJECTION };
    for (let depth = 0; depth < 17; depth++) nested = { nested };
    expect(recogniseBody(nested)[0]).to.include({ place: 'body', parameter: 'q' });
    expect(recogniseBody({ password: { $ne: null } })[0]).to.include({ part: 'name' });
    expect(recogniseBody([['x', INJECTION]])[0]).to.include({ kind: 'sqli' });
    expect(recogniseBody(JSON.parse('{"__proto__":{"a":1}}'))[0]).to.include({
      kind: 'prototype_pollution',
    });
  });
  it('reads the texts of a document on their own', () => {
    const [sign] = recogniseBody(`<order><id>5</id><note>${INJECTION}</note></order>`);
    expect(sign).to.include({ kind: 'sqli' });
  });
  it('invokes no accessor and survives cycles', () => {
    const trap = {
      get q(): string {
        throw new Error('invoked');
      },
    };
    expect(recogniseBody(trap)).to.deep.equal([]);
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(recogniseBody(cycle)).to.deep.equal([]);
  });
  it('passes over what is no text', () => {
    for (const value of [undefined, null, 5, true, new Uint8Array(9)]) {
      expect(recogniseBody(value)).to.deep.equal([]);
    }
  });
});

describe('recogniseUserAgent', () => {
  it('recognises scanners that say who they are', () => {
    for (const agent of [
      'sqlmap/1.7.2#stable (https://sqlmap.org)',
      'Mozilla/5.00 (Nikto/2.1.6) (Evasions:None) (Test:000001)',
      'Nuclei - Open-source project (github.com/projectdiscovery/nuclei)',
      'Mozilla/5.0 (compatible; Nmap Scripting Engine)',
      'gobuster/3.5',
      '() { :; }; /bin/bash -c id',
    ]) {
      expect(recogniseUserAgent(agent)[0], agent).to.include({
        kind: 'attack_tool',
        confidence: 'high',
      });
    }
  });
  it('lets browsers and clients pass', () => {
    for (const agent of [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0',
      'curl/8.5.0',
      'python-requests/2.31.0',
      'okhttp/4.12.0',
      'Go-http-client/2.0',
      '',
    ]) {
      expect(recogniseUserAgent(agent), agent).to.deep.equal([]);
    }
  });
});

describe('the rules', () => {
  it('have unique ids and a literal each', () => {
    const ids = VALUE_RULES.map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    for (const { id, literals } of VALUE_RULES) {
      expect(
        literals.every((literal) => literal.length > 0),
        id,
      ).to.equal(true);
      expect(
        literals.every((literal) => literal === literal.toLowerCase()),
        id,
      ).to.equal(true);
    }
  });
});
