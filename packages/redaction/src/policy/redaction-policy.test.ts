import { expect } from 'chai';
import fc from 'fast-check';
import { createPseudonyms } from './pseudonyms.ts';
import { RedactionConfigError } from './redaction-config.ts';
import { compilePolicy } from './redaction-policy.ts';
import type { Verdict } from './value-edits.ts';

const policy = compilePolicy();

function redacts(text: string, expected: string): void {
  const found = policy.redactText(text);
  expect(found).to.equal(expected);
  expect(policy.redactText(found), 'a second time').to.equal(found);
}

function leaves(text: string): void {
  expect(policy.redactText(text)).to.equal(text);
}

/** A verdict with places relative to the value. */
function shown(verdict: Verdict, start: number): unknown {
  if (verdict.kind !== 'edit') return verdict;
  return verdict.edits.map((edit) => [
    edit.start - start,
    edit.end - start,
    Buffer.from(edit.replacement).toString(),
  ]);
}

describe('the redaction policy', () => {
  describe('on text', () => {
    const cases: readonly [string, string][] = [
      ['card 4111111111111111 refused', 'card [pan:1111] refused'],
      ['4111 1111 1111 1111', '[pan:1111]'],
      ['4111-1111-1111-1111,', '[pan:1111],'],
      ['3782 822463 10005', '[pan:0005]'],
      ['2223 0031 2200 3222', '[pan:3222]'],
      ['card=4111%201111%201111%201111&x=1', 'card=[pan:1111]&x=1'],
      ['{"n":4111111111111111}', '{"n":"[pan:1111]"}'],
      ['{"n":[-4111111111111111]}', '{"n":["[pan:1111]"]}'],
      ['x {"n":-4111111111111111}', 'x {"n":"[pan:1111]"}'],
      ['mail alice@shop.example now', 'mail [email] now'],
      ['to=alice%40shop.example&x=1', 'to=[email]&x=1'],
      ["<bob.o'brien+x@sub.shop.example>", '<[email]>'],
      ['Authorization: Bearer abcdefgh12345678', 'Authorization: Bearer [credentials]'],
      ['got Basic dXNlcjpwYXNz from', 'got Basic [credentials] from'],
      ['password=hunter2 user=x', 'password=[password] user=x'],
      ['user[password]=hunter2%21&a=b', 'user[password]=[password]&a=b'],
      ['{"password":"hunter2","a":1}', '{"password":"[password]","a":1}'],
      ['{"a":"{\\"password\\":\\"hunter2\\"}"}', '{"a":"{\\"password\\":\\"[password]\\"}"}'],
      ['{"pin":1234}', '{"pin":"[pin]"}'],
      ['{"secrets":["a","b]"],"x":1}', '{"secrets":"[secret]","x":1}'],
      ['{"client_secret": {"a": "}"}, "x": 1}', '{"client_secret": "[secret]", "x": 1}'],
      ["{ password: 'hunter2' }", "{ password: '[password]' }"],
      ['<password>hunter2</password>', '<password>[password]</password>'],
      ['apiKey: abc123def', 'apiKey: [api_key]'],
      ['https://user:pass@host/x', 'https://[url_userinfo]@host/x'],
      ['/cb?access_token=abc.def&state=1', '/cb?access_token=[token]&state=1'],
      ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln end', 'token [jwt] end'],
      ['AKIAIOSFODNN7EXAMPLE', '[vendor_token]'],
      ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', '[private_key]'],
    ];
    for (const [text, expected] of cases)
      it(`redacts ${text.slice(0, 50)}`, () => redacts(text, expected));

    const clean: readonly string[] = [
      '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      '123e4567-e89b-12d3-a456-426614174000',
      'Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0.0.0',
      '1700000000000 1700000000 1700000000000000000',
      'page_token=abc&next_token=def',
      'token_type=bearer expires_in=3600',
      '"password": null, "token": true',
      'git@github.com:spanguard/spanguard.git',
      'react@18.2 a@b',
      'SELECT * FROM users WHERE id = $1',
      'basic authentication is required',
      'price: 41.99, total=12345678901',
      'arn:aws:iam::123456789012:role/x',
      '-0.5309136012499991',
      'http://host:8080/path',
      "/static/../../etc/passwd?q=' OR 1=1",
    ];
    for (const text of clean) it(`leaves ${text.slice(0, 50)}`, () => leaves(text));
  });

  it('redacts by key, whatever the spelling', () => {
    for (const key of [
      'password',
      'user.password',
      'userPassword',
      'DB_PASSWD',
      'x-api-key',
      'http.request.header.authorization',
      'http.request.header.cookie',
      'clientSecret',
    ]) {
      expect(policy.redactAttribute(key, 'some value'), key).to.match(/^\[[a-z_]+\]$/);
    }
    for (const key of [
      'page_token',
      'token_type',
      'public_key',
      'http.route',
      'gen_ai.usage.input_tokens',
      'session.timeout',
    ]) {
      expect(policy.redactAttribute(key, 'some value'), key).to.equal('some value');
    }
  });

  it('drops verification values and PINs, numbers included, and never booleans', () => {
    expect(policy.redactAttribute('cvv', '123')).to.equal(undefined);
    expect(policy.redactAttribute('card.pin', 1234)).to.equal(undefined);
    expect(policy.redactAttribute('password', true)).to.equal(true);
    expect(policy.redactAttribute('password', 1234)).to.equal('[password]');
  });

  it('redacts lists item by item, numbers included', () => {
    expect(policy.redactAttribute('password', ['a', 'b'])).to.deep.equal([
      '[password]',
      '[password]',
    ]);
    expect(policy.redactAttribute('password', [1234, 5])).to.deep.equal([
      '[password]',
      '[password]',
    ]);
    expect(policy.redactAttribute('note', [4111111111111111, 5])).to.deep.equal([
      '[pan:1111]',
      '5',
    ]);
    expect(policy.redactAttribute('card.pin', [1234])).to.equal(undefined);
    const clean = ['a', undefined, 'b'];
    expect(policy.redactAttribute('note', clean)).to.equal(clean);
  });

  it('leaves bare numbers under names of ids, times and counts', () => {
    expect(policy.redactAttribute('order.id', '4111111111111111')).to.equal('4111111111111111');
    expect(policy.redactAttribute('note', '4111111111111111')).to.equal('[pan:1111]');
    expect(policy.redactAttribute('order.id', 'card 4111111111111111')).to.equal('card [pan:1111]');
  });

  it('replaces the values of all parameters of URLs where asked to, or none', () => {
    const url = 'https://shop.example/a?page=2&token=abcdef1&x#top';
    const all = compilePolicy({ urlQuery: 'all' });
    const off = compilePolicy({ urlQuery: 'off' });
    const replaced = 'https://shop.example/a?page=[query]&token=[query]&x#top';
    expect(all.redactAttribute('url.full', url)).to.equal(replaced);
    expect(all.redactAttribute('url.full', replaced)).to.equal(replaced);
    expect(all.redactAttribute('url.query', 'page=2&a=b')).to.equal('page=[query]&a=[query]');
    expect(all.redactUrl('/a?b=c&d')).to.equal('/a?b=[query]&d');
    expect(all.redactAttribute('note', url)).to.match(/page=2&token=\[token\]/);
    expect(policy.redactUrl(url)).to.equal('https://shop.example/a?page=2&token=[token]&x#top');
    expect(off.redactUrl(url)).to.equal(url);
    expect(off.redactUrl('/a?to=a@shop.example')).to.equal('/a?to=[email]');
  });

  it('obeys the user’s lists', () => {
    const listed = compilePolicy({ keys: { keep: ['app.*'], redact: ['*.dob'], drop: ['raw*'] } });
    expect(listed.redactAttribute('app.password', 'x')).to.equal('x');
    expect(listed.redactAttribute('user.dob', '1.1.1970')).to.equal('[redacted]');
    expect(listed.redactAttribute('raw.body', 'x')).to.equal(undefined);
    const only = compilePolicy({ keys: { only: ['http.*'] } });
    expect(only.redactAttribute('http.route', '/x')).to.equal('/x');
    expect(only.redactAttribute('other', 'x')).to.equal(undefined);
  });

  it('refuses what it does not know, and says what it knows', () => {
    const refusals: readonly (readonly [config: object, message: RegExp])[] = [
      [{ detectors: { pam: 'mask' } }, /^detectors\.pam: unknown key; allowed here: .*\bpan\b/],
      [{ detectors: { pan: 'hash' } }, /^detectors\.pan: found "hash", expected one of keep, drop/],
      [{ detectors: { cvv: 'pseudonym' } }, /"pseudonym", expected one of drop, replace$/],
      [{ profile: 'all' }, /^profile: found "all", expected one of default, pci/],
      [{ urlQuery: 'some' }, /^urlQuery: found "some", expected one of sensitive, all, off$/],
      [{ url_query: 'all' }, /^url_query: unknown key; .*urlQuery/],
      [{ pseudonym_key: 'x'.repeat(32) }, /^pseudonym_key: unknown key/],
      [{ key: {} }, /^key: unknown key; allowed here: profile/],
      [{ keys: [] }, /^keys: found \[\], expected a map/],
      [{ keys: { keep: 'x' } }, /^keys\.keep: found "x", expected a list/],
      [{ keys: { kept: [] } }, /^keys\.kept: unknown key; allowed here: keep/],
    ];
    for (const [config, message] of refusals) {
      expect(() => compilePolicy(config)).to.throw(RedactionConfigError, message);
    }
  });

  it('gives one pseudonym to every spelling, another to another key or domain', () => {
    const of = (masterKey: Uint8Array, domain?: string) =>
      compilePolicy(
        {},
        {
          pseudonyms: createPseudonyms({ masterKey, ...(domain === undefined ? {} : { domain }) }),
        },
      );
    const key = new Uint8Array(32).fill(7);
    const one = of(key).redactText('Alice@Shop.example');
    expect(one).to.match(/^\[email:k[0-9a-f]{3}\.[\w-]{16}\]$/);
    expect(of(key).redactText('alice%40shop.example')).to.equal(one);
    expect(of(new Uint8Array(32).fill(8)).redactText('alice@shop.example')).not.to.equal(one);
    expect(of(key, 'other').redactText('alice@shop.example')).not.to.equal(one);
    expect(() => createPseudonyms({ masterKey: new Uint8Array(31) })).to.throw(/at least 32/);
  });

  it('keeps JSON valid and redacts nothing twice', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('password', 'pin', 'note', 'api_key'),
        (value, name) => {
          const text = JSON.stringify({
            [name]: value,
            more: { [name]: value, inner: JSON.stringify({ [name]: value }) },
          });
          const redacted = policy.redactText(text);
          JSON.parse(redacted);
          expect(policy.redactText(redacted)).to.equal(redacted);
        },
      ),
      { numRuns: 2000 },
    );
  });

  const parts = fc.constantFrom(
    ...['password', 'pin', 'card', '=', ':', '"', '%3D', ' ', ', ', '[', ']', '\\"', '{', '}', "'"],
    ...['4111 1111 1111 1111', '4111111111111111', '4111.1111.1111.1111', '378282246310005', '-12'],
    ...['a@b.example', '%40', '\\u0040', 'eyJhbGciOiJI.eyJz', 'Bearer abcdefgh123'],
    'Basic QWxhZGRpbjpv',
    ...[
      '<pin>',
      '</pin>',
      'x',
      '-----BEGIN PRIVATE KEY-----',
      'sk_live_abcdefghijklmnop',
      '_',
      '-',
      '.',
    ],
    ...[
      '5D',
      '%5D',
      '%22',
      '\u00e9',
      'https://u:p@h/',
      '078-05-1120',
      'DE89370400440532013000',
      '\\n',
    ],
    ...[
      '\\u0022',
      'pass\\u0077ord',
      'pass%77ord',
      'api key',
      'cookie',
      'authorization',
      '?sig',
      '&',
      ';',
      '2',
    ],
    ...['{"name":"pin","value":', '"value":"x"', 'name=token&', 'value=x', '"v":', "('pin', '"],
    ...['--pin ', 'wrong password ', ' IDENTIFIED BY ', '(pin, a)', ' VALUES (', '`pin`', "''"],
    ...['"x-api-key","k1"', 'tokens', 'secre\\u0074', 'toke%6e'],
    ...['Signature', 'GB82 WEST 1234 5698 7654 32', '\\\\\\"', '[pan:1111]', '\u00a0', '%20', '0'],
  );
  /** A value among other bytes, as in a batch. */
  const embedded = fc.tuple(
    fc.array(parts, { maxLength: 12 }).map((texts) => Buffer.from(texts.join(''))),
    fc.uint8Array({ maxLength: 20 }),
    fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.constantFrom(Buffer.from('1"}]@x.example'))),
  );

  it('marks a byte of every value in which it would find something', () => {
    fc.assert(
      fc.property(embedded, ([value, before, after]) => {
        const all = Buffer.concat([before, value, after]);
        const start = before.length;
        const verdict = policy.decide(all, { start, end: start + value.length }, 0);
        if (verdict.kind === 'clean') return;
        const { marks } = policy.mark(all);
        const marked = Array.from(value.keys()).some(
          (at) => (((marks[(start + at) >>> 5] ?? 0) >>> ((start + at) & 31)) & 1) === 1,
        );
        expect(marked, JSON.stringify(value.toString())).to.equal(true);
      }),
      { numRuns: 30_000 },
    );
  });

  it('judges a value by its own bytes alone, whatever stands around it', () => {
    fc.assert(
      fc.property(embedded, fc.constantFrom(0, 1), ([value, before, after], decision) => {
        const alone = policy.decide(value, { start: 0, end: value.length }, decision);
        const start = before.length;
        const all = Buffer.concat([before, value, after]);
        const within = policy.decide(all, { start, end: start + value.length }, decision);
        expect(shown(within, start), value.toString()).to.deep.equal(shown(alone, 0));
      }),
      { numRuns: 30_000 },
    );
  });

  it('takes an id that ends in half an escape for none', () => {
    // A span id of these bytes stands before a name: its end must not swallow the name's letters.
    const all = Buffer.from('\\u\0pin:1234');
    const verdict = policy.decide(all, { start: 3, end: all.length }, 0);
    expect(shown(verdict, 3)).to.deep.equal([[4, 8, '[pin]']]);
    expect(policy.mark(all).marks[0]).to.equal(1 << 6);
  });

  it('finds in a path and a query what it finds in the whole target, or less', () => {
    const written = fc.constantFrom(
      ...['password', 'token', 'pin', 'apiKey', 'sig', 'code', 'cookie', 'authorization', 'user'],
      ...['=', ':', '&', ';', '/', '//', '://', '%3D', '%3A', '%40', '%20', '%22', '%25', '@', '+'],
      ...['4111111111111111', '4111-1111-1111-1111', '078-05-1120', 'DE89370400440532013000'],
      ...['alice@shop.example', 'https://u:p@h/', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'],
      ...['Bearer%20abcdefgh12345678', 'Basic+dXNlcjpwYXNz', 'AKIAIOSFODNN7EXAMPLE', 'Bearer'],
      ...[
        'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
        'true',
        'null',
        '$1',
        '2',
        'x',
        '_',
        '-',
        '.',
      ],
    );
    const text = fc.array(written, { maxLength: 8 }).map((all) => all.join(''));
    const isClean = (target: string): boolean => {
      const bytes = Buffer.from(target);
      return policy.decide(bytes, { start: 0, end: bytes.length }, 0).kind === 'clean';
    };
    fc.assert(
      fc.property(text, text, fc.boolean(), (path, rest, isTwice) => {
        const query = isTwice ? `${rest}?${rest}` : rest;
        if (!isClean(`${path}?${query}`)) return;
        expect(isClean(path), `path ${path}`).to.equal(true);
        expect(isClean(query), `query ${query}`).to.equal(true);
      }),
      { numRuns: 20_000 },
    );
  });

  it('redacts nothing twice', () => {
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 10 }), (texts) => {
        // What is cut off swallows the text behind it, and with it the end of what stands before.
        const whole = texts.map((text) =>
          text.startsWith('-----')
            ? `${text}x-----END KEY-----`
            : text.replace('<pin>', '<pin>1</pin>'),
        );
        const once = policy.redactText(whole.join(' '));
        expect(policy.redactText(once)).to.equal(once);
      }),
      { numRuns: 30_000 },
    );
  });

  it('keeps a document valid that holds one cut off within a text that is cut off', () => {
    const text = JSON.stringify({ text: 'password\\"%3D{\\\\\\"' });
    expect(JSON.parse(policy.redactText(text))).to.deep.equal({
      text: 'password\\"%3D\\"[password]\\"',
    });
  });

  it('keeps a document valid that holds a list of Python, cut off', () => {
    const text = JSON.stringify({ text: "{'password': ['a', ", list: ["'", '['] });
    expect(JSON.parse(policy.redactText(text))).to.deep.equal({
      text: "{'password': '[password]'",
      list: ["'", '['],
    });
    expect(policy.redactText(`{'password': ["a","b"]}`)).to.equal("{'password': '[password]'}");
    // Without JSON around it, what looks like the end of a text begins a secret.
    expect(policy.redactText(`{'password': ["}it's", ",1"]}`)).to.equal(
      "{'password': '[password]'}",
    );
  });

  it('keeps documents valid whatever stands in their texts', () => {
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 6 }), fc.array(parts, { maxLength: 6 }), (a, b) => {
        const inner = JSON.stringify({
          note: a.join(''),
          n: [4111111111111111, 5],
          pin: [b.join('')],
        });
        const text = JSON.stringify({
          [b.join('')]: a.join(''),
          inner,
          list: [4111111111111111, a],
        });
        const redacted = policy.redactText(text);
        JSON.parse(redacted);
        expect(redacted).not.to.match(/(?<!\d)4111111111111111(?![\d])(?=,5|,\[)/);
      }),
      { numRuns: 20_000 },
    );
  });
});
