/** Files no client has business with, and the doors of products that scanners knock at. */
import { type Rule, rule } from '../rule.ts';

const PATH = { places: ['path'] } as const;
const SUSPICIOUS_PATH = { places: ['path'], suspicious: true } as const;
const SUSPICIOUS = { suspicious: true } as const;

/** A file name at the end of a path, or followed by something that is not part of a word. */
const END =
  '(?:$|[\\s?#"\'&;,%/\\\\~)]|\\.(?:bak|old|save|swp|orig|txt|zip|gz|backup|copy|\\d)\\b)';

export const SENSITIVE_FILE_RULES: readonly Rule[] = [
  rule(
    'sensitive_file.secret',
    '/.¦id_rsa¦id_dsa¦id_ecdsa¦id_ed25519¦htpasswd¦htaccess',
    new RegExp(
      `(?:^|[\\\\/])\\.(?:env(?:\\.[\\w.-]{1,24})?|git(?:[\\\\/]\\w|-credentials|config|$|[\\\\/]$)|svn[\\\\/]?|hg[\\\\/]|bzr[\\\\/]|cvs|aws[\\\\/]|azure[\\\\/]|gcloud|kube[\\\\/]|docker(?:cfg|[\\\\/]|env)|ssh(?:[\\\\/]|$)|gnupg|npmrc|yarnrc|pypirc|netrc|pgpass|my\\.cnf|mysql_history|psql_history|(?:ba|z|k|t?c)?sh_?(?:history|rc|profile)|bash_(?:history|profile|logout|aliases)|bashrc|zshrc|profile|history|viminfo|htpasswds?|htaccess|htdigest|user\\.ini|ds_store|idea[\\\\/]|vscode[\\\\/]|s3cfg|boto|rediscli_history|dbshell|node_repl_history|python_history|lesshst|wget-hsts|subversion|passwd|terraform|vagrant|travis\\.yml|ftpconfig|remote-sync\\.json|config[\\\\/]gcloud|secrets?|credentials?|wp-config|anydesk|thunderbird|mozilla|gem[\\\\/]|composer[\\\\/]|nuget|cargo[\\\\/]|circleci|jenkins|ansible|chef[\\\\/]|rhosts|shosts|forward|fetchmailrc|muttrc|irssi|xsession|cursor(?:ignore|rules|[\\\\/])|claude(?:[\\\\/]|\\.json)|kiro[\\\\/]|roo[\\\\/]|windsurf(?:rules|[\\\\/])|continue[\\\\/]|aider|codex[\\\\/]|gemini[\\\\/]|copilot|aiignore|rovodev|codeium|tabnine|clinerules)${END}?(?=$|[\\s?#"'&;,%/\\\\~).\\w])|(?:^|[\\\\/=])id_(?:rsa|dsa|ecdsa|ed25519)${END}`,
      'i',
    ),
    { places: ['path', 'query'] },
  ),
  rule(
    'sensitive_file.secret_name',
    '.env¦.git¦.ssh¦.aws¦htpasswd¦htaccess¦id_rsa¦.history¦_history¦.docker¦.npmrc¦.svn¦.bashrc¦.kube¦.pgpass¦.netrc¦.ds_store',
    /^(?:\S{0,256}?[\\/="'])?\.(?:env|git[\\/]|ssh|aws|htpasswd|htaccess|history|\w{2,8}_history|docker|npmrc|svn|bashrc|kube|pgpass|netrc|ds_store)(?:$|[\\/"'.]\S{0,128}$)|^\S{0,256}(?:id_rsa\b|\.ht(?:passwd|access)\b)/i,
    SUSPICIOUS,
  ),
  rule(
    'sensitive_file.configuration',
    'wp-config¦config.php¦configuration.php¦settings.php¦localsettings¦web.config¦database.yml¦secrets.yml¦parameters.yml¦appsettings¦credentials¦config.json¦application.¦phpinfo¦docker-compose¦dockerfile¦composer.¦package-lock¦local.xml¦config.inc¦firebase¦serviceaccount¦sftp¦.pem¦.key¦.pfx¦.p12¦.ppk¦.jks¦.kdbx¦keystore¦server.cfg¦.sql¦.bak¦backup¦dump.¦.old¦.swp¦.log¦.ini¦.conf¦.mdb¦.sqlite¦.db¦.yml¦.rdp¦.ovpn¦.cfg',
    new RegExp(
      `(?:^|[\\\\/=])(?:wp-config(?:[.-][\\w.~-]{1,24}|~)?|config(?:uration)?\\.(?:php|inc(?:\\.php)?|yml|yaml|ini|bak|old|xml)|localsettings\\.php|settings(?:\\.local)?\\.(?:php|py)|web\\.config|database\\.yml|secrets\\.(?:yml|json)|parameters\\.yml|appsettings(?:\\.\\w{1,16})?\\.json|credentials(?:\\.\\w{2,5})?|(?:aws|gcp|service[-_]?account)[\\w-]{0,24}\\.json|application(?:-\\w{1,12})?\\.(?:properties|yml)|(?:php)?info\\.php|phpinfo(?:\\.php\\d?)?|docker-compose\\.ya?ml|dockerfile|composer\\.(?:lock|json)|local\\.xml|config\\.inc\\.php|sftp(?:-config)?\\.json|[\\w.-]{1,64}\\.(?:pem|ppk|pfx|p12|jks|kdbx|keystore|mdb|sqlite3?|ovpn|swp)|(?:server|private|privkey|ssl|localhost)\\.key|[\\w.-]{0,32}(?:backup|dump|database|db|data|www|site|web|mysql|sql)[\\w.-]{0,16}\\.(?:sql|zip|tar|tar\\.gz|tgz|gz|rar|7z|bak)|[\\w.-]{1,64}\\.(?:sql(?:\\.\\w{2,3})?|bak|old|backup|save|orig)|(?:error|access|debug|laravel|errors|php_errors?|install|development|production)[_.-]?logs?|(?:errors?|access|debug|laravel|npm-debug)\\.log|proftpdpasswd|thumbs\\.db|perl\\.exe|php\\.ini|my\\.cnf|nginx\\.conf|httpd\\.conf|\\.?passwd|shadow|sitemanager\\.xml|filezilla\\.xml|winscp\\.ini|unattend\\.xml|sysprep\\.inf|crossdomain\\.xml\\.bak|elmah\\.axd|trace\\.axd)${END}`,
      'i',
    ),
    PATH,
  ),
  rule(
    'sensitive_file.backup_copy',
    '.bak¦.old¦.swp¦.sql¦backup¦~¦.save¦.orig',
    /[\\/=][\w.-]{1,64}\.(?:php|asp|aspx|jsp|config|env|yml|json|ini|conf|html?)(?:\.(?:bak|old|swp|save|orig|\d|txt)|~)$|\.(?:sql|bak)(?:\.(?:zip|gz|tar|7z|bz2|rar))?$/i,
    SUSPICIOUS,
  ),
  rule(
    'sensitive_file.management',
    'actuator¦heapdump¦server-status¦server-info¦jmx-console¦web-console/¦invoker/¦manager/¦phpmyadmin¦phpmy-admin¦/pma¦adminer¦_profiler¦_ignition¦druid/¦jolokia¦solr/¦nacos/¦_cat/¦_nodes¦v2/keys¦cfide/¦remote/¦dana-na¦tmui/¦mgmt/¦hnap1¦boaform¦gponform¦goform¦setup.cgi¦sdk/¦evox/¦trinity.txt¦telescope/¦myadmin¦sqladmin¦dbadmin¦debug/pprof¦wsman¦console/',
    /^\/(?:[\w-]{1,32}\/){0,3}(?:actuator(?:;[^/]{0,8})?\/(?:env|heapdump|gateway|jolokia|mappings|beans|configprops|threaddump|trace|httptrace|loggers|dump|shutdown|logfile|sessions|refresh|restart)|heapdump$|server-(?:status|info)$|jmx-console|web-console\/(?:serverinfo|invoker)|invoker\/(?:jmx|ejb)\w|host-manager\/(?:html|text)|manager\/(?:html|text|status|jmxproxy)|(?:phpmyadmin|phpmy-?admin|pma|myadmin|mysql-?admin|sqladmin|dbadmin)(?:[\d.-]{0,8}\/|$)|adminer(?:-[\d.]{1,8})?\.php|_profiler\/(?:phpinfo|open|latest|empty)|_ignition\/(?:execute|health|share|update)|telescope\/requests|druid\/(?:index|login\.html|websession|coordinator|indexer)|jolokia\/(?:list|exec|read|version|search)|solr\/(?:admin\/(?:cores|info|file|collections)|[\w-]{1,24}\/(?:config|dataimport|debug|replication))|nacos\/v1\/|_cat\/(?:indices|nodes)|_nodes\/|v2\/keys\/|cfide\/|remote\/(?:fgt_lang|hostcheck)|dana-na\/|tmui\/|mgmt\/(?:tm|shared)\/|hnap1\b|boaform\/|gponform\/|goform\/|setup\.cgi|sdk\/(?:vimservice|weblanguage)|evox\/|nice%20ports|trinity\.txt|debug\/pprof\/|console\/(?:css|images)\/%|wsman$)/i,
    PATH,
  ),
  rule(
    'sensitive_file.product_door',
    '/',
    /^\/(?:[\w.-]{1,32}\/){0,4}(?:wp-content\/(?:plugins|themes|uploads|mu-plugins|backup)[/\w.-]{0,120}(?:\.php|\.sql|\.log|\.zip|readme\.txt)$|wp-content\/debug\.log|wp-includes\/[\w/-]{1,60}\.php$|wp-admin\/(?:install|setup-config|admin-post|upgrade)\.php|xmlrpc\.php$|wlwmanifest\.xml|(?:vendor\/)?phpunit\/|eval-stdin\.php|wls-wsat\/|_async\/asyncresp|bea_wls_|uddiexplorer|console\/(?:console\.portal|j_security_check|login\/loginform)|struts2?-(?:showcase|rest)|ws_utc\/|axis2?\/(?:axis2-admin|services\/)|geoserver\/(?:wfs|wms|ows|rest|web)|pages\/(?:doenterpagevariables|createpage-entervariables)|plugins\/servlet\/(?:gadgets|oauth|snjfooternavigation)|secure\/(?:contactadministrators|querycomponent|viewuserhover|popups|setupmode)|rest\/(?:tinymce|v1\/audits|issuenav)|seeyon\/|yyoa\/|weaver\/|tplus\/|ispirit\/|e-?cology|mobile\/plugin\/|servlet\/(?:~|taskrequestservlet|filereceive|bsh)|kindeditor\/|ueditor\/|fckeditor\/|ckfinder\/|elfinder\/|uploadify\/|jquery-file-upload\/server|zabbix\/|cacti\/|centreon\/|glpi\/|openemr\/|zimbra|service\/extension|irj\/|sap\/(?:public|bc\/)|webtools\/control|api\/jsonws\/|telerik\.web\.ui|desktopmodules\/|_layouts\/1[56]\/|_vti_bin\/|login_up\.php|nagiosxi\/|en-us\/splunkd|app\/kibana|public\/plugins\/|api\/experimental|ws\/v1\/cluster|cluster\/(?:apps|cluster)$|kylin\/api|api\/(?:session\/properties|v2\/cmdb|sonicos)|apis\/(?:apps|batch|rbac)|script(?:approval)?\/?$|asynchpeople|securityrealm\/user|descriptorbyname\/|service\/rest\/|vsphere-client|ui\/(?:vropspluginui|h5-vsan)|vcac\/|analytics\/telemetry|casa\/nodes|suite-api\/|vpns?\/(?:\.\.|portal|newbm|cfg|\w{1,12}\.html)|nf\/auth|logon\/logonpoint|pcidss\/|netscaler|rdweb\/|guacamole\/|mifs\/|global-protect\/|ssl-vpn\/|php\/utils|esp\/cms_|restconf\/|level\/15|webui_wsma|\+csco[et]\+|\+webvpn\+|cgi-bin\/|cgi\/(?:maincgi|login)|cgi-mod\/|owa\/(?:auth|&)|ecp\/(?:\w{1,20}\.(?:js|aspx|png)|default)|autodiscover\/autodiscover\.(?:json|xml)|storage\/logs\/|bower_components\/|install(?:\/index)?\.php$|(?:phpinfo|test|info|i|old|temp|tmp)\.php$|(?:nginx|fpm|basic)[_-]status$|portal\/info\.jsp|webui\/$|manage\/account\/login|config\/getuser|upload\/\w{1,20}\.(?:php|jsp|aspx?)$|inc\/config|thinkphp|index\.php\/(?:module|index\/)|runtime\/log|admin\/(?:config|setup|install|phpinfo|upload)\.php|\w{1,20}\.(?:axd|nsf|cfc)(?:$|[/?;])|(?:composer|yarn|package|gemfile|pipfile)\.lock$|graphql\/console|\w{1,24};(?:\/|jsessionid=\.|\.css|\.js|\w{1,8}\.ico))/i,
    SUSPICIOUS_PATH,
  ),
  rule(
    'sensitive_file.webshell',
    '.php¦.jsp¦.asp¦.aspx',
    /[\\/](?:c99|r57|wso\d?|b374k|shell|cmd|webshell|alfa(?:shell)?|indoxploit|mini|1n73ction|p0wny|chopper|antsword|behinder|sh3ll|backdoor|adminer-\d|eval-stdin)\.(?:php\d?|jspx?|aspx?)/i,
    PATH,
  ),
  rule(
    'sensitive_file.php_handler',
    '?-d¦-d+¦invokefunction¦think\\app¦s=¦php_value',
    /allow_url_include|think\\+(?:app|request|container|config|template)|invokefunction|\bPHP_(?:VALUE|ADMIN_VALUE)\b/i,
  ),
  rule(
    'sensitive_file.upload_name',
    '.php¦.jsp¦.asp¦.phtml¦.phar¦sess_',
    /(?:^|[\w-])\.(?:php\d?|phtml|phar|jspx?|aspx?|cgi|sh)(?:\.\w{2,5})?(?:\.{1,3}|::\$data|%00|\0|;[\w.]{1,8})?$|^sess_[a-z\d,-]{8,64}$/i,
    { ...SUSPICIOUS, places: ['header'] },
  ),
];
