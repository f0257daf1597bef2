/** The same shop on Express, under OpenTelemetry JS; what it refuses it also writes to its log. */
import { logs, SeverityNumber } from '@opentelemetry/api';
import express from 'express';

const app = express();
app.post('/login', (_request, response) => {
  const [severityNumber, severityText] = [SeverityNumber.WARN, 'WARN'];
  logs.getLogger('shop').emit({ severityNumber, severityText, body: 'wrong password' });
  response.status(401).json({ error: 'wrong password' });
});
app.get('/search', (request, response) => response.json({ results: [request.query['q'] ?? ''] }));
app.get('/admin', (_request, response) => response.type('html').send('<h1>Admin</h1>'));
app.listen(Number(process.argv[2]), '127.0.0.1');
