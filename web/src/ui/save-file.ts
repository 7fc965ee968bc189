// Hands a text to the reader as a file.

export function saveFile(name: string, text: string, type: string): void {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    // The browser has taken it by then, and a minute costs nothing.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
