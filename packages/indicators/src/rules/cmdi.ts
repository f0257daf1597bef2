/** Operating-system commands: a shell's metacharacter and then a command's word; and code of servers. */
import { type Rule, rule } from '../rule.ts';

const SHELL = { on: 'shell' } as const;
const SUSPICIOUS = { on: 'shell', suspicious: true } as const;

// Words that are commands and hardly anything else.
const SURE =
  'whoami|uname|ifconfig|ipconfig|netstat|wget|curl|nslookup|netcat|nc|ncat|tracert|traceroute|systeminfo|tasklist|powershell(?:\\.exe)?|pwsh|cmd(?:\\.exe)?|certutil|bitsadmin|wmic|regsvr32|rundll32|mshta|bash|zsh|ksh|tcsh|dash|python[23]?|perl|ruby|php[578]?|nodejs?|gcc|chmod|chown|passwd|adduser|useradd|crontab|iptables|telnet|tftp|scp|sftp|ssh|rsync|busybox|mkfifo|printenv|lsof|pwd|rm|mv|cp|mkdir|rmdir|awk|gawk|sed|grep|egrep|fgrep|xargs|tee|base64|xxd|getent|dig|nmap|socat|sudo|su|apt(?:-get)?|yum|pip3?|npm|tar|gzip|gunzip|unzip|vim?|nano|less|tail|head|touch|mount|umount|ps|pkill|killall|lwp-request|lwp-download|lynx|ftp|arp|ipaddr|ifdown|dmesg|lscpu|lspci|tac|rev|strings|stat|lsb_release|reboot|halt|shutdown';
// Words that English uses too: they count only alone, or with an argument only a shell understands.
const SHARED =
  'id|ls|ll|cat|echo|sleep|ping|dir|type|more|find|sort|who|w|set|env|date|time|kill|net|sh|file|at|exec|eval|export|alias|cut|dd|df|du|ln|man|nice|read|source|top|uptime|which|whereis|locate|tr|printf|host|print|start|copy|del|ver|vol|query|route|timeout';
const PATHED = '(?:\\.{0,2}/)?(?:[\\w.*?\\[\\]-]{1,12}/){0,5}';
// A backtick alone is Markdown's: it is judged as a pair, in cmdi.substitution.
const META = '(?:[;|]|&(?!#?\\w{2,8};)|\\$\\(|<\\(|>\\(|[=;|&]`)';

