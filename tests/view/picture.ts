import { render } from 'svelte/server';
import { Discs, type Disc } from '#view/stage/discs.ts';
import { stageGeometry, stageHeight, type Geometry } from '#view/stage/geometry.ts';
import Scenery from '#view/stage/Scenery.svelte';
import { sceneryOf } from '#view/stage/scenery.ts';
import type { Picture } from '../../src/routes/gallery/pictures.ts';
import { lanesOf, type ShownLane } from '../../src/routes/gallery/shown.ts';

/** A picture's lanes as SVG that can be read and opened: what stands as the page has it, and every request as a line. */
export function svgsOf(picture: Picture): string[] {
	return lanesOf(picture).map((lane) => svgOf(picture, lane));
}

/** Where everything of a lane is. */
export function drawn(
	picture: Picture,
	{ witness: { scene }, hopMs, rules, strategy, label, ended }: ShownLane
) {
	const { at, width = 760, still = false } = picture;
	const servers = scene.servers.map(({ id, machine }) => ({
		id,
		workers: machine?.slots ?? machine?.workers,
		queue: machine?.queue
	}));
	const height = stageHeight(servers.length, width);
	const geometry: Geometry = stageGeometry({ width, height, servers, heading: true });
	const discs = new Discs();
	discs.place({ scene, geometry, at, hopMs, rules, still, mine: undefined });
	return { geometry, discs, scenery: sceneryOf({ scene, geometry, at, strategy, label, still, ended }) };
}

function svgOf(picture: Picture, lane: ShownLane): string {
	const { geometry, discs, scenery } = drawn(picture, lane);
	const { body } = render(Scenery, { props: { geometry, scenery, strategy: lane.strategy.title } });
	const lines = body
		// What Svelte leaves for itself.
		.replaceAll(/<!--.*?-->/g, '')
		.replaceAll(/ class=""| tabindex="0"/g, '')
		.replaceAll(/\d+\.\d{2,}/g, (number) => String(Math.round(Number(number) * 10) / 10))
		.replaceAll(/\s+/g, ' ')
		.replaceAll(/> </g, '><')
		.replaceAll(/>(?=<(?!\/(?:text|tspan)))/g, '>\n')
		.replace(
			'<svg class="scenery"',
			`<svg xmlns="http://www.w3.org/2000/svg"${themeOf(picture)} class="scenery"`
		)
		.replace(/<\/svg>$/, '');
	return [
		'<?xml-stylesheet href="pictures.css"?>',
		lines.trim(),
		`<g style="--strategy: var(--strategy-${lane.strategy.name})">`,
		...[...discs].map(lineOf),
		'</g>',
		'</svg>',
		''
	].join('\n');
}

function themeOf({ dark }: Picture): string {
	return dark === true ? ' data-theme="dark"' : '';
}

function lineOf({ id, x, y, radius, form, shape, striped, ring, lit }: Disc): string {
	const looks = [form, shape, lit ? 'lit' : '', striped ? 'striped' : ''].filter(Boolean).join(' ');
	const time = ring >= 0 ? ` data-left="${ring.toFixed(2)}"` : '';
	return `<circle id="r${String(id)}" class="${looks}" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius.toFixed(1)}"${time}/>`;
}
