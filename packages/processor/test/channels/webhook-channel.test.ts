import { expect } from 'chai';
import { testChannel } from './channel.suite.ts';
import { httpCounterpart } from './http-counterpart.ts';

const KEY = 'hunter2-signing-key';
const TOKEN = 'hunter2-token';

testChannel({
  type: 'webhook',
  receptions: ['accepted', 'later', 'paused', 'never', 'hangs'],
  secrets: [KEY, TOKEN],
  mistaken: [
    `{ url: "http://u:${KEY}@127.0.0.1/" }`,
    `{ url: "http://h/", signing_key: [ ${KEY} ] }`,
    `{ url: "http://h/", headers: { a: "${TOKEN}\\n" } }`,
  ],
  open: () =>
    httpCounterpart(
      (url) => `{ url: "${url}", signing_key: ${KEY}, headers: { x-token: ${TOKEN} } }`,
    ),
  isText: (taken) => expect(() => JSON.parse(taken)).not.to.throw(),
});
