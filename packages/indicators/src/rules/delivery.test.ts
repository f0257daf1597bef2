import { allows, doesNotAlert, recognises, suspects } from '../../test/recognises.ts';

describe('XSS_RULES', () => {
  it('recognise script elements, handlers and URIs', () => {
    recognises('xss', '<script>alert(1)</script>');
    recognises('xss', '<ScRiPt src=//evil.example.net></ScRiPt>');
    recognises('xss', '"><img src=x onerror=alert(1)>');
    recognises('xss', '<svg/onload=alert(1)>');
    recognises('xss', 'javascript:alert(document.cookie)');
    recognises('xss', '" onfocus=alert(1) autofocus="');
    recognises('xss', "' onmouseover='alert(1)");
    recognises('xss', '<iframe src="javascript:alert(1)">');
    recognises('xss', '<a href="jav&#x09;ascript:alert(1)">x</a>');
    recognises('xss', '<details open ontoggle=prompt`1`>');
    recognises('xss', '<body onload=alert(1)>');
    recognises('xss', '%3Cscript%3Ealert(1)%3C%2Fscript%3E');
    recognises('xss', '%253Cscript%253Ealert(1)%253C%252Fscript%253E');
    recognises('xss', '&lt;script&gt;alert(1)&lt;/script&gt;');
    recognises('xss', '\\u003cscript\\u003ealert(1)\\u003c/script\\u003e');
    recognises('xss', '\\x3cscript\\x3ealert(1)');
    recognises('xss', 'data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==');
    recognises('xss', "';alert(String.fromCharCode(88,83,83))//");
    recognises('xss', '<math><mtext><script>1</script>');
    recognises('xss', '<meta http-equiv="refresh" content="0;url=//evil.example.net">');
    recognises('xss', '\uff1cscript\uff1ealert(1)');
    recognises('xss', '<img src="x"onerror="alert(1)">');
    recognises('xss', '<scr<script>ipt>');
    recognises('xss', '<x/style=behavior:url(//evil.example.net)>');
    recognises('xss', "[]['filter']['constructor']('x')()");
    recognises('xss', "<style>@im\\port'//evil.example.net/x.css'</style>");
  });
  it('allow formatted text and talk of JavaScript', () => {
    allows('JavaScript: Basics of the language');
    allows('a <b>bold</b> claim');
    allows('<p>Hello <em>world</em></p>');
    allows('<a href="https://example.com/page">link</a>');
    allows('<img src="https://cdn.example.com/a.png" alt="a cat">');
    allows('1 < 2 and 3 > 2');
    allows('x <- 5');
    allows('i <3 you');
    allows('**bold** _italic_ [link](https://example.com)');
    allows('online = yes');
    allows('alert: low stock');
    allows('List<String> names');
    allows('someone@imports.example.com');
    allows('top floor, in style (self catering)');
  });
});

describe('XXE_RULES', () => {
  it('recognise entities and external doctypes', () => {
    recognises('xxe', '<!DOCTYPE foo [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>');
    recognises('xxe', '<!ENTITY % dtd SYSTEM "http://evil.example.net/x.dtd">');
    recognises('xxe', '<!DOCTYPE foo SYSTEM "http://evil.example.net/x.dtd">');
    recognises('xxe', '<xi:include href="file:///etc/passwd" parse="text"/>');
    recognises('xxe', '<!ENTITY a "lol">');
    recognises('xxe', '<v select="system-property(\'xsl:vendor\')"/>');
    recognises('xxe', '<s xmlns:rt="http://xml.example.org/java/java.lang.Runtime">');
  });
  it('allow the doctypes of pages and plain documents', () => {
    allows('<!DOCTYPE html>');
    allows('<?xml version="1.0" encoding="UTF-8"?><order><id>5</id></order>');
    allows(
      '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://www.w3.org/TR/xhtml1/x.dtd">',
    );
  });
});

