// How much longer than usual a test waits for what has to come: the sanitizers' builds are several times slower.

/** TEST_PATIENCE=4 makes it four times as long. It changes no result but that of a test that waits too briefly. */
export const patience = Number(process.env['TEST_PATIENCE'] ?? '1');
