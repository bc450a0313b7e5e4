/**
 * The service and its image workers pass every photo through buffers outside V8's heap, which V8 counts as garbage of its
 * own. With its default, it collects the whole heap for every second photo, at 30 ms of CPU time each. With 100 %, the
 * heap may double before a collection, which costs about 40 MB of memory.
 */
export const HEAP_GROWING = '--heap-growing-percent=100';
