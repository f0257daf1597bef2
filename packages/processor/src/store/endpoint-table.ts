/** Endpoints in the store. */
import { Endpoint, type EndpointKey, PATH_ORIGINS } from '../model/endpoint/endpoint.ts';
import { bytesIn, type Database, numberIn, type SqlRow, textIn } from './database.ts';

/** An endpoint, and the number it has for good: what commands and findings know it by. */
export interface StoredEndpoint {
  readonly id: number;
  readonly endpoint: Endpoint;
}

/** The key of a stored endpoint, and what it has been seen for. */
export interface StoredKey extends EndpointKey {
  readonly id: number;
  readonly requests: number;
}

const WRITE = `
  INSERT INTO endpoint (
    service, method, path, origin, first_ms, last_ms, requests, details, latency, users, clients
  ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (service, method, path) DO UPDATE SET
    origin = excluded.origin, first_ms = excluded.first_ms, last_ms = excluded.last_ms,
    requests = excluded.requests, details = excluded.details, latency = excluded.latency,
    users = excluded.users, clients = excluded.clients
  RETURNING id
`;
const UPDATE = `
  UPDATE endpoint SET
    first_ms = ?, last_ms = ?, requests = ?, details = ?, latency = ?, users = ?, clients = ?
  WHERE id = ?
`;
const BY_KEY = 'WHERE service = ? AND method = ? AND path = ?';

/** See the head of this file. */
export class EndpointTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Writes one in place of what is there; gives its number. That is found faster where it is known already.
   */
  write(endpoint: Endpoint, id = 0): number {
    const { service, method, path, origin } = endpoint.key;
    const { firstMs, lastMs, requests, details, latency, users, clients } = endpoint.encode();
    if (id !== 0) {
      const values = [firstMs, lastMs, requests, details, latency, users, clients, id];
      if (this.#database.run(UPDATE, ...values).changes > 0) return id;
    }
    const [row = {}] = this.#database.all(
      WRITE,
      ...[service, method, path, origin, firstMs, lastMs, requests, details],
      ...[latency, users, clients],
    );
    return numberIn(row, 'id');
  }

  remove({ service, method, path }: EndpointKey): void {
    this.#database.run(`DELETE FROM endpoint ${BY_KEY}`, service, method, path);
  }

  /** Removes those not seen since a time; gives their keys. */
  removeUnseenSince(ms: number): readonly StoredKey[] {
    return this.#database
      .all(
        'DELETE FROM endpoint WHERE last_ms < ? RETURNING id, service, method, path, origin, requests',
        ms,
      )
      .map(keyOf);
  }

  read({ service, method, path }: EndpointKey): StoredEndpoint | undefined {
    const [row] = this.#database.all(`SELECT * FROM endpoint ${BY_KEY}`, service, method, path);
    return row === undefined ? undefined : endpointOf(row);
  }

  readById(id: number): StoredEndpoint | undefined {
    const [row] = this.#database.all('SELECT * FROM endpoint WHERE id = ?', id);
    return row === undefined ? undefined : endpointOf(row);
  }

  keys(): readonly StoredKey[] {
    return this.#database
      .all('SELECT id, service, method, path, origin, requests FROM endpoint ORDER BY id')
      .map(keyOf);
  }

  /** All, or those of one service, in order of service, path and method. */
  list(service?: string): readonly StoredEndpoint[] {
    const order = 'ORDER BY service, path, method';
    const rows =
      service === undefined
        ? this.#database.all(`SELECT * FROM endpoint ${order}`)
        : this.#database.all(`SELECT * FROM endpoint WHERE service = ? ${order}`, service);
    return rows.map(endpointOf);
  }
}

function keyOf(row: SqlRow): StoredKey {
  const origin = PATH_ORIGINS.find((known) => known === row['origin']) ?? 'learned';
  return {
    ...{ id: numberIn(row, 'id'), requests: numberIn(row, 'requests'), origin },
    ...{
      service: textIn(row, 'service'),
      method: textIn(row, 'method'),
      path: textIn(row, 'path'),
    },
  };
}

function endpointOf(row: SqlRow): StoredEndpoint {
  const { id, requests, ...key } = keyOf(row);
  return {
    id,
    endpoint: Endpoint.decode(key, {
      ...{ firstMs: numberIn(row, 'first_ms'), lastMs: numberIn(row, 'last_ms'), requests },
      details: textIn(row, 'details'),
      latency: bytesIn(row, 'latency'),
      users: bytesIn(row, 'users'),
      clients: bytesIn(row, 'clients'),
    }),
  };
}
