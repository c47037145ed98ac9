import { expect, test } from 'vitest';
import { emptyValue, keyOf, noParameter, type KeyRule } from '#balancer/key.ts';

const request = (target: string, headers: Readonly<Record<string, string>> = {}) => ({
	address: '10.1.2.3',
	target,
	header: (name: string) => headers[name]
});

test('keyOf by address is the client’s address', () => {
	expect(keyOf(request('/'), { by: 'address' })).toBe('10.1.2.3');
});

test.each<[string, Omit<KeyRule & { by: 'uri' }, 'by'>, string]>([
	['/a/b/c?q=1', {}, '/a/b/c'],
	['/a/b/c?q=1/2', { whole: true }, '/a/b/c?q=1/2'],
	['/a/b/c?q=1', { depth: 1 }, '/a'],
	['/a/b/c?q=1', { depth: 2 }, '/a/b'],
	['/a/b/c?q=1', { depth: 9 }, '/a/b/c'],
	['/a?x=/b/c', { depth: 2, whole: true }, '/a?x=/b'],
	['/a/b/c?q=1', { length: 3 }, '/a/'],
	['/a/b/c?q=1', { length: 3, depth: 1 }, '/a'],
	['/a?q=1', { length: 5 }, '/a'],
	['/a?q=1', { length: 5, whole: true }, '/a?q='],
	['/', { depth: 1 }, '/'],
	['http://x.org/a/b?c', { depth: 3 }, 'http://x.org/a']
])('keyOf by uri cuts %s with %o to %s', (target, cuts, key) => {
	expect(keyOf(request(target), { by: 'uri', ...cuts })).toBe(key);
});

test.each([
	['/?k=one', 'one'],
	['/a?x=1&k=two&k=three', 'two'],
	['/?kk=1&k=four', 'four'],
	['/?k=a=b', 'a=b'],
	['/?k=a%20b', 'a%20b'],
	['/?k=', emptyValue],
	['/?x=1&k=&y=2', emptyValue],
	['/?k', noParameter],
	['/?', noParameter],
	['/k=five', noParameter],
	['/?x=k=six', noParameter]
])('keyOf by parameter finds in %s the value %j', (target, key) => {
	expect(keyOf(request(target), { by: 'parameter', name: 'k' })).toBe(key);
});

test.each([
	['one', 'one'],
	['one, two', 'one'],
	['"one, two", three', '"one, two"'],
	['"one\\", two", three', '"one\\", two"'],
	[' one ', 'one'],
	['', '']
])('keyOf by header takes of %j the first value', (value, key) => {
	expect(keyOf(request('/', { 'x-key': value }), { by: 'header', name: 'X-Key' })).toBe(key);
	expect(keyOf(request('/'), { by: 'header', name: 'X-Key' })).toBe('');
});
