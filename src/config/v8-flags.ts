/**
 * The service and its image workers pass each photo through buffers outside V8's heap. V8 includes their size when
 * it decides whether to collect garbage. By default it collects the whole heap for every second photo, which takes
 * 30 ms of CPU time. With 100 %, the heap may double before a collection, which uses about 40 MB more memory.
 */
export const HEAP_GROWING = '--heap-growing-percent=100';
