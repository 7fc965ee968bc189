// The peer: Debian's nginx with libnginx-mod-rtmp, which writes HLS into a folder.

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Child } from '../../support/process.ts';
import { answers, freePort } from '../ports.ts';

const START_TIMEOUT_MS = 5000;
const MODULE = '/usr/lib/nginx/modules/ngx_rtmp_module.so';

/** One worker; segments and playlist as long as ours. Our publisher answers no pings. */
function configuration(root: string, port: number): string {
    const user = process.getuid?.() === 0 ? 'user root;' : '';
    return `${user}
load_module ${MODULE};
daemon off;
worker_processes 1;
pid ${root}/nginx.pid;
error_log stderr crit;
events { worker_connections 1024; }
rtmp {
    access_log off;
    ping 60m;
    server {
        listen 127.0.0.1:${port};
        chunk_size 4096;
        application live {
            live on;
            hls on;
            hls_path ${root}/hls;
            hls_fragment 2s;
            hls_playlist_length 24s;
        }
    }
}
`;
}

export interface Nginx {
    pid: number;
    /** HOST:PORT */
    rtmp: string;
    close(): Promise<unknown>;
}

/** Takes publishers of the application "live", on one core. */
export async function startNginx(root: string, core: number): Promise<Nginx> {
    if (!existsSync(MODULE)) {
        throw new Error('nginx with RTMP is missing: apt-get install libnginx-mod-rtmp');
    }
    const port = await freePort();
    const path = join(root, 'nginx.conf');
    await writeFile(path, configuration(root, port));
    const child = new Child('taskset', ['-c', String(core), 'nginx', '-c', path]);
    const end = performance.now() + START_TIMEOUT_MS;
    while (!(await answers(port))) {
        if (child.process.exitCode !== null || performance.now() > end) {
            await child.stop();
            throw new Error(`nginx does not start:\n${child.output}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return {
        pid: child.process.pid ?? -1,
        rtmp: `127.0.0.1:${port}`,
        close: () => child.stop(),
    };
}
