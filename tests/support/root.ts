// Tests that make networks and file systems of their own.

/** Stops in clear words where the kernel would refuse without any. */
export function needRoot(): void {
    if (process.geteuid?.() === 0) return;
    throw new Error(
        'This test needs root, for a network or a file system of its own: run ./run-tests.sh --only end-to-end ' +
            '(or browser), which asks sudo, or sudo env PATH="$PATH" node --test FILE.',
    );
}
