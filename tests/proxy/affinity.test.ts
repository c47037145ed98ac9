import { expect, test } from 'vitest';
import { bodyOf, gateway, get, named } from './world.ts';

const rules = { retries: 1, sticky: true };
const three = (): Promise<string[]> => Promise.all(['a', 'b', 'c'].map(named));

test('by its address a client stays where it went first', async () => {
	const { port } = await gateway(await three(), { rules });
	const bodies = [];
	for (let i = 0; i < 4; i++) bodies.push(bodyOf(await get(port)));
	expect(new Set(bodies).size).toBe(1);
});

test('by a header each value has a server of its own', async () => {
	const { port } = await gateway(await three(), { rules, key: { by: 'header', name: 'X-User' } });
	const ask = async (user: string): Promise<string> => bodyOf(await get(port, '/', [`x-user: ${user}`]));
	const first = [await ask('one'), await ask('two'), await ask('three')];
	expect(first).toEqual(['a', 'b', 'c']);
	expect([await ask('three'), await ask('one'), await ask('two')]).toEqual(['c', 'a', 'b']);
});

test('by a cookie that the proxy gives a client stays from its first request on, and moves for good when its server goes', async () => {
	const { port, roster } = await gateway(await three(), { rules, key: { by: 'cookie', name: 'place' } });
	const first = await get(port);
	const [, cookie = ''] =
		/^Set-Cookie: (place=[\w-]{16}); Path=\/; HttpOnly; SameSite=Lax\r$/m.exec(first) ?? [];
	expect(cookie).not.toBe('');
	expect(bodyOf(first)).toBe('a');
	for (let i = 0; i < 3; i++) {
		const again = await get(port, '/', ['Cookie: other=1', `Cookie: x=y; ${cookie}`]);
		expect(bodyOf(again)).toBe('a');
		expect(again).not.toMatch(/set-cookie/i);
	}
	// Another client is another's.
	expect(bodyOf(await get(port))).toBe('b');
	roster.want('A', 'maint');
	const moved = bodyOf(await get(port, '/', [`Cookie: ${cookie}`]));
	expect(moved).not.toBe('a');
	expect(bodyOf(await get(port, '/', [`Cookie: ${cookie}`]))).toBe(moved);
});

test.each(['place=', 'place=short', `place=${'x'.repeat(400)}`, 'placed=0123456789abcdef', 'place'])(
	'the cookie %s is none of the proxy’s, and another is given beside the backend’s own',
	async (cookie) => {
		const { port } = await gateway([await named('a')], { rules, key: { by: 'cookie', name: 'place' } });
		expect(await get(port, '/', [`Cookie: ${cookie}`])).toMatch(/^Set-Cookie: place=[\w-]{16};/m);
	}
);
