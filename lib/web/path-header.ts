/** Set by the web process itself on every request for a page, so that signing in leads back to it. */
export const pathHeader = "x-lastgood-path";
