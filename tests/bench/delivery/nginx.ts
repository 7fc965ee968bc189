// The peer: Debian's nginx on a folder of files.

import { launchNginx } from '../nginx.ts';
import { freePort } from '../ports.ts';
import type { Protocol } from './load.ts';

/**
 * One worker with the package's own settings for files (sendfile, full first packets), but nothing
 * logged; with `fileCache` no file is opened twice.
 */
function configuration(
    root: string,
    ports: Readonly<Record<Protocol, number>>,
    fileCache: boolean,
): string {
    const cache = fileCache
        ? 'open_file_cache max=1000 inactive=1h; open_file_cache_valid 1h;'
        : '';
    return `pid ${root}/nginx.pid;
error_log stderr crit;
events { worker_connections 1024; }
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    tcp_nodelay on;
    keepalive_timeout 75s;
    keepalive_requests 1000000000;
    ${cache}
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

export interface Nginx {
    pid: number;
    /** Without a slash at the end. */
    urls: Readonly<Record<Protocol, string>>;
    close(): Promise<unknown>;
}

/** Serves `root`/files, on one core. */
export async function startNginx(root: string, core: number, fileCache: boolean): Promise<Nginx> {
    const ports = { 'http/1.1': await freePort(), 'http/2': await freePort() };
    const text = configuration(root, ports, fileCache);
    const nginx = await launchNginx(root, core, ports['http/2'], text);
    return {
        ...nginx,
        urls: {
            'http/1.1': `http://127.0.0.1:${ports['http/1.1']}`,
            'http/2': `http://127.0.0.1:${ports['http/2']}`,
        },
    };
}
