import { expect } from 'chai';
import { assert, constantFrom, property, shuffledSubarray, tuple } from 'fast-check';
import { compilePolicy } from '../policy/redaction-policy.ts';

const policy = compilePolicy();

function redacts(text: string, expected: string): void {
  const redacted = policy.redactText(text);
  expect(redacted).to.equal(expected);
  expect(policy.redactText(redacted), 'a second time').to.equal(expected);
}

describe('a name beside its value', () => {
  const cases: readonly [string, string][] = [
    ['{"name":"password","value":"x"}', '{"name":"password","value":"[password]"}'],
    ['{"value":"x","name":"password"}', '{"value":"[password]","name":"password"}'],
    ['{"Key":"ApiKey","Value":"x"}', '{"Key":"ApiKey","Value":"[api_key]"}'],
    ['{"k":"password","v":"x"}', '{"k":"password","v":"[password]"}'],
    ['{"key":"x-api-key","val":"x"}', '{"key":"x-api-key","val":"[api_key]"}'],
    ['{"header":"x-api-key","value":"x"}', '{"header":"x-api-key","value":"[api_key]"}'],
    [
      '{"headerName":"Cookie","headerValue":"a=b; c=d"}',
      '{"headerName":"Cookie","headerValue":"[cookie]"}',
    ],
    [
      '{"ParameterKey":"DbPassword","ParameterValue":"x"}',
      '{"ParameterKey":"DbPassword","ParameterValue":"[password]"}',
    ],
    [
      '{"name":"Authorization","value":"Bearer x"}',
      '{"name":"Authorization","value":"Bearer [credentials]"}',
    ],
    ['{"name":"pin","value":1234}', '{"name":"pin","value":"[pin]"}'],
    [
      '{"name":"password","type":"text","value":"x"}',
      '{"name":"password","type":"text","value":"[password]"}',
    ],
    [
      '{"type":"password","id":"pw","value":"x"}',
      '{"type":"password","id":"pw","value":"[password]"}',
    ],
    ['{"key":"password","value":{"stringValue":"x"}}', '{"key":"password","value":"[password]"}'],
    [
      '[{"name":"password","value":"x"},{"name":"user","value":"y"}]',
      '[{"name":"password","value":"[password]"},{"name":"user","value":"y"}]',
    ],
    [
      '[{"value":"y","name":"user"},{"value":"x","name":"password"}]',
      '[{"value":"y","name":"user"},{"value":"[password]","name":"password"}]',
    ],
    [
      String.raw`{"a":"{\"name\":\"password\",\"value\":\"x\"}"}`,
      String.raw`{"a":"{\"name\":\"password\",\"value\":\"[password]\"}"}`,
    ],
    [
      '{\n  "name": "password",\n  "value": "x"\n}',
      '{\n  "name": "password",\n  "value": "[password]"\n}',
    ],
    ["{ name: 'password', value: 'x' }", "{ name: 'password', value: '[password]' }"],
    ["{'name': 'password', 'value': 'x'}", "{'name': 'password', 'value': '[password]'}"],
    ['Header(name=password, value=x)', 'Header(name=password, value=[password])'],
    ['name=password&value=x&name=user&value=y', 'name=password&value=[password]&name=user&value=y'],
    [
      '- name: DB_PASSWORD\n  value: x\n- name: USER\n  value: y',
      '- name: DB_PASSWORD\n  value: [password]\n- name: USER\n  value: y',
    ],
    [
      '<add key="ApiKey" value="x"/><add key="Mode" value="y"/>',
      '<add key="ApiKey" value="[api_key]"/><add key="Mode" value="y"/>',
    ],
    [
      '<param><name>password</name><value>x</value></param>',
      '<param><name>password</name><value>[password]</value></param>',
    ],
  ];
  for (const [text, expected] of cases)
    it(`says what it is: ${text}`, () => redacts(text, expected));

  const clean: readonly string[] = [
    '{"name":"user","value":"x"}',
    '{"name":"value","value":"x"}',
    '{"name":"password","value":null}',
    '{"name":"password","value":""}',
    '{"name":"tokens","value":512}',
    '{"type":"token","value":"("}',
    '{"a":{"name":"password"},"value":"x"}',
    '[{"name":"password"},{"value":"x"}]',
    '{"value":"x","a":{"name":"password"}}',
    '{"name":"password","evaluate":"x"}',
    'interval=5 value=3 name=x',
    '{"name":"password","min":8}',
  ];
  for (const text of clean) it(`says nothing of others: ${text}`, () => redacts(text, text));

  it('is found in whatever order the members stand, however deep', () => {
    assert(
      property(
        constantFrom('password', 'X-Api-Key', 'client_secret', 'Authorization', 'sessionId'),
        tuple(
          constantFrom('name', 'key', 'header', 'k'),
          constantFrom('value', 'val', 'v', 'Value'),
        ),
        shuffledSubarray(['name', 'value', 'more', 'other'], { minLength: 4 }),
        constantFrom(0, 1, 2),
        (secretName, [nameName, valueName], order, depth) => {
          const members: Record<string, string> = Object.create(null);
          for (const member of order) {
            if (member === 'name') members[nameName] = secretName;
            else if (member === 'value') members[valueName] = 'hunter2Zq9';
            else members[member] = 'neighbour';
          }
          let document = JSON.stringify([members, { a: 'b' }]);
          for (let level = 0; level < depth; level++) document = JSON.stringify({ document });
          const redacted = policy.redactText(document);
          JSON.parse(redacted);
          expect(redacted).not.to.include('hunter2Zq9');
          expect(redacted.match(/neighbour/g)).to.have.length(2);
        },
      ),
      { numRuns: 500 },
    );
  });
});
