/** What both flavours of the application serve. It is watched without knowing; only /note uses an API. */
const { logs, trace } = require('@opentelemetry/api');

exports.serve = (express) => {
  const app = express();
  app.use(express.json());
  app.get('/orders/:id', (request, response) => {
    response.json({ id: request.params.id });
  });
  app.post('/login', (_request, response) => {
    response.status(401).json({ error: 'wrong password' });
  });
  // A body that throws when it is looked at, as some libraries make them.
  app.post('/odd/login', (request, response) => {
    const ownKeys = () => {
      throw new Error('not to be listed');
    };
    request.body = new Proxy({}, { ownKeys, getOwnPropertyDescriptor: ownKeys });
    response.status(401).json({ error: 'wrong password' });
  });
  // A careless application: what it is asked to note down goes into its telemetry as it is.
  app.post('/note', (request, response) => {
    trace.getActiveSpan()?.setAttribute('app.note', request.body.note);
    logs.getLogger('app').emit({ body: request.body.note });
    response.status(204).end();
  });
  app.post('/close', (_request, response) => {
    response.set('connection', 'close').status(204).end();
    server.close();
  });
  const server = app.listen(0, '127.0.0.1', () => {
    // A worker of a cluster shares the port of others, and its first process says it.
    if (!process.env.QUIET) process.stdout.write(`listening ${server.address().port}\n`);
  });
};
