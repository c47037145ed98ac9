import { readFileSync, writeFileSync } from 'node:fs';

import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** Straight alpha, four bytes a pixel. */
export interface Bitmap {
	readonly width: number;
	readonly height: number;
	readonly bytes: Uint8ClampedArray<ArrayBuffer>;
}

const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

/** As a PNG whose rows are not filtered, which is all that `readPng` knows. */
export function writePng(file: URL, { width, height, bytes }: Bitmap): void {
	const rows = Array.from({ length: height }, (_, row) =>
		Buffer.concat([Buffer.from([0]), Buffer.from(bytes.buffer, row * width * 4, width * 4)])
	);
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	// Eight bits a channel, with alpha.
	head.set([8, 6, 0, 0, 0], 8);
	const data = deflateSync(Buffer.concat(rows), { level: 9 });
	writeFileSync(
		file,
		Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
	);
}

/** @throws Error when it is none that `writePng` has written. */
export function readPng(file: URL): Bitmap {
	const png = readFileSync(file);
	const width = png.readUInt32BE(16);
	const height = png.readUInt32BE(20);
	const rows = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)));
	const bytes = new Uint8ClampedArray(width * height * 4);
	for (let row = 0; row < height; row++) {
		const start = row * (width * 4 + 1);
		if (rows[start] !== 0) throw new Error(`${file.pathname}: row ${String(row)} is filtered.`);
		bytes.set(rows.subarray(start + 1, start + 1 + width * 4), row * width * 4);
	}
	return { width, height, bytes };
}

function chunk(type: string, data: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const length = Buffer.alloc(4);
	length.writeUInt32BE(data.length);
	const sum = Buffer.alloc(4);
	sum.writeUInt32BE(crc32(body));
	return Buffer.concat([length, body, sum]);
}
