/** Doors of products: where scanners knock, and those that nobody but an exploit asks for. */
import { anyOf, inOrder } from '../pattern.ts';
import { type Rule, rule } from '../rule.ts';

const PATH = { places: ['path'] } as const;
const SUSPICIOUS_PATH = { places: ['path'], suspicious: true } as const;

/** Written with blanks between them, which no path of these has. */
function pathsOf(text: string): readonly string[] {
  return text.split(/\s+/);
}

/** What exploits of published vulnerabilities ask for; the products' own pages never do. Lower case. */
const EXPLOITED =
  pathsOf(`wls-wsat/coordinatorporttype wls-wsat/registration _async/asyncresponseservice invoker/readonly
  invoker/jmxinvokerservlet pages/createpage-entervariables.action
  pages/doenterpagevariables.action secure/contactadministrators!default.jspa
  setup/setupadministrator.action template/aui/text-inline.vm   plugins/servlet/oauth/users/icon-uri weaver/bsh.servlet servlet/~ic/bsh.servlet
  ispirit/interface/gateway.php seeyon/htmlofficeservlet seeyon/thirdpartycontroller.do
  _layouts/15/toolpane.aspx
  webtools/control/programexport webtools/control/xmlrpc; mgmt/tm/util/bash vpns/cfg/smb.conf
  +cscot+/translation-table +cscot+/oem-customization
  struts2-showcase/integration/savegangster.action struts2-rest-showcase/orders
  ws/v1/cluster/apps/new-application analytics/telemetry/ph/api/hyper
  suite-api/internal/relay_package aspera/faspex/package_relay cgi-bin/nas_sharing.cgi
  cgi-bin/kerbynet pcidss/report tinybrowser/upload.php
  axis2/axis2-admin/upload ui/vropspluginui/rest/services/uploadova
  moveitisapi/moveitisapi.dll setupwizard.aspx/ webui_wsma_http sonicos/api/sonicos/auth
  api/v1/totp/user-backup-code/.. goanywhere/images/..; mifs/aad/api/v2 mifs/asfv3/api/v2
  apisix/batch-requests geoserver/tasksapi druid/indexer/v1/sampler
  kylin/api/admin/config remote/hostcheck_validate api/v2/cmdb/system/admin cgi-bin/php-cgi.exe
  php-cgi/php-cgi.exe index.php/module/action/param1 magmi/web/magmi eam/vib
  catalog-portal/ui/oauth/verify setup/setupdbchoose.action cgi-bin/supervisor/cloudsetup.cgi
  device.rsp cgi-bin/hnap1 goform/formsyscmd goform/setmac boaform/formping`);

/** Pages of products and frameworks that are there, and that few but scanners ask strangers for. Lower case. */
const KNOCKED_AT =
  pathsOf(`wp-login.php wp-json/wp/v2/users wp-config administrator/index.php swagger.json swagger.yaml
  swagger-ui.html swagger-ui/index.html swagger/index.html v2/api-docs v3/api-docs
  swagger-resources _all_dbs _utils/ _config api/v1/namespaces api/v1/pods debug/vars
  v1/agent/self v1/kv/ v1/catalog/services app/rest/users/id: app/rest/server; magmi/
  typo3/install typo3conf umbraco/ sitecore/shell sitecore/login xmldata redfish/v1 iissamples/
  examples/servlets examples/jsp/ admin-console/ status.jsp jspwiki/ sslvpn_logon sonicos/api
  cgi-bin/awstats phpunit.xml horizon/api/ api/datasources/proxy hystrix.stream
  sites/default/settings changelog.txt winbox/ jsproxy airflow/ superset/ reportserver/
  dwr/index.html cs/satellite oa_html/ menu/ss human.aspx webui/logout bitrix/admin
  ajax/render/widget ajax/api/hook api/kernels api/2/command rpc/api admin.php upload.php
  uploader.php filemanager/ main.cgi cgi-bin/test server_status nginx_status
  level/15/exec lib/password users/sign_in.php scripts/root.exe msadc/ default.ida _mem_bin/
  xampp/`);

/** Of Spring Boot before it put them into a folder of their own. */
const BARE_ENDPOINT =
  /^\/(?:env|heapdump|threaddump|trace|mappings|beans|autoconfig|configprops|dump|jolokia)\/?$/i;

const ROOT = '^/(?:[\\w.~-]{1,32}/){0,4}';

function oneOf(paths: readonly string[]): RegExp {
  const escaped = paths.map((path) => path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`${ROOT}(?:${escaped.join('|')})(?:(?<=[/;.=:])|(?![\\w-]))`, 'i');
}

