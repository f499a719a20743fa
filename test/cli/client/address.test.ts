import { expect, test } from 'vitest';
import { readAddress } from '../../../src/cli/client/address.ts';
import { CliError } from '../../../src/cli/exit-code.ts';

test.each<[string, string]>([
  ['https://func-maps.azurewebsites.net', 'https://func-maps.azurewebsites.net/'],
  ['https://func-maps.azurewebsites.net/', 'https://func-maps.azurewebsites.net/'],
  ['https://func-maps.azurewebsites.net/api/', 'https://func-maps.azurewebsites.net/'],
  ['https://gateway.example/maps/api', 'https://gateway.example/maps'],
  ['http://localhost:7071', 'http://localhost:7071/'],
  ['http://127.0.0.1:7071/api', 'http://127.0.0.1:7071/'],
  ['http://[::1]:7071', 'http://[::1]:7071/'],
])('%s is the app at %s', (given, address) => {
  expect(readAddress(given).href).toBe(address);
});

test.each<[string, string | undefined]>([
  ['none', undefined],
  ['an empty one', ''],
  ['a name alone', 'func-maps.azurewebsites.net'],
  ['one in the clear', 'http://func-maps.azurewebsites.net'],
  ['one that only looks like this machine', 'http://localhost.example'],
  ['one with a key in it', 'https://func-maps.azurewebsites.net/?code=s3cret'],
  ['one with a user in it', 'https://user:s3cret@func-maps.azurewebsites.net'],
  ['another protocol', 'ftp://func-maps.azurewebsites.net/s3cret'],
])('%s is wrong usage, and no secret in it is repeated', (_name, given) => {
  let thrown: unknown;
  try {
    readAddress(given);
  } catch (error) {
    thrown = error;
  }

  expect(thrown).toBeInstanceOf(CliError);
  expect(thrown).toMatchObject({ exitCode: 2 });
  expect((thrown as Error).message).not.toContain('s3cret');
});
