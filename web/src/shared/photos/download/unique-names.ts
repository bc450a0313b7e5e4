/** Gives a name to each file of a folder: to the second of one name `a (2).jpg`, upper and lower case being the same. */
export class UniqueNames {
  readonly #taken = new Set<string>();

  /** @param name as it is to be, with its extension */
  next(name: string): string {
    const [extension = ''] = /\.[^.]+$/.exec(name) ?? [];
    const stem = name.slice(0, name.length - extension.length);
    let free = name;
    for (let at = 2; this.#taken.has(free.toLowerCase()); at++) free = `${stem} (${at})${extension}`;
    this.#taken.add(free.toLowerCase());
    return free;
  }
}