/** At least one stands in every path of the rule below: a path alone is no reason to ask it. */
const PRODUCT_SIGNS =
  'wp-content¦wp-includes¦wp-admin¦xmlrpc¦wlwmanifest¦phpunit/¦eval-stdin¦wls-wsat¦asyncresp¦' +
  'bea_wls¦uddiexplorer¦console/¦struts¦ws_utc/¦axis¦geoserver/¦functionrouter¦apisix/¦rs/json¦' +
  'es/json¦setup/¦mics/services¦saas/t/¦cobbler_api¦sonicui/¦lucee/¦sslvpn/¦webinterface/¦' +
  'webadm/¦aspera/¦getphpinfo¦getcfg¦setup.cgi¦soap.cgi¦pages/¦plugins/servlet/¦secure/¦' +
  'rest/tinymce¦rest/v1/audits¦rest/issuenav¦seeyon/¦yyoa/¦weaver/¦tplus/¦ispirit/¦cology¦' +
  'mobile/plugin/¦servlet/¦editor/¦finder/¦uploadify/¦file-upload/¦zabbix/¦cacti/¦centreon/¦' +
  'glpi/¦openemr/¦zimbra¦service/¦irj/¦sap/¦webtools/¦jsonws/¦telerik¦desktopmodules/¦_layouts/¦' +
  '_vti_bin/¦login_up¦nagiosxi/¦splunkd¦app/kibana¦public/plugins/¦api/experimental¦ws/v1/¦' +
  'cluster/¦kylin/¦api/session/¦v2/cmdb¦sonicos¦apis/¦script¦asynchpeople¦securityrealm/¦' +
  'descriptorbyname/¦vsphere-client¦ui/¦vcac/¦analytics/telemetry¦casa/nodes¦suite-api/¦vpn/¦' +
  'vpns/¦nf/auth¦logonpoint¦pcidss/¦netscaler¦rdweb/¦guacamole/¦mifs/¦global-protect/¦' +
  'ssl-vpn/¦php/utils¦esp/cms_¦restconf/¦level/15¦webui¦+csco¦+webvpn¦cgi-bin/¦cgi/¦cgi-mod/¦' +
  'owa/¦ecp/¦autodiscover/¦storage/logs/¦bower_components/¦.php¦status¦portal/info¦' +
  'manage/account/¦config/getuser¦upload/¦inc/config¦thinkphp¦runtime/log¦.axd¦.nsf¦.cfc¦' +
  '.lock¦graphql/console¦;';

