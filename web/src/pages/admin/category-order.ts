// Moving a category in a list that is ordered by numbers.

export interface Placed {
    id: string;
    position: number;
}

/** Room between two, so that a move usually changes one number. */
const STEP = 10;
const LAST = 10_000;

/**
 * The positions to set so that the entry at `from` comes to stand at `to`; as few as possible. The
 * list is in its present order.
 */
export function movesFor(list: readonly Placed[], from: number, to: number): Placed[] {
    const moved = list[from];
    if (moved === undefined || from === to || to < 0 || to >= list.length) return [];
    const order = list.toSpliced(from, 1).toSpliced(to, 0, moved);
    const before = order[to - 1]?.position ?? -STEP;
    const after = order[to + 1]?.position ?? before + 2 * STEP;
    const middle = Math.floor((before + after) / 2);
    const isFree = middle > before && middle < after && middle >= 0 && middle <= LAST;
    if (isFree && isSorted(order, moved)) return [{ id: moved.id, position: middle }];
    return order
        .map((entry, i) => ({ id: entry.id, position: i * STEP, old: entry.position }))
        .filter(({ position, old }) => position !== old)
        .map(({ id, position }) => ({ id, position }));
}

/** The others have different numbers, in order. */
function isSorted(order: readonly Placed[], but: Placed): boolean {
    const others = order.filter((entry) => entry !== but);
    return others.every((entry, i) => i === 0 || (others[i - 1]?.position ?? 0) < entry.position);
}

/** "Talk & Q/A" becomes "talk-q-a": an address for a new category. */
export function slugOf(name: string): string {
    return name
        .toLowerCase()
        .replaceAll('ä', 'ae')
        .replaceAll('ö', 'oe')
        .replaceAll('ü', 'ue')
        .replaceAll('ß', 'ss')
        .normalize('NFD')
        .replace(/\p{Mark}/gu, '')
        .replace(/[^a-z0-9]+/g, '-')
        .slice(0, 40)
        .replace(/^-+|-+$/g, '');
}
