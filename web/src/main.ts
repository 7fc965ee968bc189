// Chooses the page by the address: every address under /streaming/live is served this document.

import { mount } from 'svelte';

import './app.css';
import { streamIdOf } from './route.ts';

async function start(): Promise<void> {
    const target = document.getElementById('app');
    if (target === null) return;
    const id = streamIdOf(location.pathname);
    if (id === undefined) {
        const { default: Landing } = await import('./pages/Landing.svelte');
        mount(Landing, { target });
        return;
    }
    const { adoptShadowStyles } = await import('./player/shadow-styles.ts');
    adoptShadowStyles();
    const { default: Watch } = await import('./pages/Watch.svelte');
    mount(Watch, { target, props: { id } });
}

void start();
