import type { Recording } from '../recording.ts';

const ASSETS = 'Azure/azure-sdk-assets';

const ALWAYS = {
  date: 'Mon, 05 Oct 2026 09:14:47 GMT',
  'content-type': 'application/json; charset=utf-8',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-ms-azuremaps-region': 'West Europe',
};

export const CAPTION: Recording = {
  sources: [
    `${ASSETS} js/sdk/maps/maps-render-rest/recordings/node/mapsrender/recording_can_get_copyright_caption.json`,
  ],
  guess: 'It was asked with a token; with a key, tiles were (net/sdk/maps/Azure.Maps.Rendering).',
  method: 'GET',
  path: '/map/copyright/caption/json?api-version=2024-04-01',
  status: 200,
  headers: ALWAYS,
  body: { formatVersion: '0.0.1', copyrightsCaption: '©Recorded' },
};

export const WRONG_TILE: Recording = {
  sources: [
    `${ASSETS} net/sdk/maps/Azure.Maps.Rendering/tests/SessionRecords/GetCopyrightTests/CanGetCopyrightForTileError.json`,
  ],
  guess: 'Recorded for the copyright of a tile.',
  method: 'GET',
  path: '/map/tile?api-version=2024-04-01&tilesetId=microsoft.base.road&zoom=4&x=9999&y=9999',
  status: 400,
  headers: ALWAYS,
  body: { error: { code: '400 BadRequest', message: 'There is no such tile at this zoom.' } },
};

/** The quotation mark that is missing after the realm is missing there, too. */
export const INVALID_KEY: Recording = {
  sources: [
    'alexreisner/geocoder test/fixtures/azure_invalid_key',
    'https://github.com/Azure/reddog-code/issues/52',
  ],
  guess: 'The headers but for the challenge.',
  method: 'GET',
  path: '/map/copyright/caption/json?api-version=2024-04-01',
  status: 401,
  headers: {
    ...ALWAYS,
    'www-authenticate':
      'SharedKey realm="https://atlas.microsoft.com/, error="InvalidKey", error_description="The provided key was incorrect or the account resource does not exist."',
  },
  body: {
    error: {
      code: 'InvalidKey',
      message: 'The provided key was incorrect or the account resource does not exist.',
      target: 'WWW-Authenticate',
      details: [],
    },
  },
};
