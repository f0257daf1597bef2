/**
 * Stands for the load balancer in front of the shop. Each of its ports is one client's line: it appends
 * that client's address to X-Forwarded-For, as load balancers do, whatever the client wrote there.
 */
import { createServer, request as httpRequest } from 'node:http';

/** An edge before the shop at `port`. `lineOf(address)` gives the base URL that client connects to. */
export function openEdge({ port }) {
  const lines = new Map();
  return {
    async lineOf(address) {
      const known = lines.get(address);
      if (known !== undefined) return known.url;
      const server = createServer((request, response) =>
        forward(request, response, { port, address }),
      );
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${server.address().port}`;
      lines.set(address, { url, server });
      return url;
    },
    close() {
      for (const { server } of lines.values()) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

function forward(request, response, { port, address }) {
  const before = request.headers['x-forwarded-for'];
  const headers = {
    ...request.headers,
    'x-forwarded-for': before === undefined ? address : `${before}, ${address}`,
  };
  const onward = httpRequest(
    { host: '127.0.0.1', port, method: request.method, path: request.url, headers },
    (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on('error', () => response.writeHead(502).end());
  request.pipe(onward);
}
