import svelte from 'eslint-plugin-svelte';
import typescript from 'typescript-eslint';

export default typescript.config(
    { ignores: ['web/dist/', 'build/', 'tests/out/'] },
    ...typescript.configs.recommended,
    ...svelte.configs.recommended,
    { rules: { eqeqeq: 'error', 'prefer-const': 'error', 'no-console': 'error' } },
    { files: ['tests/**'], rules: { 'no-console': 'off' } },
    {
        files: ['**/*.svelte'],
        rules: { 'prefer-const': 'off' },
        languageOptions: { parserOptions: { parser: typescript.parser } },
    },
);
