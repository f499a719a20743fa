import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reply } from './reply.ts';

const folder = join(import.meta.dirname, '../public');
const files: Record<string, { file: string; type: string }> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/map.js': { file: 'map.js', type: 'text/javascript; charset=utf-8' },
  '/current-key.js': { file: 'current-key.js', type: 'text/javascript; charset=utf-8' },
  '/map.css': { file: 'map.css', type: 'text/css; charset=utf-8' },
};

/** The page and what it is made of, by path. */
export function loadPage(mapsEndpoint: string): ReadonlyMap<string, Reply> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${mapsEndpoint}`,
    "img-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return new Map(
    Object.entries(files).map(([path, { file, type }]) => [
      path,
      {
        status: 200,
        headers: { 'Content-Type': type, 'Cache-Control': 'no-cache', 'Content-Security-Policy': policy },
        body: readFileSync(join(folder, file)),
      },
    ]),
  );
}
