import fc from 'fast-check';

// The same cases each time, so that a red run is red for everybody; another number draws others.
fc.configureGlobal({ seed: Number(process.env['GOLANGIA_SEED'] ?? 1) });
