/** Commands: a shell's metacharacter and then a command's word; and code of servers. */
import { anyOf, inOrder } from '../pattern.ts';
import { type Rule, calls, rule } from '../rule.ts';

const SHELL = { on: 'shell' } as const;
const SUSPICIOUS = { on: 'shell', suspicious: true } as const;

// Words that are commands and hardly anything else.
const SURE =
  'whoami|uname|ifconfig|ipconfig|netstat|wget|curl|nslookup|netcat|nc|ncat|tracert|traceroute|' +
  'systeminfo|tasklist|powershell(?:\\.exe)?|pwsh|cmd(?:\\.exe)?|certutil|bitsadmin|wmic|' +
  'regsvr32|rundll32|mshta|bash|zsh|ksh|tcsh|dash|python[23]?|perl|ruby|php[578]?|nodejs?|gcc|' +
  'chmod|chown|passwd|adduser|useradd|crontab|iptables|telnet|tftp|scp|sftp|ssh|rsync|busybox|' +
  'mkfifo|printenv|lsof|pwd|rm|mv|cp|mkdir|rmdir|awk|gawk|sed|grep|egrep|fgrep|xargs|tee|' +
  'base64|xxd|getent|dig|nmap|socat|sudo|su|apt(?:-get)?|yum|pip3?|npm|tar|gzip|gunzip|unzip|' +
  'vim?|nano|less|tail|head|touch|mount|umount|ps|pkill|killall|lwp-request|lwp-download|lynx|' +
  'ftp|arp|ipaddr|ifdown|dmesg|lscpu|lspci|tac|rev|strings|stat|lsb_release|reboot|halt|' +
  'shutdown|hostname|nohup|findstr|tasklist|schtasks|reg\\s(?:query|add|save)|icacls|whoami|' +
  'net\\s(?:users?|localgroup|group|view|use|share|start)|iwr|irm|iex|invoke-\\w{4,16}|' +
  'get-(?:process|content|childitem|item|service|wmiobject)|xcopy|robocopy';
// Words that English uses too: they count only alone, or with an argument only a shell understands.
const SHARED =
  'id|ls|ll|cat|echo|sleep|ping|dir|type|more|find|sort|who|w|set|env|date|time|kill|net|sh|' +
  'file|at|exec|eval|export|alias|cut|dd|df|du|ln|man|nice|read|source|top|uptime|which|' +
  'whereis|locate|tr|printf|host|print|start|copy|del|ver|vol|query|route|timeout';
const PATHED = '(?:\\.{0,2}/)?(?:[\\w.*?\\[\\]-]{1,12}/){0,5}';
// A backtick alone is Markdown's: it is judged as a pair, in cmdi.substitution.
const META = '(?:[;|]|&(?!#?\\w{2,8};)|\\$\\(|<\\(|>\\(|[=;|&]`)';

