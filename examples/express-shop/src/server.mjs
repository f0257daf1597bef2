/** Starts the shop: `node --import @spanguard/register src/server.mjs`. */
import { createApp } from './app.mjs';
import { openDatabase } from './database.mjs';
import { users } from './users.mjs';

const database = openDatabase(process.env.SHOP_DATABASE ?? ':memory:', { users });
const server = createApp(database).listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`shop listens on http://127.0.0.1:${server.address().port}`);
  // Tells a parent process, where there is one, which port it became.
  process.send?.({ port: server.address().port });
});
