export interface Cloud {
  readonly authorityHost: string;
  readonly mapsEndpoint: string;
}

const PUBLIC: Cloud = {
  authorityHost: 'https://login.microsoftonline.com',
  mapsEndpoint: 'https://atlas.microsoft.com',
};

/** By the host of Azure Resource Manager. Microsoft documents no Azure Maps of 21Vianet. */
const OTHERS: Readonly<Record<string, Cloud>> = {
  'management.usgovcloudapi.net': {
    authorityHost: 'https://login.microsoftonline.us',
    mapsEndpoint: 'https://atlas.azure.us',
  },
  'management.chinacloudapi.cn': { ...PUBLIC, authorityHost: 'https://login.chinacloudapi.cn' },
};

export function cloudOf(resourceManagerEndpoint: string): Cloud {
  return OTHERS[new URL(resourceManagerEndpoint).hostname] ?? PUBLIC;
}
