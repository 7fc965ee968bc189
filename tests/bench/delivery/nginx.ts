// The peer: Debian's nginx on a folder of files, tuned as its own documentation advises.

import { writeFile } from 'node:fs/promises';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { Child } from '../../support/process.ts';
import type { Protocol } from './load.ts';

const START_TIMEOUT_MS = 5000;

/** One worker, files by sendfile with a full first packet, nothing logged, nothing looked up twice. */
function configuration(root: string, ports: Readonly<Record<Protocol, number>>): string {
    // As root nginx would give its worker to another user, who may not read our folder.
    const user = process.getuid?.() === 0 ? 'user root;' : '';
    return `${user}
daemon off;
worker_processes 1;
pid ${root}/nginx.pid;
error_log stderr crit;
events { worker_connections 1024; }
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    tcp_nodelay on;
    keepalive_timeout 75s;
    keepalive_requests 1000000000;
    open_file_cache max=1000 inactive=1h;
    open_file_cache_valid 1h;
    client_body_temp_path ${root}/nginx-temp;
    proxy_temp_path ${root}/nginx-temp;
    fastcgi_temp_path ${root}/nginx-temp;
    uwsgi_temp_path ${root}/nginx-temp;
    scgi_temp_path ${root}/nginx-temp;
    server { listen 127.0.0.1:${ports['http/1.1']}; root ${root}/files; }
    server { listen 127.0.0.1:${ports['http/2']} http2; root ${root}/files; }
}
`;
}

async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
}

function answers(port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = createConnection(port, '127.0.0.1');
        const settle = (answer: boolean) => {
            socket.destroy();
            resolve(answer);
        };
        socket.once('connect', () => settle(true));
        socket.once('error', () => settle(false));
    });
}

export interface Nginx {
    pid: number;
    /** Without a slash at the end. */
    urls: Readonly<Record<Protocol, string>>;
    close(): Promise<unknown>;
}

/** Serves `root`/files, on one core. */
export async function startNginx(root: string, core: number): Promise<Nginx> {
    const ports = { 'http/1.1': await freePort(), 'http/2': await freePort() };
    const path = join(root, 'nginx.conf');
    await writeFile(path, configuration(root, ports));
    const child = new Child('taskset', ['-c', String(core), 'nginx', '-c', path]);
    const end = performance.now() + START_TIMEOUT_MS;
    while (!(await answers(ports['http/2']))) {
        if (child.process.exitCode !== null || performance.now() > end) {
            await child.stop();
            throw new Error(`nginx does not start:\n${child.output}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return {
        pid: child.process.pid ?? -1,
        urls: {
            'http/1.1': `http://127.0.0.1:${ports['http/1.1']}`,
            'http/2': `http://127.0.0.1:${ports['http/2']}`,
        },
        close: () => child.stop(),
    };
}
