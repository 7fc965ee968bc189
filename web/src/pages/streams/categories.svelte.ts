// All categories: asked for once, since they hardly ever change.

import { api, ask, type Schemas } from '../../api/client.ts';

let known: readonly Schemas['Category'][] = $state.raw([]);
let asked = false;

/** Reactive: empty until the answer is there. */
export function categories(): readonly Schemas['Category'][] {
    if (!asked) {
        asked = true;
        ask(api.GET('/categories')).then(
            ({ items }) => (known = items.toSorted((a, b) => a.position - b.position)),
            () => (asked = false),
        );
    }
    return known;
}

/** The name of a slug; the slug itself while the name is not known. */
export function categoryName(slug: string | null): string | undefined {
    if (slug === null) return undefined;
    return categories().find((category) => category.slug === slug)?.name ?? slug;
}
