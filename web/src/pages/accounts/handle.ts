// A handle made of a name, for those who have not thought of one.

const LONGEST = 30;
const SHORTEST = 3;

/** "Zoë Müller-Lüdenscheidt!" becomes "zoe_mueller_luedenscheidt"; empty where nothing useful is left. */
export function suggestHandle(name: string): string {
    const plain = name
        .toLowerCase()
        .replaceAll('ä', 'ae')
        .replaceAll('ö', 'oe')
        .replaceAll('ü', 'ue')
        .replaceAll('ß', 'ss')
        .normalize('NFD')
        .replace(/\p{Mark}/gu, '');
    const handle = plain
        .replace(/[^a-z0-9]+/g, '_')
        .slice(0, LONGEST)
        .replace(/^_+|_+$/g, '');
    return handle.length < SHORTEST ? '' : handle;
}
