/** Whatever carries a payload is read, and what only looks like it is none. */
import { expect } from 'chai';
import {
  type LocatedIndicator,
  recogniseBody,
  recogniseHeader,
  recogniseHeaders,
  recogniseTarget,
  recogniseUserAgent,
} from '../src/index.ts';
import { signsInBody } from '../src/recognise-body.ts';
import { signsInHeaders } from '../src/recognise-headers.ts';
import { DEFAULT_LIMITS } from '../src/limits.ts';

const INJECTION = "1' OR '1'='1";
const BEYOND = 'extraneous.beyond_limits';

function sees(signs: readonly LocatedIndicator[], expected: Partial<LocatedIndicator>): void {
  const { rule: _, ...found } = { ...signs[0] };
  expect(found, JSON.stringify(signs)).to.include(expected);
}

const rulesOf = (signs: readonly LocatedIndicator[]): readonly string[] =>
  signs.map(({ rule }) => rule);

describe('recogniseHeaders', () => {
  it('reads cookies, each by its name', () => {
    const cookie = `sid=8f3a; note="${encodeURIComponent(INJECTION)}"; theme=dark`;
    sees(recogniseHeaders({ cookie }), {
      ...{ kind: 'sqli', confidence: 'high', place: 'header', parameter: 'cookie.note' },
    });
    sees(recogniseHeaders({ cookie: 'user[$ne]=x' }), { kind: 'nosqli', part: 'name' });
  });
  it('reads headers of any name, and all of several', () => {
    sees(recogniseHeaders({ 'x-tenant': INJECTION }), { kind: 'sqli', parameter: 'x-tenant' });
    sees(recogniseHeaders({ 'x-tenant': ['acme', INJECTION] }), { kind: 'sqli' });
    sees(recogniseHeader('content-type', "%{(#_='multipart/form-data')}"), { kind: 'ssti' });
    sees(recogniseHeader('x-forwarded-for', '${jndi:ldap://x.test/a}'), { kind: 'ssti' });
  });
  it('reads what was asked for where somebody came from, and no address of it', () => {
    const referer = `https://shop.example/?q=${encodeURIComponent(INJECTION)}`;
    sees(recogniseHeaders({ referer }), { kind: 'sqli', parameter: 'referer' });
    for (const from of ['http://localhost:3000/', 'http://10.0.0.5/app?page=2']) {
      expect(recogniseHeaders({ referer: from, origin: 'http://localhost:3000' })).to.deep.equal(
        [],
      );
    }
  });
  it('reads the name and password that Basic hides, and no token', () => {
    const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
    sees(recogniseHeaders({ authorization: basic(`${INJECTION}:x`) }), { kind: 'sqli' });
    expect(recogniseHeaders({ authorization: basic("o'brien:p@ss w0rd") })).to.deep.equal([]);
    expect(recogniseHeaders({ authorization: 'Bearer eyJhbGci.eyJzdWIi.x-_y' })).to.deep.equal([]);
  });
  it('passes over what browsers and proxies set, unless it is something else', () => {
    const headers = {
      accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
      'sec-ch-ua': '"Chromium";v="124", "Not-A.Brand";v="99"',
      'content-type': 'multipart/form-data; boundary=----x(1)',
      'if-none-match': 'W/"5-abc"',
      'user-agent': 'sqlmap/1.7',
    };
    expect(recogniseHeaders(headers)).to.deep.equal([]);
    sees(recogniseHeaders({ accept: INJECTION }), { kind: 'sqli' });
    sees(recogniseHeaders({ 'sec-ch-ua': '<script>x' }), { kind: 'xss' });
  });
  it('tells that there were more headers or cookies than it reads', () => {
    const { headersMax, cookiesMax } = DEFAULT_LIMITS;
    const many = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`x-${at}`, 'v']));
    expect(rulesOf(signsInHeaders(many(headersMax), {}))).to.deep.equal([]);
    expect(rulesOf(signsInHeaders(many(headersMax + 1), {}))).to.deep.equal([BEYOND]);
    const cookie = (count: number): string => Array.from({ length: count }, () => 'a=b').join('; ');
    expect(rulesOf(recogniseHeaders({ cookie: cookie(cookiesMax - 1) }))).to.deep.equal([]);
    expect(rulesOf(recogniseHeaders({ cookie: cookie(cookiesMax) }))).to.deep.equal([BEYOND]);
  });
});

describe('recogniseUserAgent', () => {
  it('reads what an agent carries besides its name', () => {
    const [sign] = recogniseUserAgent(`Mozilla/5.0 ${INJECTION}`);
    expect(sign).to.include({ kind: 'sqli', confidence: 'high' });
  });
});

