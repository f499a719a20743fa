/** What one cloud of Azure has other than the next. */
export type Cloud = {
  readonly authorityHost: string;
  readonly mapsEndpoint: string;
  /** The application Microsoft.EventGrid, the same in all tenants of the cloud. */
  readonly eventGridAppId: string;
};

const publicCloud: Cloud = {
  authorityHost: 'https://login.microsoftonline.com',
  mapsEndpoint: 'https://atlas.microsoft.com',
  eventGridAppId: '4962773b-9cdb-44cf-a8bf-237846a00ab7',
};

/**
 * By the host of Azure Resource Manager. Of 21Vianet, Microsoft documents no other application for Event Grid, and no Azure
 * Maps: the settings can say both.
 */
const clouds: Readonly<Record<string, Cloud>> = {
  'management.usgovcloudapi.net': {
    authorityHost: 'https://login.microsoftonline.us',
    mapsEndpoint: 'https://atlas.azure.us',
    eventGridAppId: '54316b56-3481-47f9-8f30-0300f5542a7b',
  },
  'management.chinacloudapi.cn': { ...publicCloud, authorityHost: 'https://login.chinacloudapi.cn' },
};

export function cloudOf(resourceManagerEndpoint: string): Cloud {
  return clouds[new URL(resourceManagerEndpoint).hostname] ?? publicCloud;
}

/** By what Event Grid of each cloud names itself where it asks a webhook for its agreement. */
const eventGridOrigins: ReadonlySet<string> = new Set([
  'eventgrid.azure.net',
  'eventgrid.azure.us',
  'eventgrid.azure.cn',
  'eventgrid.azure.eaglex.ic.gov',
  'eventgrid.azure.microsoft.scloud',
]);

export function isEventGrid(origin: string): boolean {
  return eventGridOrigins.has(origin.toLowerCase());
}

/**
 * Who may have issued a token of a tenant, in any cloud: whose signature counts is the authority's affair. Which version it
 * is depends on requestedAccessTokenVersion in the app registration's manifest.
 */
export function tokenIssuers(tenantId: string, authorityHost: string): string[] {
  return [
    `https://sts.windows.net/${tenantId}/`,
    `https://sts.chinacloudapi.cn/${tenantId}/`,
    `${authorityHost}/${tenantId}/v2.0`,
    // The authority of 21Vianet has two names, and signs with this one.
    `https://login.partner.microsoftonline.cn/${tenantId}/v2.0`,
  ];
}
