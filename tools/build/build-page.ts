import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { rolldown } from 'rolldown';

const FOLDER = 'src/web/page';

/** In this order: later rules win. */
const STYLES = ['base', 'parts', 'fleet', 'rotations', 'media'];

export interface BuiltPage {
  readonly html: string;
  readonly policy: string;
  /** The modules of its script. */
  readonly moduleIds: readonly string[];
}

/** The status page as one file that loads nothing, with the policy that lets the browser run just that. */
export async function buildPage(): Promise<BuiltPage> {
  const [shell, style, { script, moduleIds }] = await Promise.all([
    readFile(`${FOLDER}/index.html`, 'utf8'),
    readStyle(),
    bundleScript(),
  ]);
  if (/<\/(script|style)/i.test(script + style))
    throw new Error('The page would end before its script does.');
  const html = shell.replace('/* style */', () => style).replace('/* script */', () => script);
  return { html, policy: toPolicy(script, style), moduleIds };
}

async function readStyle(): Promise<string> {
  const files = await Promise.all(STYLES.map((name) => readFile(`${FOLDER}/styles/${name}.css`, 'utf8')));
  return files.join('\n');
}

async function bundleScript() {
  const bundle = await rolldown({
    input: `${FOLDER}/main.tsx`,
    platform: 'browser',
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  const [chunk, ...others] = output;
  if (others.length > 0) throw new Error('The page must be one script.');
  return { script: chunk.code.trim(), moduleIds: chunk.moduleIds };
}

function toPolicy(script: string, style: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "connect-src 'self'",
    // The icon in the tab, which is part of the page.
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}
