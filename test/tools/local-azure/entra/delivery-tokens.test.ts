import { createRemoteJWKSet, decodeJwt, errors, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import type { LocalAzure } from '../../../../tools/local-azure/local-azure.ts';
import { cloudEvent, publish, startWebhook } from '../event-grid/webhook.ts';
import { trustedAzure } from '../helpers.ts';

const tenantId = '11111111-2222-4333-8444-555555555555';
const audience = 'api://map-web-app';
const eventGridAppId = '4962773b-9cdb-44cf-a8bf-237846a00ab7';

async function metadata(azure: LocalAzure) {
  const response = await fetch(`${azure.authorityHost}/${tenantId}/v2.0/.well-known/openid-configuration`);
  return (await response.json()) as { issuer: string; jwks_uri: string };
}

async function verify(azure: LocalAzure, token: string, options = {}) {
  const { jwks_uri } = await metadata(azure);
  return jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), {
    issuer: `https://sts.windows.net/${tenantId}/`,
    audience,
    algorithms: ['RS256'],
    ...options,
  });
}

test('deliveries carry a token that a library verifies by the discovered keys', async () => {
  const azure = await trustedAzure();
  const webhook = await startWebhook();
  const subscription = await azure.subscribe({ endpoint: webhook.endpoint, entra: { tenantId, audience } });

  await publish(azure, cloudEvent('1'));
  await subscription.settled();

  const token = webhook.posts()[0]?.headers.authorization?.replace('Bearer ', '') ?? '';
  const { payload } = await verify(azure, token);
  expect(payload).toMatchObject({ tid: tenantId, appid: eventGridAppId, ver: '1.0' });
});

test('a token of version 2 has the issuer of the metadata, and azp', async () => {
  const azure = await trustedAzure();
  const token = azure.issueDeliveryToken(audience, tenantId, { version: 2 });

  const { payload } = await verify(azure, token, { issuer: (await metadata(azure)).issuer });

  expect(payload).toMatchObject({ azp: eventGridAppId, ver: '2.0' });
  expect(payload).not.toHaveProperty('appid');
});

test('what a subscriber has to refuse can be made', async () => {
  const azure = await trustedAzure();
  const other = await trustedAzure();
  const late = azure.issueDeliveryToken(audience, tenantId, { lifetimeSeconds: -60 });
  const foreign = other.issueDeliveryToken(audience, tenantId);
  const stranger = azure.issueDeliveryToken(audience, tenantId, { claims: { appid: 'someone' } });

  await expect(verify(azure, late)).rejects.toBeInstanceOf(errors.JWTExpired);
  await expect(verify(azure, foreign)).rejects.toBeInstanceOf(errors.JWKSNoMatchingKey);
  await expect(verify(azure, azure.issueDeliveryToken('api://other', tenantId))).rejects.toThrow(/"aud"/);
  await expect(verify(azure, azure.issueToken(audience))).rejects.toThrow();
  expect(decodeJwt(stranger)).toMatchObject({ appid: 'someone' });
});

test('Azure itself takes no such token', async () => {
  const azure = await trustedAzure();
  const token = azure.issueDeliveryToken(azure.endpoint, tenantId);

  expect(azure.tokens.check(`Bearer ${token}`, [azure.endpoint])).toMatchObject({ fault: 'invalid' });
});
