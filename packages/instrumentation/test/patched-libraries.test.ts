/** Declared patches against libraries as they are published: every way to export, to load and to be late. */
import diagnosticsChannel from 'node:diagnostics_channel';
import { promisify } from 'node:util';
import { expect } from 'chai';
import {
  type LibraryMethod,
  type ModulePatch,
  type SecurityInstrumentation,
  channel,
  createSecurityInstrumentation,
  patch,
  tracingChannel,
} from '../src/index.ts';
import { watchedImports } from '../../register/src/opentelemetry/watched-modules.ts';
import { LOADINGS, type Library, type Loading, includeImports, placeOf } from './library-place.ts';
import { until } from './traced-server.ts';

type Greet = (name: string) => string;

const excite = (original: LibraryMethod): LibraryMethod =>
  function excited(this: unknown, ...args) {
    return `${String(Reflect.apply(original, this, args))}!`;
  };

const manifest = (fields: object): string =>
  JSON.stringify({ name: 'x', version: '1.2.3', ...fields });

const GREET = 'function greet(name) { return "hello " + name; }\n';

describe('a patched library', () => {
  let made: SecurityInstrumentation[] = [];

  afterEach(() => {
    for (const each of made) each.disable();
    made = [];
  });

  function instrument(...patches: ModulePatch[]): SecurityInstrumentation {
    const instrumentation = createSecurityInstrumentation({ name: 't', version: '1', patches });
    made.push(instrumentation);
    includeImports(watchedImports([instrumentation]));
    return instrumentation;
  }

  async function load<Module>(
    loading: Loading,
    name: string,
    files: Record<string, string>,
  ): Promise<Module> {
    const libraries: Record<string, Library> = { [name]: files };
    const place = placeOf(import.meta.url, libraries);
    return (loading === 'import' ? await place.import(name) : place.require(name)) as Module;
  }

  function statesOf(instrumentation: SecurityInstrumentation): string[] {
    return instrumentation.report().map(({ state }) => state);
  }

  it('that exports a function is replaced, under all of its names', async () => {
    const files = {
      'package.json': manifest({ main: 'index.js' }),
      'index.js': `${GREET}module.exports = greet; module.exports.greet = greet; greet.default = greet; greet.version = 7;`,
    };
    const instrumentation = instrument(patch('exports-function', '*').exported(excite));
    const greet = await load<Greet & Record<'greet' | 'default', Greet>>(
      'require',
      'exports-function',
      files,
    );
    expect([greet('you'), greet.greet('you'), greet.default('you')]).to.deep.equal(
      Array.from({ length: 3 }, () => 'hello you!'),
    );
    expect(greet).to.include({ name: 'greet', length: 1, version: 7 });
    expect(statesOf(instrumentation)).to.deep.equal(['applied']);
    if (LOADINGS.includes('import')) {
      const imported = await load<Record<'greet' | 'default', Greet>>(
        'import',
        'exports-function',
        files,
      );
      expect([imported.default('you'), imported.greet('you')]).to.deep.equal([
        'hello you!',
        'hello you!',
      ]);
      expect(imported.default).to.equal(greet);
    }
    instrumentation.disable();
    expect([greet('you'), statesOf(instrumentation)]).to.deep.equal(['hello you', ['undone']]);
    instrumentation.enable();
    expect([greet('you'), statesOf(instrumentation)]).to.deep.equal(['hello you!', ['applied']]);
    instrumentation.disable();
    const second = instrument(patch('exports-function', '*').exported(excite));
    const again = await load<Greet>('require', 'exports-function', files);
    expect([again('you'), statesOf(second)]).to.deep.equal(['hello you!', ['applied']]);
  });

  it('that exports a class is replaced, and extended as before', async () => {
    const files = {
      'package.json': manifest({ main: 'index.js' }),
      'index.js':
        'module.exports = class Server { static kind = "s"; constructor(port) { this.port = port; } };',
    };
    type ServerClass = { new (port: number): { port: number }; readonly kind: string };
    const ports: unknown[] = [];
    const instrumentation = instrument(
      patch('exports-class', '*').exported(
        (original) =>
          function observed(this: unknown, ...args) {
            ports.push(args[0]);
            return new.target === undefined
              ? Reflect.apply(original, this, args)
              : (Reflect.construct(original, args, new.target) as unknown);
          },
      ),
    );
    const ServerMade = await load<ServerClass>('require', 'exports-class', files);
    class Mine extends ServerMade {}
    const [plain, mine] = [new ServerMade(1), new Mine(2)];
    expect([plain.port, mine.port, ServerMade.kind, ServerMade.name]).to.deep.equal([
      1,
      2,
      's',
      'Server',
    ]);
    expect([
      plain instanceof ServerMade,
      mine instanceof Mine,
      mine instanceof ServerMade,
    ]).to.deep.equal([true, true, true]);
    instrumentation.disable();
    expect([new ServerMade(3).port, new Mine(4) instanceof Mine]).to.deep.equal([3, true]);
    expect(ports).to.deep.equal([1, 2]);
  });

  for (const loading of LOADINGS) {
    it(`of ES modules is seen by its names and by its default, by ${loading}`, async () => {
      const files = {
        'package.json': manifest({ type: 'module', exports: './index.js' }),
        'index.js': `export * from './greet.js'; import { greet } from './greet.js';
          export const farewell = () => 'bye'; export default { greet, farewell };`,
        'greet.js': `export ${GREET}`,
      };
      const name = `es-module-${loading}`;
      const instrumentation = instrument(patch(name, '*').method('greet', excite));
      const library = await load<{ greet: Greet; farewell(): string; default: { greet: Greet } }>(
        loading,
        name,
        files,
      );
      expect([
        library.greet('you'),
        library.default.greet('you'),
        library.farewell(),
      ]).to.deep.equal(['hello you!', 'hello you!', 'bye']);
      expect(library.greet).to.equal(library.default.greet);
      expect(Object.keys(library)).to.have.members(['greet', 'farewell', 'default']);
      instrumentation.disable();
      expect([library.greet('you'), library.default.greet('you')]).to.deep.equal([
        'hello you',
        'hello you',
      ]);
    });

    it(`made by a bundler, whose exports are getters, is seen by ${loading}`, async () => {
      const files = {
        'package.json': manifest({ main: 'index.js' }),
        'index.js': `${GREET}const own = { greet }; Object.defineProperty(exports, '__esModule', { value: true });
          Object.defineProperty(exports, 'greet', { enumerable: true, get: function () { return own.greet; } });
          exports.other = 1;`,
      };
      const name = `sealed-${loading}`;
      const instrumentation = instrument(patch(name, '*').method('greet', excite));
      const loaded = await load<{ greet: Greet; other: number; default?: { greet: Greet } }>(
        loading,
        name,
        files,
      );
      expect([loaded.greet('you'), loaded.other]).to.deep.equal(['hello you!', 1]);
      if (loading === 'import') expect(loaded.default?.greet('you')).to.equal('hello you!');
      else expect(Object.keys(loaded)).to.deep.equal(['greet', 'other']);
      expect(statesOf(instrumentation)).to.deep.equal(['applied']);
      instrumentation.disable();
      expect(loaded.greet('you')).to.equal('hello you');
    });

    it(`is seen in a file that it loads for itself, by ${loading}`, async () => {
      const isModule = loading === 'import';
      const files: Record<string, string> = isModule
        ? {
            'package.json': manifest({ type: 'module', exports: './index.js' }),
            'index.js': `import { greet } from './lib/greet.js'; export const twice = (n) => greet(n) + greet(n);`,
            'lib/greet.js': `export ${GREET}`,
          }
        : {
            'package.json': manifest({ main: 'index.js' }),
            'index.js': `const { greet } = require('./lib/greet'); exports.twice = (n) => greet(n) + greet(n);`,
            'lib/greet.js': `${GREET}exports.greet = greet;`,
          };
      const name = `internal-${loading}`;
      const instrumentation = instrument(
        patch(name, '>=1 <2').file('lib/greet.js', (file) => file.method('greet', excite)),
        patch(name, '>=1 <2').file('lib/greet.js', (file) => file.method('gone', excite), '<1'),
      );
      const { twice } = await load<{ twice: Greet }>(loading, name, files);
      expect(twice('you')).to.equal('hello you!hello you!');
      expect(instrumentation.report()).to.deep.equal([
        { moduleName: name, path: 'lib/greet.js:greet', state: 'applied' },
        { moduleName: name, path: 'lib/greet.js:gone', state: 'waiting' },
      ]);
    });
  }

  if (LOADINGS.includes('import')) {
    it('that assigns its exports late is seen when it has', async () => {
      const files = {
        'package.json': manifest({ type: 'module', exports: './index.js' }),
        'index.js': `export let greet; export let ready = new Promise((done) => setTimeout(() => {
          greet = (name) => 'hello ' + name; done(); }, 5));`,
      };
      const instrumentation = instrument(patch('late-module', '*').method('greet', excite));
      const library = await load<{ greet?: Greet; ready: Promise<void> }>(
        'import',
        'late-module',
        files,
      );
      await library.ready;
      await until(() => statesOf(instrumentation)[0] === 'applied');
      expect(library.greet?.('you')).to.equal('hello you!');
    });
  }

  it('of Node itself is seen by who requires it, imports it, or makes a promise of it', async () => {
    const seen: unknown[] = [];
    const observe =
      (name: string) =>
      (original: LibraryMethod): LibraryMethod =>
        function observed(this: unknown, ...args) {
          seen.push(name);
          return Reflect.apply(original, this, args);
        };
    const instrumentation = instrument(
      patch('crypto', '*')
        .method('scrypt', observe('scrypt'))
        .method('timingSafeEqual', observe('timingSafeEqual')),
    );
    const place = placeOf(import.meta.url);
    const required = place.require('node:crypto') as typeof import('node:crypto');
    const namespace = await import('node:crypto');
    const { timingSafeEqual } = namespace;
    expect(timingSafeEqual(Buffer.from('a'), Buffer.from('a'))).to.equal(true);
    const derive = promisify<string, string, number, Buffer>(required.scrypt);
    expect(await derive('password', 'salt', 16)).to.have.length(16);
    expect(seen).to.deep.equal(['timingSafeEqual', 'scrypt']);
    instrumentation.disable();
    namespace.timingSafeEqual(Buffer.from('a'), Buffer.from('a'));
    expect(seen).to.have.length(2);
    expect(statesOf(instrumentation)).to.deep.equal(['undone', 'undone']);
  });

  it('that was loaded before us is reported as early', async () => {
    const files = {
      'package.json': manifest({ main: 'index.js' }),
      'index.js': `${GREET}exports.greet = greet;`,
    };
    await load('require', 'early-library', files);
    const instrumentation = instrument(
      patch('early-library', '*').method('greet', excite),
      patch('never-loaded', '*').method('greet', excite),
    );
    expect(statesOf(instrumentation)).to.deep.equal(['early', 'waiting']);
    await load('require', 'early-library', files);
    expect(statesOf(instrumentation)).to.deep.equal(['applied', 'waiting']);
  });

  it('that tells by channels is listened to while the instrumentation is enabled', () => {
    const told: unknown[] = [];
    const note = (message: unknown): void => {
      told.push(message);
    };
    const instrumentation = createSecurityInstrumentation({
      name: 't',
      version: '1',
      patches: [],
      channels: [
        channel('spanguard.test', note),
        tracingChannel('spanguard.traced', { end: note }),
      ],
    });
    const plain = diagnosticsChannel.channel('spanguard.test');
    const traced = diagnosticsChannel.tracingChannel('spanguard.traced');
    plain.publish('one');
    expect(traced.traceSync(() => 2, { two: true })).to.equal(2);
    expect(told).to.deep.equal(['one', { two: true, result: 2 }]);
    expect(statesOf(instrumentation)).to.deep.equal(['applied', 'applied']);
    instrumentation.enable();
    plain.publish('once');
    instrumentation.disable();
    plain.publish('gone');
    expect([told.length, plain.hasSubscribers, traced.end.hasSubscribers]).to.deep.equal([
      3,
      false,
      false,
    ]);
    expect(statesOf(instrumentation)).to.deep.equal(['undone', 'undone']);
  });
});
