import { usageError } from '../exit-code.ts';

/**
 * Reads where the app is. What was given is not shown in errors: people paste addresses with a function key in them.
 */
export function readAddress(given: string | undefined): URL {
  if (given === undefined || given === '') {
    throw usageError('Say where the app is: --app https://<app>, or the variable MAPS_KEY_ROTATION_URL.');
  }
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw usageError('The address of the app must be a URL such as https://func-maps.azurewebsites.net.');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw usageError(
      'The address of the app must have no user, query or fragment: a function key goes into MAPS_KEY_ROTATION_FUNCTION_KEY.',
    );
  }
  if (url.protocol === 'http:' && !isLoopback(url)) {
    throw usageError('The address of the app must begin with https:// (http:// is for this machine alone).');
  }
  url.pathname = url.pathname.replace(/\/+$/, '').replace(/\/api$/i, '');
  return url;
}

export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
