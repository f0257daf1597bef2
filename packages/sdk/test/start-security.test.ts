/** The whole SDK side with OpenTelemetry's own providers and in-memory exporters. */
import { context, trace, TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { loginFailed } from '@spanguard/api';
import { securityRuntime } from '@spanguard/instrumentation';
import { expect } from 'chai';
import { type SecurityOptions, startSecurity, type StartedSecurity } from '../src/index.ts';

const SECRET = 'hunter2-canary';
const PARENT = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

async function withSecurity(
  options: SecurityOptions,
  body: (security: StartedSecurity) => Promise<void> | void,
): Promise<void> {
  const security = startSecurity({ hashKey: new Uint8Array(32).fill(1), ...options });
  try {
    await body(security);
  } finally {
    await security.shutdown();
  }
}

describe('startSecurity', () => {
  it('refuses a trusted proxy that is no network', () => {
    const settings = { trustedProxies: ['10.0.0.0/33'] };
    expect(() => startSecurity({ settings })).to.throw(RangeError, '10.0.0.0/33');
  });

  it('masks name, status, attributes, events and links of every span', async () => {
    await withSecurity({}, (security) => {
      const exporter = new InMemorySpanExporter();
      const provider = new TracerProvider({
        spanProcessors: [security.spanProcessor, new SimpleSpanProcessor({ exporter })],
      });
      const secret = { 'app.note': `password=${SECRET}`, password: SECRET };
      const span = provider.getTracer('test').startSpan(`password=${SECRET}`, {
        attributes: secret,
        links: [{ context: { ...PARENT, traceFlags: TraceFlags.SAMPLED }, attributes: secret }],
      });
      span.addEvent(`password=${SECRET}`, secret);
      span.setStatus({ code: 2, message: `password=${SECRET}` });
      span.end();
      const [finished] = exporter.getFinishedSpans();
      const { name, status, attributes, events, links } = finished ?? {};
      expect(name).to.be.a('string');
      expect(JSON.stringify({ name, status, attributes, events, links })).to.not.contain(SECRET);
    });
  });

  it('masks body and attributes of every log record', async () => {
    await withSecurity({}, (security) => {
      const exporter = new InMemoryLogRecordExporter();
      const provider = new LoggerProvider({
        processors: [security.logRecordProcessor, new SimpleLogRecordProcessor({ exporter })],
      });
      const logger = provider.getLogger('test');
      logger.emit({ body: `password=${SECRET}`, attributes: { password: SECRET } });
      logger.emit({ body: { nested: [{ password: SECRET }] } });
      const kept = exporter
        .getFinishedLogRecords()
        .map(({ body, attributes }) => [body, attributes]);
      expect(kept).to.have.length(2);
      expect(JSON.stringify(kept)).to.not.contain(SECRET);
    });
  });

  it('masks the event name an application made up, and leaves those of the vocabulary', async () => {
    await withSecurity({}, (security) => {
      const exporter = new InMemoryLogRecordExporter();
      const provider = new LoggerProvider({
        processors: [security.logRecordProcessor, new SimpleLogRecordProcessor({ exporter })],
      });
      const logger = provider.getLogger('test');
      logger.emit({ eventName: `checkout.failed password=${SECRET}` });
      logger.emit({ eventName: 'security.authn_login_fail' });
      const names = exporter.getFinishedLogRecords().map(({ eventName }) => eventName);
      expect(names).to.deep.equal([
        'checkout.failed password=[password]',
        'security.authn_login_fail',
      ]);
    });
  });

  it('shows the e-mail address of a user where users are plain, and only there', async () => {
    for (const [userId, shown] of [
      ['plain', 'alice@example.com'],
      [undefined, undefined],
    ] as const) {
      const eventExporter = new InMemoryLogRecordExporter();
      const settings = userId === undefined ? {} : { userId };
      // oxlint-disable-next-line no-await-in-loop -- one security at a time in a process
      await withSecurity({ eventExporter, settings }, async (security) => {
        loginFailed({ userId: 'alice@example.com' });
        await security.forceFlush();
        const [event] = eventExporter.getFinishedLogRecords();
        const user = String(event?.attributes['user.id']);
        expect(user).to.match(shown === undefined ? /^\[email:/u : /^alice@example\.com$/u);
      });
    }
  });

  it('emits an event with the ids of a span that is not sampled, and its severity', async () => {
    const eventExporter = new InMemoryLogRecordExporter();
    await withSecurity({ eventExporter, now: () => 1_700_000_000_000 }, async (security) => {
      const unsampled = trace.setSpanContext(context.active(), { ...PARENT, traceFlags: 0 });
      securityRuntime()?.emit({
        name: 'security.authn_login_fail',
        attributes: { 'user.id': 'bob' },
        context: unsampled,
        timestamp: 1_700_000_000_000,
      });
      await security.forceFlush();
      const [record] = eventExporter.getFinishedLogRecords();
      expect(record?.eventName).to.equal('security.authn_login_fail');
      expect(record?.severityNumber).to.equal(13);
      expect(record?.spanContext).to.include(PARENT);
    });
  });

  it('hashes equally within a domain, differently across domains and keys', async () => {
    const hashes = new Set<string | undefined>();
    for (const fill of [1, 2]) {
      // oxlint-disable-next-line no-await-in-loop -- there is one runtime a process
      await withSecurity({ hashKey: new Uint8Array(32).fill(fill) }, () => {
        hashes.add(securityRuntime()?.hash('user.id', 'bob'));
        hashes.add(securityRuntime()?.hash('user.id', 'bob'));
        hashes.add(securityRuntime()?.hash('session.id', 'bob'));
      });
    }
    expect(hashes.size).to.equal(4);
  });

  it('refuses a hash key of 31 bytes', () => {
    expect(() => startSecurity({ hashKey: new Uint8Array(31) })).to.throw(RangeError);
    expect(securityRuntime()).to.equal(undefined);
  });

  it('masks command lines and drops the name of the account', async () => {
    await withSecurity({}, (security) => {
      const { attributes } = security.maskResource(
        resourceFromAttributes({
          'process.command_args': ['node', '--password', SECRET, `--token=${SECRET}`],
          'process.owner': 'alice',
          'service.name': 'shop',
        }),
      );
      expect(attributes['service.name']).to.equal('shop');
      expect(attributes).to.not.have.property('process.owner');
      expect(JSON.stringify(attributes)).to.not.contain(SECRET);
    });
  });

  it('turns every hook into a no-op at shutdown', async () => {
    await withSecurity({}, () => {
      expect(securityRuntime()).to.not.equal(undefined);
    });
    expect(securityRuntime()).to.equal(undefined);
  });
});
