// What the settings consist of.

import type { IconName } from '../../ui/Icon.svelte';

export const PARTS = [
    { name: 'profile', icon: 'user', title: 'settings.profile' },
    { name: 'security', icon: 'shield', title: 'settings.security' },
    { name: 'sessions', icon: 'devices', title: 'settings.sessions' },
    { name: 'notifications', icon: 'bell', title: 'settings.notifications' },
    { name: 'creator', icon: 'camera', title: 'settings.creator' },
    { name: 'tokens', icon: 'key', title: 'settings.tokens' },
    { name: 'webhooks', icon: 'plug', title: 'settings.webhooks' },
    { name: 'display', icon: 'sliders', title: 'settings.display' },
    { name: 'data', icon: 'folder', title: 'settings.data' },
] as const satisfies readonly { name: string; icon: IconName; title: string }[];

export type PartName = (typeof PARTS)[number]['name'];