export const CMDI_RULES: readonly Rule[] = [
  rule(
    'cmdi.chained_command',
    ';¦|¦&¦`¦$(¦<(¦>(',
    new RegExp(
      `${META}[\\s({@]{0,6}${PATHED}(?:(?:${SURE})(?:[\\s;|&\`)<>]{0,4}$|[;|&\`)]|` +
        `\\s{1,4}(?:[-/$~.*"'|;&>]|\\d|\\w{1,20}(?:[./:-]|\\s?[|;&\`])))|` +
        `(?:${SHARED})(?:\\s{0,4}[;\`)]|\\||\\s{0,4}[|&]{2}|\\s{1,4}(?:-{1,2}\\w|/(?:[\\w?*]|$)|~/|\\$|` +
        `\\*|\\.{1,2}/|[a-z]:\\\\|c:|%\\w{2,16}%|\\\\\\\\\\w|/[a-z]\\b|[^\\s;|&]{1,40}\\s?>{1,2}\\s?[/\\w]|\\d{1,5}(?:\\s?[;&|\`)#]|$)|\\d{1,3}\\.\\d{1,3}\\.)))`,
      'i',
    ),
    { ...SHELL, told: { as: 'list', worth: 'suspicious' } },
  ),
  rule(
    'cmdi.chained_word',
    ';¦|¦`¦$(¦&&¦&',
    new RegExp(
      `(?:^|\\W)(?:[;|]|\\$\\(|&&|\\|\\||^&)\\s?(?:id|ls|dir|w|who|env|set|ps|pwd|whoami|` +
        `hostname|ver)\\s?[;|&\`)#"']{0,2}$|^[^\\s;|&]{0,24}[;|]{1,2}(?:id|ls|dir|who|env|ps|pwd|hostname)(?:[;|` +
        `\`&]|$)|^&\\s?(?:id|dir|ls|ver|ipconfig|whoami)\\s?&?$`,
      'i',
    ),
    { ...SHELL, told: { as: 'list', worth: 'suspicious' } },
  ),
  rule(
    'cmdi.newline_command',
    ' ',
    new RegExp(
      `[\\n\\r]\\s{0,4}${PATHED}(?:${SURE}|id|ls|cat|echo|sleep|ping|dir)(?:\\s{1,4}[-/$~.\\d]|` +
        `\\s{0,4}$|[;|&\`])`,
      'i',
    ),
    { on: 'shell', places: ['query', 'path', 'header'], isBehindBreak: true },
  ),
  // A form's text has lines of its own: what stands alone in one is no more than odd.
  rule(
    'cmdi.command_line',
    'whoami¦uname¦ifconfig¦ipconfig¦netstat¦cat /¦ls -¦cat  ¦ls  ',
    new RegExp(
      `[\\n\\r]\\s{0,4}(?:whoami|uname\\s-\\w{1,4}|ifconfig|ipconfig|netstat(?:\\s-\\w{1,6})?|` +
        `cat\\s{1,4}/\\S{1,60}|ls\\s{1,4}-\\w{1,6})\\s{0,4}(?:[\\n\\r;|&]|$)`,
      'i',
    ),
    { suspicious: true, places: ['body'], isBehindBreak: true },
  ),
  rule(
    'cmdi.command_after_sign',
    ';¦|¦&¦`¦$(¦<(¦>(',
    new RegExp(
      `${META}[({@]{0,2}${PATHED}(?:${SURE}|id|ls|cat|echo|sleep|ping|dir|sh|env|find|time|` +
        `set)(?:\\s|[;|&\`)<>]|$)`,
      'i',
    ),
    { ...SUSPICIOUS, told: { as: 'list', worth: 'nothing' } },
  ),
  rule(
    'cmdi.substitution',
    '$(¦`¦${',
    anyOf(
      inOrder(
        /\$\(\s?/i,
        anyOf(
          inOrder(
            /(?:[./\w]{0,24}\/)?/i,
            anyOf(
              /whoami|id|ls|cat|uname|sleep|curl|wget|ping|nslookup|echo|printf|env|pwd|hostname/i,
              /python3?|perl|ruby|php|bash|sh|nc|dig|date|ifconfig|base64|find|head|tail|tr|rm/i,
              /touch|which/i,
            ),
            /\b[^)]{0,200}/i,
          ),
          /<[^)]{1,60}|\(?\d{1,8}\s?[-+*/]\s?\d{1,8}\)?/i,
        ),
        /\)/i,
      ),
      inOrder(
        /(?:^\S{0,40}?|[=;|&+]{1,3})`\s?/i,
        anyOf(
          /\/(?:usr\/)?s?bin\/\w+|whoami|cat\s\S{0,20}\/|uname|curl\s\S{0,40}\.|wget\s|sleep\s\d/i,
          /ping\s\S{0,8}\d|nslookup\s/i,
        ),
        /[^`]{0,200}(?:`[^\s]{0,8}$|$|`[;|&])/i,
      ),
      /^`(?:id|ls|whoami|false|true|dir|pwd)`?$/i,
      new RegExp(
        `^\\w{0,24}\`\\s?(?:${SURE}|ls|id|cat|echo|env)(?:\\s[^\`]{1,80})?\`\\w{0,24}$`,
        'i',
      ),
      new RegExp(`\\$\\((?:${SURE})(?:\\s[^()]{1,80})?\\)`, 'i'),
    ),
    SHELL,
  ),
  rule(
    'cmdi.shell_path',
    'bin/¦system32¦cmd.exe¦powershell¦cmd /c¦comspec¦/???/¦cmd /k¦cmd /r¦cmd/c¦cmd/k¦cmd/r¦' +
      '/??n/',
    anyOf(
      inOrder(
        /\/(?:usr\/)?(?:local\/)?s?bin\//i,
        anyOf(
          /\w{0,3}sh|cat|ls|id|nc|netcat|ping|sleep|wget|curl|uname|whoami|python[23]?|perl|ruby/i,
          /php|echo|ps|telnet|id|chmod|rm|cp|head|tail|less|more|nslookup|dig|touch|kill|uname/i,
          /awk|sed|find|ed|vi/i,
        ),
        /\b/i,
      ),
      /\bcmd(?:\.exe)?\s?\/[ckr]\b|system32[\\/]{1,4}(?:cmd|\w{1,20}\.exe)|(?<![\w.])cmd\.exe\b/i,
      /powershell(?:\.exe)?\s{1,4}(?:-|iex\b|invoke|["'&])|%comspec%|\/\?\?[?n]\/[?\w]{1,16}/i,
    ),
    { ...SHELL, told: { as: 'sentence', worth: 'suspicious' } },
  ),
  // A shell fills them in; nobody writes a path so but for a filter that looks for names.
  rule(
    'cmdi.path_wildcard',
    '?in/¦*in/¦b?n/¦b*n/¦bi?/¦bi*/¦??n/¦?tc/¦*tc/¦e?c/¦e*c/¦et?/¦et*/¦??c/¦us?/¦us*/¦?sr/¦*sr/¦u?r/¦' +
      'u*r/¦bin/¦etc/¦/[',
    anyOf(
      /\/(?:[?*]in|b[?*]n|bi[?*]|\?\?n|[?*]tc|e[?*]c|et[?*]|\?\?c|us[?*]|[?*]sr|u[?*]r)\/[\w?*[\]]/i,
      /\/(?:bin|etc)\/[a-z]{0,6}(?:\?|\*(?!$))[\w?*/]{1,12}/i,
      /\/etc\/[a-z]{0,4}\[[a-z]\/{0,2}\][a-z]{2,8}|\/\[[a-z]\]\w{1,5}\/\w/i,
    ),
  ),
  rule(
    'cmdi.windows_command',
    'reg ¦wmic ¦findstr ¦net ¦timeout /t¦timeout /¦start /b¦copy ¦for /f¦schtasks ¦icacls ¦certutil¦' +
      'bitsadmin¦%systemroot%¦%windir%¦%comspec%¦%systemdrive%¦out-string¦powershell¦' +
      'invoke-expression¦iex(¦iex (',
    anyOf(
      /(?:^|[&|;]\s{0,4})(?:reg\s(?:query|add|save)\s|wmic\s\w|findstr\s\/|timeout\s\/t\s?\d)/i,
      /(?:^|[&|;]\s{0,4})net\s(?:users?|localgroup|group|use|view)(?:\s\S{1,64}){0,3}\s{0,4}(?:\/\w|$|[&|])/i,
      /(?:^|[&|;]\s{0,4})(?:start\s\/b|x?copy\s\\\\|schtasks\s\/|icacls\s\S|certutil\s-|bitsadmin\s\/)/i,
      /\bfor\s\/f\s[^\n]{0,40}%{1,2}\w\sin\s?\(|%(?:systemroot|windir|comspec|systemdrive)%[\\/\s]/i,
      /\|\s?out-string|powershell[^\n]{0,60}\s-e(?:nc|ncodedcommand|p)?\s\S|invoke-expression|\biex\s?\(/i,
    ),
    { told: { as: 'sentence', worth: 'suspicious' } },
  ),
  rule(
    'cmdi.reverse_shell',
    '/dev/tcp¦/dev/udp¦mkfifo¦ -e ¦nc ¦ncat ¦netcat ¦sh -i¦sh -c¦pty.spawn¦fsockopen(¦tcpclient¦' +
      'downloadstring¦frombase64string',
    anyOf(
      /\/dev\/(?:tcp|udp)\/|\bmkfifo\s|\bn(?:c|cat|etcat)\s(?:.{0,40}\s)?-[a-z]{0,3}e\s/i,
      /\b(?:ba|z|da|k)?sh\s-[ic]\b|pty\.spawn\(|fsockopen\(|net\.sockets\.tcpclient/i,
      /downloadstring\(|frombase64string\(/i,
    ),
    SHELL,
  ),
  rule(
    'cmdi.ifs',
    "$ifs¦${ifs¦$@¦${path¦${shell¦$'\\¦${home¦${pwd¦${hostname¦${user¦${oldpwd¦${bash",
    anyOf(
      anyOf(
        /\$\{?IFS\}?|[a-z]{2}\$@[a-z]{2}/i,
        /\$\{(?:path|shell|home|pwd|hostname|user|oldpwd|bash\w{0,12})(?::[-=?+:\d\s]|[%#])/i,
      ),
      /\$'\\[xu0-7]/i,
    ),
  ),
  rule(
    'cmdi.command_with_path',
    'cat ¦ls ¦wget ¦curl ¦rm ¦ping ¦chmod ¦cat</¦head ¦tail ¦more ¦less ¦type ¦dir ¦net ¦' +
      'tac ¦nl ¦nc ¦uname¦strings ¦od ¦xxd ',
    anyOf(
      inOrder(
        /^[\s"'`(;|&]{0,6}/i,
        /cat|tac|ls|head|tail|more|less|nl|rm|strings|od|xxd/i,
        inOrder(
          /\s{1,4}(?:-\w{1,6}\s{1,3})?(?:~|\.{1,2})?\//i,
          /etc|proc|var|tmp|root|home|usr|bin|dev|opt|\./i,
        ),
      ),
      /^\s?(?:wget|curl)\s{1,4}(?:-\S{1,20}\s{1,3}){0,4}["']?(?:https?:\/\/|ftp:\/\/|\d{1,3}\.\d)/i,
      /^\s?ping\s{1,4}-[inct]\s?\d|^\s?(?:dir|type)\s{1,4}c:|^\s?(?:rm)\s{1,4}-rf?\b/i,
      /^\s?chmod\s{1,4}(?:[0-7]{3,4}|[+ugoa])|^\s?net\s(?:user|localgroup|view)\b|^\s?uname\s-a/i,
      /^\s?nc\s{1,4}-\w{1,6}\s/i,
    ),
    SHELL,
  ),
  rule(
    'cmdi.bare_command',
    'sleep ¦find /¦getent¦python¦perl -¦php -r¦ruby -¦ls -¦echo ¦whoami¦uname¦ifconfig¦ipconfig¦' +
      'netstat¦systeminfo¦etc/¦passwd¦shadow¦win.ini',
    anyOf(
      /^\s?(?:sleep\s\d{1,3}|find\s\/\S{0,40}\s-\w|getent\s(?:hosts|passwd)\b|echo\s["'`$])/i,
      /^\s?(?:python[23]?\s-c|(?:perl|ruby)\s(?:-\S{1,20}\s)?-e|php\s-r|ls\s-\w{1,6})(?:\s|$)/i,
      inOrder(
        /^\s?/i,
        /whoami|ifconfig|ipconfig(?:\s\/all)?|netstat(?:\s-\w{1,6})?|uname\s-\w|systeminfo/i,
        /\s?$/i,
      ),
      /\b(?:cat|more|less|head|tail|type)\s+\S{0,20}(?:etc\/|passwd|shadow|win\.ini)/i,
    ),
    SUSPICIOUS,
  ),
  rule('cmdi.shellshock', '(){¦() {¦()  {¦( ){¦( ) {¦( )  {', /\(\s?\)\s{0,2}\{[^}]{0,60}[;}]/, {
    places: ['header', 'query', 'path'],
  }),
  rule(
    'cmdi.php_code',
    '<?¦shell_exec¦passthru¦popen¦proc_open¦pcntl_exec¦phpinfo¦call_user_func¦' +
      'create_function¦file_put_contents¦base64_decode¦gzinflate¦str_rot13¦$_get¦$_post¦' +
      '$_request¦$_server¦$_cookie¦$_files¦$_session¦$_env¦$globals¦{php}¦{/php}¦[php]¦[/php]¦' +
      'allow_url_include¦auto_prepend_file¦auto_append_file¦var_dump¦print_r¦' +
      calls('exec', 'assert', 'eval', 'system', 'die', 'print', 'echo'),
    anyOf(
      /<\?(?:php\b|=|\s{1,8}(?:echo|print|system|eval|phpinfo|include|require|\$|@|die|exec))/i,
      inOrder(
        /(?<![\w.])/i,
        anyOf(
          inOrder(
            anyOf(
              /shell_exec|passthru|popen|proc_open|pcntl_exec|system|phpinfo/i,
              /call_user_func(?:_array)?|create_function|file_put_contents|base64_decode/i,
              /gzinflate|str_rot13/i,
            ),
            /\s{0,4}\(\s{0,4}(?:\$|['"@)])/i,
          ),
          inOrder(
            /(?:exec|assert|eval|system)\s{0,4}\(\s{0,4}/i,
            anyOf(
              /\$_|@|base64_decode|gz|str_rot|chr\(|get_defined|file_get/i,
              /['"](?:cat|ls|id|whoami|uname|curl|wget|ping|sleep|phpinfo|system|echo)\b/i,
            ),
          ),
        ),
      ),
      /\$_(?:get|post|request|server|cookie|files|session|env)\s?[[{]|\$globals\s?\[|\[\/?php\]/i,
      /\{\/?php\}|allow_url_include|auto_(?:prepend|append)_file/i,
      inOrder(
        /\b(?:die|print|echo|var_dump|print_r)\s?\(\s?(?:@?md5|phpinfo|system|\$_|base64|hash)/i,
        /\s{0,2}[([]/i,
      ),
      /[;{}\s]@?(?:die|print)\(\s?(?:md5|['"])/i,
    ),
  ),
  rule(
    'cmdi.php_call',
    'child_process¦shell_exec¦base64_decode¦phpinfo¦gzinflate¦gzuncompress¦file_get_contents¦' +
      'file_put_contents¦str_rot13¦call_user_func¦fopen¦fwrite¦unserialize¦preg_replace¦strrev¦' +
      'readfile¦ini_set¦proc_open¦passthru¦show_source¦highlight_file¦posix_¦array_map¦' +
      'array_filter¦$_¦eval(¦system(¦pack(¦symlink(',
    anyOf(
      /\bchild_process\b/i,
      inOrder(
        /\b/i,
        anyOf(
          /shell_exec|base64_decode|phpinfo|gzinflate|gzuncompress|file_get_contents/i,
          /file_put_contents|str_rot13|call_user_func|fopen|fwrite|unserialize/i,
          /preg_replace|strrev|readfile|ini_set|proc_open|passthru|show_source/i,
          /highlight_file|posix_\w{3,16}|array_map|array_filter/i,
        ),
        /\s{0,4}\(/i,
      ),
      // Prose has brackets behind these words too, but never without a blank.
      /\b(?:eval|system|unpack|pack|symlink)\(/i,
      /\$_(?:get|post|request|server|cookie|files|session|env)\b/i,
    ),
    { suspicious: true, told: { as: 'sentence', worth: 'nothing' } },
  ),
  rule(
    'cmdi.render_array',
    '[#¦[%23¦#value¦%23value',
    /\[(?:#|%23)(?:post_render|pre_render|lazy_builder|markup|access_callback|process|value_callback)\b|\/(?:#|%23)value\b/i,
  ),
  rule(
    'cmdi.remote_include',
    'include¦require',
    /\b(?:include|require)(?:_once)?\s?\(?\s?['"](?:https?|ftps?|php|data|phar|file|expect):/i,
  ),
  rule(
    'cmdi.script_engine',
    'child_process¦process.¦process .¦process[¦process [¦require¦constructor¦getruntime¦' +
      'java.lang.¦processbuilder¦__import__¦os.system¦os.popen¦os.exec¦os.spawn¦os. system¦' +
      'os. popen¦os. exec¦os. spawn¦os .¦subprocess¦builtins¦execfile¦execsync¦spawnsync¦compile(¦compile (¦global.process¦return process¦' +
      'return global.process¦runtime.exec¦' +
      'forksync¦io.popen¦kernel.¦' +
      calls('exec', 'spawn', 'fork', 'open'),
    anyOf(
      /['"`]child_process['"`]\s?\)|\beval\s?\(\s?compile\s?\(|\bglobal\.process\b/i,
      /\breturn\s(?:global\.)?process\b|\bruntime\.exec\s?\(/i,
      /child_process['"`]?\)?\s?\.\s?(?:exec|spawn|fork)\w{0,8}\s?\(\s?['"`]/i,
      /\bprocess\s?(?:\.|\[\s?['"`]?)\s?(?:mainmodule|binding)/i,
      /\brequire\s{0,4}(?:\(\s{0,4}['"`](?:node:)?(?:child_process|vm)|\.main\b)/i,
      /constructor\s?['"]?\]?\s?[.([]\s?['"`]?(?:constructor|_load|return|fromcharcode)/i,
      /\.getruntime\s?\(|\bjava\.lang\.(?:runtime|processbuilder|system|class|thread)\b/i,
      /\bprocessbuilder\s?\(|__import__\s?\(/i,
      /\bos\s?\.\s?(?:system|popen|exec\w{0,3}|spawn\w{0,3})\s?\(/i,
      /\bsubprocess\s?\.\s?(?:\w{3,14})\s?\(|__builtins__/i,
      inOrder(
        /(?<!\w{1,12}\.)\b(?:exec|spawn|fork|execfile)(?:sync)?\s?\(\s?['"`]/i,
        /cat|ls|id|whoami|uname|curl|wget|sh|bash|cmd|nc|ping|sleep|touch|netstat|hostname|ps|ifconfig|dir|\//i,
      ),
      /io\.popen\(|kernel\.(?:exec|system|open)|\bopen\(\s?['"]\|/i,
    ),
  ),
  rule(
    'cmdi.windows_logic',
    'for /¦for %¦for  ¦if exist¦if errorlevel¦if cmdextversion¦if not ¦if /i¦if  ¦invoke-¦' +
      'iex(¦iex (¦new-object¦start-process¦get-process¦get-content¦get-childitem¦get-wmiobject¦' +
      'get-credential',
    anyOf(
      /\bfor\s{1,8}(?:\/[lfdr]\s[^\n]{0,24})?%{1,2}\w\s{1,8}in\s?\(/i,
      inOrder(
        /\bif\s{1,8}(?:\/i\s{1,8})?/i,
        /(?:not\s{1,8})?(?:exist|errorlevel|cmdextversion)|not\s{1,8}defined/i,
        /\s{1,8}\S/i,
      ),
      /\binvoke-(?:expression|webrequest|command|restmethod|item)|\biex\s?\(/i,
      /new-object\s{1,4}(?:system\.)?net\.|start-process\s/i,
      /\bget-(?:process|content|childitem|wmiobject|credential)\b/i,
    ),
    { suspicious: true },
  ),
  rule(
    'cmdi.java_gadget_name',
    'java.lang¦java.io¦java.util¦org.apache¦com.sun¦javax.¦java.net¦java.beans¦getclass¦' +
      'runtime¦classloader¦class.module¦java.rmi¦java.nio',
    inOrder(
      /\b/i,
      anyOf(
        /java\.(?:lang|io|util|net|beans|rmi|nio)\.[a-z]\w+/i,
        /org\.apache\.(?:commons|struts|xalan|catalina|velocity|logging|myfaces)/i,
        /com\.sun\.(?:org\.apache|rowset|jndi|syndication)/i,
        /javax\.(?:script|naming|el|management)\.\w+|getclass\(\)|class\.module\.classloader/i,
        /classloader\.resources/i,
      ),
    ),
    { suspicious: true },
  ),
  rule(
    'cmdi.class_loader_binding',
    'class.module¦classloader¦_memberaccess¦getruntime¦@java¦ognlcontext¦xwork¦%{(¦#context',
    anyOf(
      /class(?:\.|\[['"]?)module(?:\.|\]\[?['"]?)classloader|class\.classloader\.|_memberaccess/i,
      /@java\.lang\.|ognl\.ognlcontext|com\.opensymphony\.xwork2|xwork\.methodaccessor/i,
      /#context\s?[[=]/i,
    ),
  ),
];
