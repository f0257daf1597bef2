/** OpenTelemetry JS as its documentation starts it, with its defaults. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { NodeSDK } = require('@opentelemetry/sdk-node');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');
const { register } = require('import-in-the-middle/register-hooks.mjs');

const sdk = new NodeSDK({
  instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation()],
});
sdk.start();
register({ shouldInclude: (url) => /node_modules\/(express|router)\//.test(url) });
process.once('SIGINT', () => void sdk.shutdown().then(() => process.exit()));
