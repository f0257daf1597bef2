import { expect } from 'chai';
import { assert, constantFrom, property, string } from 'fast-check';
import { compilePolicy } from '../policy/redaction-policy.ts';

const policy = compilePolicy();

function redacts(text: string, expected: string): void {
  const redacted = policy.redactText(text);
  expect(redacted).to.equal(expected);
  expect(policy.redactText(redacted)).to.equal(expected);
}

describe('user and password in a URL', () => {
  const cases: readonly [string, string][] = [
    ['https://u:x@git.example.test/a', 'https://[url_userinfo]@git.example.test/a'],
    ['https://u@git.example.test/a', 'https://[url_userinfo]@git.example.test/a'],
    ['https://u:a:b@git.example.test', 'https://[url_userinfo]@git.example.test'],
    ['amqp://u:a@x@mq/', 'amqp://[url_userinfo]@mq/'],
    ['amqp://u:a@x@y@mq.example.test:5672/v', 'amqp://[url_userinfo]@mq.example.test:5672/v'],
    ['postgres://u:a#x@db/a', 'postgres://[url_userinfo]@db/a'],
    ['postgres://u:a/x@db/a', 'postgres://[url_userinfo]@db/a'],
    ['postgres://u:a?x@db.example.test/a?b=c', 'postgres://[url_userinfo]@db.example.test/a?b=c'],
    ['postgres://u:12/x@db/a', 'postgres://u:12/x@db/a'],
    ['postgres://u:$a/x@db', 'postgres://[url_userinfo]@db'],
    ['redis://:x@h:6379', 'redis://[url_userinfo]@h:6379'],
    ['mongodb://u:x@h1:27017,h2:27017/db', 'mongodb://[url_userinfo]@h1:27017,h2:27017/db'],
    [
      String.raw`{"u":"https:\/\/u:x@h.example.test\/a"}`,
      String.raw`{"u":"https:\/\/[url_userinfo]@h.example.test\/a"}`,
    ],
    [String.raw`{"u":"a://u:x\"@h","b":1}`, String.raw`{"u":"a://u:x\"@h","b":1}`],
    [
      '?to=https%3A%2F%2Fu%3Ax%40h.example.test%2Fa&b=c',
      '?to=https%3A%2F%2F[url_userinfo]%40h.example.test%2Fa&b=c',
    ],
    [
      "['https://u:x@h.test','https://v:y@i.test']",
      "['https://[url_userinfo]@h.test','https://[url_userinfo]@i.test']",
    ],
    [
      'https://u:x@h.test,https://v:y@i.test',
      'https://[url_userinfo]@h.test,https://[url_userinfo]@i.test',
    ],
    ['https://u:x@h.test?mail=bob@shop.example', 'https://[url_userinfo]@h.test?mail=[email]'],
    ['see https://h.test/ bob@shop.example', 'see https://h.test/ [email]'],
    ['https://h.test/?to=bob@shop.example', 'https://h.test/?to=[email]'],
  ];
  for (const [text, expected] of cases)
    it(`goes, and nothing else: ${text}`, () => redacts(text, expected));

  const clean: readonly string[] = [
    ...['http://h:8080/x@y', 'http://h:8080?a=x@y', 'http://h:8080#x@y', 'http://h:/x@y'],
    ...['mongodb://h1:27017,h2:27017/db?x=a@y', 'http://[::1]:8080/x@y', 'http://[::1]/x@y'],
    ...['http://h:{port}/x@y', 'http://h:$PORT/x@y', 'http://h:port/x@y', 'https://h/@scope/x'],
    ...['webpack:///./node_modules/@scope/x.js:1:2', 'at a (file:///app/node_modules/@a/b.js:1:2)'],
    ...['https://h.test/a:b/c@d', 'https%3A%2F%2Fh%2Fx%40y'],
  ];
  for (const text of clean) it(`is not in ${text}`, () => redacts(text, text));

  it('goes whatever the password has in it, and the host stays', () => {
    assert(
      property(
        string({ unit: constantFrom(...Array.from('aZ09-._~!$*+=;,:@%/?#()')), maxLength: 12 }),
        constantFrom('db', 'db.example.test', 'db.example.test:5432', '10.1.2.3'),
        constantFrom('', '/', '/a?b=c#d'),
        (password, host, rest) => {
          // With both, a host and a path are as likely; and a colon before slashes begins a URL.
          if (/@.*[/?#]/.test(password) || password.includes('://')) return;
          const text = `see postgres://user:x${password}Zq9@${host}${rest} now`;
          expect(policy.redactText(text)).to.equal(
            `see postgres://[url_userinfo]@${host}${rest} now`,
          );
        },
      ),
      { numRuns: 3000 },
    );
  });
});
