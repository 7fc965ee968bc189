// How much more than usual a test allows: the sanitizers' builds are several times slower and larger. These change no
// other result.

const factor = (name: string): number => Number(process.env[name] ?? '1');

/** TEST_PATIENCE=4 makes each wait for what has to come four times as long. */
export const patience = factor('TEST_PATIENCE');

/** TEST_MEMORY=10 lets the server take ten times as much. */
export const roominess = factor('TEST_MEMORY');
