/** Signs that name and value of a parameter give together, each of them ordinary. */
import type { Indicator } from '../indicator.ts';

const sign = (
  kind: Indicator['kind'],
  what: string,
  confidence: Indicator['confidence'],
): Indicator => Object.freeze({ kind, confidence, rule: `${kind}.${what}`, decoding: [] });

const RUNS = sign('cmdi', 'command_parameter', 'high');
const QUOTE = sign('sqli', 'quoted_number', 'suspicious');
const SOURCE = sign('traversal', 'source_parameter', 'suspicious');
const INCLUDED = sign('ssrf', 'included_parameter', 'suspicious');

const NAME_LENGTH_MAX = 40;
const VALUE_LENGTH_MAX = 256;

const RUNNING = /^(?:cmd|exec|command|execute|shell|system|run|daemon|0)$/i;
const COMMAND = new RegExp(
  '^(?:(?:id|ls|dir|pwd|whoami|uname|hostname|ipconfig|ifconfig|netstat)$|' +
    '(?:id|ls|dir|uname|env|ps|ipconfig|ifconfig|netstat|cat|type|ping|wget|curl|net|powershell|cmd|sh|bash|' +
    'python\\d?|perl|php|nc|echo|sleep|rm|find|whoami)(?:[\\s+;|]|%20|\\$)\\S)',
  'i',
);

const NUMBERED = /(?:id|no|num|pid|uid|cid|cat|item|page|year)$/i;
const QUOTED_NUMBER = /^-?\d{1,10}(?:['"\\]|%27|%22|%5c){1,3}$/i;

const FILED =
  /(?:file(?:name|path)?|page|path|template|include|inc|document|doc|folder|root|load|lang|dir|module|layout|conf|config|style|theme|locale)\]?$/i;
const SOURCE_FILE =
  /^(?!https?:)[\w./\\-]{0,128}\.(?:php\d?|inc|ini|conf|config|ya?ml|env|sql|bak|htaccess|htpasswd|jsp|aspx?|cgi|pl|py|rb|log)(?:%00|\0)?$/i;
const INCLUDING =
  /(?:include|inc|template|root|absolute_path|lang|dir|folder|layout|conf|config|style_?path|module)\]?$/i;
const REMOTE = /^(?:https?|ftps?):(?:\/\/|%2f%2f)/i;

/** At most one sign; undefined for nearly every pair. */
export function signOfPair(name: string, value: string): Indicator | undefined {
  if (name.length > NAME_LENGTH_MAX || value.length > VALUE_LENGTH_MAX) return undefined;
  if (RUNNING.test(name)) return COMMAND.test(value) ? RUNS : undefined;
  if (QUOTED_NUMBER.test(value)) return NUMBERED.test(name) ? QUOTE : undefined;
  if (!FILED.test(name) && !INCLUDING.test(name)) return undefined;
  if (REMOTE.test(value)) return INCLUDING.test(name) ? INCLUDED : undefined;
  return SOURCE_FILE.test(value) ? SOURCE : undefined;
}
