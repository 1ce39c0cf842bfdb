// What the build puts in (build.mjs).

/** Path of the panel on the server the loader came from. */
declare const __PANEL__: string;
/** Names the sources of this build. */
declare const __VERSION__: string;
