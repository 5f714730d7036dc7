/** Exports nothing that a route may export. */
export const nothing = true;
