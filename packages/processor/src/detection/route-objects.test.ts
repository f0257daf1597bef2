import { expect } from 'chai';
import { ByteSpan } from './byte-span.ts';
import { RouteObjects } from './route-objects.ts';

function objectsIn(route: string, path: string): string[] {
  const span = (text: string): ByteSpan => {
    const bytes = Buffer.from(`#${text}#`);
    return new ByteSpan().setText(bytes, 1, bytes.length - 1);
  };
  const [objects, ofPath] = [new RouteObjects(), span(path)];
  objects.read(span(route), ofPath);
  return Array.from({ length: objects.count }, (_, at) =>
    ofPath.bytes.toString('utf8', objects.start[at], objects.end[at]),
  );
}

describe('the objects of a request', () => {
  const found: readonly [route: string, path: string, objects: string[]][] = [
    ['/orders/:id', '/orders/42', ['orders/42']],
    ['/orders/{id}', '/orders/42', ['orders/42']],
    ['/orders/{id:int}/', '/orders/42', ['orders/42']],
    ['/orders/<int:id>', '/orders/42/', ['orders/42']],
    ['/orders/[id]/items', '/orders/42/items', ['orders/42']],
    [String.raw`/orders/:id(\d+)`, '/orders/42', ['orders/42']],
    ['orders/:id', '/orders/42', ['orders/42']],
    ['/users/:user/orders/:order', '/users/7/orders/42', ['users/7', 'orders/42']],
    ['/:tenant/:order', '/acme/42', ['acme', '42']],
    ['/orders/:id', '/api/v1/orders/42', ['orders/42']],
    ['/orders/:id', '/orders/a%20b', ['orders/a%20b']],
    ['/orders', '/orders', []],
    ['/orders/:id', '/orders', []],
    ['/orders/:id', '/users/42', []],
    ['/orders/:id/items', '/orders/42/notes', []],
    ['/orders/:', '/orders/42', []],
    ['/files/*', '/files/a/b', []],
    ['/files/:path*', '/files/a', []],
    ['/', '/42', []],
  ];
  for (const [route, path, objects] of found) {
    it(`are ${objects.join(' and ') || 'none'} of ${path} on ${route}`, () => {
      expect(objectsIn(route, path)).to.deep.equal(objects);
    });
  }

  it('are at most eight, in the first 32 segments', () => {
    const places = (count: number) => Array.from({ length: count }, (_, at) => `/:p${at}`).join('');
    const values = (count: number) => Array.from({ length: count }, (_, at) => `/${at}`).join('');
    expect(objectsIn(places(8), values(8))).to.have.length(8);
    expect(objectsIn(places(9), values(9))).to.have.length(8);
    const [route, path] = ['/a'.repeat(31), '/a'.repeat(31)];
    expect(objectsIn(`${route}/:id`, `${path}/1`)).to.deep.equal(['a/1']);
    expect(objectsIn(`${route}/a/:id`, `${path}/a/1`)).to.deep.equal([]);
  });
});
