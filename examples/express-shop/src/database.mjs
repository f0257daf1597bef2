/** The shop's embedded database: users with password hashes, sessions, products, orders. */
import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

const SCHEMA = `
  CREATE TABLE users (
    id TEXT PRIMARY KEY, email TEXT UNIQUE NOT NULL, role TEXT NOT NULL,
    salt BLOB NOT NULL, password_hash BLOB NOT NULL
  );
  CREATE TABLE sessions (token TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id));
  CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price_cents INTEGER NOT NULL);
  CREATE TABLE orders (
    id INTEGER PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id),
    product_id INTEGER NOT NULL REFERENCES products (id), card TEXT NOT NULL
  );
`;

/** Low, so that the demonstration does not spend its time hashing. Take 2^17 for a real shop. */
const SCRYPT = { N: 1024, r: 8, p: 1 };

/** Opens a database with the given users in it. `path` may be `:memory:`. */
export function openDatabase(path, { users }) {
  const database = new DatabaseSync(path);
  database.exec(SCHEMA);
  const insertUser = database.prepare('INSERT INTO users VALUES (?, ?, ?, ?, ?)');
  for (const { id, email, role, password } of users) {
    const salt = randomBytes(16);
    insertUser.run(id, email, role, salt, hash(password, salt));
  }
  const insertProduct = database.prepare('INSERT INTO products (name, price_cents) VALUES (?, ?)');
  for (const [name, cents] of [
    ["O'Brien's trail shoe", 8900],
    ['Rock & roll; live (vinyl)', 2490],
    ['Select union jacket', 12900],
  ]) {
    insertProduct.run(name, cents);
  }
  const insertOrder = database.prepare(
    'INSERT INTO orders (user_id, product_id, card) VALUES (?, ?, ?)',
  );
  for (const { id } of users) insertOrder.run(id, 1, '4111 1111 1111 1111');
  return shopQueries(database);
}

/** The statements the shop needs, each with parameters: nothing from outside becomes SQL. */
function shopQueries(database) {
  const userByEmail = database.prepare('SELECT * FROM users WHERE email = ?');
  const userById = database.prepare('SELECT id, email, role FROM users WHERE id = ?');
  const addSession = database.prepare('INSERT INTO sessions VALUES (?, ?)');
  const sessionUser = database.prepare(
    'SELECT users.id, users.email, users.role FROM sessions JOIN users ON users.id = user_id WHERE token = ?',
  );
  const search = database.prepare(
    'SELECT id, name, price_cents FROM products WHERE name LIKE ? LIMIT 20',
  );
  const order = database.prepare('SELECT id, user_id, product_id, card FROM orders WHERE id = ?');
  const allUsers = database.prepare('SELECT id, email, role FROM users ORDER BY id');
  return {
    /** The user whose password this is, or undefined. Takes as long for an unknown e-mail. */
    authenticate(email, password) {
      const user = userByEmail.get(email);
      const salt = user?.salt ?? Buffer.alloc(16);
      const given = hash(password, salt);
      const stored = user?.password_hash ?? Buffer.alloc(given.length);
      const matches = timingSafeEqual(given, stored);
      return matches && user !== undefined ? userById.get(user.id) : undefined;
    },
    openSession(userId) {
      const token = randomBytes(24).toString('base64url');
      addSession.run(token, userId);
      return token;
    },
    userOfSession: (token) => sessionUser.get(token),
    searchProducts: (text) => search.all(`%${text}%`),
    order: (id) => order.get(id),
    users: () => allUsers.all(),
    close: () => database.close(),
  };
}

function hash(password, salt) {
  return scryptSync(password, salt, 32, SCRYPT);
}