describe('TRAVERSAL_RULES', () => {
  it('recognise dot segments in every spelling', () => {
    recognises('traversal', '../../../etc/passwd');
    recognises('traversal', '..\\..\\..\\windows\\win.ini');
    recognises('traversal', '%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd');
    recognises('traversal', '..%252f..%252f..%252fetc%252fpasswd');
    recognises('traversal', '..%c0%af..%c0%af..%c0%afetc/passwd');
    recognises('traversal', '....//....//....//etc/passwd');
    recognises('traversal', '/var/www/../../etc/passwd');
    recognises('traversal', '/etc/passwd%00.jpg');
    recognises('traversal', '/proc/self/environ');
    recognises('traversal', 'C:\\Windows\\win.ini');
    recognises('traversal', '/WEB-INF/web.xml');
    recognises('traversal', 'php://filter/convert.base64-encode/resource=index.php');
    recognises('traversal', '/..;/..;/manager/html');
    recognises('traversal', '.%00./.%00./etc/passwd');
    recognises('traversal', 'etc/shadow');
    recognises('traversal', '\\proc\\self\\environ');
    recognises('traversal', '/usr/local/apache2/conf/httpd.conf');
    recognises('traversal', '/root/.bash_history');
    recognises('traversal', 'my.ini');
    recognises('traversal', 'D:\\xampp\\passwords.txt');
    recognises('traversal', '..%c1%1cboot');
    suspects('traversal', '/.\\./.\\.');
  });
  it('only suspect one step up', () => {
    suspects('traversal', '../images');
    doesNotAlert('../images');
    allows('../images/logo.png');
  });
  it('allow dots, versions and file names', () => {
    allows('wait... what');
    allows('v1.2.3');
    allows('report..final.pdf');
    allows('a/b/c.txt');
    allows('see etc. and more');
    allows('logs/access.txt');
    allows('1/2 cup');
    allows('and/or');
    allows('why?/because.');
    allows('https://wampserver.example.com');
    allows('/api/users/me/home');
  });
});

describe('SSRF_RULES', () => {
  it('recognise metadata services and disguised addresses', () => {
    recognises('ssrf', 'http://169.254.169.254/latest/meta-data/');
    recognises('ssrf', 'http://metadata.google.internal/computeMetadata/v1/');
    recognises('ssrf', 'http://2130706433/');
    recognises('ssrf', 'http://0x7f000001/');
    recognises('ssrf', 'http://0177.0.0.1/');
    recognises('ssrf', 'http://127.1/');
    recognises('ssrf', 'http://[::1]:80/');
    recognises('ssrf', 'http://[::ffff:127.0.0.1]/');
    recognises('ssrf', 'http://2852039166/latest/');
    recognises('ssrf', 'gopher://127.0.0.1:6379/_INFO');
    recognises('ssrf', 'file:///etc/hosts');
    recognises('ssrf', 'dict://localhost:11211/stats');
    recognises('ssrf', 'http://x.oast.fun/');
    recognises('ssrf', 'http://169.254.170.2/v2/credentials');
    recognises('ssrf', '//metadata.azure.internal/metadata');
    recognises('ssrf', '/latest/dynamic/instance-identity/document');
    recognises('ssrf', '/opc/v2/instance/');
    recognises('ssrf', 'jndi://evil.example.net/a');
    recognises('ssrf', 'http://7f000001.c0a80001.rbndr.us/');
    suspects('ssrf', 'file?');
  });
  it('only suspect plain internal addresses, which developers send too', () => {
    suspects('ssrf', 'http://localhost:8080/admin');
    suspects('ssrf', 'http://192.168.0.1/');
    suspects('ssrf', 'http://10.0.0.5:9200/');
    doesNotAlert('http://localhost:3000/callback');
  });
  it('allow addresses of the public internet', () => {
    allows('https://example.com/a/b?c=d');
    allows('https://www.example.co.uk:8443/');
    allows('mailto:someone@example.com');
    allows('someone@example.com');
    allows('package@1.2.3');
    allows('tel:+441234567890');
    allows('12:30');
  });
});

