import { allows, doesNotAlert, recognises, suspects } from '../../test/recognises.ts';

describe('SQLI_RULES', () => {
  it('recognise a tautology in every quoting', () => {
    recognises('sqli', "1' OR '1'='1");
    recognises('sqli', '1 or 1=1');
    recognises('sqli', '1" or "1"="1');
    recognises('sqli', "') or ('a'='a");
    recognises('sqli', "admin' or 1=1#");
    recognises('sqli', "' || '1'='1");
    recognises('sqli', "x' AND 1=2 --");
    recognises('sqli', "' or username='admin");
    recognises('sqli', "1' or not 1=2 -- -");
    recognises('sqli', "' OR 'x' LIKE 'x");
    recognises('sqli', "1'/**/or/**/1=1--");
    recognises('sqli', '1)or(1=1');
    recognises('sqli', "' or true--");
    recognises('sqli', '%27%20or%201%3D1--');
    recognises('sqli', "' oR 2 between 1 and 3--");
  });
  it('recognise a union, with comments and brackets for blanks', () => {
    recognises('sqli', '1 UNION SELECT 1');
    recognises('sqli', '1/**/union/**/all/**/select/**/null,null');
    recognises('sqli', "-1' union(select(1),2,3)-- -");
    recognises('sqli', '1 /*!50000union*/ /*!50000select*/ 1,2');
    recognises('sqli', "' UNION SELECT username, password FROM users--");
    recognises('sqli', '1+union+select+1,2,3');
    recognises('sqli', '1%0Aunion%0Aselect%0A1');
  });
  it('recognise stacked statements, delays, errors and files', () => {
    recognises('sqli', '1; DROP TABLE users');
    recognises('sqli', "'; exec xp_cmdshell('dir')--");
    recognises('sqli', "1'; WAITFOR DELAY '0:0:5'--");
    recognises('sqli', '1 and sleep(5)');
    recognises('sqli', "1' AND (SELECT 1 FROM (SELECT(SLEEP(5)))a)-- -");
    recognises('sqli', "'||pg_sleep(10)--");
    recognises('sqli', "' and extractvalue(1,concat(0x7e,version()))--");
    recognises('sqli', "' union select load_file('/etc/passwd')#");
    recognises('sqli', '1 order by 10--');
    recognises('sqli', "admin'--");
    recognises('sqli', "admin' #");
    recognises('sqli', '1 and ascii(substring((select database()),1,1))>64');
    recognises('sqli', '(select case when (1=1) then 1 else 0 end)');
    recognises('sqli', '1;select pg_sleep(5)');
    recognises('sqli', "'+(select top 1 name from sysobjects)+'");
    recognises('sqli', "1' procedure analyse(extractvalue(rand(),1),1)-- ");
    recognises('sqli', 'if(now()=sysdate(),sleep(12),0)');
    recognises('sqli', "0'XOR(if(now()=sysdate(),sleep(12),0))XOR'Z");
    recognises('sqli', "1' and 1=convert(int,@@version)--");
    recognises('sqli', '1 and polygon((select 1 from users))');
    recognises('sqli', "x' and ord (mid(user(),1,1))");
    recognises('sqli', 'elt (1=1,2)');
    recognises('sqli', "unhex ('61646d696e')");
    recognises('sqli', 'len/**/(substr/**/(x))');
  });
  it('only suspects a whole statement and odd fragments', () => {
    suspects('sqli', 'SELECT name, price FROM products WHERE id = 5');
    doesNotAlert('SELECT name, price FROM products WHERE category = ?');
    suspects('sqli', "' or '");
    suspects('sqli', 'schema()');
    suspects('sqli', 'substr(1');
    suspects('sqli', 'msysaces');
    suspects('sqli', 'truncate database x;');
  });
  it('allow names, prose and prices', () => {
    allows("O'Brien");
    allows("l'hôtel d'été");
    allows('select a shirt from our union store');
    allows("rock 'n' roll");
    allows('drop by the table at noon; update me');
    allows('5 or 6 people');
    allows('black and white');
    allows('"exact phrase" and other words');
    allows("it's 5 o'clock and I'm late");
    allows('Union Square, select seating');
    allows("men's shoes size 9 or 10");
    allows('19.99 - 29.99');
    allows('a = b and c = d');
    allows("name eq 'Smith' and age gt 5");
    allows("status='open' and priority=2");
    allows('C# and F# -- which one?');
    allows('Where is the group by the lake?');
    allows('#1 best seller');
    allows('the user (a member) and a schema');
    allows('polygon with 5 points');
    allows('software version (2) for a user (1)');
    allows('maximal length (user defined)');
  });
});

