import type { Dialect } from '../dialect.ts';
import { proof, writeKubernetes } from './write.ts';

/**
 * Kubernetes' apps/v1, v1, autoscaling/v2, policy/v1 and networking.k8s.io/v1 (1.23 and later), and ingress-nginx's
 * annotations. A test holds the manifests against the published types of these kinds.
 */
export const kubernetes: Dialect = {
	title: 'Kubernetes',
	file: 'cluster.yaml',
	check: 'kubectl apply --dry-run=server -f cluster.yaml',
	proof,
	write: writeKubernetes
};
