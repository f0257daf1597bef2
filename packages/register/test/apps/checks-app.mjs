/** A server without a framework that checks passwords with what it imports from Node by name. */
import { scryptSync, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const stored = scryptSync('right', 'salt', 64);

const server = createServer(async (request, response) => {
  const { password } = JSON.parse(Buffer.concat(await request.toArray()).toString());
  const isRight = timingSafeEqual(scryptSync(password, 'salt', 64), stored);
  // It says neither by its status: only the check tells.
  response.end(isRight ? 'welcome' : 'no');
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening ${server.address().port}\n`);
});
