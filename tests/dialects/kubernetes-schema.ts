import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** Where the published types of a kind are, in kubernetes-types. */
const files: Readonly<Record<string, string>> = {
	Deployment: 'apps/v1',
	Service: 'core/v1',
	HorizontalPodAutoscaler: 'autoscaling/v2',
	PodDisruptionBudget: 'policy/v1',
	Ingress: 'networking/v1'
};

const folder = dirname(createRequire(import.meta.url).resolve('kubernetes-types/package.json'));

/**
 * What the compiler says of these manifests as values of Kubernetes' published types, which are made of its OpenAPI: fields
 * that there are not, values of another type, fields that are missing. A line each, empty when all is well.
 */
export function faultsOfManifests(manifests: readonly unknown[]): readonly string[] {
	const source = manifests
		.map((manifest, index) => {
			const { kind } = manifest as { readonly kind: string };
			const type = `Required<Pick<T${String(index)}, 'apiVersion' | 'kind' | 'metadata' | 'spec'>>`;
			return [
				`import type { ${kind} as T${String(index)} } from ${JSON.stringify(join(folder, files[kind] ?? kind))};`,
				`export const m${String(index)}: ${type} = ${JSON.stringify(manifest, null, '\t')};`
			].join('\n');
		})
		.join('\n');
	const name = join(import.meta.dirname, 'manifests.ts');
	const options: ts.CompilerOptions = {
		strict: true,
		noEmit: true,
		skipLibCheck: true,
		types: [],
		lib: ['lib.es5.d.ts'],
		module: ts.ModuleKind.ESNext,
		moduleResolution: ts.ModuleResolutionKind.Bundler
	};
	const host = ts.createCompilerHost(options);
	const read = host.getSourceFile.bind(host);
	host.getSourceFile = (file, languageVersion, ...rest) =>
		file === name ? ts.createSourceFile(file, source, languageVersion) : read(file, languageVersion, ...rest);
	return ts
		.getPreEmitDiagnostics(ts.createProgram([name], options, host))
		.map(({ messageText, file, start }) => {
			const text = ts.flattenDiagnosticMessageText(messageText, ' ');
			const line = file === undefined || start === undefined ? '' : file.text.slice(start).split('\n')[0];
			return `${text} (${line ?? ''})`;
		});
}
