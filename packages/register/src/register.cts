/**
 * `node --require @spanguard/register app.cjs`. A loader thread loads what `--require` names as well; there is
 * nothing to watch in it, and hooks of its own would bite themselves.
 */
const { isMainThread } = require('node:worker_threads') as typeof import('node:worker_threads');

if (isMainThread) require('./register.js');