describe('NOSQLI_RULES', () => {
  it('recognise operators in names, objects and scripts', () => {
    recognises('nosqli', 'password[$ne]');
    recognises('nosqli', 'password[ $ne]');
    recognises('nosqli', '$where');
    recognises('nosqli', '{"$gt":""}');
    recognises('nosqli', '{"username": {"$regex": "^a"}}');
    recognises('nosqli', "'; return true; var a='");
    recognises('nosqli', "' || '1'=='1");
    recognises('nosqli', "true, $where: '1 == 1'");
    recognises('nosqli', "';sleep(5000);'");
    recognises('nosqli', 'this.password.match(/.*/)');
    recognises('nosqli', 'db.users.find({})');
    recognises('nosqli', "'||this.role=='admin");
    recognises('nosqli', "' && it.role");
    recognises('nosqli', "'; var x");
    recognises('nosqli', '1;var d=new Date();do{cd=new Date();}while(cd-d<10000)');
  });
  it('only suspect comparisons that query languages of APIs allow', () => {
    suspects('nosqli', '$gt');
    doesNotAlert('$gt');
    doesNotAlert('$in');
  });
  it('allow prices and variables', () => {
    allows('$19.99');
    allows('costs $5 or $6');
    allows('they said "no"; it was late');
    allows('$name');
    allows('items[0]');
  });
});

describe('LDAPI_RULES', () => {
  it('recognise a filter that closes and opens', () => {
    recognises('ldapi', '*)(uid=*))(|(uid=*');
    recognises('ldapi', 'admin)(&)');
    recognises('ldapi', '*)(objectClass=*)');
    recognises('ldapi', 'x)(|(cn=*');
    recognises('ldapi', 'admin)(!(&(|');
    recognises('ldapi', '(&(uid=admin)(userPassword=*))');
    recognises('ldapi', '*))%00');
    recognises('ldapi', 'john)(sn~=smith');
    recognises('ldapi', '( |(uid=x)');
    recognises('ldapi', 'cn= *');
    suspects('ldapi', '|(&(');
  });
  it('allow brackets in prose and formulas', () => {
    allows('f(x)(y)');
    allows('(red) (blue)');
    allows('Smith (John) & Sons (London)');
    allows('(555) 123-4567');
    allows('5 * (3 + 2)');
    allows('!!!');
    allows('char name = *p');
    allows('***');
  });
});

describe('XPATH_RULES', () => {
  it('recognise axes, functions and broken predicates', () => {
    recognises('xpath', "' or count(//*)=1 or 'a'='b");
    recognises('xpath', "x'] | //user/* | a['");
    recognises('xpath', 'string-length(name(/*[1]))=5');
    recognises('xpath', '/child::node()');
    recognises('xpath', "' and substring(name(/*[1]),1,1)='a");
    recognises('xpath', "' or position()=1 or '");
    suspects('xpath', "']//*[contains(.,'");
    recognises('xpath', 'contains (//user, 1)');
    recognises('xpath', 'count (//user)');
    suspects('xpath', 'a | //user');
  });
  it('allow C++ names, counts and paths', () => {
    allows('std::vector');
    allows('Foo::bar');
    allows('count (items)');
    allows('a/b/c');
    allows("contains(name,'x')");
    allows('name (*) or name (@handle)');
    allows('next=/orders/');
    allows('a | /b');
  });
});
