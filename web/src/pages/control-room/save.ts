// Gives a file that was made here to the browser's downloads.

/** For a moment the browser still reads from the address; ms. */
const KEPT_MS = 60_000;

export function save(bytes: Uint8Array, name: string, type: string): void {
    const address = URL.createObjectURL(new Blob([bytes as BlobPart], { type }));
    const link = document.createElement('a');
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}
