/** SQL injection: what the tokenizer says, and phrases that only statements contain. */
import { anyOf, inOrder } from '../pattern.ts';
import { type Rule, calls, rule } from '../rule.ts';

const STATEMENT_SIGNS =
  '\'¦"¦`¦--¦#¦/*¦;¦||¦&&¦ or¦ and¦)or¦)and¦ xor¦ union¦=¦select¦rlike¦+by¦ by';
/** Rarer in prose and paths than the words before them. */
const COMPARISON_SIGNS = '=¦<¦>¦like¦between';
const LOGIC = /(?:\b(?:or|and|xor|having|where|not)\b|\|\||&&)[\s(!~+-]{0,10}/i;
const SUSPICIOUS = { suspicious: true, on: 'sql' } as const;
const ON_SQL = { on: 'sql' } as const;
const TOLD = { on: 'sql', told: { as: 'sql', worth: 'suspicious' } } as const;

export const SQLI_RULES: readonly Rule[] = [
  rule('sqli.breaks_statement', STATEMENT_SIGNS, ({ sqlVerdict }) => sqlVerdict === 'breaks', TOLD),
  rule('sqli.odd_fragment', STATEMENT_SIGNS, ({ sqlVerdict }) => sqlVerdict === 'odd', {
    suspicious: true,
  }),
  rule(
    'sqli.union_select',
    'union',
    inOrder(
      /\bunion\b[\s(+]{0,20}(?:(?:all|distinct(?:row)?)\b[\s(+]{0,20})?select\b[\s(+]{0,20}/i,
      /[\d'"@*~!.$%\\{-]|null\b|[a-z_][\w.]{0,60}[\s)]{0,4}(?:[(,/|]|from\b|as\b|--|#|$)|$/i,
    ),
    ON_SQL,
  ),
  rule('sqli.union_words', 'union', /\bunion[\s(]{1,8}(?:all[\s(]{1,8})?select\b/i, SUSPICIOUS),
  rule(
    'sqli.tautology',
    COMPARISON_SIGNS,
    inOrder(
      LOGIC,
      /(['"]?)([\w.%]{1,32})\1[\s)]{0,6}(?:=|<=>|>=|<=|\blike\b|\brlike\b)[\s(]{0,6}['"]?\2/i,
      /(?!\w)(?<=\d['"]?|['"][\w.%]{1,32})/i,
    ),
    TOLD,
  ),
  rule(
    'sqli.quoted_comparison',
    COMPARISON_SIGNS,
    inOrder(LOGIC, /(['"])[\w.%]{0,32}\1\s?(?:=|<>|!=|\blike\b)\s?\1/i),
    TOLD,
  ),
  rule(
    'sqli.number_comparison',
    COMPARISON_SIGNS,
    inOrder(
      LOGIC,
      /\d{1,12}[\s)]{0,4}/i,
      anyOf(
        /(?:=|!=|<>|like|between)[\s(]{0,6}['"]?(?:\d|select\b)/i,
        /(?:[<>=]|!=|<>)[\s(]{0,6}(?:\(\s?select\b|[a-z_]{2,24}\s?\()/i,
      ),
    ),
    TOLD,
  ),
  rule(
    'sqli.time_delay',
    'sleep¦benchmark¦waitfor¦receive_message¦randomblob¦generate_series¦heavy',
    anyOf(
      inOrder(
        /^|[;'"`=,(|&^+*/)-]|\b(?:and|or|xor|select|where|if|when|then|else|not|by|like)\b/i,
        /[\s(!~+-]{0,10}(?:pg_)?sleep\s?\(\s?\(?\s?(?:\d|select|if|case)[^)]{0,40}\)\s?/i,
        /[-)#;'"+*|&,]|\b(?:and|or|from|limit|as)\b|$/i,
      ),
      /\bbenchmark\s?\(\s?\d{3,}\s?,|\bwaitfor\s(?:delay|time)\s?['"\d]/i,
      /dbms_(?:pipe\.receive_message|lock\.sleep)|\brandomblob\s?\(\s?\d{6,}/i,
      /\bgenerate_series\s?\(\s?1\s?,\s?\d{5,}/i,
    ),
    ON_SQL,
  ),
  rule('sqli.sleep_call', 'sleep(¦sleep (', /\b(?:pg_)?sleep\s?\(\s?\d/i, SUSPICIOUS),
  rule(
    'sqli.error_function',
    'convert(int¦extractvalue¦updatexml¦utl_inaddr¦utl_http¦xmltype¦ctxsys¦floor(rand¦exp(~¦' +
      'gtid_subset¦json_keys((¦procedure analyse¦regexp_substring¦crypt_key¦dbms_utility¦' +
      'dbms_java¦utl_file¦httpuritype¦geometrycollection¦multipoint¦polygon',
    anyOf(
      /\b(?:extractvalue|updatexml)\s?\(|\butl_(?:inaddr|http|file)\.|\bxmltype\s?\(|\bctxsys\./i,
      /floor\(rand\(|\bexp\(~|\bgtid_subset\(|json_keys\(\(|procedure analyse\s?\(/i,
      /regexp_substring\s?\(repeat|(?:geometrycollection|multipoint|polygon)\s?\(\(?select/i,
      /\bconvert\(int,|\bcrypt_key\(|\bdbms_(?:utility|java)\.|\bhttpuritype\(/i,
    ),
    ON_SQL,
  ),
  rule(
    'sqli.schema_table',
    'information_schema¦sysobjects¦syscolumns¦pg_catalog¦sqlite_master¦msysobjects¦mysql.user¦' +
      'mysql.db¦systables¦rdb$¦all_tables¦all_users¦user_tables¦sys.tables¦sys.objects¦domain.¦' +
      'pg_shadow¦pg_user¦sysusers¦sys.database¦sqlite_schema',
    inOrder(
      /\b(?:select|from|union|join|where|count)\b.{0,200}\b/i,
      anyOf(
        /information_schema|sysobjects|syscolumns|sysusers|pg_catalog|pg_shadow|pg_user/i,
        /sqlite_(?:master|schema)|msysobjects|mysql\.(?:user|db)|sysibm\.systables|rdb\$/i,
        /all_(?:tables|users)|user_tables|sys\.(?:tables|objects|databases?)/i,
        /domain\.(?:domains|columns|tables)/i,
      ),
    ),
    ON_SQL,
  ),
  rule(
    'sqli.schema_name',
    'information_schema¦sysobjects¦syscolumns¦sqlite_master¦msysobjects¦pg_shadow¦mysql.user¦' +
      'msysaces',
    anyOf(
      /information_schema[.\s]|\bsys(?:objects|columns)\b|sqlite_master|msys(?:objects|aces)/i,
      /pg_shadow|mysql\.user/i,
    ),
    SUSPICIOUS,
  ),
  rule(
    'sqli.file_access',
    'outfile¦dumpfile¦load_file¦infile¦pg_read_file¦lo_import¦to program¦from program',
    anyOf(
      /\binto\s(?:out|dump)file\b|\bload_file\s?\(|\bload\sdata\s(?:local\s)?infile/i,
      /\bpg_read_file\(|\blo_import\(|\bcopy\b.{1,60}\b(?:to|from)\sprogram\b/i,
    ),
    ON_SQL,
  ),
  rule(
    'sqli.stored_procedure',
    'xp_¦sp_¦exec¦master.¦openrowset¦opendatasource¦openquery¦msdasql¦sqloledb',
    anyOf(
      inOrder(
        /\bxp_/i,
        anyOf(
          /cmdshell|dirtree|fileexist|reg\w{3,20}|subdirs|availablemedia|ntsec\w{0,20}/i,
          /loginconfig|enumgroups|terminate\w{0,20}|servicecontrol|makecab/i,
        ),
      ),
      inOrder(
        /\bsp_/i,
        anyOf(
          /executesql|password|makewebtask|oa(?:create|method)|configure|addextendedproc|addlogin/i,
          /addsrvrolemember|help|prepare|who/i,
        ),
        /\b/i,
      ),
      inOrder(
        /(?<![.\w>])exec(?:ute)?\s?/i,
        /\(\s?(?:@|'\s?(?:xp_|sp_|sel|drop|ins)|char|n')|master\b|immediate\b|\(?xp_|\(?sp_/i,
      ),
      /\bopen(?:rowset|datasource|query)\s?\(|'(?:msdasql|sqloledb)'/i,
    ),
    ON_SQL,
  ),
  rule(
    'sqli.stacked',
    ';',
    inOrder(
      /;\s{0,8}/i,
      anyOf(
        /drop\s(?:table|database|schema|view|index|user|procedure|column|function)\b/i,
        /insert\sinto\s|delete\sfrom\s|update\s[\w.[\]"]{1,64}\sset\s|exec(?:ute)?\s(?:\w+|@)/i,
        /declare\s@|waitfor\s|shutdown\b(?:\swith|\s?(?:--|;|$))|truncate\stable\s/i,
        /create\s(?:or\sreplace\s)?(?:table|user|database|view|function|login|procedure|alias)\s/i,
        /alter\s(?:table|user|login|database|role)\s|grant\s\w{1,20}\s(?:on|to)\s/i,
        inOrder(
          /select\s?/i,
          anyOf(
            /\(|\*|\d|@|pg_sleep|sleep|benchmark|case\b|count|dbms/i,
            /\w{1,40}(?:,|\sfrom\s\w{1,40}\s?(?:where|--|;|#|$))/i,
          ),
        ),
        /begin\s(?:dbms|declare)|call\sregexp|iif\s?\(|handler\s\w+\sopen|prepare\s\w+\sfrom/i,
        /set\s@|if\s?\(?\d/i,
      ),
    ),
    ON_SQL,
  ),
  rule(
    'sqli.subselect',
    'select',
    inOrder(
      /[(=<>,|+-]\s{0,4}\(?\s{0,4}select\b[\s(]{1,6}/i,
      anyOf(
        /\*|\d|count\s?\(|case\swhen|@|char|chr|concat|distinct|top\s\d|null\b|'|ascii|substr/i,
        /mid\(|hex\(|group_concat|version|user\(|database|load_file|pg_sleep|sleep/i,
        inOrder(
          /[\w.]{1,64}(?:,[\w.]{1,64}){0,8}\)?\sfrom\s[\w.$]{1,64}\s{0,2}/i,
          /(?:where|limit|order|group|\)|--|#|$)/i,
        ),
        /[\w.]{1,30}\swhere\s/i,
      ),
    ),
    ON_SQL,
  ),
  rule(
    'sqli.conditional',
    'case¦rlike¦make_set¦ascii¦unicode¦substr¦' + calls('if', 'elt', 'ord', 'mid', 'length', 'len'),
    anyOf(
      /\bcase\s?\(?\s?when\s?\(?\s?\(?['"]?[\w.]{1,32}['"]?\s?(?:[=<>]|like)/i,
      /\bi?if\s?\(\s?\(?\s?['"]?\w{1,20}['"]?\s?(?:[=<>]|like)\s?['"]?\w{1,20}['"]?\s?\)?,/i,
      /\b(?:elt|make_set)\s?\(\s?\(?-?\d{1,8}\s?[=<>]|rlike\s?\(\s?(?:select|sleep|case)/i,
      inOrder(
        /\b(?:ascii|ord|length|len|unicode)/i,
        anyOf(
          /\s?\(\s?(?:(?:lower|upper|substring|substr|mid|left|right|cast|hex)\s?\(|\(\s?select)/i,
          /\(\s?(?:user|database|version|password)/i,
        ),
      ),
      inOrder(
        /\b(?:substring|substr|mid)\s?\(\s?/i,
        /@@|\(\s?select|user\(|version\(|database\(|password|current_user|load_file/i,
      ),
    ),
    ON_SQL,
  ),
  rule(
    'sqli.char_building',
    'char(¦char (¦chr(¦chr (¦concat¦unhex¦0x',
    anyOf(
      /\bch(?:a?r)\s?\(\s?\d{1,7}\s?\)\s?(?:\|\||\+|,|&)\s?(?:ch(?:a?r)\s?\(|\()/i,
      /\bchar\s?\(\s?\d{1,3}\s?,\s?\d{1,3}\s?,\s?\d{1,3}/i,
      inOrder(
        /\b(?:group_)?concat(?:_ws)?\s?\(\s?/i,
        anyOf(
          /0x|ch(?:a?r)\s?\(|@@|version|user|database|\(?\s?select|login|username|password/i,
          /table_name|column_name|name\s?,\s?0x|'[:~|]|[\w.]{1,40}\s?,\s?(?:0x|ch(?:a?r)\()/i,
        ),
      ),
      /\bunhex\s?\(\s?(?:hex\s?\(|'|0x)|=\s?0x[0-9a-f]{6,}\b/i,
    ),
    ON_SQL,
  ),
  rule(
    'sqli.order_probe',
    'order by¦group by¦having¦order+by¦order/¦limit',
    inOrder(
      /(?:['")`]|^-?\d{1,10})[\s)]{0,6}/i,
      anyOf(
        inOrder(
          /(?:order|group)\sby\s(?:\d{1,4}|[\w.]{1,40})\s?/i,
          // Query languages of trackers sort as well, behind a list in brackets.
          /--|#|\/\*|,\d|having\b|(?<!\)\s?order\sby\s[\w.]{1,40}\s?)(?:asc\b|desc\b)|limit/i,
        ),
        /(?:order|group)\sby\s\d{1,4}$|having\s['"\d(]/i,
        /limit\s\d{1,5}\s?(?:,\s?\d{1,5}|offset\s\d{1,5})?\s?(?:--|#|\/\*|into\b|procedure|union)/i,
      ),
    ),
    ON_SQL,
  ),
  rule(
    'sqli.quote_comment',
    '\'¦"',
    /^[\w@.+%-]{0,40}['"][\s)]{0,8}(?:--[\s+-]{0,3}|#|\/\*|;--\s?|;#|;%00)$/,
  ),
  rule(
    'sqli.versioned_comment',
    '/*!',
    /\/\*!\d{0,6}\s?(?:union|select|or|and|from|where|all|concat|order|group|drop|insert|\(|\d)/i,
  ),
  rule(
    'sqli.comment_split',
    '/*',
    anyOf(
      /\b(?:select|union|all|or|and|from|where|by|insert|into|having|like)\/\*[^*]{0,32}\*\//i,
      /\/\*[^*]{0,32}\*\/(?:select|union|all|or|and|from|where|by|insert|into|having|like)\b/i,
    ),
    { suspicious: true },
  ),
  rule(
    'sqli.server_variable',
    '@@',
    inOrder(
      /@@/i,
      anyOf(
        /version|global\.|session\.|datadir|hostname|servername|basedir|tmpdir|spid/i,
        /microsoftversion|language|servicename/i,
      ),
    ),
    SUSPICIOUS,
  ),
  rule(
    'sqli.database_function',
    'db_name¦pg_sleep¦substr¦_user¦dbms_¦utl_¦' +
      calls('version', 'database', 'user', 'schema', 'ascii'),
    anyOf(
      inOrder(
        /(?:^|[\s'",(=+|])/i,
        anyOf(
          /version|database|user|schema|sqlite_version|db_name|pg_sleep|system_user|session_user/i,
          /current_user|ascii|substring|substr/i,
        ),
        /\s?\(\s?(?:\)|\(select)|\(\s?(?:\d|user)/i,
      ),
      /\b(?:dbms|utl)_[a-z]{2,16}\./i,
    ),
    SUSPICIOUS,
  ),
  rule(
    'sqli.statement',
    'select¦insert into¦delete from¦update¦drop¦alter¦truncate¦create',
    anyOf(
      inOrder(
        /\bselect\s/i,
        anyOf(
          /\*|(?:distinct|top\s\d+)\s|[\w.*"`[\]]{1,40}\s?(?:,\s?[\w.*"`[\]]{1,40}\s?){1,20}/i,
          /\w{1,30}\([^)]{0,60}\)|\d{1,8}|@\w{1,20}/i,
        ),
        /.{0,60}\bfrom\s[\w."`[\]]{2,60}\s?(?:where|;|--|#|\/\*|limit|order|group|join|\)|$)/i,
      ),
      /\binsert\sinto\s[\w."`[\]]{1,60}\s?(?:\([^)]{1,200}\)\s?)?values\s?\(/i,
      /\bdelete\sfrom\s[\w."`[\]]{1,60}\s?(?:where\b|;|--)/i,
      /\bupdate\s[\w."`[\]]{1,60}\sset\s[\w."`[\]]{1,60}\s?=/i,
      inOrder(
        /\b(?:drop|truncate|alter)\s(?:table|database|schema)\s[\w."`[\]]{1,60}\s?/i,
        /(?:;|--|$|add|drop|cascade)/i,
      ),
      /\bcreate\s(?:table|database|user|function|trigger)\s[\w."`]{1,60}\s?(?:\(|;|as\b|$)/i,
    ),
    SUSPICIOUS,
  ),
];
