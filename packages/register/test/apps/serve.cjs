/** What both flavours of the application serve; it knows nothing of OpenTelemetry. */
exports.serve = (express) => {
  const app = express();
  app.use(express.json());
  app.get('/orders/:id', (request, response) => {
    response.json({ id: request.params.id });
  });
  app.post('/login', (_request, response) => {
    response.status(401).json({ error: 'wrong password' });
  });
  const server = app.listen(0, '127.0.0.1', () => {
    process.stdout.write(`listening ${server.address().port}\n`);
  });
};
