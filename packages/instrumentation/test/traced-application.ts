/** The kit of every instrumentation's suite: an application under real tracing, asked over real HTTP. */
import { type RequestListener, Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { setSecurityBackend } from '@spanguard/api';
import { expect } from 'chai';
import { createHttpInstrumentation } from '../../instrumentation-http/src/index.ts';
import {
  type PatchReport,
  type SecurityEvent,
  type SecurityInstrumentation,
  type SecuritySettings,
  createRequestBackend,
  resetHookHealth,
  setSecurityRuntime,
} from '../src/index.ts';
import { watchedImports } from '../../register/src/opentelemetry/watched-modules.ts';
import {
  type Library,
  type Loading,
  type Place,
  includeImports,
  placeOf,
} from './library-place.ts';
import { type Recording, recordingRuntime } from './recording-runtime.ts';
import {
  type Answer,
  type Asking,
  type Tracing,
  ask,
  close,
  listen,
  startTracing,
  until,
} from './traced-server.ts';

export { LOADINGS, type Library, type Loading } from './library-place.ts';
export { type Answer, type Asking, ask, until } from './traced-server.ts';

/** What a suite runs with. */
export interface ApplicationSettings {
  /** The suite's `import.meta.url`: libraries are found from there. */
  readonly from: string;
  /** Made before anything is loaded, after the HTTP instrumentation, which every suite has. */
  readonly instrumentations: () => readonly SecurityInstrumentation[];
  /** `require` unless said otherwise. */
  readonly loading?: Loading;
  /** Libraries in another version than the installed one, e.g. `{ fastify: 'fastify-v4' }`. */
  readonly libraries?: Readonly<Record<string, Library>>;
  readonly settings?: Partial<SecuritySettings>;
}

/** What one request showed. */
export interface Seen {
  readonly answer: Answer;
  /** The server span. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Names of the events told, without `security.`. */
  readonly events: readonly string[];
  /** The events as they were told. */
  readonly told: readonly SecurityEvent[];
  readonly user: unknown;
  readonly roles: unknown;
  readonly route: unknown;
  /** `security.authn.outcome`. */
  readonly outcome: unknown;
}

/** What answers: a listener, an Express application, or a server that a framework made. */
export type Answering = RequestListener | Server;

/** A suite's application under tracing. Make it with {@link underTracing}. */
export class TracedApplication {
  private readonly settings: ApplicationSettings;
  private place: Place | undefined = undefined;
  private tracing: Tracing | undefined = undefined;
  private running: Instrumentation[] = [];
  private security: readonly SecurityInstrumentation[] = [];
  private servers = new Map<Answering, Server>();
  private recorded: Recording = recordingRuntime();

  constructor(settings: ApplicationSettings) {
    this.settings = settings;
  }

  /** What the runtime was given since the test began. */
  get recording(): Recording {
    return this.recorded;
  }

  /** The server spans that ended since the test began or asked last. */
  spans(): ReturnType<Tracing['spans']> {
    return this.tracing?.spans() ?? [];
  }

  /** What became of the patches. */
  report(): readonly PatchReport[] {
    return this.security.flatMap((each) => each.report());
  }

  /** Switches the suite's instrumentations off. */
  disable(): void {
    for (const each of this.security) each.disable();
  }

  /** And on again. */
  enable(): void {
    for (const each of this.security) each.enable();
  }

  /** What the application gets by `require(name)`, or the namespace by `import(name)`. */
  async load<Module>(name: string): Promise<Module> {
    if (this.place === undefined) throw new Error('load in a hook or a test');
    const isImported = this.settings.loading === 'import';
    const loaded = isImported ? await this.place.import(name) : this.place.require(name);
    return loaded as Module;
  }

  /** What the application gets by `require(name)`, or by `import it from name`. */
  async loadDefault<Module>(name: string): Promise<Module> {
    const loaded = await this.load<{ default: Module }>(name);
    // What `require` gives is the module itself: which of the two came only the setting says.
    return this.settings.loading === 'import' ? loaded.default : (loaded as unknown as Module);
  }

  /** Asks once and waits for the span. A second span, or one too few, fails the test. */
  async see(application: Answering, path: string, asking: Asking = {}): Promise<Seen> {
    const { tracing, recorded } = this;
    if (tracing === undefined) throw new Error('ask in a hook or a test');
    const port = await this.portOf(application);
    tracing.reset();
    recorded.events.length = 0;
    const answer = await ask(port, path, asking);
    await until(() => tracing.spans().length > 0);
    expect(tracing.spans()).to.have.length(1);
    const { attributes, name } = tracing.first();
    const told = [...recorded.events];
    return {
      answer,
      name,
      attributes,
      events: told.map((event) => event.name.replace('security.', '')),
      told,
      user: attributes['user.id'],
      roles: attributes['user.roles'],
      route: attributes['http.route'],
      outcome: attributes['security.authn.outcome'],
    };
  }

  /** The port an application listens on, started when first asked for and closed after the test. */
  async portOf(application: Answering): Promise<number> {
    const server = this.servers.get(application) ?? serverOf(application);
    this.servers.set(application, server);
    return server.listening ? (server.address() as AddressInfo).port : listen(server);
  }

  /** Before the suite. */
  start(): void {
    this.tracing = startTracing();
    const http = createHttpInstrumentation({ disableOutgoingRequestInstrumentation: true });
    this.security = this.settings.instrumentations();
    this.running = [http, ...this.security];
    if (this.settings.loading === 'import') {
      includeImports(watchedImports(this.security));
    }
    // Patched in place, for every importer, as a register file makes it.
    const load = createRequire(import.meta.url);
    for (const name of ['http', 'crypto']) load(`node:${name}`);
    const { from, libraries, loading } = this.settings;
    this.place = placeOf(from, libraries, loading);
  }

  /** After the suite. */
  stop(): void {
    for (const each of this.running) each.disable();
    this.tracing?.stop();
  }

  /** Before each test. */
  begin(): void {
    this.tracing?.reset();
    resetHookHealth();
    this.recorded = recordingRuntime(this.settings.settings);
    setSecurityRuntime(this.recorded.runtime);
    setSecurityBackend(createRequestBackend());
  }

  /** After each test. */
  async end(): Promise<void> {
    setSecurityRuntime(undefined);
    setSecurityBackend(undefined);
    await Promise.all(Array.from(this.servers.values(), close));
    this.servers = new Map();
  }
}

/**
 * Registers the hooks of a suite; call it in `describe`. Our own errors fail the test they happen in; one that makes
 * them on purpose empties `recording.internalErrors`.
 *
 * @example
 * const instrumentations = () => [createKoaInstrumentation()];
 * const application = underTracing({ from: import.meta.url, instrumentations });
 * it('knows the route', async () => {
 *   const { route } = await application.see(app.callback(), '/users/7');
 * });
 */
export function underTracing(settings: ApplicationSettings): TracedApplication {
  const application = new TracedApplication(settings);
  before(() => {
    application.start();
  });
  after(() => {
    application.stop();
  });
  beforeEach(() => {
    application.begin();
  });
  afterEach(async () => {
    await application.end();
    expect(application.recording.internalErrors).to.deep.equal([]);
  });
  return application;
}

function serverOf(application: Answering): Server {
  return application instanceof Server ? application : createServer(application);
}
