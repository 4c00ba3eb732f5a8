/**
 * What is read ahead only to have it in the processor's caches: a loop that reads many places at once waits for memory once,
 * where one that works on each before it reads the next waits every time. The sum is put here, or the reading would be left out.
 */
export const near = { sum: 0 };
