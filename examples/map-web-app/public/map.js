import { followKey } from './current-key.js';

const size = 3;
const view = { zoom: 5, x: 16, y: 10 };
const tries = 5;
const status = document.querySelector('#status');
const images = makeImages(document.querySelector('#map'));
let current;
let shown;
let keys = 0;

const followed = followKey((key) => {
  current = key;
  keys += 1;
  document.body.dataset.keys = String(keys);
  void show();
});

const moves = {
  west: () => move(-1, 0),
  east: () => move(1, 0),
  north: () => move(0, -1),
  south: () => move(0, 1),
  in: () => zoom(1),
  out: () => zoom(-1),
};

document.querySelector('#controls').addEventListener('click', ({ target }) => {
  moves[target.dataset.move]?.();
  void show();
});

function makeImages(map) {
  return Array.from({ length: size * size }, () => {
    const image = document.createElement('img');
    image.alt = '';
    map.append(image);
    return image;
  });
}

function move(right, down) {
  const side = 2 ** view.zoom;
  view.x = (view.x + right + side) % side;
  view.y = Math.min(Math.max(view.y + down, 0), side - size);
}

function zoom(by) {
  const next = Math.min(Math.max(view.zoom + by, 2), 18);
  const factor = 2 ** (next - view.zoom);
  view.zoom = next;
  view.x = Math.floor((view.x + 1) * factor) - 1;
  view.y = Math.floor((view.y + 1) * factor) - 1;
  move(0, 0);
}

/** What is shown stays until its successor is there. */
async function show() {
  if (current === undefined) return;
  const tiles = images.map((_image, index) => tileAt(index));
  shown = tiles;
  try {
    await Promise.all(tiles.map((tile, index) => loadTile(tile, images[index], tiles)));
    const [keyType] = current.version.split(' ');
    say(`The map uses the ${keyType} key, updated ${current.keyLastUpdated ?? 'long ago'}.`, tiles);
  } catch (error) {
    say(`The map could not be loaded: ${error.message}`, tiles);
  }
}

/** Unless the map has moved on meanwhile. */
function say(text, tiles) {
  if (shown === tiles) status.textContent = text;
}

function tileAt(index) {
  const side = 2 ** view.zoom;
  return `zoom=${view.zoom}&x=${(view.x + (index % size)) % side}&y=${view.y + Math.floor(index / size)}`;
}

async function loadTile(tile, image, tiles) {
  const response = await requestTile(tile);
  const content = await response.blob();
  if (shown !== tiles) return;
  const old = image.src;
  image.src = URL.createObjectURL(content);
  // Another one may take its place before it is decoded.
  await image.decode().catch(() => {});
  URL.revokeObjectURL(old);
}

/** The key goes in a header: addresses are kept in logs and histories. A refused one is asked for again. */
async function requestTile(tile) {
  for (let attempt = 1; ; attempt += 1) {
    const { key, mapsEndpoint } = current;
    const address = `${mapsEndpoint}/map/tile?api-version=2024-04-01&tilesetId=microsoft.base.road&${tile}`;
    const response = await fetch(address, { headers: { 'subscription-key': key } });
    if (response.ok) return response;
    if (response.status !== 401 || attempt === tries)
      throw new Error(`Azure Maps answered ${response.status}.`);
    await followed.refresh();
    if (current.key === key) await new Promise((resolve) => setTimeout(resolve, attempt * 500));
  }
}
