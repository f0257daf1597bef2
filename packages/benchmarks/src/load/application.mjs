/** The application of the benchmark: Express, three routes, nothing else. */
import express from 'express';

const app = express();
app.use(express.json());
app.get('/orders/:id', (request, response) =>
  response.json({ id: request.params.id, total: 4200 }),
);
app.post('/echo', (request, response) => response.json(request.body));
app.post('/login', (request, response) => response.status(401).json({ error: 'wrong' }));
app.listen(Number(process.env.PORT), '127.0.0.1');