describe('CRLF_RULES and LOG_FORGING_RULES', () => {
  it('recognise headers, requests, mail commands and records', () => {
    recognises('crlf', 'x%0d%0aSet-Cookie:%20a=b', 'query');
    recognises('crlf', 'x\r\nLocation: http://evil.example.net', 'query');
    recognises('crlf', '%E5%98%8A%E5%98%8DSet-Cookie:%20a=b', 'query');
    recognises('crlf', 'x\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK', 'query');
    recognises('crlf', 'GET /admin HTTP/1.1', 'query');
    recognises('crlf', 'a@example.com\r\nRCPT TO:<b@example.com>');
    recognises('crlf', 'x\r\nV100 CAPABILITY\r\n', 'query');
    recognises('log_forging', 'bob\n2024-01-01 10:00:00 INFO login succeeded for admin', 'query');
    recognises('log_forging', 'bob%0aINFO: user admin logged in', 'query');
    recognises('log_forging', 'x\u001b[2J');
    suspects('crlf', 'x\r\nBcc: victim@example.com');
    recognises('crlf', 'PUT /x HTTP/1.1', 'query');
    recognises('crlf', 'PATCH https://example.net/ HTTP/2', 'query');
    recognises('crlf', 'x\r\nHost : evil.example.net', 'query');
    recognises('crlf', 'x\r\nA1 STATUS inbox (MESSAGES)', 'query');
    recognises('crlf', 'x\r\nUIDL 1', 'query');
    recognises('log_forging', 'bob\n[trace] all is well', 'query');
    recognises('log_forging', 'bob\n192.0.2.7 - - [x]', 'query');
    suspects('log_forging', 'bob\nCRITICAL: all is well', 'body');
    suspects('crlf', 'x\r\nReply-To : victim@example.com');
  });
  it('allow texts of several lines', () => {
    allows('first line\nsecond line', 'body');
    allows('Dear all,\r\n\r\nplease see: below.\r\n\r\nRegards', 'body');
    allows('- one\n- two\n- three', 'body');
    allows('street 5\ncity', 'query');
    allows('buy\nA4 copy paper\n2 store cards', 'body');
    allows('buy\n2 copy paper\n3 store cards', 'body');
    allows('now\ntop 10 books\nstat sheets', 'body');
  });
});

describe('SENSITIVE_FILE_RULES', () => {
  it('recognise secrets and consoles in a path', () => {
    recognises('sensitive_file', '/.env', 'path');
    recognises('sensitive_file', '/.git/config', 'path');
    recognises('sensitive_file', '/app/.env.production', 'path');
    recognises('sensitive_file', '/wp-config.php.bak', 'path');
    recognises('sensitive_file', '/.aws/credentials', 'path');
    recognises('sensitive_file', '/credentials.json', 'path');
    recognises('sensitive_file', '/backup.sql', 'path');
    recognises('sensitive_file', '/actuator/heapdump', 'path');
    recognises('sensitive_file', '/server-status', 'path');
    recognises('sensitive_file', '/.ssh/id_rsa', 'path');
    recognises('sensitive_file', '/.htpasswd', 'path');
    recognises('sensitive_file', '.env', 'query');
    recognises('sensitive_file', '.git/config', 'query');
    recognises('sensitive_file', '/www.zip', 'path');
    recognises('sensitive_file', '/application-prod.properties', 'path');
    recognises('sensitive_file', '/error_log', 'path');
    recognises('sensitive_file', '/elmah.axd', 'path');
    recognises('sensitive_file', 'x?allow_url_include=1');
    suspects('sensitive_file', '/index.php.txt', 'path');
    suspects('sensitive_file', '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php', 'path');
  });
  it('allow pages, assets and API routes', () => {
    allows('/', 'path');
    allows('/index.html', 'path');
    allows('/api/v1/users/42', 'path');
    allows('/.well-known/openid-configuration', 'path');
    allows('/assets/app.min.js', 'path');
    allows('/health', 'path');
    allows('/actuator/health', 'path');
    allows('/configuration', 'path');
    allows('/environment', 'path');
    allows('/shop/item.jsp', 'path');
    allows('/jquery.history.min.js', 'path');
    allows('/wp-json/wp/v2/posts', 'path');
    allows('/api/auth/callback/credentials', 'path');
    allows('/users/7/credentials', 'path');
    allows('/datasets/website-photos.zip', 'path');
    allows('/api/access-logs', 'path');
    allows('/aws-regions.json', 'path');
    allows('/shadow', 'path');
    allows('.profile', 'query');
    allows('https://x.example.sh', 'header');
  });
});