export const CMDI_RULES: readonly Rule[] = [
  rule(
    'cmdi.chained_command',
    ';¦|¦&¦`¦$(¦<(¦ ¦>(',
    new RegExp(
      `${META}[\\s({@]{0,6}${PATHED}(?:(?:${SURE})(?:[\\s;|&\`)<>]{0,4}$|[;|&\`)]|\\s{1,4}(?:[-/$~.*"'|;&>]|\\d|\\w{1,20}(?:[./:-]|\\s?[|;&\`])))|(?:${SHARED})(?:\\s{0,4}[;\`)]|\\||\\s{0,4}[|&]{2}|\\s{1,4}(?:-{1,2}\\w|/[\\w?*]|~/|\\$|\\*|\\.{1,2}/|c:|\\d{1,5}(?:\\s?[;&|\`)#]|$)|\\d{1,3}\\.\\d{1,3}\\.)))`,
      'i',
    ),
    SHELL,
  ),
  rule(
    'cmdi.chained_word',
    ';¦|¦`¦$(¦&&¦&',
    new RegExp(
      `(?:^|\\W)(?:[;|]|\\$\\(|&&|\\|\\||^&)\\s?(?:id|ls|dir|w|who|env|set|ps|pwd|whoami|ver)\\s?[;|&\`)#"']{0,2}$|^[^\\s;|&]{0,24}[;|]{1,2}(?:id|ls|dir|who|env|ps|pwd)(?:[;|\`&]|$)|^&\\s?(?:id|dir|ls|ver|ipconfig|whoami)\\s?&?$`,
      'i',
    ),
    SHELL,
  ),
  rule(
    'cmdi.newline_command',
    ' ',
    new RegExp(
      `[\\n\\r]\\s{0,4}${PATHED}(?:${SURE}|id|ls|cat|echo|sleep|ping|dir)(?:\\s{1,4}[-/$~.\\d]|\\s{0,4}$|[;|&\`])`,
      'i',
    ),
    { on: 'shell', places: ['query', 'path', 'header'] },
  ),
  rule(
    'cmdi.command_after_sign',
    ';¦|¦&¦`¦$(¦ ',
    new RegExp(
      `${META}[({@]{0,2}${PATHED}(?:${SURE}|id|ls|cat|echo|sleep|ping|dir|sh|env|find|time|set)(?:\\s|[;|&\`)<>]|$)`,
      'i',
    ),
    SUSPICIOUS,
  ),
  rule(
    'cmdi.substitution',
    '$(¦`¦${',
    /\$\(\s?(?:(?:[./\w]{0,24}\/)?(?:whoami|id|ls|cat|uname|sleep|curl|wget|ping|nslookup|echo|printf|env|pwd|hostname|python3?|perl|ruby|php|bash|sh|nc|dig|date|ifconfig|base64|find|head|tail|tr|rm|touch|which)\b[^)]{0,200}|<[^)]{1,60}|\(?\d{1,8}\s?[-+*/]\s?\d{1,8}\)?)\)|(?:^\S{0,40}?|[=;|&+]{1,3})`\s?(?:\/(?:usr\/)?s?bin\/\w+|whoami|cat\s\S{0,20}\/|uname|curl\s\S{0,40}\.|wget\s|sleep\s\d|ping\s\S{0,8}\d|nslookup\s)[^`]{0,200}(?:`[^\s]{0,8}$|$|`[;|&])|^`(?:id|ls|whoami|false|true|dir|pwd)`?$/i,
    SHELL,
  ),
  rule(
    'cmdi.shell_path',
    'bin/¦system32¦cmd.exe¦powershell¦cmd /c¦cmd+/c¦comspec¦/???/',
    /\/(?:usr\/)?(?:local\/)?s?bin\/(?:\w{0,3}sh|cat|ls|id|nc|netcat|ping|sleep|wget|curl|uname|whoami|python[23]?|perl|ruby|php|echo|ps|telnet|id|chmod|rm|cp|head|tail|less|more|nslookup|dig|touch|kill|uname|awk|sed|find|ed|vi)\b|\bcmd(?:\.exe)?\s?\/[ckr]\b|system32[\\/]{1,4}(?:cmd|\w{1,20}\.exe)|(?<![\w.])cmd\.exe\b|powershell(?:\.exe)?\s{1,4}(?:-|iex\b|invoke|["'&])|%comspec%|\/\?\?[?n]\/[?\w]{1,16}/i,
    SHELL,
  ),
  rule(
    'cmdi.reverse_shell',
    '/dev/tcp¦/dev/udp¦mkfifo¦ -e ¦bash -i¦sh -i¦sh -c¦socket¦pty.spawn¦tcpclient¦downloadstring¦frombase64string',
    /\/dev\/(?:tcp|udp)\/|\bmkfifo\s|\bn(?:et)?cat?\s.{0,40}-[a-z]{0,3}e\s|\b(?:ba|z|da|k)?sh\s-[ic]\b|pty\.spawn\(|fsockopen\(|net\.sockets\.tcpclient|downloadstring\(|frombase64string\(/i,
    SHELL,
  ),
  rule(
    'cmdi.ifs',
    "$ifs¦${ifs¦$ifs¦$@¦${path¦${shell¦$'\\",
    /\$\{?IFS\}?|\w\$@\w|\$\{(?:path|shell|home|pwd|hostname|user|oldpwd|bash\w{0,12})(?::|%|#)|\$'\\/i,
  ),
  rule(
    'cmdi.command_with_path',
    'cat ¦ls ¦wget ¦curl ¦rm ¦ping ¦sleep ¦chmod ¦cat</¦head ¦tail ¦more ¦less ¦type ¦dir ¦nslookup ¦net ¦tac ¦nl ¦cat\t¦echo ¦nc ¦uname',
    /^[\s"'`(;|&]{0,6}(?:cat|tac|ls|head|tail|more|less|nl|rm|strings|od|xxd)\s{1,4}(?:-\w{1,6}\s{1,3})?(?:~|\.{1,2})?\/(?:etc|proc|var|tmp|root|home|usr|bin|dev|opt|\.)|^\s?(?:wget|curl)\s{1,4}(?:-\S{1,20}\s{1,3}){0,4}["']?(?:https?:\/\/|ftp:\/\/|\d{1,3}\.\d)|^\s?ping\s{1,4}-[inct]\s?\d|^\s?(?:dir|type)\s{1,4}c:|^\s?(?:rm)\s{1,4}-rf?\b|^\s?chmod\s{1,4}(?:[0-7]{3,4}|[+ugoa])|^\s?net\s(?:user|localgroup|view)\b|^\s?uname\s-a|^\s?nc\s{1,4}-\w{1,6}\s/i,
    SHELL,
  ),
  rule(
    'cmdi.bare_command',
    'id¦whoami¦uname¦ifconfig¦ipconfig¦netstat¦/etc/¦systeminfo¦dir',
    /^\s?(?:whoami|ifconfig|ipconfig(?:\s\/all)?|netstat(?:\s-\w{1,6})?|uname\s-\w|systeminfo)\s?$|\b(?:cat|more|less|head|tail|type)\s+\S{0,20}(?:etc|passwd|shadow|win\.ini)/i,
    SUSPICIOUS,
  ),
  rule('cmdi.shellshock', '() {¦(){', /\(\s{0,4}\)\s{0,4}\{[^}]{0,60}[;}]/, {
    places: ['header', 'query', 'path'],
  }),
  rule(
    'cmdi.php_code',
    '<?¦system(¦exec(¦passthru(¦popen(¦eval(¦assert(¦base64_decode(¦phpinfo(¦call_user_func¦create_function¦$_get¦$_post¦$_request¦$_server¦$_cookie¦$_files¦$_session¦$globals¦file_get_contents(¦die(¦md5(¦{php}¦[php]¦allow_url_include¦auto_prepend_file¦disable_functions¦preg_replace(¦fopen(¦file_put_contents¦system (¦print(',
    /<\?(?:php\b|=|\s{1,8}(?:echo|print|system|eval|phpinfo|include|require|\$|@|die|exec))|(?<![\w.])(?:(?:shell_exec|passthru|popen|proc_open|pcntl_exec|system|phpinfo|call_user_func(?:_array)?|create_function|file_put_contents|base64_decode|gzinflate|str_rot13)\s{0,4}\(\s{0,4}(?:\$|['"@)])|(?:exec|assert|eval|system)\s{0,4}\(\s{0,4}(?:\$_|@|base64_decode|gz|str_rot|chr\(|get_defined|file_get|['"](?:cat|ls|id|whoami|uname|curl|wget|ping|sleep|phpinfo|system|echo)\b))|\$_(?:get|post|request|server|cookie|files|session|env)\s?[[{]|\$globals\s?\[|\[\/?php\]|\{\/?php\}|allow_url_include|auto_(?:prepend|append)_file|\b(?:die|print|echo|var_dump|print_r)\s?\(\s?(?:@?md5|phpinfo|system|\$_|base64|hash)\s{0,2}[([]|[;{}\s]@?(?:die|print)\(\s?(?:md5|['"])/i,
  ),
  rule(
    'cmdi.php_call',
    '_exec¦child_process¦process.env¦base64_decode¦eval(¦phpinfo¦gzinflate¦file_get_contents¦system(¦str_rot13¦call_user_func¦fopen(¦unserialize(¦preg_replace¦strrev(¦pack(¦readfile(¦ini_set(¦proc_open¦passthru¦$_',
    /\bchild_process\b|\b(?:shell_exec|base64_decode|eval|phpinfo|gzinflate|gzuncompress|file_get_contents|file_put_contents|system|str_rot13|call_user_func|fopen|fwrite|unserialize|preg_replace|strrev|unpack|pack|readfile|ini_set|proc_open|passthru|show_source|highlight_file|symlink|posix_\w{3,16}|array_map|array_filter)\s{0,4}\(|\$_(?:get|post|request|server|cookie|files|session|env)\b/i,
    { suspicious: true },
  ),
  rule(
    'cmdi.script_engine',
    'child_process¦process.¦process[¦require¦constructor¦runtime¦processbuilder¦__import__¦os.system¦subprocess¦popen¦mainmodule¦execsync¦spawnsync¦builtins¦eval(¦function(¦kernel.¦io.popen¦open(¦node:¦this.¦while(',
    /['"`]child_process['"`]\s?\)|child_process['"`]?\)?\s?\.\s?(?:exec|spawn|fork)\w{0,8}\s?\(\s?['"`]|\bprocess\s?(?:\.|\[\s?['"`]?)\s?(?:mainmodule|binding)|\brequire\s{0,4}(?:\(\s{0,4}['"`](?:node:)?(?:child_process|vm)|\.main\b)|constructor\s?['"]?\]?\s?[.([]\s?['"`]?(?:constructor|_load|return|fromcharcode)|\.getruntime\s?\(|\bjava\.lang\.(?:runtime|processbuilder|system|class|thread)\b|\bprocessbuilder\s?\(|__import__\s?\(|\bos\s?\.\s?(?:system|popen|exec\w{0,3}|spawn\w{0,3})\s?\(|\bsubprocess\s?\.\s?(?:\w{3,14})\s?\(|__builtins__|(?<!\w{1,12}\.)\b(?:exec|spawn|fork|execfile)(?:sync)?\s?\(\s?['"`](?:cat|ls|id|whoami|uname|curl|wget|sh|bash|cmd|nc|ping|sleep|touch|\/)|io\.popen\(|kernel\.(?:exec|system|open)|\bopen\(\s?['"]\|/i,
  ),
  rule(
    'cmdi.windows_logic',
    'for /¦for %¦if exist¦if not¦%%¦invoke-¦iex¦-enc¦get-¦new-object¦start-process',
    /\bfor\s{1,8}(?:\/[lfdr]\s{1,8})?[^\n]{0,20}%{1,2}\w\s{1,8}in\s?\(|\bif\s{1,8}(?:\/i\s{1,8})?(?:not\s{1,8})?(?:exist|defined|errorlevel|cmdextversion)\s{1,8}\S|\binvoke-(?:expression|webrequest|command|restmethod|item)|\biex\s?\(|new-object\s{1,4}(?:system\.)?net\.|start-process\s|\bget-(?:process|content|childitem|wmiobject|credential)\b/i,
    { suspicious: true },
  ),
  rule(
    'cmdi.java_gadget_name',
    'java.lang¦java.io¦java.util¦org.apache¦com.sun¦javax.¦java.net¦java.beans¦getclass¦runtime¦classloader¦class.module',
    /\b(?:java\.(?:lang|io|util|net|beans|rmi|nio)\.[a-z]\w+|org\.apache\.(?:commons|struts|xalan|catalina|velocity|logging|myfaces)|com\.sun\.(?:org\.apache|rowset|jndi|syndication)|javax\.(?:script|naming|el|management)\.\w+|getclass\(\)|class\.module\.classloader|classloader\.resources)/i,
    { suspicious: true },
  ),
  rule(
    'cmdi.class_loader_binding',
    'class.module¦classloader¦_memberaccess¦getruntime¦@java¦ognlcontext¦xwork¦%{(¦#context',
    /class(?:\.|\[['"]?)module(?:\.|\]\[?['"]?)classloader|class\.classloader\.|_memberaccess|@java\.lang\.|ognl\.ognlcontext|com\.opensymphony\.xwork2|xwork\.methodaccessor|#context\s?[[=]/i,
  ),
];
