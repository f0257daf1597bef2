/** Plain OpenTelemetry as most teams start it: http and express instrumentation, OTLP protobuf. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { NodeSDK } = require('@opentelemetry/sdk-node');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');
const { register, supportsSyncHooks } = require('import-in-the-middle/register-hooks.mjs');

new NodeSDK({
  instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation()],
}).start();
if (supportsSyncHooks())
  register({ shouldInclude: (url) => /node_modules\/(express|router)\//.test(url) });
