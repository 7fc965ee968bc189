// Asks the server for an address of a stream, and reads its refusals.

import { api, ask } from '../../api/client.ts';
import { asProblem, type Problem } from '../../api/problem.ts';
import type { Ask } from '../../player/access.ts';
import { denialOf } from './denial.ts';

/** For a player of this stream. */
export function admissionTo(stream: string): Ask {
    return async (password) => {
        let problem: Problem;
        try {
            const { playbackUrl, expiresAt } = await ask(
                api.POST('/streams/{stream}/playback', {
                    params: { path: { stream } },
                    body: password === undefined ? {} : { password },
                }),
            );
            return {
                url: playbackUrl,
                until: expiresAt === null ? undefined : Date.parse(expiresAt),
            };
        } catch (thrown) {
            problem = asProblem(thrown);
        }
        const denied = denialOf(problem);
        if (denied === undefined) throw problem;
        return { denied, detail: problem.message };
    };
}