describe('a body that no framework parsed', () => {
  const part = (head: string, text: string): string =>
    `--x\r\nContent-Disposition: form-data; ${head}\r\n\r\n${text}\r\n--x--\r\n`;

  it('is JSON, a form, XML or plain text by its looks', () => {
    sees(recogniseBody(JSON.stringify({ a: { b: INJECTION } })), { kind: 'sqli', parameter: 'b' });
    sees(recogniseBody(`page=2&q=${encodeURIComponent(INJECTION)}`), { parameter: 'q' });
    sees(recogniseBody(`<a><![CDATA[${INJECTION}]]></a>`), { kind: 'sqli' });
    sees(recogniseBody(INJECTION), { kind: 'sqli' });
    sees(recogniseBody({ raw: JSON.stringify({ q: INJECTION }) }), { parameter: 'q' });
  });
  it('is multipart: names, file names and parts of text', () => {
    sees(recogniseBody(part('name="q"', INJECTION)), { kind: 'sqli', parameter: 'q' });
    sees(recogniseBody(part(`name="${INJECTION}"`, 'x')), { kind: 'sqli', part: 'name' });
    sees(recogniseBody(part('name="f"; filename="../../../../etc/passwd"', 'x')), {
      ...{ kind: 'traversal', parameter: 'f' },
    });
    const parts = (count: number): string =>
      `${'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'.repeat(count)}--x--`;
    const limits = { ...DEFAULT_LIMITS, partsMax: 3 };
    expect(rulesOf(signsInBody(parts(2), { limits }))).to.deep.equal([]);
    expect(rulesOf(signsInBody(parts(4), { limits }))).to.deep.equal([BEYOND]);
  });
  it('is bytes, in UTF-16 as well', () => {
    const xml = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';
    for (const bytes of [
      Buffer.from(xml),
      Buffer.from(`\ufeff${xml}`, 'utf16le'),
      Buffer.from(xml, 'utf16le'),
      Buffer.from(xml, 'utf16le').swap16(),
    ]) {
      sees(recogniseBody(bytes), { kind: 'xxe', confidence: 'high' });
    }
  });
});

describe('an uploaded file', () => {
  const upload = (fileName: string, type: string, text = 'x'): readonly string[] =>
    rulesOf(
      recogniseBody(
        `--x\r\nContent-Disposition: form-data; name="f"; filename="${fileName}"\r\n` +
          `Content-Type: ${type}\r\n\r\n${text}\r\n--x--\r\n`,
      ),
    );

  it('is a script in disguise by its type, its second ending or its first bytes', () => {
    const disguised = 'sensitive_file.upload_disguised';
    expect(upload('a.php', 'image/png')).to.include(disguised);
    expect(upload('a.php.jpg', 'image/jpeg')).to.include(disguised);
    expect(upload('a.gif', 'image/gif', 'GIF89a;<?php x();')).to.include(disguised);
    expect(upload('a.jsp', 'text/x-jsp')).to.include('sensitive_file.upload_script');
  });
  it('is ordinary by any other name', () => {
    for (const name of ['a.png', 'report.v2.pdf', 'my.config.json', 'photo (1).jpeg']) {
      expect(upload(name, 'image/png'), name).to.deep.equal([]);
    }
  });
});

describe('a GraphQL document', () => {
  const rules = (query: string): readonly string[] => rulesOf(recogniseBody({ query }));

  it('is read by its strings', () => {
    const query = `query { user(name: ${JSON.stringify(INJECTION)}) { id } }`;
    expect(rules(query).join()).to.include('sqli.');
    expect(rules('query { user(name: "O\'Brien") { id } }')).to.deep.equal([]);
  });
  it('is a sign where it asks for the schema, wherever it stands', () => {
    const query = 'query IntrospectionQuery { __schema { types { name } } }';
    const introspection = 'extraneous.graphql_introspection';
    expect(rules(query)).to.deep.equal([introspection]);
    const target = `/graphql?query=${encodeURIComponent(query)}`;
    expect(rulesOf(recogniseTarget(target))).to.include(introspection);
    expect(rules('{ user { __typename id } }')).to.deep.equal([]);
  });
  it('is a sign beyond a measure of depth, aliases, directives and operations', () => {
    const deep = (depth: number): string => `{${'a{'.repeat(depth - 1)}b${'}'.repeat(depth)}`;
    expect(rules(deep(15))).to.deep.equal([]);
    expect(rules(deep(16))).to.deep.equal(['extraneous.graphql_depth']);
    const fields = (count: number, text: string): string => `{ ${text.repeat(count)} }`;
    expect(rules(fields(64, 'a: user '))).to.deep.equal([]);
    expect(rules(fields(65, 'a: user '))).to.deep.equal(['extraneous.graphql_aliases']);
    expect(rules(fields(51, 'a @skip '))).to.deep.equal(['extraneous.graphql_directives']);
    const batch = (count: number): unknown =>
      Array.from({ length: count }, () => ({ query: '{ user { id } }' }));
    expect(rulesOf(recogniseBody(batch(20)))).to.deep.equal([]);
    expect(rulesOf(recogniseBody(batch(21)))).to.deep.equal(['extraneous.graphql_batch']);
  });
});
