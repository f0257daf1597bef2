import { expect } from 'chai';
import { signOfPair } from './parameter-pair.ts';

describe('a pair of name and value', () => {
  const tells = (pair: string, rule: string): void => {
    const at = pair.indexOf('=');
    expect(signOfPair(pair.slice(0, at), pair.slice(at + 1))?.rule, pair).to.equal(rule);
  };
  const allows = (pair: string): void => {
    const at = pair.indexOf('=');
    expect(signOfPair(pair.slice(0, at), pair.slice(at + 1)), pair).to.equal(undefined);
  };

  it('is a command where the name says that it is run', () => {
    for (const pair of ['cmd=id', 'exec=cat+/etc/motd', 'command=whoami', 'cmd=wget%20http://x']) {
      tells(pair, 'cmdi.command_parameter');
    }
    for (const pair of ['cmd=pingpong', 'command=next', 'q=id', 'cmd=type', 'system=metric']) {
      allows(pair);
    }
  });

  it('is a probe where a number has a quote behind it', () => {
    for (const pair of ["id=1'", 'cat=12%27', 'page=3\\']) tells(pair, 'sqli.quoted_number');
    for (const pair of ["q=6'", 'id=12', "id=it's"]) allows(pair);
  });

  it('is a file that is read or a page that is run where the name says so', () => {
    for (const pair of ['file=config.php', 'page=../inc/db.inc', 'template=settings.ini']) {
      tells(pair, 'traversal.source_parameter');
    }
    tells('include=http://x.test/a', 'ssrf.included_parameter');
    for (const pair of ['file=report.pdf', 'page=2', 'url=https://x.test', 'path=/a/b'])
      allows(pair);
  });
});
