export const note = "a component beside its page";
