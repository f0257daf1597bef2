/** A text without the relative links that pages and modules have to files beside them. */

/** At most three steps up, plain names, and the ending of what pages are made of. */
const OWN_FILE = new RegExp(
  '(?<![.\\w%])(?:[\\w-]{1,40}/){0,4}(?:\\.{1,2}(?:/|%2f)){1,4}(?!etc|proc|windows|web-inf)' +
    '(?:[\\w-]{1,40}(?:/|%2f)){0,8}(?!\\w{0,24}(?:passw|secret|credential|token|appsettings|id_))' +
    '[\\w-]{1,60}(?:\\.[\\w-]{1,20}){0,3}\\.(?:png|jpe?g|gif|svg|webp|avif|ico|css|m?js|tsx?|map|' +
    'woff2?|html?|md|json|pdf|txt|mp[34])(?![\\w.%~/;\\\\])',
  'gi',
);
/** Pages and their parts lie this near; documents nearer still. */
const STEPS_MAX = /(?:\.\.(?:\/|%2f)){4}|(?:\.\.(?:\/|%2f)){3}.*\.(?:txt|json|pdf|md|html?)$/i;

export function pathForm(text: string): string {
  if (!text.includes('../') && !/\.\.%2f/i.test(text)) return text;
  return text.replaceAll(OWN_FILE, (link) => (STEPS_MAX.test(link) ? link : ' '));
}
