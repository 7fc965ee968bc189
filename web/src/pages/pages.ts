// Which component shows which address, loaded when it is gone to, and who may see it.

import type { Component } from 'svelte';

import type { RouteName } from '../router.ts';
import type { Key } from '../words/translate.ts';

export interface Entry {
    load: () => Promise<{ default: Component<Record<string, string>> }>;
    /** Stands in the document's title until the page has a better one. */
    title: Key;
    /** Who is asked to sign in, or told that the page is not for them. */
    access?: 'account' | 'creator' | 'moderator';
    /** No header and footer around it. */
    bare?: true;
}

/** A page's component takes the parameters of its address as properties. */
function page(load: () => Promise<{ default: unknown }>): Entry['load'] {
    return load as Entry['load'];
}

export const PAGES: Readonly<Partial<Record<RouteName, Entry>>> = {
    home: { load: page(() => import('./Landing.svelte')), title: 'landing.title' },
    discovery: { load: page(() => import('./Landing.svelte')), title: 'landing.title' },
    watch: {
        load: page(async () => {
            const { adoptShadowStyles } = await import('../player/shadow-styles.ts');
            adoptShadowStyles();
            return import('./Watch.svelte');
        }),
        title: 'watch.untitled',
    },
};
