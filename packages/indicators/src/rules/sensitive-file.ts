/** Files no client has business with, and the doors of products that scanners knock at. */
import { anyOf, inOrder } from '../pattern.ts';
import { type Rule, rule } from '../rule.ts';

const PATH = { places: ['path'] } as const;
const SUSPICIOUS_PATH = { places: ['path'], suspicious: true } as const;
const SUSPICIOUS = { suspicious: true } as const;

/** A file name at the end of a path, or followed by something that is not part of a word. */
const END =
  '(?:$|[\\s?#"\'&;,%/\\\\~)]|\\.(?:bak|old|save|swp|orig|txt|zip|gz|backup|copy|\\d)\\b)';

/** The dotted names that are a sign without a path before them. */
const OPENING_SECRET =
  '\\.(?:env|git|ssh|aws|svn|npmrc|bash(?:rc|_\\w{1,8})|htpasswd|htaccess|ds_store)\\b';

export const SENSITIVE_FILE_RULES: readonly Rule[] = [
  rule(
    'sensitive_file.secret',
    '/.¦\\.¦.env¦.git¦.ssh¦.aws¦.svn¦.npmrc¦.bash¦.htpasswd¦.htaccess¦.ds_store¦id_rsa¦' +
      'id_dsa¦id_ecdsa¦id_ed25519',
    new RegExp(
      `(?:^(?=${OPENING_SECRET})|[\\\\/])` +
        `\\.(?:env(?:\\.[\\w.-]{1,24})?|git(?:[\\\\/]\\w|-credentials|config|$|` +
        `[\\\\/]$)|svn[\\\\/]?|hg[\\\\/]|bzr[\\\\/]|cvs|aws[\\\\/]|azure[\\\\/]|gcloud|` +
        `kube[\\\\/]|docker(?:cfg|[\\\\/]|env)|ssh(?:[\\\\/]|$)|gnupg|npmrc|yarnrc|pypirc|netrc|` +
        `pgpass|my\\.cnf|mysql_history|psql_history|(?:ba|z|k|t?c)?sh_?(?:history|rc|profile)|` +
        `bash_(?:history|profile|logout|aliases)|bashrc|zshrc|profile|history|viminfo|htpasswds?|` +
        `htaccess|htdigest|user\\.ini|ds_store|idea[\\\\/]|vscode[\\\\/]|s3cfg|boto|` +
        `rediscli_history|dbshell|node_repl_history|python_history|lesshst|wget-hsts|subversion|` +
        `passwd|terraform|vagrant|travis\\.yml|ftpconfig|remote-sync\\.json|config[\\\\/]gcloud|` +
        `secrets?|credentials?|wp-config|anydesk|thunderbird|mozilla|gem[\\\\/]|composer[\\\\/]|` +
        `nuget|cargo[\\\\/]|circleci|jenkins|ansible|chef[\\\\/]|rhosts|shosts|forward|` +
        `fetchmailrc|muttrc|irssi|xsession|cursor(?:ignore|rules|[\\\\/])|claude(?:[\\\\/]|` +
        `\\.json)|kiro[\\\\/]|roo[\\\\/]|windsurf(?:rules|[\\\\/])|continue[\\\\/]|aider|` +
        `codex[\\\\/]|gemini[\\\\/]|copilot|aiignore|rovodev|codeium|tabnine|` +
        `clinerules)${END}?(?=$|[\\s?#"'&;,%/\\\\~).\\w])|(?:^|[\\\\/=])id_(?:rsa|dsa|ecdsa|` +
        `ed25519)${END}`,
      'i',
    ),
    { places: ['path', 'query'], told: { as: 'sentence', worth: 'suspicious' } },
  ),
  rule(
    'sensitive_file.secret_name',
    '.env¦.git¦.ssh¦.aws¦htpasswd¦htaccess¦id_rsa¦.history¦_history¦.docker¦.npmrc¦.svn¦' +
      '.bashrc¦.kube¦.pgpass¦.netrc¦.ds_store',
    anyOf(
      inOrder(
        /^(?:\S{0,256}?[\\/="'])?\./i,
        anyOf(
          /env|git[\\/]|ssh|aws|htpasswd|htaccess|history|\w{2,8}_history|docker|npmrc|svn|bashrc/i,
          /kube|pgpass|netrc|ds_store/i,
        ),
        /(?:$|[\\/"'.]\S{0,128}$)/i,
      ),
      /^\S{0,256}(?:id_rsa\b|\.ht(?:passwd|access)\b)/i,
    ),
    { ...SUSPICIOUS, told: { as: 'sentence', worth: 'nothing' } },
  ),
  rule(
    'sensitive_file.configuration',
    'wp-config¦settings.php¦localsettings¦web.config¦database.yml¦parameters.yml¦appsettings¦' +
      'application.¦phpinfo¦docker-compose¦dockerfile¦composer.¦local.xml¦serviceaccount¦sftp¦' +
      '.pem¦.key¦.pfx¦.p12¦.ppk¦.jks¦.kdbx¦keystore¦.sql¦.bak¦backup¦.old¦.swp¦.log¦.ini¦.conf¦' +
      '.mdb¦.sqlite¦.db¦.yml¦.ovpn¦config.¦configuration.¦settings.local¦settings.py¦secrets.¦' +
      'info.php¦service-account¦service_account¦key.json¦keys.json¦.properties¦credential¦.zip¦' +
      '.tar¦.tgz¦.gz¦.rar¦.7z¦.orig¦error_log¦proftpdpasswd¦.passwd¦perl.exe¦my.cnf¦' +
      'sitemanager.xml¦filezilla.xml¦unattend.xml¦sysprep.inf¦elmah.axd¦trace.axd',
    new RegExp(
      `(?:^|[\\\\/=])(?:wp-config(?:[.-][\\w.~-]{1,24}|~)?|config(?:uration)?\\.(?:php|` +
        `inc(?:\\.php)?|yml|yaml|ini|bak|old)|localsettings\\.php|` +
        `settings(?:\\.local)?\\.(?:php|py)|web\\.config|database\\.yml|secrets\\.(?:yml|json)|` +
        `parameters\\.yml|appsettings(?:\\.\\w{1,16})?\\.json|credentials\\.\\w{2,5}|(?:aws|` +
        `gcp)[\\w-]{0,16}(?:key|credential)s?\\.json|service[-_]?account[\\w-]{0,24}\\.json|` +
        `application(?:-\\w{1,12})?\\.(?:properties|` +
        `yml)|(?:php)?info\\.php|phpinfo(?:\\.php\\d?)?|docker-compose\\.ya?ml|dockerfile|` +
        `composer\\.(?:lock|json)|local\\.xml|config\\.inc\\.php|sftp(?:-config)?\\.json|` +
        `[\\w.-]{1,64}\\.(?:pem|ppk|pfx|p12|jks|kdbx|keystore|mdb|sqlite3?|ovpn|swp)|(?:server|` +
        `private|privkey|ssl|localhost)\\.key|(?:[\\w.-]{0,32}(?:backup|dump)[\\w.-]{0,16}|` +
        `database|db|mysql|www(?:root)?)\\.(?:zip|tar(?:\\.gz)?|tgz|gz|rar|7z)|` +
        `[\\w.-]{1,64}\\.(?:sql(?:\\.\\w{2,3}){0,2}|bak|old|backup|orig)|(?:errors?|access|debug|` +
        `laravel|php_errors?|install|development|production|npm-debug)\\.logs?|error_log|` +
        `proftpdpasswd|thumbs\\.db|perl\\.exe|php\\.ini|my\\.cnf|` +
        `nginx\\.conf|httpd\\.conf|\\.passwd|sitemanager\\.xml|filezilla\\.xml|` +
        `winscp\\.ini|unattend\\.xml|sysprep\\.inf|crossdomain\\.xml\\.bak|elmah\\.axd|` +
        `trace\\.axd)${END}`,
      'i',
    ),
    PATH,
  ),
  rule(
    'sensitive_file.backup_copy',
    '.bak¦.old¦.swp¦.sql¦~¦.save¦.orig¦.php.',
    anyOf(
      inOrder(
        /[\\/=][\w.-]{1,64}\./i,
        /php|asp|aspx|jsp|config|env|yml|json|ini|conf|html?|txt|js|ts|py|rb|pl|sh|xml/i,
        /(?:\.(?:bak|old|swp|save|orig)|~)$/i,
      ),
      /[\\/=][\w.-]{1,64}\.php\.(?:\d|txt)$/i,
      /\.(?:sql|bak)(?:\.(?:zip|gz|tar|7z|bz2|rar))?$/i,
    ),
    SUSPICIOUS,
  ),
  rule(
    'sensitive_file.management',
    'actuator¦heapdump¦server-status¦server-info¦jmx-console¦web-console/¦invoker/¦manager/¦' +
      'phpmyadmin¦phpmy-admin¦/pma¦adminer¦_profiler¦_ignition¦druid/¦jolokia¦solr/¦nacos/¦' +
      '_cat/¦_nodes¦v2/keys¦cfide/¦remote/¦dana-na¦tmui/¦mgmt/¦hnap1¦boaform¦gponform¦goform¦' +
      'setup.cgi¦sdk/¦evox/¦trinity.txt¦telescope/¦myadmin¦sqladmin¦dbadmin¦debug/pprof¦wsman¦' +
      'console/¦mysql-admin¦nice%20ports',
    inOrder(
      /^\/(?:[\w-]{1,32}\/){0,3}/i,
      anyOf(
        inOrder(
          /actuator(?:;[^/]{0,8})?\//i,
          anyOf(
            /env|heapdump|gateway|jolokia|mappings|beans|configprops|threaddump|trace|httptrace/i,
            /loggers|dump|shutdown|logfile|sessions|refresh|restart/i,
          ),
        ),
        /heapdump$|server-(?:status|info)$|jmx-console|web-console\/(?:serverinfo|invoker)/i,
        /invoker\/(?:jmx|ejb)\w|host-manager\/(?:html|text)/i,
        /manager\/(?:html|text|status|jmxproxy)/i,
        /(?:phpmyadmin|phpmy-?admin|pma|myadmin|mysql-?admin|sqladmin|dbadmin)(?:[\d.-]{0,8}\/|$)/i,
        /adminer(?:-[\d.]{1,8})?\.php|_profiler\/(?:phpinfo|open|latest|empty)/i,
        /_ignition\/(?:execute|health|share|update)|telescope\/requests/i,
        /druid\/(?:index|login\.html|websession|coordinator|indexer)/i,
        /jolokia\/(?:list|exec|read|version|search)/i,
        inOrder(
          /solr\//i,
          anyOf(
            /admin\/(?:cores|info|file|collections)/i,
            /[\w-]{1,24}\/(?:config|dataimport|debug|replication)/i,
          ),
        ),
        /nacos\/v1\/|_cat\/(?:indices|nodes)|_nodes\/|v2\/keys\/|cfide\//i,
        /remote\/(?:fgt_lang|hostcheck)|dana-na\/|tmui\/|mgmt\/(?:tm|shared)\/|hnap1\b|boaform\//i,
        /gponform\/|goform\/|setup\.cgi|sdk\/(?:vimservice|weblanguage)|evox\/|nice%20ports/i,
        /trinity\.txt|debug\/pprof\/|console\/(?:css|images)\/%|wsman$/i,
      ),
    ),
    PATH,
  ),
  // Nothing that is served begins with a dot, but for what standards put there.
  rule(
    'sensitive_file.hidden',
    '/.',
    /^(?:\/[\w-]{1,40}){0,4}\/\.(?!well-known|netlify|auth\b|vite|within|\.)[a-z][\w-]{1,40}(?:[./][\w./-]{0,80})?$/i,
    SUSPICIOUS_PATH,
  ),
  rule(
    'sensitive_file.webshell',
    '.php¦.jsp¦.asp¦.aspx',
    inOrder(
      /[\\/]/i,
      anyOf(
        /c99|r57|wso\d?|b374k|shell|cmd|webshell|alfa(?:shell)?|indoxploit|mini|1n73ction|p0wny/i,
        /chopper|antsword|behinder|sh3ll|backdoor|adminer-\d|eval-stdin/i,
      ),
      /\.(?:php\d?|jspx?|aspx?)/i,
    ),
    PATH,
  ),
  rule(
    'sensitive_file.php_handler',
    'allow_url_include¦think\\¦invokefunction¦php_value¦php_admin_value',
    anyOf(
      /allow_url_include|think\\+(?:app|request|container|config|template)|invokefunction/i,
      /\bPHP_(?:VALUE|ADMIN_VALUE)\b/i,
    ),
  ),
  rule(
    'sensitive_file.upload_name',
    '.php¦.phtml¦.phar¦.jsp¦.asp¦.cgi¦sess_',
    anyOf(
      inOrder(
        /^[^/\\]{0,128}\.(?:php\d?|phtml|phar|phpt|jspx?|aspx?|cgi)(?:\.\w{2,5})?/i,
        /(?:\.{1,32}|\s{1,4}|::\$data|%00|\0|;[\w.]{1,8})?$/i,
      ),
      /^sess_[a-z\d,-]{8,64}$/i,
    ),
    { ...SUSPICIOUS, places: ['header'] },
  ),
];
