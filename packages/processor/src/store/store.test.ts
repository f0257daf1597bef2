import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Endpoint } from '../model/endpoint/endpoint.ts';
import { MIGRATIONS, migrate, STORE_VERSION, StoreTooNewError, versionOf } from './migrations.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { NoStoreError, openStore, openStoreBeside, type Store } from './store.ts';

const KEY = { service: 'shop', method: 'GET', path: '/orders/{id}', origin: 'route' } as const;

function endpointSeen(requests: number): Endpoint {
  const endpoint = new Endpoint(KEY);
  endpoint.firstMs = 1000;
  endpoint.lastMs = 2000;
  endpoint.requests = requests;
  endpoint.statuses.add('200', requests);
  endpoint.hosts.add('__proto__', 1);
  endpoint.latency.add(12, requests);
  endpoint.users.add(Buffer.from('a fingerprint'), 0);
  endpoint.signs.add('plain_http', {
    ...{ weight: 1, timeMs: 1500 },
    trace: { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) },
  });
  return endpoint;
}

describe('Store', () => {
  let folder: string;
  let path: string;
  const open = (): Store => openStore(path, () => 'now').store;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spanguard-store-'));
    path = join(folder, 'store.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives back what was written, after it was closed', () => {
    const written = endpointSeen(7);
    const first = open();
    expect(first.endpoints.write(written)).to.equal(1);
    first.setCursor('inventory', 42);
    first.close();
    const store = open();
    expect(store.cursor('inventory')).to.equal(42);
    expect(store.cursor('another')).to.equal(-1);
    const { id, endpoint } = store.endpoints.read(KEY) ?? { id: 0, endpoint: undefined };
    expect(id).to.equal(1);
    expect(endpoint?.key).to.deep.equal(KEY);
    expect(endpoint?.encode()).to.deep.equal(written.encode());
    store.close();
  });

  it('keeps the number of an endpoint that is written again', () => {
    const store = open();
    store.endpoints.write(endpointSeen(1));
    expect(store.endpoints.write(endpointSeen(2))).to.equal(1);
    expect(store.endpoints.list().map(({ endpoint }) => endpoint.requests)).to.deep.equal([2]);
    store.close();
  });

  it('does all of a transaction or nothing', () => {
    const store = open();
    expect(() =>
      store.transaction(() => {
        store.endpoints.write(endpointSeen(1));
        store.setCursor('inventory', 5);
        throw new RangeError('killed');
      }),
    ).to.throw(RangeError);
    expect([store.cursor('inventory'), store.endpoints.keys().length]).to.deep.equal([-1, 0]);
    store.transaction(() => store.setCursor('inventory', 6));
    expect(store.cursor('inventory')).to.equal(6);
    store.close();
  });

  it('removes what was not seen for long, and says what', () => {
    const store = open();
    store.endpoints.write(endpointSeen(1));
    expect(store.endpoints.removeUnseenSince(2000)).to.deep.equal([]);
    const removed = store.endpoints.removeUnseenSince(2001);
    expect(removed.map(({ path: of }) => of)).to.deep.equal(['/orders/{id}']);
    expect(store.endpoints.list('shop')).to.deep.equal([]);
    store.close();
  });

  it('is read beside who writes it', () => {
    const store = open();
    store.endpoints.write(endpointSeen(3));
    const reader = openStoreBeside(path, { readOnly: true });
    store.endpoints.write(endpointSeen(4));
    expect(reader.endpoints.list('shop').map(({ endpoint }) => endpoint.requests)).to.deep.equal([
      4,
    ]);
    expect(() => reader.setCursor('inventory', 1)).to.throw('readonly');
    reader.close();
    store.close();
    const later = openStoreBeside(path, { readOnly: true });
    expect(later.endpoints.readById(1)?.endpoint.requests).to.equal(4);
    later.close();
  });

  it('says that there is none to read', () => {
    expect(() => openStoreBeside(path, { readOnly: true })).to.throw(NoStoreError, 'is not there');
  });

  it('is copied whole to a file that only its owner may read', () => {
    const store = open();
    store.endpoints.write(endpointSeen(9));
    const copy = join(folder, 'copy.sqlite');
    store.backup(copy);
    expect(statSync(copy).mode & 0o777).to.equal(0o600);
    expect(() => store.backup(copy)).to.throw('is there already');
    store.close();
    const read = openStoreBeside(copy, { readOnly: true });
    expect(read.endpoints.list().map(({ endpoint }) => endpoint.requests)).to.deep.equal([9]);
    read.close();
  });

  it('puts a damaged file aside, and begins anew', () => {
    const store = open();
    store.endpoints.write(endpointSeen(1));
    store.close();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xa5, 0, 4096));
    const opened = openStore(path, () => 'now');
    expect(opened.movedAside).to.equal(`${path}.damaged-now`);
    expect(opened.store.endpoints.list()).to.deep.equal([]);
    opened.store.close();
    expect(readdirSync(folder)).to.include('store.sqlite.damaged-now');
  });

  it('leaves a file alone that a newer program wrote', () => {
    const database = new SqliteDatabase(path);
    migrate(database);
    database.script(`PRAGMA user_version = ${STORE_VERSION + 1}`);
    database.close();
    expect(open).to.throw(StoreTooNewError, 'run the newer one');
    expect(() => openStoreBeside(path, { readOnly: true })).to.throw(NoStoreError, 'version');
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).to.deep.equal([]);
  });
});

describe('the migrations of the store', () => {
  /** What a version had in it: rows as its program wrote them. */
  const WRITTEN: readonly string[] = [
    `INSERT INTO cursor VALUES ('inventory', 17);
     INSERT INTO endpoint VALUES
       (3, 'shop', 'GET', '/orders/{id}', 'route', 1, 2, 5, '{"statuses":[["200",5]]}', x'', x'', x'')`,
    `INSERT INTO cursor VALUES ('inventory', 17);
     INSERT INTO endpoint VALUES
       (3, 'shop', 'GET', '/orders/{id}', 'route', 1, 2, 5, '{"statuses":[["200",5]]}', x'', x'', x'');
     INSERT INTO finding VALUES ('plain_http-3', 3, 'plain_http', 'medium', 4, 1, 2, 1, NULL, 1, '[]');
     INSERT INTO ignored VALUES ('plain_http-3', 'a test', 1, NULL)`,
  ];

  it('are each tested here', () => {
    expect(WRITTEN).to.have.length(MIGRATIONS.length);
  });

  for (const [at, sql] of WRITTEN.entries()) {
    it(`keep what version ${at + 1} has written`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'spanguard-migration-'));
      const path = join(folder, 'store.sqlite');
      const database = new SqliteDatabase(path);
      migrate(database, at + 1);
      expect(versionOf(database)).to.equal(at + 1);
      database.script(sql);
      database.close();
      const { store, movedAside } = openStore(path, () => 'now');
      expect(movedAside).to.equal(undefined);
      expect(store.cursor('inventory')).to.equal(17);
      const { endpoint } = store.endpoints.readById(3) ?? {};
      expect([endpoint?.requests, endpoint?.statuses.count('200')]).to.deep.equal([5, 5]);
      const wanted = at === 0 ? undefined : 'a test';
      expect(store.findings.read('plain_http-3')?.ignored?.reason).to.equal(wanted);
      store.close();
      rmSync(folder, { recursive: true, force: true });
    });
  }
});
