/** Makes the file names in a folder unique, for example `a (2).jpg` for the second `a.jpg`. Ignores case. */
export class UniqueNames {
  readonly #taken = new Set<string>();

  /** Returns the name, or a numbered variant if it is taken. @param name with its extension */
  next(name: string): string {
    const [extension = ''] = /\.[^.]+$/.exec(name) ?? [];
    const stem = name.slice(0, name.length - extension.length);
    let free = name;
    for (let number = 2; this.#taken.has(free.toLowerCase()); number++)
      free = `${stem} (${number})${extension}`;
    this.#taken.add(free.toLowerCase());
    return free;
  }
}
