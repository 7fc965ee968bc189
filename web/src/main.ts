// Starts the pages: every address is served this document.

import { mount } from 'svelte';

import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import { PAGES } from './pages/pages.ts';
import { pathTo } from './router.ts';
import App from './shell/App.svelte';
import { navigation } from './shell/navigation.svelte.ts';
import { startSession } from './shell/session.svelte.ts';
import { startTheme } from './shell/theme.svelte.ts';
import { tellFailed } from './shell/toasts.svelte.ts';
import { startWords, t } from './words/words.svelte.ts';

function leave(): void {
    tellFailed(t('shell.sessionEnded'));
    // Pages that need an account send to it by themselves.
    const { page } = navigation;
    if (page?.name === 'signIn' || (page && PAGES[page.name]?.access !== undefined)) return;
    const { pathname, search, hash } = location;
    navigation.go(pathTo('signIn', {}, { return: pathname + search + hash }));
}

async function start(): Promise<void> {
    const target = document.getElementById('app');
    if (target === null) return;
    startTheme();
    navigation.start();
    void startSession(leave);
    await startWords();
    mount(App, { target });
}

void start();
