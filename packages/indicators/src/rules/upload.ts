/** Uploaded files that a server would run, by their name and by a type that contradicts it. */
import type { Indicator } from '../indicator.ts';

/** What a part says of its file, and how it begins. */
export interface UploadedFile {
  readonly fileName: string;
  readonly type: string;
  readonly text: string;
}

const RUN_BY_SERVER =
  /\.(?:php[3-8s]?|phtml|pht|phar|inc|hphp|ctp|jspx?|jsw|jspf|jsv|aspx?|ashx|asmx|asa|cer|cfm|cgi|pl|war|ear|htaccess|user\.ini|config)(?:\.{1,3}|\s|%00|\0|::\$data|;[\w.]{1,12}|%20|\/)?$/i;
const RUN_BEHIND_ENDING =
  /\.(?:php[3-8]?|phtml|phar|jspx?|aspx?|cgi)(?:\.|%00|\0|;|%0a|%0d%0a|%20)[\w.%]{0,12}\.?(?:jpe?g|png|gif|pdf|txt|docx?|zip|csv)$/i;
const CODE = /^(?:[\s\S]{0,16}GIF8\d[\s\S]{0,32})?\s{0,16}(?:<\?(?:php|=)|<%[@=!]?|<jsp:|#!\/)/i;
const HARMLESS_TYPE = /^(?:image|audio|video)\/|pdf|text\/plain/i;

const sign = (confidence: Indicator['confidence'], what: string): Indicator =>
  Object.freeze({
    kind: 'sensitive_file',
    confidence,
    rule: `sensitive_file.${what}`,
    decoding: [],
  });
const DISGUISED = sign('high', 'upload_disguised');
const SCRIPT = sign('suspicious', 'upload_script');

/** A script under another type or ending is no mistake; a script alone may be somebody's work. */
export function fileSigns({ fileName, type, text }: UploadedFile): readonly Indicator[] {
  const isCode = CODE.test(text.slice(0, 128));
  if (RUN_BEHIND_ENDING.test(fileName)) return [DISGUISED];
  if (RUN_BY_SERVER.test(fileName)) {
    return [isCode || HARMLESS_TYPE.test(type) ? DISGUISED : SCRIPT];
  }
  return isCode && HARMLESS_TYPE.test(type) ? [DISGUISED] : [];
}
