import { SeededRandom } from '@spanguard/testkit';
import { expect } from 'chai';
import { PathTree } from './path-tree.ts';

/**
 * What the paths of a service became: the templates that are left when all that turned out to be one is
 * merged.
 */
function learned(paths: Iterable<string>, tree = new PathTree()): string[] {
  const known = new Set<string>();
  for (const path of paths) {
    const { path: template, merged } = tree.learn('GET', path) ?? { path: undefined, merged: [] };
    for (const { from, to } of merged) {
      known.delete(from);
      known.add(to);
    }
    if (template !== undefined) known.add(template);
  }
  return [...known].toSorted();
}

const WORDS =
  'amber birch cedar delta ember frost grove heron ivory jade koala lotus maple north ocean pearl quartz river stone tulip umber velvet willow xenon yarrow zephyr'.split(
    ' ',
  );

/** Paths of an API whose routes have placeholders of these kinds. */
function trafficOf(routes: readonly string[], count: number, seed: number): string[] {
  const random = new SeededRandom(seed);
  const hex = (length: number): string =>
    Array.from({ length }, () => random.int(0, 15).toString(16)).join('');
  const fill: Readonly<Record<string, () => string>> = {
    number: () => String(random.int(1, 5000)),
    uuid: () => [8, 4, 4, 4, 12].map(hex).join('-'),
    hash: () => hex(40),
    date: () => `2026-0${random.int(1, 9)}-${random.int(10, 28)}`,
    slug: () => `${random.pick(WORDS)}-${random.pick(WORDS)}-${random.int(1, 99)}`,
    mail: () => `${random.pick(WORDS)}@example.com`,
  };
  return Array.from({ length: count }, () =>
    random.pick(routes).replaceAll(/\{(\w+)\}/g, (_all, kind: string) => fill[kind]?.() ?? ''),
  );
}

describe('PathTree', () => {
  for (const [name, paths, templates] of [
    ['numbers', ['/orders/1', '/orders/22', '/orders/333'], ['/orders/{id}']],
    ['UUIDs', ['/a/0b7c1c3e-8a07-4d7a-9d0b-1f2e3d4c5b6a'], ['/a/{id}']],
    ['hashes', ['/blobs/da39a3ee5e6b4b0d3255bfef95601890afd80709'], ['/blobs/{id}']],
    ['dates', ['/reports/2026-01-31', '/reports/2026-02-01'], ['/reports/{id}']],
    ['what was masked', ['/users/[email]/orders'], ['/users/{id}/orders']],
    [
      'versions as words',
      ['/v1/users', '/v2/users', '/v2.1/users'],
      ['/v1/users', '/v2.1/users', '/v2/users'],
    ],
    ['words with a digit as words', ['/oauth2/token', '/s3/list'], ['/oauth2/token', '/s3/list']],
    ['an empty path', ['/', '//'], ['/']],
    ['a slash at the end', ['/users/', '/users'], ['/users']],
    [
      'words beside ids',
      ['/orders/1', '/orders/search', '/orders/2'],
      ['/orders/search', '/orders/{id}'],
    ],
  ] as const) {
    it(`knows ${name} at once`, () => {
      expect(learned(paths)).to.deep.equal([...templates]);
    });
  }

  it('learns that words are a parameter, and merges what is below them', () => {
    const paths = WORDS.flatMap((one) => WORDS.slice(0, 4).map((other) => `${one}-${other}`))
      .flatMap((user) => [`/users/${user}`, `/users/${user}/orders/7`])
      .concat('/users');
    expect(learned(paths)).to.deep.equal(['/users', '/users/{name}', '/users/{name}/orders/{id}']);
  });

  it('lets a word be one that comes far more often than the others', () => {
    const slugs = Array.from({ length: 12 }, (_, at) => `/users/user-name-${at}`);
    const often = Array.from({ length: 200 }, () => '/users/me');
    expect(learned([...often, ...slugs])).to.deep.equal(['/users/me', '/users/{name}']);
  });

  it('learns the templates of an API of every kind of parameter within 200 requests, none wrong', () => {
    const routes = [
      ...['/login', '/products', '/products/{slug}', '/orders', '/orders/{number}', '/health'],
      ...['/orders/{number}/items/{number}', '/users/{uuid}', '/users/{uuid}/avatar'],
      ...['/files/{hash}', '/reports/{date}', '/v1/accounts/{mail}', '/v2/accounts/{mail}'],
    ];
    for (let seed = 1; seed <= 20; seed += 1) {
      const wanted = routes.map((route) => route.replaceAll(/\{\w+\}/g, '{}')).toSorted();
      const found = learned(trafficOf(routes, 200, seed));
      const shown = found.map((path) => path.replaceAll(/\{\w+\}/g, '{}')).toSorted();
      expect(shown, `seed ${seed}`).to.deep.equal(wanted);
    }
  });

  it('takes none of 60 words of an API for a parameter, however they come', () => {
    const routes = WORDS.flatMap((one) => WORDS.slice(0, 2).map((other) => `/${one}-${other}`));
    for (let seed = 1; seed <= 20; seed += 1) {
      const found = learned(trafficOf(routes, 2000, seed));
      expect(
        found.filter((path) => path.includes('{')),
        `seed ${seed}`,
      ).to.deep.equal([]);
    }
  });

  it('stays small where every path is answered, whatever it is', () => {
    const random = new SeededRandom(4);
    const word = (): string => `${random.pick(WORDS)}${random.pick(WORDS)}${random.pick(WORDS)}`;
    const paths = Array.from({ length: 20_000 }, () => {
      const depth = random.int(1, 5);
      return `/${Array.from({ length: depth }, word).join('/')}`;
    });
    const found = learned(paths);
    expect(found.length).to.be.at.most(120);
  });

  it('finds routes that were told, words before parameters', () => {
    const tree = new PathTree();
    for (const route of ['/orders/:id', '/orders/search', '/users/<int:id>/orders', '/files/*']) {
      tree.addRoute('GET', route);
    }
    expect(tree.find('GET', '/orders/17')).to.equal('/orders/:id');
    expect(tree.find('GET', '/orders/word')).to.equal('/orders/:id');
    expect(tree.find('GET', '/orders/search')).to.equal('/orders/search');
    expect(tree.find('GET', '/users/5/orders')).to.equal('/users/<int:id>/orders');
    expect(tree.find('POST', '/orders/17')).to.equal(undefined);
    expect(tree.find('GET', '/files/a')).to.equal(undefined);
    expect(tree.learn('GET', '/orders/18')?.path).to.equal('/orders/:id');
  });

  it('goes on where it was in another life', () => {
    const tree = new PathTree();
    tree.restore('GET', '/users/{name}/orders/{id}', 50);
    expect(tree.learn('GET', '/users/somebody/orders/5')?.path).to.equal(
      '/users/{name}/orders/{id}',
    );
    tree.remove('GET', '/users/{name}/orders/{id}');
    expect(tree.find('GET', '/users/somebody/orders/5')).to.equal(undefined);
  });

  it('takes nothing for a path that is none, too deep, or climbs', () => {
    const tree = new PathTree();
    for (const path of ['', 'x', '*', `/${'a/'.repeat(17)}`, '/a/../b', '/./a']) {
      expect(tree.learn('GET', path)).to.equal(undefined);
      expect(tree.find('GET', path)).to.equal(undefined);
    }
  });
});
