/** Path traversal: dot segments in every spelling, and the files they are after. */
import { anyOf, inOrder } from '../pattern.ts';
import { type Rule, rule } from '../rule.ts';

const SUSPICIOUS = { suspicious: true } as const;
/** A path works alone: in a sentence it is told of. */
const ALONE = { told: { as: 'sentence', worth: 'nothing' } } as const;
// One dot pair or separator as servers, shells and sloppy filters read it.
const DOTS = '(?:\\.{2,4}|(?:%2e|%252e|0x2e|%c0%[2a]e|%u002e|\\.%00){2}|\\.%2e|%2e\\.)';
// A shell's wildcard for one of them: too little to go by when it stands alone.
const DOTS_OR_WILDCARD = `(?:${DOTS}|\\.\\?|\\?\\.)`;
const SLASH =
  '(?:[\\\\/]{1,8}|%2f|%5c|%252f|%255c|0x2f|0x5c|%c0%(?:af|2f|5c)|%c1%(?:9c|1c|pc|8s|af)|' +
  '%u221[56]|\\u2215|\\u2216|\\uff0f|\\uff3c|;/|%00/|%bg%qf|%uEFC8|%uF025)';

export const TRAVERSAL_RULES: readonly Rule[] = [
  rule(
    'traversal.network_share',
    '\\\\',
    /^\\{2,4}[\w.-]{1,64}(?:[:@]\w{1,5})?\\{1,2}[\w$.-]/,
    SUSPICIOUS,
  ),
  rule(
    'traversal.dot_segments',
    '..¦%2e¦0x2e¦%252e¦%c0¦?.¦.?¦%u002e¦.%00',
    new RegExp(
      `(?:${DOTS_OR_WILDCARD}${SLASH}(?:\\.?${SLASH}){0,4}){3}|(?:^|` +
        `[\\\\/=])${DOTS_OR_WILDCARD}${SLASH}{1,4}${DOTS_OR_WILDCARD}${SLASH}[^\\s]{0,40}` +
        `(?:etc|passwd|windows|boot|` +
        `win\\.ini|web-inf|config|\\.env|proc|\\{file\\}|shadow|\\.php|\\.ini|\\.xml|log)`,
      'i',
    ),
    { on: 'paths' },
  ),
  rule(
    'traversal.dot_segment',
    '..¦%2e¦0x2e¦%252e¦%c0¦%u002e¦.%00',
    new RegExp(`^(?:\\S{0,200}?[\\\\/=:"'(,&?]|\\S{0,200}?%2f)?${DOTS}${SLASH}\\S{0,512}$`, 'i'),
    { ...SUSPICIOUS, on: 'paths' },
  ),
  rule(
    'traversal.odd_spelling',
    '0x2e¦..0x¦..%c0¦..%c1¦..%u221¦..;¦..%00¦..%2f¦..%5c¦..%25¦.%2e¦%2e%2e¦' +
      '...//¦...\\\\¦..//¦../\\¦..\\¦{file}¦/./',
    anyOf(
      /(?:\.\.|0x2e0x2e|0x2e\.)(?:0x2f|0x5c|%c0|%c1|%u221|;\/|%00\/)/i,
      /\.{3,4}(?:\/\/|\\\\){1,4}\.{2,4}|(?:%2e){2}(?:%2f|%5c|\/|\\|$)|\.%2e[\\/%]/i,
      /\.\.%(?:252f|(?:25)?5c)|0x5c0x2e|0x2e0x2e|\.\.\\\.\.\\|\.\.%c[01]%/i,
      /\.\.[\\/]{2,6}\.\.[\\/]{1,6}|\.\.[\\/]{0,8}\{file\}|(?:\/\.){12}/i,
    ),
  ),
  // In a query any '/' may be written so, in a path only one that hides.
  rule('traversal.encoded_separator', '..%2f', /\.\.%2f/i, { places: ['path', 'header'] }),
  rule(
    'traversal.unix_file',
    'etc/¦etc\\¦/proc/¦/proc\\¦\\proc/¦\\proc\\¦/var/¦/var\\¦\\var/¦\\var\\¦/home/¦/home\\¦' +
      '\\home/¦\\home\\¦/dev/¦/dev\\¦\\dev/¦\\dev\\¦root/.¦root\\.¦usr/local¦usr\\local¦.ssh¦' +
      '.aws¦.bash_',
    anyOf(
      inOrder(
        /(?:^|[\\/"'=\s:;,<`(|&.])etc[\\/]{1,4}\.?[\\/]?/i,
        anyOf(
          /passwd|shadow|group|hosts|issue|crontab|sudoers|fstab|motd|resolv\.conf|master\.passwd/i,
          /security[\\/]|apache2?[\\/]|httpd[\\/]|nginx[\\/]|mysql[\\/]|my\.cnf|php|ssh[\\/]/i,
          /ssl[\\/]|init\.d|environment|profile|inetd|samba|network[\\/]|os-release/i,
          /redhat-release|debian_version|pure-ftpd|proftpd|vsftpd|passw|kubernetes|gshadow/i,
        ),
      ),
      inOrder(
        /[\\/]proc[\\/]/i,
        anyOf(
          /self|version|cmdline|cpuinfo|mounts|net[\\/]|\d{1,6}[\\/]|interrupts|meminfo/i,
          /sched_debug|modules|stat|filesystems|devices|config/i,
        ),
      ),
      inOrder(
        /[\\/]var[\\/]/i,
        anyOf(
          inOrder(
            /log[\\/]/i,
            anyOf(
              /apache|httpd|nginx|auth|syslog|messages|secure|mail|vsftp|lighttpd|mysql|sshd|wtmp/i,
              /lastlog|error|access/i,
            ),
          ),
          /run[\\/]secrets|lib[\\/](?:mlocate|mysql)|mail[\\/]|spool[\\/]/i,
        ),
      ),
      /[\\/]root[\\/]\.|(?:^|[\\/])\.(?:ssh[\\/]|bash_(?:history|profile)|aws[\\/]cred)/i,
      /[\\/]home[\\/][\w-]{1,32}[\\/]\.(?!well)/i,
      /[\\/]usr[\\/]local[\\/](?:apache|etc|nginx|php|mysql)/i,
      /[\\/]dev[\\/](?:stdin|fd|null|shm|random)/i,
    ),
    ALONE,
  ),
  rule(
    'traversal.windows_file',
    'win.ini¦oot.ini¦system.ini¦php.ini¦my.ini¦system32¦\\windows¦/windows¦winnt¦inetpub¦' +
      'autoexec¦appdata¦:/users¦:\\users¦xampp¦wamp',
    anyOf(
      /(?:win|boot|system|oot|php|my)\.ini\b(?:%00|$|[^\w.-])/i,
      /[\\/](?:windows|winnt)[\\/]{1,4}(?:system32|win|repair|system|php|temp|panther|debug)/i,
      /system32[\\/]{1,4}(?:config|drivers[\\/]etc|inetsrv|cmd)/i,
      inOrder(
        /\b[a-z]:[\\/]{1,4}/i,
        anyOf(
          /windows|winnt|boot\.ini|inetpub|autoexec|users[\\/]\w{1,32}[\\/]appdata|xampp|wamp/i,
        ),
      ),
      /[\\/]inetpub[\\/]|\b[a-z]:[\\/]users[\\/]\w{1,32}[\\/]\./i,
    ),
    ALONE,
  ),
  rule(
    'traversal.server_descriptor',
    'web-inf¦meta-inf¦web-infweb¦tomcat-users',
    /(?:web|meta)-inf(?:[\\/]|web\.xml)|tomcat-users\.xml/i,
  ),
  rule(
    'traversal.null_suffix',
    '%00¦\0',
    inOrder(
      /(?:\.\.|[\\/]\S{1,80}|^[\w./\\-]{1,120})(?:%00|\0)/i,
      /$|\.(?:html?|jpe?g|png|gif|php|txt|pdf|asp|jsp)/i,
    ),
    SUSPICIOUS,
  ),
  rule(
    'traversal.long_dots',
    '......¦./.¦.\\.¦.//¦.\\\\¦./\\¦.\\/¦{file}',
    anyOf(
      /(?<!\.)\.{6,512}[\\/]|(?:[\\/]\.){4}|(?:[\\/]\.{1,4}){3}[\\/]|\{file\}/i,
      /(?:[\\/]{1,6}\.){3}[\\/.]/i,
    ),
    SUSPICIOUS,
  ),
  rule(
    'traversal.stream_wrapper',
    'php:¦phar:¦expect:¦zip:¦glob:¦zlib:¦ogg:¦ssh2¦rar:¦compress.¦data:text/plain¦data:;base64¦' +
      'data://',
    inOrder(
      /\b/i,
      anyOf(
        /php:\/\/(?:filter|input|stdin|fd|memory|temp|output)|phar:\/\/|expect:\/\/|zip:\/\//i,
        /zlib:\/\/|glob:\/\/|compress\.(?:zlib|bzip2):|ssh2\.\w{3,6}:\/\/|rar:\/\/|ogg:\/\//i,
        /data:\/\/|data:text\/plain[;,]/i,
      ),
    ),
  ),
];
