// One form: what is wrong with its fields, whether it is on its way, what came back.

import { tick } from 'svelte';

import { asProblem, type FieldError } from '../api/problem.ts';
import { describe, describeField } from '../shell/problems.ts';
import { errorOf, sortErrors, type Checked } from './field-errors.ts';

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function controlsOf(element: HTMLFormElement): Control[] {
    return [...element.elements].filter(
        (control): control is Control =>
            'validity' in control && 'name' in control && control.name !== '',
    );
}

export class Form {
    busy: boolean = $state(false);
    /** What is wrong with the whole of it; empty when nothing is. */
    failure: string = $state('');
    #errors: ReadonlyMap<string, FieldError> = $state.raw(new Map());

    /** What is wrong with a field, in words; empty when nothing is. */
    error(name: string): string {
        const error = this.#errors.get(name);
        return error === undefined ? '' : describeField(error);
    }

    /** Somebody is mending it. */
    clear(name: string): void {
        if (!this.#errors.has(name)) return;
        const errors = new Map(this.#errors);
        errors.delete(name);
        this.#errors = errors;
    }

    reset(): void {
        this.failure = '';
        this.#errors = new Map();
    }

    /**
     * For `onsubmit`: checks what the browser can check, then does `work`; problems come to stand
     * beside their fields, and the first of them gets the focus. `work` gets the first look at a
     * problem through `handle`, which returns true for one that it has dealt with.
     */
    submit(
        work: () => Promise<void>,
        handle: (thrown: unknown) => boolean = () => false,
    ): (event: SubmitEvent) => void {
        return (event) => {
            event.preventDefault();
            const element = event.currentTarget as HTMLFormElement;
            void this.#run(element, work, handle);
        };
    }

    async #run(
        element: HTMLFormElement,
        work: () => Promise<void>,
        handle: (thrown: unknown) => boolean,
    ): Promise<void> {
        if (this.busy) return;
        this.reset();
        const found = controlsOf(element)
            .filter((control) => !control.disabled)
            .map((control) => errorOf(control as unknown as Checked))
            .filter((error) => error !== undefined);
        if (found.length > 0) {
            await this.#tell(element, found);
            return;
        }
        this.busy = true;
        try {
            await work();
        } catch (thrown) {
            if (thrown instanceof DOMException && thrown.name === 'AbortError') return;
            if (handle(thrown)) return;
            const problem = asProblem(thrown);
            const told = await this.#tell(element, problem.errors);
            if (!told) this.failure = describe(problem);
        } finally {
            this.busy = false;
        }
    }

    /** False if there was nothing to tell of single fields. */
    async #tell(element: HTMLFormElement, errors: readonly FieldError[]): Promise<boolean> {
        const shown = new Set(controlsOf(element).map((control) => control.name));
        const { fields, rest } = sortErrors(errors, shown);
        this.#errors = fields;
        if (rest[0] !== undefined) this.failure = describeField(rest[0]);
        if (fields.size === 0) return rest.length > 0;
        await tick();
        element.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
        return true;
    }
}
