import { branchRoad, forkRoad, straightRoad, type Point, type Road } from './road.ts';

/** What positions depend on; no position depends on how busy anyone is. */
export interface Plan {
	/** In CSS pixels. */
	readonly width: number;
	readonly height: number;
	readonly servers: readonly PlannedServer[];
	/** Whether room is kept for words above the travellers. */
	readonly heading: boolean;
}

/** `workers` and `queue` are undefined where nobody can look inside. */
export interface PlannedServer {
	readonly id: string;
	readonly workers: number | undefined;
	readonly queue: number | undefined;
}

export interface Box {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** Where one server is drawn. */
export interface Seat {
	readonly id: string;
	/** All that belongs to it; what is clicked. */
	readonly row: Box;
	/** From the gate to its door. */
	readonly road: Road;
	/** Where the road reaches it. */
	readonly door: Point;
	/** Places to wait on the road, the front one, nearest the door, first. */
	readonly slots: readonly Point[];
	/** More may wait than there are places to draw; they are counted at `rest`. */
	readonly more: boolean;
	readonly rest: Point;
	/** The milestone with what the gate counts; it stands on this point. */
	readonly stone: Point;
	/** Where it is said what the stones count; clear of flags. */
	readonly legend: Point;
	readonly castle: Box;
	/** One for each worker, or for each equal group of workers when there are too many to draw. */
	readonly windows: readonly Box[];
	readonly label: Box;
	/** From one line of its words to the next; without room for three lines, there are two. */
	readonly pitch: number;
	readonly lines: 2 | 3;
}

export interface Geometry {
	readonly width: number;
	readonly height: number;
	/** `across`: travellers left, servers right. `down`, on narrow stages: travellers above, servers below. */
	readonly direction: 'across' | 'down';
	/** Towers in a grid instead of castles in a row each. */
	readonly dense: boolean;
	readonly travellers: Road;
	readonly gate: Box;
	/** For the gate's name and its latest pick; text is centred across and starts left down. */
	readonly gateLabel: Box;
	readonly rateLabel: Box;
	readonly heading: Box;
	readonly monster: { readonly x: number; readonly y: number; readonly radius: number };
	readonly monsterLabel: Box;
	readonly seats: readonly Seat[];
}

/** At and below this width in pixels the stage turns top to bottom. */
export const narrow = 640;
/** More servers than this are drawn as towers in a grid. */
export const mostCastles = 12;
/** More windows than this would be too small for the disc inside. */
export const mostWindows = 16;
/** Pixels from one waiting place to the next. */
export const slotPitch = 14;

const margin = 4;
const mostSlots = 24;
const leastAcross = 208;
const gateSize = { width: 44, height: 58 };
/** Kept for the milestone, and for the count of those beyond the places drawn. */
const stoneWidth = 36;
const restWidth = 40;
/** The road meets the castle this high above its foot. */
const doorHeight = 8;
const tower = { width: 90, height: 36, least: 84 };
const headingHeight = 46;
/** Down: from the heading to the first row. */
const gateHeight = 128;
const spine = 32;
const corner = 12;

/** The height at which `servers` servers are drawn best on a stage of this width, in pixels. */
export function stageHeight(servers: number, width: number): number {
	const down = width <= narrow;
	const top = down ? headingHeight + gateHeight : 0;
	if (servers > mostCastles) {
		const { columns } = gridOf(width, down);
		const grid = Math.ceil(servers / columns) * tower.height + 30;
		return down ? top + grid : Math.max(leastAcross, grid);
	}
	const row = servers <= 8 || down ? 56 : 52;
	return down ? top + servers * row + 6 : Math.max(leastAcross, servers * row + 16);
}

/** Everything's place. */
export function stageGeometry(plan: Plan): Geometry {
	return plan.width <= narrow ? stageDown(plan) : stageAcross(plan);
}

function stageAcross({ width, height, servers, heading }: Plan): Geometry {
	const top = heading ? headingHeight : 0;
	const roadY = Math.round(Math.max(top + 54, Math.min(height / 2 + 16, height - 102)));
	const gateX = Math.round(Math.min(300, Math.max(188, width * 0.285)));
	const gate = { x: gateX - gateSize.width / 2, y: roadY + 12 - gateSize.height, ...gateSize };
	const start = { x: gateX, y: roadY };
	const monsterY = Math.min(height - 44, roadY + 116);
	const dense = servers.length > mostCastles;
	return {
		width,
		height,
		direction: 'across',
		dense,
		travellers: straightRoad({ x: margin, y: roadY }, start),
		gate,
		gateLabel: { x: gateX - 64, y: roadY + 16, width: 128, height: 47 },
		rateLabel: { x: margin, y: roadY - 30, width: gate.x - margin - 8, height: 16 },
		heading: { x: margin, y: 0, width: gate.x + 60 - margin, height: top },
		monster: { x: margin + 47, y: monsterY, radius: 38 },
		monsterLabel: { x: margin + 100, y: monsterY + 8, width: 136, height: 31 },
		seats: dense ? towersAcross(servers, width, height, start) : castlesAcross(servers, width, height, start)
	};
}

function castlesAcross(
	servers: readonly PlannedServer[],
	width: number,
	height: number,
	start: Point
): Seat[] {
	const labelWidth = width < 820 ? 132 : 146;
	const castleWidth = Math.max(48, ...servers.map(({ workers }) => widthOfCastle(workers)));
	const castleX = width - margin - labelWidth - 8 - castleWidth;
	const exit = { x: start.x + gateSize.width / 2, y: start.y };
	const bend = Math.round(exit.x + Math.min(240, Math.max(64, (castleX - exit.x) * 0.42)));
	const row = Math.min(64, (height - 20) / Math.max(1, servers.length));
	const block = row * servers.length;
	// One castle's road runs straight on; many are centred on the gate as far as the stage allows.
	const wished = start.y - block / 2 + row / 2 - (baseOf(row) - doorHeight);
	// Above the first road stands what the stones count.
	const y0 = Math.max(14, Math.min(height - block - 4, wished));
	return servers.map((server, index) => {
		const box = { x: bend, y: y0 + index * row, width: width - bend - 1, height: row };
		return castleSeat(server, box, castleX, castleWidth, labelWidth, (door) =>
			forkRoad(start, exit, { x: bend, y: door.y }, door)
		);
	});
}

function stageDown({ width, height, servers, heading }: Plan): Geometry {
	const top = heading ? headingHeight : 4;
	const gate = { x: spine - gateSize.width / 2 + 4, y: top + 50, ...gateSize };
	const gateX = gate.x + gate.width / 2;
	const start = { x: gateX, y: gate.y + gate.height - 14 };
	const rows = top + gateHeight;
	const dense = servers.length > mostCastles;
	return {
		width,
		height,
		direction: 'down',
		dense,
		travellers: straightRoad({ x: gateX, y: top + 4 }, start),
		gate,
		gateLabel: {
			x: gate.x + gate.width + 10,
			y: top + 58,
			width: Math.min(128, width - margin - 140 - (gate.x + gate.width + 10)),
			height: 47
		},
		rateLabel: { x: gateX + 16, y: top + 16, width: 150, height: 16 },
		heading: { x: margin, y: 0, width: width - 2 * margin, height: top },
		monster: { x: width - margin - 48, y: top + 44, radius: 36 },
		monsterLabel: { x: width - margin - 136, y: top + 84, width: 136, height: 31 },
		seats: dense ? towersDown(servers, width, rows, start) : castlesDown(servers, width, height, rows, start)
	};
}

function castlesDown(
	servers: readonly PlannedServer[],
	width: number,
	height: number,
	top: number,
	start: Point
): Seat[] {
	const labelWidth = 126;
	const castleWidth = Math.max(48, ...servers.map(({ workers }) => widthOfCastle(workers)));
	const castleX = width - margin - labelWidth - 6 - castleWidth;
	const row = Math.min(64, (height - top - 4) / Math.max(1, servers.length));
	return servers.map((server, index) => {
		const box = {
			x: start.x + corner,
			y: top + index * row,
			width: width - start.x - corner - 1,
			height: row
		};
		const seat = castleSeat(server, box, castleX, castleWidth, labelWidth, (door) =>
			branchRoad(start, door, corner)
		);
		// Beside the stones there is no room for words: they would run over the castle.
		return { ...seat, legend: { x: seat.legend.x, y: box.y - 6 } };
	});
}

/** One row: the road with its stone and its waiting places, the castle, the words. */
function castleSeat(
	server: PlannedServer,
	row: Box,
	castleX: number,
	castleSpace: number,
	labelWidth: number,
	roadTo: (door: Point) => Road
): Seat {
	const base = Math.round(row.y + baseOf(row.height));
	const bodyHeight = Math.min(36, row.height - 22);
	const castle = {
		x: castleX,
		y: base - bodyHeight,
		width: widthOfCastle(server.workers),
		height: bodyHeight
	};
	const door = { x: castleX, y: base - doorHeight };
	const length = castleX - 6 - row.x - stoneWidth;
	const queue = server.queue ?? Infinity;
	// Where all who may wait have a place nobody is ever counted.
	const all = queue <= mostSlots && queue * slotPitch <= length;
	const room = Math.max(1, Math.floor((length - (all ? 0 : restWidth)) / slotPitch));
	const places = Math.min(room, mostSlots, queue);
	const slots = Array.from({ length: places }, (_, i) => ({
		x: castleX - 6 - slotPitch * (i + 0.5),
		y: door.y
	}));
	const tail = castleX - 6 - slotPitch * places;
	const stone = { x: row.x + 16, y: door.y - 4 };
	const lines = row.height < 41 ? 2 : 3;
	const pitch = Math.max(12, Math.min(15, Math.floor((row.height - 20) / 2)));
	const words = 15 + (lines - 1) * pitch;
	return {
		id: server.id,
		row,
		road: roadTo(door),
		door,
		slots,
		more: queue > places,
		rest: { x: tail - restWidth / 2 + 1, y: door.y },
		stone,
		legend: { x: row.x + 2, y: stone.y - 22 },
		castle,
		windows: windowsOf(server.workers, castle),
		label: {
			x: castleX + castleSpace + 8,
			y: Math.round(row.y + (row.height - words) / 2),
			width: labelWidth,
			height: words
		},
		lines,
		pitch
	};
}

function baseOf(rowHeight: number): number {
	return rowHeight / 2 + Math.min(22, rowHeight / 2 - 4);
}

/** The castle's gate tower, left, with the road's end in it; the hall with the workers' windows is lower. */
export const gatehouse = 16;
export const towerRise = 5;

function widthOfCastle(workers = 1): number {
	const { columns, pitch } = windowGrid(Math.min(workers, mostWindows));
	return Math.max(48, gatehouse + 6 + columns * pitch + 4);
}

/** Windows stay large enough for a disc: one storey up to four, two above. */
function windowGrid(count: number): { columns: number; storeys: number; pitch: number } {
	if (count <= 4) return { columns: count, storeys: 1, pitch: 18 };
	return { columns: Math.ceil(count / 2), storeys: 2, pitch: count <= 8 ? 15 : 11 };
}

function windowsOf(workers = 1, castle: Box): Box[] {
	const count = Math.min(workers, mostWindows);
	const { columns, storeys, pitch } = windowGrid(count);
	const left = castle.x + gatehouse + 2;
	const hall = castle.width - gatehouse - 4;
	const storey = (castle.height - towerRise - 5) / storeys;
	const width = pitch - 3;
	const height = Math.min(storeys === 1 ? 21 : 12, storey - 2);
	return Array.from({ length: count }, (_, i) => ({
		x: left + (hall - columns * pitch) / 2 + (i % columns) * pitch + 1.5,
		y: castle.y + towerRise + 4 + Math.floor(i / columns) * storey + (storey - height) / 2,
		width,
		height
	}));
}

function gridOf(width: number, down: boolean): { x: number; columns: number; cell: number } {
	const gateX = down ? spine : Math.min(300, Math.max(188, width * 0.285));
	const x = down ? gateX + 4 + corner + 8 : gateX + gateSize.width / 2 + Math.min(150, width * 0.12);
	const columns = Math.max(1, Math.floor((width - margin - x) / tower.least));
	return { x, columns, cell: Math.min(tower.width + 20, (width - margin - x) / columns) };
}

function towersAcross(
	servers: readonly PlannedServer[],
	width: number,
	height: number,
	start: Point
): Seat[] {
	const { x, columns, cell } = gridOf(width, false);
	const exit = { x: start.x + gateSize.width / 2, y: start.y };
	const rows = Math.ceil(servers.length / columns);
	const row = Math.min(44, (height - 28) / rows);
	const top = Math.max(18, (height - rows * row) / 2);
	return servers.map((server, i) => {
		const box = {
			x: x + (i % columns) * cell,
			y: top + Math.floor(i / columns) * row,
			width: cell,
			height: row
		};
		return towerSeat(server, box, (door) => forkRoad(start, exit, { x: x - 6, y: door.y }, door));
	});
}

function towersDown(servers: readonly PlannedServer[], width: number, top: number, start: Point): Seat[] {
	const { x, columns, cell } = gridOf(width, true);
	return servers.map((server, i) => {
		const y = top + 18 + Math.floor(i / columns) * tower.height;
		const box = { x: x + (i % columns) * cell, y, width: cell, height: tower.height };
		return towerSeat(server, box, (door) => branchRoad(start, door, corner));
	});
}

/** A small tower by the road, its words beside it: the road runs on beneath to the next. */
function towerSeat(server: PlannedServer, row: Box, roadTo: (door: Point) => Road): Seat {
	const base = Math.round(row.y + row.height - 5);
	const castle = { x: row.x + 2, y: base - 20, width: 17, height: 20 };
	const door = { x: castle.x + castle.width / 2, y: base };
	return {
		id: server.id,
		row,
		road: roadTo(door),
		door,
		slots: [],
		more: true,
		rest: { x: castle.x + castle.width + 8, y: base },
		stone: door,
		legend: { x: castle.x, y: row.y - 3 },
		castle,
		windows: [{ x: castle.x + 4, y: castle.y + 4, width: 9, height: 13 }],
		label: { x: castle.x + castle.width + 5, y: base - 30, width: row.width - castle.width - 9, height: 27 },
		lines: 2,
		pitch: 13
	};
}
