// The peer: Debian's nginx with libnginx-mod-rtmp, which writes HLS into a folder.

import { existsSync } from 'node:fs';

import { launchNginx } from '../nginx.ts';
import { freePort } from '../ports.ts';

const MODULE = '/usr/lib/nginx/modules/ngx_rtmp_module.so';

/** One worker; segments and playlist as long as ours. Our publisher answers no pings. */
function configuration(root: string, port: number): string {
    return `load_module ${MODULE};
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
    const nginx = await launchNginx(root, core, port, configuration(root, port));
    return {
        ...nginx,
        rtmp: `127.0.0.1:${port}`,
    };
}
