// Basic authentication by hand, on Node's own server.
const http = require('node:http');
const { createHash, timingSafeEqual } = require('node:crypto');

const sha = (text) => createHash('sha256').update(text).digest();
const passwords = { alice: sha('correct horse'), mallory: sha('correct horse') };
const locked = new Set(['mallory']);

function userOf(req) {
  const header = req.headers.authorization || '';
  if (!header.startsWith('Basic ')) return undefined;
  const [name, password] = Buffer.from(header.slice(6), 'base64').toString().split(':');
  if (!passwords[name] || !timingSafeEqual(passwords[name], sha(password || ''))) return undefined;
  return locked.has(name) ? undefined : name;
}

http
  .createServer((req, res) => {
    if (req.url === '/health') return res.end('ok');
    const user = userOf(req);
    if (!user) {
      res.writeHead(401, { 'WWW-Authenticate': 'Basic realm="files"' });
      return res.end('Authentication required');
    }
    if (req.url.startsWith('/admin')) {
      res.statusCode = 403;
      return res.end('Forbidden');
    }
    res.end(`hello ${user}`);
  })
  .listen(process.env.PORT);
