// A small network of namespaces, in which links can be slow, lossy or cut: a server between its publishers and its
// viewers. Needs root and iproute2; loss is made by netem where the kernel has it, else by nftables.

import { run } from './process.ts';
import { needRoot } from './root.ts';

export type Host = 'publisher' | 'viewer';

let networks = 0;

export class Network {
    readonly #name: string;
    readonly #tables = new Set<string>();
    #closed = false;

    private constructor(name: string) {
        this.#name = name;
    }

    static async open(): Promise<Network> {
        needRoot();
        networks += 1;
        const network = new Network(`dfz-${process.pid}-${networks}`);
        await network.#build();
        return network;
    }

    /** What goes before a command that is to run on the host. */
    on(host: Host | 'server'): [string, ...string[]] {
        return ['ip', 'netns', 'exec', this.#namespace(host)];
    }

    /** Where the host reaches the server. */
    serverAddress(host: Host): string {
        return host === 'publisher' ? '10.77.1.1' : '10.77.2.1';
    }

    /** From now on nothing passes between host and server, and neither is told. */
    async cut(host: Host): Promise<void> {
        await run('ip', ['-n', this.#namespace(host), 'link', 'set', 'eth0', 'down']);
    }

    async mend(host: Host): Promise<void> {
        await run('ip', ['-n', this.#namespace(host), 'link', 'set', 'eth0', 'up']);
    }

    /** Drops `percent` of the packets in each direction. */
    async lose(host: Host, percent: number): Promise<void> {
        for (const [where, device] of this.#ends(host)) {
            const netem = ['qdisc', 'add', 'dev', device, 'root', 'netem', 'loss', `${percent}%`];
            try {
                await run('tc', ['-n', where, ...netem]);
            } catch {
                await this.#drop(where, device, percent);
            }
        }
    }

    /** At most so many kbit/s in each direction. */
    async limit(host: Host, kbits: number): Promise<void> {
        const filter = ['tbf', 'rate', `${kbits}kbit`, 'burst', '16kb', 'latency', '300ms'];
        for (const [where, device] of this.#ends(host)) {
            await run('tc', ['-n', where, 'qdisc', 'add', 'dev', device, 'root', ...filter]);
        }
    }

    async close(): Promise<void> {
        if (this.#closed) return;
        this.#closed = true;
        for (const host of ['publisher', 'viewer', 'server'] as const) {
            await run('ip', ['netns', 'delete', this.#namespace(host)]).catch(() => '');
        }
    }

    #namespace(host: Host | 'server'): string {
        return `${this.#name}-${host}`;
    }

    /** Both ends of the host's link: namespace and device. */
    #ends(host: Host): [string, string][] {
        return [
            [this.#namespace(host), 'eth0'],
            [this.#namespace('server'), host],
        ];
    }

    async #build(): Promise<void> {
        const server = this.#namespace('server');
        for (const host of ['server', 'publisher', 'viewer'] as const) {
            await run('ip', ['netns', 'add', this.#namespace(host)]);
            await run('ip', ['-n', this.#namespace(host), 'link', 'set', 'lo', 'up']);
        }
        for (const host of ['publisher', 'viewer'] as const) {
            const there = this.#namespace(host);
            const address = this.serverAddress(host);
            await run('ip', [
                ...['link', 'add', host, 'netns', server, 'type', 'veth'],
                ...['peer', 'name', 'eth0', 'netns', there],
            ]);
            // An address of IPv6 that the link gives itself comes a second or two late, and a browser that sees it
            // come drops what it is loading (ERR_NETWORK_CHANGED).
            await run('ip', ['-n', server, 'link', 'set', host, 'addrgenmode', 'none']);
            await run('ip', ['-n', there, 'link', 'set', 'eth0', 'addrgenmode', 'none']);
            await run('ip', ['-n', server, 'address', 'add', `${address}/24`, 'dev', host]);
            await run('ip', ['-n', server, 'link', 'set', host, 'up']);
            const peer = address.replace(/1$/, '2');
            await run('ip', ['-n', there, 'address', 'add', `${peer}/24`, 'dev', 'eth0']);
            await run('ip', ['-n', there, 'link', 'set', 'eth0', 'up']);
        }
    }

    async #drop(namespace: string, device: string, percent: number): Promise<void> {
        const nft = (...words: string[]): Promise<string> =>
            run('ip', ['netns', 'exec', namespace, 'nft', ...words]);
        const name = `lose_${device}`;
        if (!this.#tables.has(namespace + name)) {
            await nft('add', 'table', 'ip', name);
            await nft('add', 'chain', 'ip', name, 'in', '{ type filter hook input priority 0; }');
            this.#tables.add(namespace + name);
        }
        const share = ['numgen', 'random', 'mod', '1000', '<', String(percent * 10)];
        await nft('add', 'rule', 'ip', name, 'in', 'iifname', device, ...share, 'drop');
    }
}
