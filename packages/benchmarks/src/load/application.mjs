/** The application of the benchmark: Express, three routes, nothing else. */
import { logs, SeverityNumber, trace } from '@opentelemetry/api';
import express from 'express';

const app = express();
app.use(express.json());
app.get('/orders/:id', (request, response) =>
  response.json({ id: request.params.id, total: 4200 }),
);
app.post('/echo', (request, response) => response.json(request.body));
app.post('/login', (request, response) => {
  if (process.env.TELLS_LOGINS === '1') tellLogin(request);
  response.status(401).json({ error: 'wrong' });
});
/** What a team writes by hand to have refused logins in its telemetry; nothing of it is masked. */
function tellLogin(request) {
  trace.getActiveSpan()?.setAttributes({
    'user.id': request.body.email,
    'http.request.body.size': Number(request.headers['content-length']),
    'http.request.body.content': JSON.stringify(request.body),
    'http.response.body.content': JSON.stringify({ error: 'wrong' }),
  });
  logs.getLogger('shop').emit({
    eventName: 'login.failed',
    severityNumber: SeverityNumber.WARN,
    severityText: 'WARN',
    body: 'login.failed',
    attributes: {
      'user.id': request.body.email,
      'client.address': request.socket.remoteAddress,
      'http.request.method': request.method,
      'http.response.status_code': 401,
      'http.route': request.route.path,
      'url.path': request.path,
      'user_agent.original': request.headers['user-agent'] ?? '',
      'login.outcome': 'failure',
      'login.method': 'password',
    },
  });
}

app.listen(Number(process.env.PORT), '127.0.0.1');
