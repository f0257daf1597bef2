/** An application in ES modules, started by the test: logs in once, wrongly, and prints its events. */
import { createRequire } from 'node:module';
import { once } from 'node:events';
import { register } from 'import-in-the-middle/register-hooks.mjs';
import { createExpressInstrumentation } from '@spanguard/instrumentation-express';
import { createHttpInstrumentation } from '@spanguard/instrumentation-http';
import { setSecurityRuntime } from '@spanguard/instrumentation';
import { recordingRuntime } from '../../instrumentation/test/recording-runtime.ts';
import { ask, startTracing, until } from '../../instrumentation/test/traced-server.ts';
import { createPassportInstrumentation } from '../src/index.ts';

startTracing();
const recording = recordingRuntime();
setSecurityRuntime(recording.runtime);
createHttpInstrumentation({ disableOutgoingRequestInstrumentation: true });
const instrumentations = [createExpressInstrumentation(), createPassportInstrumentation()];
register({
  shouldInclude: (url, specifier) => ['express', 'passport'].includes(specifier),
});
createRequire(import.meta.url)('node:http');

const { default: express } = await import('express');
const { default: passport } = await import('passport');
const { Strategy } = await import('passport-local');

passport.use(new Strategy((name, password, done) => done(null, false)));
const app = express();
const router = express.Router();
router.post('/login/:realm', express.json(), passport.authenticate('local', { session: false }));
app.use('/api', router);

// Neither closed nor told to exit: what keeps the process alive must be the server alone.
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
await ask(server.address().port, '/api/login/main', { body: { username: 'eve', password: 'x' } });
await until(() => recording.events.length > 0);
const states = instrumentations.flatMap((each) => each.report()).map(({ state }) => state);
const events = recording.events.map(({ name, attributes }) => ({ name, attributes }));
process.stdout.write(JSON.stringify({ states, events }));
server.unref();
