// The present moment for whatever counts seconds; it ticks while somebody looks.

import { createSubscriber } from 'svelte/reactivity';

let present = Date.now();

const subscribe = createSubscriber((update) => {
    const timer = setInterval(() => {
        present = Date.now();
        update();
    }, 1000);
    return () => clearInterval(timer);
});

/** Reactive: ms since 1970, anew every second. */
export function now(): number {
    subscribe();
    return present;
}
