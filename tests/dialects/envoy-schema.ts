import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import protobuf from 'protobufjs';

const { resolve } = createRequire(import.meta.url);
const deps = join(dirname(resolve('@grpc/grpc-js-xds/package.json')), 'deps');
const folders = [
	...['envoy-api', 'googleapis', 'protoc-gen-validate', 'xds'].map((name) => join(deps, name)),
	dirname(resolve('protobufjs/package.json'))
];

/** Envoy's published messages, as gRPC's client of its API ships them: the bootstrap, and the extensions that we name. */
export async function envoyMessages(): Promise<protobuf.Root> {
	const root = new protobuf.Root();
	root.resolvePath = (_origin, target) =>
		folders.map((folder) => join(folder, target)).find((file) => existsSync(file)) ?? target;
	const extensions = [
		'filters/network/http_connection_manager/v3/http_connection_manager',
		'filters/http/router/v3/router',
		'filters/http/stateful_session/v3/stateful_session',
		'http/stateful_session/cookie/v3/cookie',
		'retry/host/previous_hosts/v3/previous_hosts'
	].map((name) => `envoy/extensions/${name}.proto`);
	await root.load(['envoy/config/bootstrap/v3/bootstrap.proto', ...extensions], { keepCase: true });
	root.resolveAll();
	return root;
}

/**
 * All that is wrong with this JSON as such a message, a line each: fields that there are not, values of another type, two
 * fields of one `oneof`, deprecated fields, and what protoc-gen-validate's rules ask for.
 */
export function faultsOf(value: unknown, type: protobuf.Type, at = type.name): readonly string[] {
	if (!isRecord(value)) return [`${at} is no message ${type.name}`];
	const names = Object.keys(value).filter((name) => name !== '@type');
	return [
		...names.flatMap((name) => {
			const field = type.fields[name];
			if (field === undefined) return [`${at} has no field ${name}`];
			const deprecated = field.options?.deprecated === true ? [`${at}.${name} is deprecated`] : [];
			return [...deprecated, ...fieldFaults(value[name], field.resolve(), `${at}.${name}`)];
		}),
		...type.fieldsArray.flatMap((field) =>
			requires(field) && !(field.name in value) ? [`${at} lacks ${field.name}`] : []
		),
		...type.oneofsArray.flatMap((one) => {
			const said = one.oneof.filter((name) => name in value);
			if (said.length > 1) return [`${at} has ${said.join(' and ')}, which exclude each other`];
			const needed = one.options?.['(validate.required)'] === true && said.length === 0;
			return needed ? [`${at} lacks one of ${one.oneof.join(', ')}`] : [];
		})
	];
}

function fieldFaults(value: unknown, field: protobuf.Field, at: string): readonly string[] {
	if (field instanceof protobuf.MapField)
		return isRecord(value)
			? Object.entries(value).flatMap(([key, one]) => valueFaults(one, field, `${at}.${key}`))
			: [`${at} is no map`];
	if (!field.repeated) return [...valueFaults(value, field, at), ...ruleFaults(value, rulesOf(field), at)];
	if (!Array.isArray(value)) return [`${at} is no list`];
	const { items, ...rules } = rulesOf(field);
	return [
		...ruleFaults(value, rules, at),
		...value.flatMap((one: unknown, index) => [
			...valueFaults(one, field, `${at}[${String(index)}]`),
			...ruleFaults(one, rulesIn(items), `${at}[${String(index)}]`)
		])
	];
}

function valueFaults(value: unknown, field: protobuf.Field, at: string): readonly string[] {
	const { resolvedType, type } = field;
	if (resolvedType instanceof protobuf.Enum)
		return typeof value === 'string' && value in resolvedType.values
			? []
			: [`${at} is ${JSON.stringify(value)}, and no ${resolvedType.name}`];
	if (resolvedType instanceof protobuf.Type) return messageFaults(value, resolvedType, at);
	return scalarFaults(value, type, at);
}

