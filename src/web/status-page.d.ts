/** The page of `page/`, bundled into one file: the build puts it in the place of this module. */
export const html: string;
/** Its Content-Security-Policy, which names the script and the style by their hashes. */
export const policy: string;
