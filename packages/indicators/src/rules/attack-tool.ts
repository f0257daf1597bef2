/** Scanners and attack tools that say who they are, in a user agent or in what they send. */
import { anyOf, inOrder } from '../pattern.ts';
import { type Rule, rule } from '../rule.ts';

export const ATTACK_TOOL_RULES: readonly Rule[] = [
  rule(
    'attack_tool.canary',
    'acunetix¦nessus¦netsparker¦sqlmap¦nikto¦appscan¦wvs_¦burpsuite¦w3af¦zaproxy¦openvas¦' +
      'qualys¦nuclei¦xsstest¦bxss.me¦wfuzz¦rfiinc¦cirt.net¦zap_scan¦fuzzz',
    anyOf(
      /acunetix|nessus_is|netsparker|\bsqlmap\b|\bnikto\b|appscan_|\bwvs_test|w3af|zaproxy/i,
      /cirt\.net\/rfiinc|fuzz{3,}|bxss\.me|zap_scan/i,
    ),
    { suspicious: true, told: { as: 'sentence', worth: 'nothing' } },
  ),
];

export const USER_AGENT_RULES: readonly Rule[] = [
  rule(
    'attack_tool.scanner',
    'sqlmap¦nikto¦nuclei¦acunetix¦nessus¦openvas¦w3af¦wpscan¦dirbuster¦gobuster¦feroxbuster¦' +
      'ffuf¦wfuzz¦arachni¦netsparker¦appscan¦masscan¦zgrab¦nmap¦hydra¦burp¦zaproxy¦skipfish¦' +
      'whatweb¦joomscan¦cmsmap¦jorgee¦zmeu¦morfeus¦havij¦dirb¦commix¦xsser¦dalfox¦jaeles¦' +
      'interactsh¦httpx¦projectdiscovery¦katana¦naabu¦subfinder¦arjun¦fimap¦webinspect¦qualys¦' +
      'detectify¦vega/¦grendel¦paros¦webshag¦golismero¦pangolin¦absinthe¦bsqlbf¦sqlninja¦' +
      'sqlsus¦bbqsql¦nosqlmap¦hexometer¦dotdotpwn¦brutus¦medusa¦patator¦l9explore¦l9tcpid¦' +
      'leakix¦gotestwaf¦wapiti¦n-stealth¦nsauditor¦core-project¦floodgate¦black widow¦' +
      'blackwidow¦mysqloit¦prog.customcrawler¦s.t.a.l.k.e.r¦user-agent¦webtrends security¦' +
      'fhscan¦cgichk¦crowbar¦muieblackcat¦revolt¦metis¦shellshock¦() {¦struts-pwn¦xspider¦' +
      'tplmap¦wafw00f¦dirsearch¦kiterunner¦rustbuster¦meg/¦waybackurls¦gospider¦hakrawler¦x8/¦' +
      'cariddi¦ghauri¦stretchoid¦ysoserial¦jndi¦photon¦intruder¦tenable¦rapid7¦nexpose¦(){¦' +
      'owasp¦fuzz faster¦cirt.net',
    anyOf(
      inOrder(
        /\b/i,
        anyOf(
          /sqlmap|nikto|nuclei|acunetix|nessus|openvas|w3af|wpscan|dirbuster|gobuster|feroxbuster/i,
          /fuzz faster u fool|ffuf|wfuzz|arachni|netsparker|appscan|masscan|zgrab2?/i,
          /nmap(?: scripting engine)?|hydra|burp(?:\s?suite|collaborator)|zaproxy|owasp[ _-]?zap/i,
          /skipfish|whatweb|joomscan|cmsmap|jorgee|zmeu|morfeus|havij|dirb|commix|xsser|dalfox/i,
          /jaeles|interactsh|projectdiscovery|katana|naabu|arjun|fimap|webinspect|qualys/i,
          /detectify|vega\/|grendel-scan|paros|webshag|golismero|pangolin|absinthe|bsqlbf/i,
          /sqlninja|sqlsus|bbqsql|nosqlmap|dotdotpwn|brutus|medusa|patator|l9explore|l9tcpid/i,
          /leakix|gotestwaf|wapiti|n-stealth|nsauditor|core-project|mysqloit|fhscan/i,
          /s\.t\.a\.l\.k\.e\.r|cgichk|crowbar|muieblackcat|struts-pwn|xspider|tplmap|wafw00f|dirsearch/i,
          /kiterunner|rustbuster|ghauri|webtrends security|nexpose|tenable|hexometer|cirt\.net/i,
        ),
        /\b/i,
      ),
      /httpx - open-source|\(\)\s?\{|\$\{jndi:|user-agent:\s/i,
    ),
  ),
  rule(
    'attack_tool.client_library',
    'libwww-perl¦lwp-trivial¦fuzz¦vuln¦exploit¦pentest¦securityscan¦security scan¦hack¦' +
      'webscanner¦portscan',
    inOrder(
      /\b/i,
      anyOf(
        /libwww-perl|lwp-trivial|fuzz(?:er|ing)?|vuln\w{0,12}|exploit\w{0,8}|pentest\w{0,8}/i,
        /security\s?scan\w{0,4}|hacker?\w{0,8}|webscanner|portscan\w{0,8}/i,
      ),
      /\b/i,
    ),
    { suspicious: true },
  ),
];
