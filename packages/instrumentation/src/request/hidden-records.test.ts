import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { hiddenRecords } from './hidden-records.ts';

describe('hidden records', () => {
  it('are found on the object they were set on, and on no other', () => {
    const records = hiddenRecords<{ readonly name: string }>();
    const [one, other] = [{}, {}];
    records.set(one, { name: 'one' });
    expect(records.get(one)).to.deep.equal({ name: 'one' });
    expect(records.get(other)).to.equal(undefined);
    expect(hiddenRecords().get(one)).to.equal(undefined);
  });

  it('are replaced by later ones', () => {
    const records = hiddenRecords<{ readonly name: string }>();
    const object = {};
    for (const name of ['first', 'second']) records.set(object, { name });
    expect(records.get(object)).to.deep.equal({ name: 'second' });
  });

  it('show nowhere', () => {
    const records = hiddenRecords<object>();
    const request = new IncomingMessage(new Socket());
    const looks = (): string[] => [
      Reflect.ownKeys(request).map(String).join(),
      inspect(request, { showHidden: true, depth: 1 }),
      inspect(Object.assign({}, request), { showHidden: true, depth: 1 }),
    ];
    const before = looks();
    records.set(request, { secret: true });
    expect(looks()).to.deep.equal(before);
  });

  it('do not pass to objects made from theirs', () => {
    const records = hiddenRecords<object>();
    const object = { a: 1 };
    records.set(object, {});
    expect(records.get({ ...object })).to.equal(undefined);
    expect(records.get(Object.create(object) as object)).to.equal(undefined);
    expect(records.get(new Proxy(object, {}))).to.equal(undefined);
  });
});
