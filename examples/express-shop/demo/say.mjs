/** What the demonstration prints. */
import { styleText } from 'node:util';

export const say = {
  title: (text) => process.stdout.write(`\n${styleText('bold', text)}\n`),
  line: (text) => process.stdout.write(`  ${text}\n`),
  alert: (text) => process.stdout.write(`${styleText('red', text.replaceAll(/^/gm, '  | '))}\n`),
};
