import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// During `npm run dev` the API and the media come from a server that runs beside Vite.
const server = process.env['DEV_SERVER'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
    plugins: [svelte()],
    build: {
        target: 'es2022',
        // A preload polyfill or an inlined asset would need holes in the page's policy.
        modulePreload: { polyfill: false },
        assetsInlineLimit: 0,
        chunkSizeWarningLimit: 700,
    },
    server: { proxy: { '/api/': server, '/live/': server, '/play/': server } },
});
