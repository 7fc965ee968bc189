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

const settings = page(() => import('./Settings.svelte'));
const admin = page(() => import('./Admin.svelte'));

export const PAGES: Readonly<Partial<Record<RouteName, Entry>>> = {
    home: { load: page(() => import('./Discovery.svelte')), title: 'streams.discoveryTitle' },
    discovery: { load: page(() => import('./Discovery.svelte')), title: 'streams.discoveryTitle' },
    watch: { load: page(() => import('./Watch.svelte')), title: 'watch.untitled' },
    embed: { load: page(() => import('./Embed.svelte')), title: 'watch.untitled', bare: true },
    creator: { load: page(() => import('./Creator.svelte')), title: 'streams.creatorLive' },
    dashboard: {
        load: page(() => import('./Dashboard.svelte')),
        title: 'studio.title',
        access: 'account',
    },
    controlRoom: {
        load: page(() => import('./ControlRoom.svelte')),
        title: 'studio.open',
        access: 'account',
    },
    summary: {
        load: page(() => import('./Summary.svelte')),
        title: 'room.summaryTitle',
        access: 'account',
    },
    signUp: { load: page(() => import('./SignUp.svelte')), title: 'accounts.signUpTitle' },
    signIn: { load: page(() => import('./SignIn.svelte')), title: 'accounts.signInTitle' },
    resetPassword: {
        load: page(() => import('./ResetPassword.svelte')),
        title: 'accounts.resetTitle',
    },
    verifyEmail: {
        load: page(() => import('./VerifyEmail.svelte')),
        title: 'accounts.verifyTitle',
    },
    setup: { load: page(() => import('./Setup.svelte')), title: 'accounts.setupTitle' },
    settings: { load: settings, title: 'shell.settings', access: 'account' },
    settingsSection: { load: settings, title: 'shell.settings', access: 'account' },
    notifications: {
        load: page(() => import('./Notifications.svelte')),
        title: 'shell.notifications',
        access: 'account',
    },
    admin: { load: admin, title: 'shell.admin', access: 'moderator' },
    adminSection: { load: admin, title: 'shell.admin', access: 'moderator' },
    api: { load: page(() => import('./Api.svelte')), title: 'contract.title' },
};