/** Messages that JSON has a form of its own for, and all others. */
function messageFaults(value: unknown, type: protobuf.Type, at: string): readonly string[] {
	const [, known] = /^\.google\.protobuf\.(\w+)$/.exec(type.fullName) ?? [];
	if (known === undefined) return faultsOf(value, type, at);
	if (known === 'Duration')
		return typeof value === 'string' && /^\d{1,12}(?:\.\d{1,9})?s$/.test(value)
			? []
			: [`${at} is no duration`];
	if (known === 'Any') {
		const name = isRecord(value) && typeof value['@type'] === 'string' ? value['@type'] : '';
		if (!name.startsWith('type.googleapis.com/')) return [`${at} does not say its @type`];
		try {
			return faultsOf(value, type.root.lookupType(name.replace('type.googleapis.com/', '')), at);
		} catch {
			return [`${at} is of no published type: ${name}`];
		}
	}
	if (known.endsWith('Value')) return scalarFaults(value, type.fields.value?.type ?? '', at);
	return [`${at} is a ${known}, which is not judged here`];
}

const bounds: Readonly<Record<string, readonly [number, number]>> = {
	uint32: [0, 2 ** 32 - 1],
	uint64: [0, Number.MAX_SAFE_INTEGER],
	int32: [-(2 ** 31), 2 ** 31 - 1],
	int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]
};

function scalarFaults(value: unknown, type: string, at: string): readonly string[] {
	const [least, most] = bounds[type] ?? [];
	const fits =
		least !== undefined && most !== undefined
			? Number.isInteger(value) && Number(value) >= least && Number(value) <= most
			: type === 'double' || type === 'float'
				? Number.isFinite(value)
				: type === 'bool'
					? typeof value === 'boolean'
					: type === 'string' && typeof value === 'string';
	return fits ? [] : [`${at} is ${JSON.stringify(value)}, and no ${type}`];
}

type Rules = Readonly<Record<string, unknown>>;

/** Field by field `(validate.rules)` says a kind and its rules: `{ uint32: { lte: 65535 } }`. */
function rulesOf(field: protobuf.Field): Rules {
	const options: unknown = field.parsedOptions;
	const found: unknown = Array.isArray(options)
		? options.map((one: unknown) => (isRecord(one) ? one['(validate.rules)'] : undefined)).find(isRecord)
		: undefined;
	return rulesIn(found);
}

function rulesIn(found: unknown): Rules {
	return isRecord(found) ? (Object.assign({}, ...Object.values(found).filter(isRecord)) as Rules) : {};
}

/** In a oneof another one may stand for it. */
function requires(field: protobuf.Field): boolean {
	if (field.partOf !== null) return false;
	const { required, min_len, min_items } = rulesOf(field.resolve());
	return required === true || Number(min_len ?? 0) > 0 || Number(min_items ?? 0) > 0;
}

function ruleFaults(value: unknown, rules: Rules, at: string): readonly string[] {
	const size = typeof value === 'string' || Array.isArray(value) ? value.length : 0;
	const amount = amountOf(value);
	return Object.entries(rules).flatMap(([rule, bound]) => {
		const limit = amountOf(bound);
		const holds: Readonly<Record<string, () => boolean>> = {
			gt: () => amount > limit,
			gte: () => amount >= limit,
			lt: () => amount < limit,
			lte: () => amount <= limit,
			min_len: () => size >= limit,
			min_items: () => size >= limit,
			max_items: () => size <= limit,
			max_bytes: () => size <= limit,
			const: () => value === bound,
			in: () => Array.isArray(bound) && bound.includes(value),
			// Types see to these.
			required: () => true,
			defined_only: () => true,
			// Names and values of headers: no line ends, and nothing that is no text.
			well_known_regex: () => typeof value === 'string' && /^[^\0\r\n]*$/.test(value),
			strict: () => true
		};
		const held = holds[rule];
		if (held === undefined) return [`${at} has a rule that is not judged here: ${rule}`];
		return held() ? [] : [`${at} is ${JSON.stringify(value)}, and breaks ${rule} ${JSON.stringify(bound)}`];
	});
}

/** A number, or a duration in seconds: JSON's `0.5s`, and a rule's `{ seconds, nanos }`. */
function amountOf(value: unknown): number {
	if (isRecord(value)) return Number(value.seconds ?? 0) + Number(value.nanos ?? 0) / 1e9;
	return typeof value === 'string' ? Number.parseFloat(value) : Number(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