export const PRODUCT_DOOR_RULES: readonly Rule[] = [
  rule('sensitive_file.exploited_door', EXPLOITED.join('¦'), oneOf(EXPLOITED), PATH),
  rule('sensitive_file.product_page', KNOCKED_AT.join('¦'), oneOf(KNOCKED_AT), SUSPICIOUS_PATH),
  rule(
    'sensitive_file.bare_endpoint',
    '/env¦/heapdump¦/threaddump¦/trace¦/mappings¦/beans¦/autoconfig¦/configprops¦/dump¦/jolokia',
    BARE_ENDPOINT,
    SUSPICIOUS_PATH,
  ),
  // Filters read another ending than the server behind them.
  rule(
    'sensitive_file.path_parameter',
    ';.¦;/..¦..;',
    /;\.(?:jspx?|css|js|ico|png|gif|jpg|html?|json|svg|woff2?|txt|do|action)(?:$|[/?;])|;\/\.\.|\/\.\.;/i,
    PATH,
  ),
  rule(
    'sensitive_file.double_ending',
    '.php¦.phtml¦.jsp¦.asp¦.cgi',
    /\/[\w.-]{1,64}\.(?:php\d?|phtml|jspx?|aspx?|cgi)\.(?:jpe?g|png|gif|txt|pdf|bak|old|zip)$/i,
    SUSPICIOUS_PATH,
  ),
  rule(
    'sensitive_file.product_door',
    PRODUCT_SIGNS,
    inOrder(
      /^\/(?:[\w.-]{1,32}\/){0,4}/i,
      anyOf(
        inOrder(
          /wp-content\/(?:plugins|themes|uploads|mu-plugins|backup)[/\w.-]{0,120}/i,
          /(?:\.php|\.sql|\.log|\.zip|readme\.txt)$/i,
        ),
        /wp-content\/debug\.log|wp-includes\/[\w/-]{1,60}\.php$/i,
        /wp-admin\/(?:install|setup-config|admin-post|upgrade)\.php|xmlrpc\.php$|wlwmanifest\.xml/i,
        /(?:vendor\/)?phpunit\/|eval-stdin\.php|wls-wsat\/|_async\/asyncresp|bea_wls_/i,
        /uddiexplorer|console\/(?:console\.portal|j_security_check|login\/loginform)/i,
        /struts2?-(?:showcase|rest)|ws_utc\/|axis2?\/(?:axis2-admin|services\/)/i,
        anyOf(
          /geoserver\/(?:wfs|wms|ows|rest|web)|functionrouter$|apisix\/admin/i,
          /(?:containers|images)\/json$/i,
        ),
        /setup\/[\w-]{1,32}\.action|mics\/services|saas\/t\/_|cobbler_api|sonicui\/|lucee\/admin/i,
        /sslvpn\/|webinterface\/function|webadm\/|aspera\/|getphpinfo\.php|getcfg\.php|soap\.cgi/i,
        /pages\/(?:doenterpagevariables|createpage-entervariables)/i,
        /plugins\/servlet\/(?:gadgets|oauth|snjfooternavigation)/i,
        /secure\/(?:contactadministrators|querycomponent|viewuserhover|popups|setupmode)/i,
        /rest\/(?:tinymce|v1\/audits|issuenav)|seeyon\/|yyoa\/|weaver\/|tplus\/|ispirit\//i,
        /e-?cology|mobile\/plugin\/|servlet\/(?:~|taskrequestservlet|filereceive|bsh)/i,
        /kindeditor\/|ueditor\/|fckeditor\/|ckfinder\/|elfinder\/|uploadify\//i,
        /jquery-file-upload\/server|zabbix\/|cacti\/|centreon\/|glpi\/|openemr\/|zimbra/i,
        /service\/extension|irj\/|sap\/(?:public|bc\/)|webtools\/control|api\/jsonws\//i,
        /telerik\.web\.ui|desktopmodules\/|_layouts\/1[56]\/|_vti_bin\/|login_up\.php|nagiosxi\//i,
        /en-us\/splunkd|app\/kibana|public\/plugins\/|api\/experimental|ws\/v1\/cluster/i,
        /cluster\/(?:apps|cluster)$|kylin\/api|api\/(?:session\/properties|v2\/cmdb|sonicos)/i,
        /apis\/(?:apps|batch|rbac)|script(?:approval)?\/?$|asynchpeople|securityrealm\/user/i,
        /descriptorbyname\/|service\/rest\/|vsphere-client|ui\/(?:vropspluginui|h5-vsan)|vcac\//i,
        /analytics\/telemetry|casa\/nodes|suite-api\//i,
        /vpns?\/(?:\.\.|portal|newbm|cfg|\w{1,12}\.html)|nf\/auth|logon\/logonpoint|pcidss\//i,
        /netscaler|rdweb\/|guacamole\/|mifs\/|global-protect\/|ssl-vpn\/|php\/utils|esp\/cms_/i,
        /restconf\/|level\/15|webui_wsma|\+csco[et]\+|\+webvpn\+|cgi-bin\/(?:[\w.-]{0,32}(?:\.(?:sh|bat|exe|cmd|dll)\b|test-?cgi|printenv|phf|luci|supervisor|jarrewrite|kerbynet|webproc|php)|;|%)|cgi\/(?:maincgi|login)/i,
        /cgi-mod\/|owa\/(?:auth|&)|ecp\/(?:\w{1,20}\.(?:js|aspx|png)|default)/i,
        /autodiscover\/autodiscover\.(?:json|xml)|storage\/logs\/|bower_components\//i,
        /install(?:\/index)?\.php$|(?:phpinfo|test|info|i|old|temp|tmp)\.php$/i,
        /(?:nginx|fpm|basic)[_-]status$|portal\/info\.jsp|webui\/$|manage\/account\/login/i,
        /config\/getuser|upload\/\w{1,20}\.(?:php|jsp|aspx?)$|inc\/config|thinkphp/i,
        /index\.php\/(?:module|index\/)|runtime\/log/i,
        /admin\/(?:config|setup|install|phpinfo|upload)\.php|\w{1,20}\.(?:axd|nsf|cfc)(?:$|[/?;])/i,
        /(?:composer|yarn|package|gemfile|pipfile)\.lock$|graphql\/console/i,
        /\w{1,24};(?:\/|jsessionid=\.|\.css|\.js|\w{1,8}\.ico)/i,
      ),
    ),
    SUSPICIOUS_PATH,
  ),
];
