import { crc32, deflateSync } from 'node:zlib';

const size = 256;
const background = [0xdd, 0xe8, 0xf0];
const edge = [0x8f, 0xa8, 0xb8];

/** A PNG of 256 x 256 pixels, the same for each place: a plain tile whose upper and left edges show where it lies. */
export function mapTile(): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  // One bit a pixel, by a palette.
  header.set([1, 3, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from([...background, ...edge])),
    chunk('IDAT', deflateSync(pixels())),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Each row begins with the number of its filter: 0, none. */
function pixels(): Buffer {
  const rowBytes = 1 + size / 8;
  const rows = Buffer.alloc(rowBytes * size);
  for (let row = 0; row < size; row += 1) rows[row * rowBytes + 1] = 0x80;
  return rows.fill(0xff, 1, rowBytes);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
