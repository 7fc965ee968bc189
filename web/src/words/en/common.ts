// What many pages say.

export const common = {
    save: 'Save',
    saved: 'Saved.',
    cancel: 'Cancel',
    close: 'Close',
    delete: 'Delete',
    edit: 'Edit',
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'Copying did not work. Select the text and copy it by hand.',
    download: 'Download',
    tryAgain: 'Try again',
    more: 'Show more',
    loading: 'Loading',
    search: 'Search',
    show: 'Show',
    optional: 'optional',
    on: 'On',
    off: 'Off',
    characters: '{count} of {most} characters',
} as const;
