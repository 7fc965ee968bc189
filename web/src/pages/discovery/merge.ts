// Keeps a list of streams up to date without moving what somebody is looking at.

export interface Merged<Card> {
    /** What is shown: the same order, the present values, without what has ended. */
    shown: Card[];
    /** What is new, for the viewer to ask for. */
    waiting: Card[];
}

/**
 * `fresh` is the beginning of the list as it is now. What is shown further down than `fresh` reaches is left alone.
 * New entries go to the end where the whole list is shown (`whole`); else they wait.
 */
export function merge<Card extends { id: string }>(
    shown: readonly Card[],
    fresh: readonly Card[],
    whole: boolean,
): Merged<Card> {
    const present = new Map(fresh.map((card) => [card.id, card]));
    const known = new Set(shown.map((card) => card.id));
    const kept = shown.flatMap((card, place) => {
        const now = present.get(card.id);
        if (now !== undefined) return [now];
        return whole || place < fresh.length ? [] : [card];
    });
    const added = fresh.filter((card) => !known.has(card.id));
    return whole ? { shown: [...kept, ...added], waiting: [] } : { shown: kept, waiting: added };
}
