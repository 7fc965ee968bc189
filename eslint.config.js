import svelte from 'eslint-plugin-svelte';
import typescript from 'typescript-eslint';

export default typescript.config(
    { ignores: ['web/dist/', 'web/src/api/schema.d.ts', 'build/', 'tests/out/'] },
    ...typescript.configs.recommended,
    ...svelte.configs.recommended,
    { rules: { eqeqeq: 'error', 'prefer-const': 'error', 'no-console': 'error' } },
    { files: ['tests/**'], rules: { 'no-console': 'off' } },
    {
        files: ['**/*.svelte', '**/*.svelte.ts'],
        // Maps, sets and dates here are replaced as a whole, never changed.
        rules: { 'prefer-const': 'off', 'svelte/prefer-svelte-reactivity': 'off' },
        languageOptions: { parserOptions: { parser: typescript.parser } },
    },
);
